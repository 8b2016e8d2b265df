/** The script's own calendar. It uses nothing of the service, since it is compared with it. Times are in ms since 1970. */

export const HOUR_MS = 60 * 60 * 1000
export const DAY_MS = 24 * HOUR_MS
export const TIMEZONE = 'America/New_York'

/** In the past of every machine, whose clock the database uses: what is due in the script is then due there, too. */
export const START_MS = Date.UTC(2025, 0, 1, 6)

const newYork = new Intl.DateTimeFormat('en-CA', {
  timeZone: TIMEZONE,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
})

/** The day in the newsroom's timezone, `2025-01-31`. */
export function newsroomDay(ms: number): string {
  return newYork.format(ms)
}

/** So many months after an instant, on the same day of the month or on the month's last day. In UTC, as Stripe counts. */
export function monthsAfter(startMs: number, months: number): number {
  const start = new Date(startMs)
  const day = start.getUTCDate()
  const moved = new Date(startMs)
  moved.setUTCDate(1)
  moved.setUTCMonth(start.getUTCMonth() + months)
  const lastDay = new Date(Date.UTC(moved.getUTCFullYear(), moved.getUTCMonth() + 1, 0)).getUTCDate()
  moved.setUTCDate(Math.min(day, lastDay))
  return moved.getTime()
}

/** So many months from this one on: `2025-01`, `2025-02`, … */
export function monthsFrom(startMs: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) =>
    new Date(monthsAfter(startMs, index)).toISOString().slice(0, 7),
  )
}
