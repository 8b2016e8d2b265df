/** The languages that readers are addressed in, one catalogue each. Finance's pages are English. */
export const languages = ['en', 'es', 'uk', 'fr', 'de', 'ar'] as const
export type Language = (typeof languages)[number]

/** The languages that a newsroom offers its readers, and the one for a reader whose language is unknown or not offered. */
export type ReaderLanguages = { readonly offered: readonly Language[]; readonly fallback: Language }

const RIGHT_TO_LEFT: ReadonlySet<string> = new Set(['ar', 'fa', 'he', 'ur'])

/** Which way a language is written: for `dir` attributes. @param tag BCP 47 */
export function directionOf(tag: string): 'ltr' | 'rtl' {
  return RIGHT_TO_LEFT.has(primaryOf(tag)) ? 'rtl' : 'ltr'
}

/** The language of a BCP 47 tag where we have it: `de` for `de-AT`. @returns null for any other text */
export function languageOf(tag: string): Language | null {
  const primary = primaryOf(tag)
  return languages.find((language) => language === primary) ?? null
}

/** The first of the wanted tags whose language is offered. @returns null when none is */
export function offeredTag(wanted: readonly (string | null)[], { offered }: ReaderLanguages): string | null {
  const isOffered = (tag: string | null): tag is string => {
    const language = tag === null ? null : languageOf(tag)
    return language !== null && offered.includes(language)
  }
  return wanted.find(isOffered) ?? null
}

/**
 * The tag for `Intl`. Arabic gets Latin digits: amounts, dates and receipt numbers then have the same digits as on
 * Stripe's page and on the reader's bank statement, and as in most Arabic news (docs/decisions).
 */
export function formatTag(tag: string): string {
  return primaryOf(tag) === 'ar' && !tag.includes('-u-') ? `${tag}-u-nu-latn` : tag
}

function primaryOf(tag: string): string {
  return tag.split('-')[0]?.toLowerCase() ?? ''
}
