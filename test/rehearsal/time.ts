/** The script's own calendar: nothing here is taken from the service, which it is compared with. Times in ms since 1970. */

export const HOUR_MS = 60 * 60 * 1000
export const DAY_MS = 24 * HOUR_MS
export const TIMEZONE = 'America/New_York'

/** Long past for every machine's own clock, which is the database's: what is due for the script is due for it too. */
export const START_MS = Date.UTC(2025, 0, 1, 6)

const newYork = new Intl.DateTimeFormat('en-CA', {
  timeZone: TIMEZONE,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
})

/** The newsroom's day, `2025-01-31`. */
export function newsroomDay(ms: number): string {
  return newYork.format(ms)
}

/** So many months after an anchor, on its day of the month or on the last one there is. UTC, as at Stripe. */
export function monthsAfter(anchorMs: number, months: number): number {
  const anchor = new Date(anchorMs)
  const day = anchor.getUTCDate()
  const moved = new Date(anchorMs)
  moved.setUTCDate(1)
  moved.setUTCMonth(anchor.getUTCMonth() + months)
  const lastDay = new Date(Date.UTC(moved.getUTCFullYear(), moved.getUTCMonth() + 1, 0)).getUTCDate()
  moved.setUTCDate(Math.min(day, lastDay))
  return moved.getTime()
}

/** `2025-01` and so many after it. */
export function monthsFrom(startMs: number, count: number): string[] {
  return Array.from({ length: count }, (_, n) => new Date(monthsAfter(startMs, n)).toISOString().slice(0, 7))
}
