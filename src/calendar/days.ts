/** Days of the calendar as text, `2026-01-31`, from the first to the last, both included. */
export type Days = { readonly from: string; readonly to: string }

const DAY_MS = 86_400_000

function utc(day: string): Date {
  return new Date(`${day}T00:00:00Z`)
}

/** Neither Postgres nor a comparison of texts knows a year before 1 or one of five digits. */
const FIRST_DAY = '0001-01-01'
const LAST_DAY = '9999-12-31'
const FIRST_MS = utc(FIRST_DAY).getTime()
const LAST_MS = utc(LAST_DAY).getTime()

function text(date: Date): string {
  if (date.getTime() < FIRST_MS) return FIRST_DAY
  return date.getTime() > LAST_MS ? LAST_DAY : date.toISOString().slice(0, 10)
}

/** The day so many days later, or earlier when `days` is negative; the first or last day of all beyond these. */
export function dayAway(day: string, days: number): string {
  return text(new Date(utc(day).getTime() + days * DAY_MS))
}

/** The same day of the month so many months later; the month's last day where it has no such day. */
export function monthsAway(day: string, months: number): string {
  const date = utc(day)
  const wanted = date.getUTCDate()
  date.setUTCDate(1)
  date.setUTCMonth(date.getUTCMonth() + months)
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()
  date.setUTCDate(Math.min(wanted, last))
  return text(date)
}

/** How many days there are, the first and the last one included. */
export function dayCount({ from, to }: Days): number {
  return Math.round((utc(to).getTime() - utc(from).getTime()) / DAY_MS) + 1
}

export function firstOfMonth(day: string): string {
  return `${day.slice(0, 8)}01`
}

export function lastOfMonth(day: string): string {
  return dayAway(monthsAway(firstOfMonth(day), 1), -1)
}

/** The Monday of the day's week (ISO 8601). */
export function mondayOf(day: string): string {
  return dayAway(day, -((utc(day).getUTCDay() + 6) % 7))
}
