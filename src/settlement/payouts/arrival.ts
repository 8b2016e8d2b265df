import { parseLocalDate, type LocalDate } from '../../calendar/local-date.ts'
import type { LedgerEntry } from '../../ledger/ledger.ts'
import type { CurrencyCode } from '../../money/currency.ts'

/**
 * A payout as Stripe last described it, beside what the ledger holds of it. Amounts in minor units; those of a payout
 * with which Stripe collects a negative balance are negative.
 */
export type PayoutInBooks = {
  readonly id: string
  readonly currency: CurrencyCode
  /** Stripe's value: pending, in_transit, paid, failed, canceled. */
  readonly status: string
  readonly arrivalDate: LocalDate
  /** What its balance transaction put on the way to the bank. */
  readonly sentMinor: bigint
  /** What an earlier release posted straight to the bank, and has not taken back. */
  readonly directMinor: bigint
  /** What came back on the way from the bank to Stripe's balance, and when; null when nothing did. */
  readonly returned: { readonly minor: bigint; readonly at: Date } | null
  /** Whether its arrival is posted already. */
  readonly isArrived: boolean
}

export type ArrivalPosting = {
  readonly effect: 'arrived' | 'arrival_undone'
  readonly happenedOn: LocalDate
  readonly occurredAt: Date
  readonly entries: readonly LedgerEntry[]
}

/**
 * What the ledger must hold of a payout's arrival, posted already or not. A payout is at the bank from its arrival date once Stripe calls it
 * paid. One that comes back after that date had been paid, whether or not its status was read in between; so at the end
 * of every day the bank holds the same, in whatever order Stripe's lists were read.
 */
export function arrivalPostings(
  payout: PayoutInBooks,
  localDate: (instant: Date) => LocalDate,
): ArrivalPosting[] {
  const { currency, status, arrivalDate, sentMinor, directMinor, returned } = payout
  const returnedOn = returned && localDate(returned.at)
  const cameBackLater = status === 'failed' && returnedOn !== null && returnedOn > arrivalDate
  const arrives = sentMinor !== 0n && (payout.isArrived || status === 'paid' || cameBackLater)
  const cameBack = status === 'failed' || status === 'canceled'
  const toBank = (minor: bigint): LedgerEntry[] => [
    { account: 'bank', amount: { minor, currency } },
    { account: 'payouts_in_transit', amount: { minor: -minor, currency } },
  ]
  const arrival: ArrivalPosting[] = arrives
    ? [
        {
          effect: 'arrived',
          happenedOn: arrivalDate,
          occurredAt: instantOn(arrivalDate, localDate),
          entries: toBank(sentMinor),
        },
      ]
    : []
  const wasAtBank = directMinor !== 0n || arrives
  if (returned === null || returnedOn === null || !cameBack || !wasAtBank) return arrival
  const undone: ArrivalPosting = {
    effect: 'arrival_undone',
    happenedOn: returnedOn > arrivalDate ? returnedOn : arrivalDate,
    occurredAt: returned.at,
    entries: toBank(-returned.minor),
  }
  return [...arrival, undone]
}

/** An instant on the newsroom's day. @throws RangeError when the timezone has no such day */
export function instantOn(day: LocalDate, localDate: (instant: Date) => LocalDate): Date {
  // Noon in Greenwich is the same day from 12 hours behind it to 11 hours ahead, and midnight is for those further ahead.
  const found = ['12', '00']
    .map((hour) => new Date(`${day}T${hour}:00:00Z`))
    .find((at) => localDate(at) === day)
  if (!found) throw new RangeError(`${day} has no such hour in the newsroom’s timezone`)
  return found
}

/** @throws RangeError for what is no day */
export function arrivalDay(text: string): LocalDate {
  const day = parseLocalDate(text)
  if (!day) throw new RangeError(`${text} is not a day`)
  return day
}
