import type { LocalDate } from './local-date.ts'

/** A calendar month, `2026-01`. */
export type Month = string & { readonly __brand: 'Month' }

/** Null when the text is not a month. */
export function parseMonth(text: string): Month | null {
  // The brand is made here and in `neighbour`. A month of 9999 would end in a year of five digits.
  return /^(?!9999)[1-9]\d{3}-(0[1-9]|1[0-2])$/.test(text) ? (text as Month) : null
}

/** The month of a day such as `2026-01-31`. @throws RangeError when the text is not a day */
export function monthOf(day: string): Month {
  const month = parseMonth(day.slice(0, 7))
  if (!month) throw new RangeError('not a day')
  return month
}

/** First and last day, both inclusive. */
export function daysOf(month: Month): { readonly from: string; readonly to: string } {
  const last = new Date(`${neighbour(month, 1)}-01T00:00:00Z`)
  last.setUTCDate(0)
  return { from: `${month}-01`, to: last.toISOString().slice(0, 10) }
}

/** The month that many months later; earlier when `by` is negative. */
export function neighbour(month: Month, by: number): Month {
  const start = new Date(`${month}-01T00:00:00Z`)
  start.setUTCMonth(start.getUTCMonth() + by)
  // Not parsed, since the month after the last valid one is needed, too.
  return start.toISOString().slice(0, 7) as Month
}

/** Months whose figures no longer change. */
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
