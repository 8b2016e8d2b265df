/** A calendar day in the newsroom's timezone, `2026-01-31`. */
export type LocalDate = string & { readonly __brand: 'LocalDate' }

const DATE = /^\d{4}-\d{2}-\d{2}$/

/** Null when the text is no day of the calendar, `2026-02-30` for one. */
export function parseLocalDate(text: string): LocalDate | null {
  const day = DATE.test(text) ? new Date(`${text}T00:00:00Z`) : null
  const isDay = day !== null && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)
  return isDay ? (text as LocalDate) : null // checked just before
}

type Zone = { readonly format: Intl.DateTimeFormat; quarter: number; date: LocalDate | null }
const zones = new Map<string, Zone>()
const QUARTER_MS = 15 * 60 * 1000 // since 1972 every zone's midnight and every clock change falls on a quarter of an hour

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
  const zone: Zone = { format, quarter: Number.NaN, date: null }
  zones.set(timezone, zone)
  return zone
}

/**
 * The calendar day of an instant in a timezone. The events of a batch are minutes apart, so the last answer is cached.
 * @throws RangeError for an unknown timezone, an invalid date or a year outside 1000 to 9999.
 */
export function localDate(instant: Date, timezone: string): LocalDate {
  const zone = zoneOf(timezone)
  const quarter = Math.floor(instant.getTime() / QUARTER_MS)
  if (zone.date !== null && zone.quarter === quarter) return zone.date
  const text = zone.format.format(instant)
  if (!DATE.test(text)) throw new RangeError(`${text} is not a day of the years 1000 to 9999`)
  zone.quarter = quarter
  zone.date = text as LocalDate // the pattern above has checked it
  return zone.date
}

/** The year of a day, which is also the year of the receipt numbers that it uses. */
export function yearOf(date: LocalDate): number {
  return Number(date.slice(0, 4))
}
