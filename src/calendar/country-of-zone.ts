/**
 * Whether a time zone belongs to one of these countries.
 * @param timezone an IANA name, old ones like `US/Eastern` among them
 * @param countries ISO 3166 codes
 */
export function isZoneOf(countries: readonly string[], timezone: string): boolean {
  const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: timezone }).resolvedOptions()
  return countries.some((country) => timeZonesOf(country).includes(timeZone))
}

function timeZonesOf(country: string): readonly string[] {
  // Node has it; TypeScript's library does not know it yet (ECMA-402, Intl.Locale info).
  const locale = new Intl.Locale(`und-${country}`) as Intl.Locale & { getTimeZones(): string[] | undefined }
  return locale.getTimeZones() ?? []
}
