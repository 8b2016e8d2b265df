import type { LedgerEffect } from '../ledger/ledger.ts'
import { monthOf } from '../calendar/month.ts'
import { compare, NOTHING, type Finding } from './finding.ts'
import { postingKey, type ExpectedPosting } from './expectation.ts'
import { newsroomDays, oneOf, type Zones } from './newsroom-day.ts'

/** A row of ledger_transactions with its entries, written as `entriesText` writes them. */
export type FoundPosting = {
  readonly id: string
  readonly source: string
  readonly effect: LedgerEffect
  readonly clears: string
  readonly donationId: string | null
  readonly occurredAt: Date
  readonly bookedOn: string
  readonly period: string | null
  readonly postedAt: Date
  readonly entries: string
}

export type LedgerCheckDeps = {
  readonly zones: Zones
  /** By month, when it was closed. */
  readonly closings: ReadonlyMap<string, Date>
  /** The payment of a gift in the tables. */
  readonly paymentOf: (donationId: string) => string | null
  /** Whether there is a gift of this payment in the tables. */
  readonly isKept: (payment: string) => boolean
}

/**
 * A moment is read at the beginning of a database transaction, before it waits for others: two that belong together
 * may be this far apart.
 */
const SLACK_MS = 60_000

export function postingDifferences(
  expected: ExpectedPosting,
  found: FoundPosting,
  deps: LedgerCheckDeps,
): Finding[] {
  const object = postingKey(expected)
  const moments = expected.moments ?? learned(found)
  const onTime = moments.some((at) => at.getTime() === found.occurredAt.getTime())
  return [
    ...compare('ledger_differs', object, [
      ['entries', expected.entries, found.entries],
      ['clears', expected.clears, found.clears],
      ['gift', expectedGift(expected, found, deps), giftOf(found, deps)],
      ['moment', onTime ? found.occurredAt : (moments[0] ?? null), found.occurredAt],
    ]),
    ...dayDifferences(object, found, newsroomDays(moments, deps.zones), deps),
  ]
}

/** What counts when it is learned happened when it was posted. */
function learned({ occurredAt, postedAt }: FoundPosting): readonly Date[] {
  const near = Math.abs(postedAt.getTime() - occurredAt.getTime()) <= SLACK_MS
  return near ? [occurredAt] : [postedAt]
}

function giftOf({ donationId }: FoundPosting, { paymentOf }: LedgerCheckDeps): string | null {
  return donationId === null ? null : (paymentOf(donationId) ?? 'one that is not there')
}

/** A movement at Stripe names its gift only where that was known before; a gift that is missing is reported as such. */
function expectedGift(
  { payment, effect }: ExpectedPosting,
  found: FoundPosting,
  deps: LedgerCheckDeps,
): string | null {
  const unknown = payment !== null && !deps.isKept(payment)
  const early = effect === 'settled' && found.donationId === null
  return unknown || early ? giftOf(found, deps) : payment
}

/** It counts for its own day, or, where that month was closed already, for the day on which it was posted. */
function dayDifferences(
  object: string,
  { bookedOn, period, postedAt }: FoundPosting,
  days: ReadonlySet<string>,
  { zones, closings }: LedgerCheckDeps,
): Finding[] {
  const found = period === null ? bookedOn : `${bookedOn}, late for ${period}`
  const closedBefore = (month: string): boolean => {
    const closedAt = closings.get(month)
    return closedAt !== undefined && closedAt.getTime() + SLACK_MS < postedAt.getTime()
  }
  const today = newsroomDays([new Date(postedAt.getTime() - SLACK_MS), postedAt], zones)
  const months = new Set([...days].map(monthOf))
  const isLate = [...months].some((month) => month === period && closings.has(month))
  const right = period === null ? days.has(bookedOn) : isLate && today.has(bookedOn)
  if (right && !closedBefore(bookedOn.slice(0, 7))) return []
  const expected = [...months].some(closedBefore) ? `${oneOf(today)}, late for ${oneOf(months)}` : oneOf(days)
  return [{ kind: 'ledger_day', object, expected, found }]
}

export function missingPosting(expected: ExpectedPosting): Finding {
  return {
    kind: 'ledger_missing',
    object: postingKey(expected),
    expected: expected.entries,
    found: NOTHING,
  }
}

export function unexpectedPosting(found: FoundPosting): Finding {
  return { kind: 'ledger_unexpected', object: postingKey(found), expected: NOTHING, found: found.entries }
}

export function trialBalance(
  sums: readonly { readonly currency: string; readonly minor: bigint }[],
): Finding[] {
  return sums.flatMap(({ currency, minor }) => compare('trial_balance', currency, [['sum', 0n, minor]]))
}
