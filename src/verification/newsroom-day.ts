import { localDate, type LocalDate } from '../calendar/local-date.ts'

/** The newsroom's timezones, the present one first: it may have moved, and what was dated before stays. */
export type Zones = readonly [string, ...string[]]

/** The days that these moments may be counted for. */
export function newsroomDays(moments: readonly Date[], zones: Zones): ReadonlySet<string> {
  return new Set(moments.flatMap((moment) => zones.map((zone) => localDate(moment, zone))))
}

/** The day of a moment in the present timezone. */
export function presentDay(moment: Date, [zone]: Zones): LocalDate {
  return localDate(moment, zone)
}

/** Any of them, for people. */
export function oneOf(allowed: Iterable<string>): string {
  return [...allowed].join(' or ')
}
