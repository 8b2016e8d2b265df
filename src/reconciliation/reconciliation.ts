import type { Month } from '../calendar/month.ts'
import type { MonthEndItem } from '../ledger/kept-tables.ts'
import { parseCurrency } from '../money/currency.ts'
import type { Itemisation } from '../settlement/balance/stripe-balance.ts'
import {
  clearedDifference,
  clearingDifference,
  furtherDifferences,
  type ClearingItem,
  type FurtherItems,
} from './items/clearing-item.ts'
import { otherProgramsDifferences, type OtherPrograms } from './other-programs.ts'
import { activityDifferences, type StripeActivity } from './stripe-activity.ts'
import {
  difference,
  hasReadPast,
  isUnexplained,
  needsExplanation,
  type Difference,
} from './items/difference.ts'
import type { StandingExplanation } from './explanations/standing-explanation.ts'
import type { WriteOff } from './write-offs/write-off.ts'

/** A month of our ledger compared with Stripe's balance. Amounts in minor units. */
export type Reconciliation = {
  readonly month: Month
  /** Null while the month is open. */
  readonly closing: Closing | null
  /** Everything at Stripe until then has been read; null: not everything has been read once. */
  readonly completeUpTo: Date | null
  /**
   * By currency: the differences that are neither explained nor signed off, each added without its sign. An event whose
   * amount cannot be read counts as 0 in `xxx`, so that only an empty list says that all is explained.
   */
  readonly unexplained: readonly { readonly currency: string; readonly amountMinor: bigint }[]
  readonly payouts: readonly (PayoutFacts & { readonly differences: readonly Difference[] })[]
  /** Without those that are signed off. */
  readonly differences: readonly Difference[]
  /** Those that are signed off: accepted exceptions, each with its sign-off. */
  readonly accepted: readonly { readonly difference: Difference; readonly signOff: SignOff }[]
  /** Those that hold for a difference of this month. */
  readonly signOffs: readonly SignOff[]
  /** Write-offs that were prepared on this month's page, or of an item of this month. */
  readonly writeOffs: readonly WriteOff[]
  readonly priorPeriodAdjustments: readonly PriorPeriodCount[]
  readonly beforeTheBooks: BeforeTheBooks
  readonly otherPrograms: OtherPrograms
}

/** What a month has to do with the time before the first day of the books. Amounts in minor units. */
export type BeforeTheBooks = {
  /** Only in the first month of the books: the opening balances at Stripe, none until its list has been read. */
  readonly opening: {
    readonly opensOn: string
    readonly balances: readonly { readonly currency: string; readonly amountMinor: bigint }[]
  } | null
  /** Refunds and disputes of earlier charges; what they took is negative. */
  readonly reversals: readonly {
    /** Stripe's id of the refund or dispute. */
    readonly object: string
    /** Stripe's type of the balance transaction. */
    readonly type: string
    readonly currency: string
    readonly amountMinor: bigint
  }[]
}

export type Closing = { readonly month: Month; readonly closedAt: Date; readonly closedBy: string }

/** Somebody's explanation of a difference. It holds for this object, kind, currency and amount, in whatever month it shows. */
export type SignOff = {
  readonly object: string
  readonly kind: string
  readonly currency: string
  readonly amountMinor: bigint
  readonly reason: string
  readonly signedOffBy: string
  readonly signedOffAt: Date
  /** The month in which it was signed off. */
  readonly month: string
}

/** How many ledger transactions of a month belong to an earlier period, which was closed before they were known. */
export type PriorPeriodCount = { readonly period: string; readonly transactions: bigint }

/** A ledger transaction of an open month that belongs to a period which was closed before the transaction was known. */
export type PriorPeriodAdjustment = {
  readonly bookedOn: string
  /** The closed month, `2026-01`. */
  readonly period: string
  /** Stripe's id of what caused it. */
  readonly source: string
  readonly donationId: string | null
  /** Minor units; debits positive, credits negative. */
  readonly entries: readonly {
    readonly account: string
    readonly currency: string
    readonly amount: number
  }[]
}

/** A payout beside what the ledger and Stripe's balance say of it. Amounts in minor units. */
export type PayoutFacts = {
  readonly id: string
  /** Stripe's word: `pending`, `in_transit`, `paid`, `failed`, `canceled`. */
  readonly status: string
  readonly currency: string
  readonly amountMinor: bigint
  readonly arrivalDate: string
  readonly createdAt: Date
  readonly automatic: boolean
  readonly itemisation: Itemisation
  /** What is at the bank or on its way there according to the ledger: 0 once it came back. */
  readonly bankMinor: bigint
  /** Stripe names the balance transaction that returns the amount, and the sync has not read it. */
  readonly returnIsUnread: boolean
  /** The sum of its items, less fees; null when none is known. */
  readonly itemsMinor: bigint | null
  /** Items whose balance transactions the sync has not read. */
  readonly unknownItems: readonly string[]
  /** Of an earlier month that was closed before all of it was known: it shows only while something is unexplained. */
  readonly isCarriedForward: boolean
}

/** A gift of which more was reversed than was given, by refunds, by disputes, or by both together. */
export type OverReversedGift = {
  /** The payment. */
  readonly object: string
  readonly currency: string
  readonly refundedMinor: bigint
  readonly disputedMinor: bigint
  readonly grossMinor: bigint
}

/** An event that failed or still waits for another, with the amount of its object, if that has one. */
export type UnprocessedEvent = {
  readonly object: string
  readonly type: string
  readonly reason: string
  readonly isWaiting: boolean
  /** The payment, session or invoice that it is about. */
  readonly correlationId: string | null
  readonly currency: string | null
  readonly amountMinor: bigint | null
}

/** A row of Stripe's lists that cannot be read. */
export type UnreadableRowFacts = {
  readonly object: string
  /** Which of Stripe's lists. */
  readonly list: string
  readonly reason: string
}

/** All that the database knows of a month, before it is judged. */
export type MonthFacts = {
  readonly month: Month
  readonly closing: Closing | null
  readonly completeUpTo: Date | null
  readonly clearingItems: readonly ClearingItem[]
  /** What the clearing items come to that are too many to be listed. */
  readonly furtherItems: readonly FurtherItems[]
  /** What the clearing account held at the end of the month, and has been cleared since. */
  readonly monthEndItems: readonly MonthEndItem[]
  readonly payouts: readonly PayoutFacts[]
  readonly overReversedGifts: readonly OverReversedGift[]
  readonly unprocessedEvents: readonly UnprocessedEvent[]
  readonly unreadableRows: readonly UnreadableRowFacts[]
  readonly stripeActivity: StripeActivity
  readonly otherPrograms: OtherPrograms
  readonly signOffs: readonly SignOff[]
  readonly writeOffs: readonly WriteOff[]
  readonly standingExplanations: readonly StandingExplanation[]
  readonly priorPeriodAdjustments: readonly PriorPeriodCount[]
  readonly beforeTheBooks: BeforeTheBooks
}

/** Judges a month: lists every difference with its texts, less those that are signed off. */
export function reconciliationOf(facts: MonthFacts): Reconciliation {
  const { month, closing, completeUpTo, signOffs, priorPeriodAdjustments, beforeTheBooks, otherPrograms } =
    facts
  const payouts = facts.payouts
    .map((payout) => ({ ...payout, differences: payoutDifferences(payout, completeUpTo) }))
    .filter(
      ({ isCarriedForward, differences }) =>
        !isCarriedForward || differences.some(({ kind }) => isUnexplained(kind)),
    )
  const isReportedAlready = waitsForMissing(facts.clearingItems)
  const all = [
    ...facts.clearingItems.map((item) => clearingDifference(item, completeUpTo)),
    ...furtherDifferences(facts.furtherItems, completeUpTo),
    ...facts.monthEndItems.map(clearedDifference),
    ...payouts.flatMap(({ differences }) => differences),
    ...facts.overReversedGifts.flatMap(overReversalDifferences),
    ...facts.unprocessedEvents.filter((event) => !isReportedAlready(event)).map(unprocessedDifference),
    ...facts.unreadableRows.map(unreadableDifference),
    ...activityDifferences(facts.stripeActivity, completeUpTo),
    ...otherProgramsDifferences(otherPrograms),
  ]
  const byDifference = new Map(signOffs.map((signOff) => [differenceKey(signOff), signOff]))
  const accepted = all.flatMap((one) => {
    const signOff = byDifference.get(differenceKey(one))
    return signOff ? [{ difference: one, signOff }] : []
  })
  const open = all
    .filter((one) => !byDifference.has(differenceKey(one)))
    .map((one) => ({ ...one, explanation: explanationOf(one, facts.standingExplanations) }))
  const acceptedKeys = new Set(accepted.map(({ difference: one }) => differenceKey(one)))
  return {
    month,
    closing,
    completeUpTo,
    unexplained: unexplainedIn(open),
    payouts,
    differences: open,
    accepted,
    writeOffs: facts.writeOffs,
    signOffs: signOffs.filter((signOff) => acceptedKeys.has(differenceKey(signOff))),
    priorPeriodAdjustments,
    beforeTheBooks,
    otherPrograms,
  }
}

function explanationOf(
  { kind, type }: Difference,
  explanations: readonly StandingExplanation[],
): StandingExplanation | null {
  return explanations.find((one) => one.kind === kind && one.type === type) ?? null
}

/** The same object with another amount is another difference. */
function differenceKey({
  object,
  kind,
  currency,
  amountMinor,
}: Pick<SignOff, 'object' | 'kind' | 'currency' | 'amountMinor'>): string {
  return `${kind} ${currency} ${amountMinor} ${object}`
}

/** Two differences that happen to cancel each other out still count as two. */
function unexplainedIn(differences: readonly Difference[]): { currency: string; amountMinor: bigint }[] {
  const sums = new Map<string, bigint>()
  for (const one of differences) {
    const { currency, amountMinor } = one
    if (!needsExplanation(one)) continue
    sums.set(currency, (sums.get(currency) ?? 0n) + (amountMinor < 0n ? -amountMinor : amountMinor))
  }
  return [...sums].map(([currency, amountMinor]) => ({ currency, amountMinor }))
}

/** An event that waits for a payment which is `missing_here` would report the same payment a second time. */
function waitsForMissing(clearingItems: readonly ClearingItem[]): (event: UnprocessedEvent) => boolean {
  const missing = clearingItems.filter(({ eventsMinor }) => eventsMinor === null)
  const ids = new Set<string | null>(
    missing.flatMap(({ object, paymentIntentId }) => [object, paymentIntentId]),
  )
  return ({ isWaiting, correlationId }) => isWaiting && correlationId !== null && ids.has(correlationId)
}

function unprocessedDifference({
  object,
  type,
  reason,
  currency,
  amountMinor,
}: UnprocessedEvent): Difference {
  const known = currency === null ? null : parseCurrency(currency)
  const subject =
    known === null || amountMinor === null
      ? { object, currency: 'xxx', amountMinor: 0n }
      : { object, currency: known, amountMinor }
  return difference('unprocessed_event', subject, `${type}, ${reason}`)
}

/** Its amount is not known, even where the row has one: nothing of a row that cannot be read is trusted. */
function unreadableDifference({ object, list, reason }: UnreadableRowFacts): Difference {
  return difference('unreadable_row', { object, currency: 'xxx', amountMinor: 0n }, `${list}, ${reason}`)
}

function overReversalDifferences(gift: OverReversedGift): Difference[] {
  const { object, currency, refundedMinor, disputedMinor, grossMinor } = gift
  const excessOf = (reversedMinor: bigint) => ({ object, currency, amountMinor: reversedMinor - grossMinor })
  if (refundedMinor <= grossMinor && disputedMinor <= grossMinor)
    return [difference('reversed_twice', excessOf(refundedMinor + disputedMinor))]
  return [
    ...(refundedMinor > grossMinor ? [difference('refunded_too_much', excessOf(refundedMinor))] : []),
    ...(disputedMinor > grossMinor ? [difference('disputed_too_much', excessOf(disputedMinor))] : []),
  ]
}

/** @param readUpTo everything at Stripe until then has been read; null: nothing has */
export function payoutDifferences(payout: PayoutFacts, readUpTo: Date | null): Difference[] {
  const { id: object, currency, amountMinor, automatic, itemisation } = payout
  const notItemised = automatic ? 'payout_never_itemised' : 'payout_not_itemisable'
  return [
    ...bankDifferences(payout, readUpTo),
    ...(itemisation === 'not_possible' ? [difference(notItemised, { object, currency, amountMinor })] : []),
    ...(itemisation === 'complete' ? itemDifferences(payout) : []),
  ]
}

function bankDifferences(payout: PayoutFacts, readUpTo: Date | null): Difference[] {
  const { id: object, currency, amountMinor, bankMinor, status } = payout
  if (status === 'failed' || status === 'canceled') {
    if (bankMinor === 0n) return [difference('payout_failed', { object, currency, amountMinor }, status)]
    const kind = payout.returnIsUnread ? 'not_settled' : 'payout_not_returned'
    return [difference(kind, { object, currency, amountMinor: bankMinor }, status)]
  }
  if (bankMinor === amountMinor) return []
  const subject = { object, currency, amountMinor: amountMinor - bankMinor }
  if (!hasReadPast(readUpTo, payout.createdAt)) return [difference('not_settled', subject)]
  return [difference('payout_amount_mismatch', subject, `${bankMinor} of ${amountMinor} in minor units`)]
}

function itemDifferences({ id, currency, amountMinor, itemsMinor, unknownItems }: PayoutFacts): Difference[] {
  const knownMinor = itemsMinor ?? 0n
  const missingMinor = amountMinor - knownMinor
  if (unknownItems.length > 0)
    // Only the sum of several unread items is known: the first one carries it.
    return unknownItems.map((object, index) =>
      difference(
        'payout_item_unknown',
        { object, currency, amountMinor: index === 0 ? missingMinor : 0n },
        `of payout ${id}`,
      ),
    )
  if (missingMinor === 0n) return []
  const subject = { object: id, currency, amountMinor: missingMinor }
  return [difference('payout_items_mismatch', subject, `${knownMinor} of ${amountMinor} in minor units`)]
}
