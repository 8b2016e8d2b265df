import { numberedMovements, type Dispute } from './dispute.ts'
import type { Reversals, Refund } from './reversals.ts'
import type { Money } from '../money/money.ts'
import type { LedgerEffect, LedgerEntry } from '../ledger/ledger.ts'

/** One effect of a reversal, which the ledger contains once. */
export type ReversalEffect = {
  readonly source: string
  readonly effect: LedgerEffect
  /** The reversal's id, which Stripe's balance transactions name, too. */
  readonly clears: string
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
  const clears = source
  const made = {
    source,
    effect,
    clears,
    entries: reversed('refunds', amount),
    occurredAt: createdAt,
  } as const
  if (status === 'pending' || status === 'succeeded') return [made]
  const entries = restored('refunds', amount)
  return [made, { source, effect: 'refund_failed', clears, entries, occurredAt: failedAt }]
}

/** The first movement in each direction is posted under the dispute's id, a further one under `dp_…#2`. */
function disputeEffects(dispute: Dispute): ReversalEffect[] {
  const { id, amount } = dispute
  return numberedMovements(dispute).map(({ direction, place, minor, movedAt }) => ({
    source: place === 1 ? id : `${id}#${place}`,
    effect: `dispute_${direction}`,
    clears: id,
    entries: reversed('disputes', { ...amount, minor: -minor }),
    occurredAt: movedAt,
  }))
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
