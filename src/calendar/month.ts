/** A calendar month, `2026-01`. */
export type Month = string & { readonly __brand: 'Month' }

/** Null for what is no month. */
export function parseMonth(text: string): Month | null {
  // The brand is made here and of a neighbour. A month of 9999 would end in a year of five digits.
  return /^(?!9999)[1-9]\d{3}-(0[1-9]|1[0-2])$/.test(text) ? (text as Month) : null
}

/** The month of a day such as `2026-01-31`. @throws RangeError when it is no day */
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

/** So many months later; earlier when negative. */
export function neighbour(month: Month, by: number): Month {
  const start = new Date(`${month}-01T00:00:00Z`)
  start.setUTCMonth(start.getUTCMonth() + by)
  // Not parsed: the one after the last that may be asked for is needed, too.
  return start.toISOString().slice(0, 7) as Month
}
