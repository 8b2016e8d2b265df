import type { LocalDate } from './local-date.ts'

/** A calendar month, `2026-01`. */
export type Month = string & { readonly __brand: 'Month' }

/** Null when the text is not a month. */
export function parseMonth(text: string): Month | null {
  // Only this function and `neighbour` make a Month. The month after December 9999 would have a year of five digits.
  return /^(?!9999)[1-9]\d{3}-(0[1-9]|1[0-2])$/.test(text) ? (text as Month) : null
}

/** The month of a day such as `2026-01-31`. @throws RangeError when the text is not a day */
export function monthOf(day: string): Month {
  const month = parseMonth(day.slice(0, 7))
  if (!month) throw new RangeError(`${day} is not a day`)
  return month
}

/** The first and the last day of a month. */
export function daysOf(month: Month): { readonly from: string; readonly to: string } {
  const last = new Date(`${neighbour(month, 1)}-01T00:00:00Z`)
  last.setUTCDate(0)
  return { from: `${month}-01`, to: last.toISOString().slice(0, 10) }
}

/** The month that these days are; null where they are none, or lie in a year of which no month is known. */
export function wholeMonth({ from, to }: { readonly from: string; readonly to: string }): Month | null {
  const month = parseMonth(from.slice(0, 7))
  const days = month && daysOf(month)
  return days?.from === from && days.to === to ? month : null
}

/** The month `by` months later, or earlier when `by` is negative. */
export function neighbour(month: Month, by: number): Month {
  const start = new Date(`${month}-01T00:00:00Z`)
  start.setUTCMonth(start.getUTCMonth() + by)
  // Not parsed: `daysOf` also needs the month after the last valid one.
  return start.toISOString().slice(0, 7) as Month
}

/** The months that finance has closed: their figures no longer change. */
export type ClosedMonths = ReadonlySet<Month>

/** The day for which a ledger transaction counts, and the closed month to which it would have belonged; null when open. */
export type BookingDay = { readonly bookedOn: LocalDate; readonly period: Month | null }

/**
 * A ledger transaction counts for the day on which it happened. When that month is closed it is a prior-period
 * adjustment: it counts for today and names the month to which it would have belonged.
 */
export function bookingDay(happenedOn: LocalDate, today: LocalDate, closed: ClosedMonths): BookingDay {
  const month = monthOf(happenedOn)
  return closed.has(month) ? { bookedOn: today, period: month } : { bookedOn: happenedOn, period: null }
}
