import type { LedgerEffect } from '../../ledger/ledger.ts'
import { monthOf } from '../../calendar/month.ts'
import { newsroomDays, postingKey, type ExpectedPosting, type Zones } from '../expectation.ts'
import { compareColumns, missing, oneOf, unexpected, type Finding } from '../finding.ts'

/** A row of `ledger_transactions` with its entries, written as `entriesText` writes them. */
export type PostingRow = {
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
  /** When each month was closed, by month. */
  readonly closings: ReadonlyMap<string, Date>
  /** The payment of a stored donation; null when there is no such donation. */
  readonly paymentOf: (donationId: string) => string | null
  /** Whether a donation of this payment is stored. */
  readonly isStored: (payment: string) => boolean
}

/**
 * The time is read at the beginning of a database transaction, before it waits for others. Two times that belong
 * together may therefore be this far apart.
 */
const SLACK_MS = 60_000

export function postingFindings(
  expected: ExpectedPosting,
  found: PostingRow,
  deps: LedgerCheckDeps,
): Finding[] {
  const object = postingKey(expected)
  const instants = expected.instants ?? postingInstants(found)
  const isStated = instants.some((instant) => instant.getTime() === found.occurredAt.getTime())
  return [
    ...compareColumns('ledger_differs', object, [
      ['entries', expected.entries, found.entries],
      ['clears', expected.clears, found.clears],
      ['donation', expectedDonation(expected, found, deps), donationOf(found, deps)],
      ['time', isStated ? found.occurredAt : (instants[0] ?? null), found.occurredAt],
    ]),
    ...dayFindings(
      object,
      found,
      daysInBooks(expected.days ?? newsroomDays(instants, deps.zones), expected),
      deps,
    ),
  ]
}

/** What happened before the books counts for their first day. */
function daysInBooks(days: ReadonlySet<string>, { earliestDay = '' }: ExpectedPosting): ReadonlySet<string> {
  return new Set([...days].map((day) => (day < earliestDay ? earliestDay : day)))
}

/** Without an instant from Stripe, the transaction happened when it was posted. */
function postingInstants({ occurredAt, postedAt }: PostingRow): readonly Date[] {
  const isNear = Math.abs(postedAt.getTime() - occurredAt.getTime()) <= SLACK_MS
  return isNear ? [occurredAt] : [postedAt]
}

function donationOf({ donationId }: PostingRow, { paymentOf }: LedgerCheckDeps): string | null {
  return donationId === null ? null : (paymentOf(donationId) ?? 'one that is not stored')
}

/**
 * A settlement names its donation only if the donation was known before. A donation that is missing is reported as
 * missing, and not a second time here.
 */
function expectedDonation(
  { payment, effect }: ExpectedPosting,
  found: PostingRow,
  deps: LedgerCheckDeps,
): string | null {
  const isMissing = payment !== null && !deps.isStored(payment)
  const isEarly = effect === 'settled' && found.donationId === null
  return isMissing || isEarly ? donationOf(found, deps) : payment
}

/** A transaction is booked on its own day, or, once that month is closed, on the day on which it was posted. */
function dayFindings(
  object: string,
  { bookedOn, period, postedAt }: PostingRow,
  days: ReadonlySet<string>,
  { zones, closings }: LedgerCheckDeps,
): Finding[] {
  const found = period === null ? bookedOn : adjustment(bookedOn, period)
  const closedBefore = (month: string): boolean => {
    const closedAt = closings.get(month)
    return closedAt !== undefined && closedAt.getTime() + SLACK_MS < postedAt.getTime()
  }
  const today = newsroomDays([new Date(postedAt.getTime() - SLACK_MS), postedAt], zones)
  const months = new Set([...days].map(monthOf))
  const isAdjustment = [...months].some((month) => month === period && closings.has(month))
  const isRight = period === null ? days.has(bookedOn) : isAdjustment && today.has(bookedOn)
  if (isRight && !closedBefore(bookedOn.slice(0, 7))) return []
  const expected = [...months].some(closedBefore) ? adjustment(oneOf(today), oneOf(months)) : oneOf(days)
  return [{ kind: 'ledger_day', object, expected, found }]
}

function adjustment(day: string, period: string): string {
  return `${day} as an adjustment of ${period}`
}

export function missingPosting(expected: ExpectedPosting): Finding {
  return missing('ledger_missing', postingKey(expected), expected.entries)
}

export function unexpectedPosting(found: PostingRow): Finding {
  return unexpected('ledger_unexpected', postingKey(found), found.entries)
}

/** @param sums of all entries, by currency */
export function trialBalanceFindings(
  sums: readonly { readonly currency: string; readonly minor: bigint }[],
): Finding[] {
  return sums.flatMap(({ currency, minor }) =>
    compareColumns('trial_balance', currency, [['sum', 0n, minor]]),
  )
}
