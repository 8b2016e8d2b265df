/**
 * Whether a time zone belongs to one of these countries.
 * @param timezone an IANA name, old ones like `US/Eastern` among them
 * @param countries ISO 3166 codes
 */
export function isZoneOf(countries: readonly string[], timezone: string): boolean {
  const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: timezone }).resolvedOptions()
  return countries.some((country) => timeZonesOf(country).includes(timeZone))
}

/** The countries are those of lists in the code. */
const zonesByCountry = new Map<string, readonly string[]>()

function timeZonesOf(country: string): readonly string[] {
  const kept = zonesByCountry.get(country)
  if (kept !== undefined) return kept
  // Node has it; TypeScript's library does not know it yet (ECMA-402, Intl.Locale info).
  const locale = new Intl.Locale(`und-${country}`) as Intl.Locale & { getTimeZones(): string[] | undefined }
  const zones = locale.getTimeZones() ?? []
  zonesByCountry.set(country, zones)
  return zones
}
