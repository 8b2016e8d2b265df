import type { Dispute, Reversals, Refund } from './reversals.ts'
import type { Money } from '../money/money.ts'
import type { LedgerEffect, LedgerEntry } from '../ledger/ledger.ts'

/** One effect of a reversal, which the ledger contains once. */
export type ReversalEffect = {
  readonly source: string
  readonly effect: LedgerEffect
  readonly entries: readonly LedgerEntry[]
  /** Null when Stripe does not say it: the effect then counts on the day on which we learn of it. */
  readonly occurredAt: Date | null
}

/**
 * The effects to post after a change of a gift's reversals. An effect that was posted once is never withdrawn: what
 * undoes it is an effect of its own.
 */
export function newEffects(before: Reversals, after: Reversals): ReversalEffect[] {
  const posted = new Set(effectsOf(before).map(key))
  return effectsOf(after).filter((effect) => !posted.has(key(effect)))
}

function key({ source, effect }: ReversalEffect): string {
  return `${source} ${effect}`
}

/** The same for every order of events: a failed refund has been made and has failed, whichever event came first. */
function effectsOf({ refunds, disputes }: Reversals): ReversalEffect[] {
  return [...refunds.flatMap(refundEffects), ...disputes.flatMap(disputeEffects)]
}

function refundEffects({ id: source, kind, status, amount, createdAt, failedAt }: Refund): ReversalEffect[] {
  if (status === 'requires_action') return []
  const effect = kind === 'refund' ? 'refunded' : 'bank_returned'
  const made = { source, effect, entries: reversed('refunds', amount), occurredAt: createdAt } as const
  if (status === 'pending' || status === 'succeeded') return [made]
  const entries = restored('refunds', amount)
  return [made, { source, effect: 'refund_failed', entries, occurredAt: failedAt }]
}

function disputeEffects(dispute: Dispute): ReversalEffect[] {
  const { id: source, amount, withdrawnAt, reinstatedAt } = dispute
  if (withdrawnAt === null || amount.minor === 0n) return []
  const withdrawal = reversed('disputes', amount)
  const withdrawn = {
    source,
    effect: 'dispute_withdrawn',
    entries: withdrawal,
    occurredAt: withdrawnAt,
  } as const
  if (reinstatedAt === null) return [withdrawn]
  const entries = restored('disputes', amount)
  return [withdrawn, { source, effect: 'dispute_reinstated', entries, occurredAt: reinstatedAt }]
}

/** Money that Stripe takes from our balance, as its balance transactions will confirm. */
function reversed(account: 'refunds' | 'disputes', amount: Money): LedgerEntry[] {
  return [
    { account, amount },
    { account: 'stripe_clearing', amount: { ...amount, minor: -amount.minor } },
  ]
}

/** Money that Stripe returns to our balance. */
function restored(account: 'refunds' | 'disputes', amount: Money): LedgerEntry[] {
  return reversed(account, { ...amount, minor: -amount.minor })
}
