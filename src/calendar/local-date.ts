/** A calendar day in the newsroom's timezone, `2026-01-31`. */
export type LocalDate = string & { readonly __brand: 'LocalDate' }

const DATE = /^\d{4}-\d{2}-\d{2}$/

/** Null when the text is no day of the calendar, `2026-02-30` for one. */
export function parseLocalDate(text: string): LocalDate | null {
  const day = DATE.test(text) ? new Date(`${text}T00:00:00Z`) : null
  const isDay = day !== null && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)
  return isDay ? (text as LocalDate) : null // checked just before
}

type Zone = { readonly format: Intl.DateTimeFormat; readonly days: Map<number, LocalDate> }
const zones = new Map<string, Zone>()
const QUARTER_MS = 15 * 60 * 1000 // since 1972 every zone's midnight and every clock change falls on a quarter of an hour
const MOST_DAYS = 1000 // the answers that are kept for each zone

function zoneOf(timezone: string): Zone {
  const cached = zones.get(timezone)
  if (cached !== undefined) return cached
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: timezone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  })
  const zone: Zone = { format, days: new Map() }
  zones.set(timezone, zone)
  return zone
}

/**
 * The calendar day of an instant in a timezone. The events of a batch are often minutes apart, or on the same few days, so
 * answers are kept by the quarter of an hour.
 * @throws RangeError for an unknown timezone, an invalid date or a year outside 1000 to 9999.
 */
export function localDate(instant: Date, timezone: string): LocalDate {
  const zone = zoneOf(timezone)
  const quarter = Math.floor(instant.getTime() / QUARTER_MS)
  const kept = zone.days.get(quarter)
  if (kept !== undefined) return kept
  const text = zone.format.format(instant)
  if (!DATE.test(text)) throw new RangeError(`${text} is not a day of the years 1000 to 9999`)
  const date = text as LocalDate // the pattern above has checked it
  if (zone.days.size >= MOST_DAYS) zone.days.clear()
  zone.days.set(quarter, date)
  return date
}

/** The year of a day, which is also the year of the receipt numbers that it uses. */
export function yearOf(date: LocalDate): number {
  return Number(date.slice(0, 4))
}
