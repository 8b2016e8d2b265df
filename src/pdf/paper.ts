import { isZoneOf } from '../calendar/country-of-zone.ts'

/** The sizes of paper that receipts and statements are made for. */
export const papers = ['a4', 'letter'] as const
export type Paper = (typeof papers)[number]

/** What every document of a newsroom has. */
export type PrintedOn = {
  readonly paper: Paper
  /** At the top: the bytes of a PNG or a JPEG; null: the newsroom's name. */
  readonly logo: Uint8Array | null
}

/** Where offices have Letter: Unicode's CLDR, supplemental data, `paperSize`. */
const LETTER_COUNTRIES = ['BZ', 'CA', 'CL', 'CO', 'CR', 'GT', 'MX', 'NI', 'PA', 'PH', 'PR', 'SV', 'US', 'VE']

/** The paper of the country that a time zone belongs to. @param timezone an IANA name, old ones like `US/Eastern` among them */
export function paperIn(timezone: string): Paper {
  return isZoneOf(LETTER_COUNTRIES, timezone) ? 'letter' : 'a4'
}
