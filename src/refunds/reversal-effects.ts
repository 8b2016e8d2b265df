import type { Dispute, Reversals, Refund } from './reversals.ts'
import type { Money } from '../money/money.ts'
import type { LedgerEffect, LedgerEntry } from '../ledger/ledger.ts'

/** One thing that must stand in the ledger, once. */
export type Effect = {
  readonly source: string
  readonly effect: LedgerEffect
  readonly entries: readonly LedgerEntry[]
  /** Null: Stripe does not say when; it counts when we learn of it. */
  readonly occurredAt: Date | null
}

/**
 * What must be posted now and was not before. Whatever is desired after `before` stays desired, so that nothing is
 * ever taken back but by an effect of its own.
 */
export function newEffects(before: Reversals, now: Reversals): Effect[] {
  const posted = new Set(desired(before).map(key))
  return desired(now).filter((effect) => !posted.has(key(effect)))
}

function key({ source, effect }: Effect): string {
  return `${source} ${effect}`
}

/** The same for every order of events: a refund that failed stands as made and as undone, whatever was seen first. */
function desired({ refunds, disputes }: Reversals): Effect[] {
  return [...refunds.flatMap(refundEffects), ...disputes.flatMap(disputeEffects)]
}

function refundEffects({ id: source, kind, status, amount, createdAt, failedAt }: Refund): Effect[] {
  if (status === 'requires_action') return []
  const effect = kind === 'refund' ? 'refunded' : 'bank_returned'
  const made = { source, effect, entries: back('refunds', amount), occurredAt: createdAt } as const
  if (status === 'pending' || status === 'succeeded') return [made]
  return [made, { source, effect: 'refund_failed', entries: again('refunds', amount), occurredAt: failedAt }]
}

function disputeEffects(dispute: Dispute): Effect[] {
  const { id: source, amount, withdrawnAt, reinstatedAt } = dispute
  if (withdrawnAt === null || amount.minor === 0n) return []
  const entries = back('disputes', amount)
  const taken = { source, effect: 'dispute_withdrawn', entries, occurredAt: withdrawnAt } as const
  if (reinstatedAt === null) return [taken]
  const given = again('disputes', amount)
  return [taken, { source, effect: 'dispute_reinstated', entries: given, occurredAt: reinstatedAt }]
}

/** Stripe will say that it paid this out of our balance. */
function back(account: 'refunds' | 'disputes', amount: Money): LedgerEntry[] {
  return [
    { account, amount },
    { account: 'stripe_clearing', amount: { ...amount, minor: -amount.minor } },
  ]
}

function again(account: 'refunds' | 'disputes', amount: Money): LedgerEntry[] {
  return back(account, { ...amount, minor: -amount.minor })
}
