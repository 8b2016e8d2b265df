import type { Month } from '../calendar/month.ts'
import { parseCurrency } from '../money/currency.ts'
import { classify, difference, isUnexplained, type Difference } from './difference.ts'
import { payoutDifferences, type PayoutRow } from './payout-differences.ts'
import type { ClearingItem } from './clearing-items.ts'

export type { PayoutRow } from './payout-differences.ts'

/** A month's two books side by side. Amounts in minor units. */
export type Reconciliation = {
  readonly month: Month
  readonly closing: Closing | null
  /** Everything at Stripe until then has been read; null: not everything has been read once. */
  readonly completeUpTo: Date | null
  /**
   * By currency: what is neither explained nor signed, each difference counted as an amount without its sign. One whose
   * amount nobody can read counts as nothing in `xxx`: empty says that all is explained, and nothing else does.
   */
  readonly unexplained: readonly { readonly currency: string; readonly amountMinor: bigint }[]
  readonly payouts: readonly (PayoutRow & { readonly differences: readonly Difference[] })[]
  readonly differences: readonly Difference[]
  readonly signed: readonly SignOff[]
  readonly late: readonly LateEntries[]
}

export type Closing = { readonly month: Month; readonly closedAt: Date; readonly closedBy: string }

/** A difference that somebody looked at: of this object, kind and amount. */
export type SignOff = {
  readonly object: string
  readonly kind: string
  readonly currency: string
  readonly amountMinor: bigint
  readonly reason: string
  readonly signedOffBy: string
  readonly signedOffAt: Date
  readonly month: string
}

/** How much was booked in a month that belongs to one closed before. */
export type LateEntries = { readonly month: string; readonly entries: bigint }

/** A gift of which more went back than was given, by refunds, by disputes, or by both together. */
export type OverGiven = {
  readonly object: string
  readonly currency: string
  readonly refundedMinor: bigint
  readonly disputedMinor: bigint
  readonly grossMinor: bigint
}

/** An event that could not be applied, and the amount its object speaks of, if it has one. */
export type FailedEvent = {
  readonly object: string
  readonly type: string
  readonly reason: string
  readonly isWaiting: boolean
  /** The payment, session or invoice that it is about. */
  readonly correlationId: string | null
  readonly currency: string | null
  readonly amountMinor: bigint | null
}

/** All that the database knows of a month, before it is judged. */
export type MonthFacts = {
  readonly month: Month
  readonly closing: Closing | null
  readonly completeUpTo: Date | null
  readonly clearingItems: readonly ClearingItem[]
  readonly payouts: readonly PayoutRow[]
  readonly overGiven: readonly OverGiven[]
  readonly setApart: readonly FailedEvent[]
  readonly signatures: readonly SignOff[]
  readonly late: readonly LateEntries[]
}

/** Judges a month: every difference with its words, less those that somebody signed. */
export function reconciliationOf(facts: MonthFacts): Reconciliation {
  const { month, closing, completeUpTo, late, signatures } = facts
  const payouts = facts.payouts
    .map((payout) => ({ ...payout, differences: payoutDifferences(payout, completeUpTo) }))
    .filter(
      ({ isLeftOver, differences }) => !isLeftOver || differences.some(({ kind }) => isUnexplained(kind)),
    )
  const isToldAlready = tellsTwice(facts.clearingItems)
  const all = [
    ...facts.clearingItems.map((one) => classify(one, completeUpTo)),
    ...payouts.flatMap(({ differences }) => differences),
    ...facts.overGiven.flatMap(overDifferences),
    ...facts.setApart.filter((event) => !isToldAlready(event)).map(unprocessedDifference),
  ]
  const open = all.filter((one) => !signatures.some((signature) => covers(signature, one)))
  return {
    month,
    closing,
    completeUpTo,
    unexplained: unexplainedIn(open),
    payouts,
    differences: open,
    signed: signatures.filter((signature) => all.some((one) => covers(signature, one))),
    late,
  }
}

function covers(signature: SignOff, one: Difference): boolean {
  return (
    signature.object === one.object &&
    signature.kind === one.kind &&
    signature.currency === one.currency &&
    signature.amountMinor === one.amountMinor
  )
}

/** Two differences that happen to cancel each other out are two. */
function unexplainedIn(differences: readonly Difference[]): { currency: string; amountMinor: bigint }[] {
  const sums = new Map<string, bigint>()
  for (const { kind, currency, amountMinor } of differences) {
    if (!isUnexplained(kind)) continue
    sums.set(currency, (sums.get(currency) ?? 0n) + (amountMinor < 0n ? -amountMinor : amountMinor))
  }
  return [...sums].map(([currency, amountMinor]) => ({ currency, amountMinor }))
}

/** An event that waits for a payment which Stripe's books show as missing here tells the same once more. */
function tellsTwice(clearingItems: readonly ClearingItem[]): (event: FailedEvent) => boolean {
  const missing = clearingItems.filter(({ oursMinor }) => oursMinor === null)
  const known = new Set<string | null>(
    missing.flatMap(({ object, paymentIntentId }) => [object, paymentIntentId]),
  )
  return ({ isWaiting, correlationId }) => isWaiting && correlationId !== null && known.has(correlationId)
}

function unprocessedDifference({ object, type, reason, currency, amountMinor }: FailedEvent): Difference {
  const known = currency === null ? null : parseCurrency(currency)
  const at =
    known === null || amountMinor === null
      ? { object, currency: 'xxx', amountMinor: 0n }
      : { object, currency: known, amountMinor }
  return difference('unprocessed_event', at, `${type}, ${reason}`)
}

function overDifferences({
  object,
  currency,
  refundedMinor,
  disputedMinor,
  grossMinor,
}: OverGiven): Difference[] {
  const over = (minor: bigint) => ({ object, currency, amountMinor: minor - grossMinor })
  if (refundedMinor <= grossMinor && disputedMinor <= grossMinor)
    return [difference('reversed_twice', over(refundedMinor + disputedMinor))]
  return [
    ...(refundedMinor > grossMinor ? [difference('refunded_too_much', over(refundedMinor))] : []),
    ...(disputedMinor > grossMinor ? [difference('disputed_too_much', over(disputedMinor))] : []),
  ]
}
