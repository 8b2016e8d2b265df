import type { LocalDate } from './local-date.ts'
import { monthOf, type Month } from './month.ts'

/** Months whose figures no longer move. */
export type ClosedMonths = ReadonlySet<Month>

/** The newsroom day a ledger transaction counts for, and the closed month it would have belonged to. */
export type BookingDay = { readonly bookedOn: LocalDate; readonly period: Month | null }

/**
 * What happened counts for its own day. A month that finance has closed takes nothing more: what is learned later
 * counts for today, and says which month it would have belonged to.
 */
export function bookingDay(happenedOn: LocalDate, today: LocalDate, closed: ClosedMonths): BookingDay {
  const month = monthOf(happenedOn)
  return closed.has(month) ? { bookedOn: today, period: month } : { bookedOn: happenedOn, period: null }
}
