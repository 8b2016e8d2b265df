const LONGEST_TITLE = 300
const LONGEST_CAMPAIGN = 100
const LONGEST_LOCALE = 35 // BCP 47, section 4.4.1

// Attribution is what the page adds to a gift, not what the reader asks for. So nothing here is ever refused: a value is
// cleaned and cut, and what still cannot be used is dropped.

/** An article's title on one line, 300 characters at most; null when nothing is left. */
export function articleTitle(value: unknown): string | null {
  return oneLine(value, LONGEST_TITLE)
}

/** A campaign's source, medium or name on one line, 100 characters at most; null when it names a person or nothing is left. */
export function campaignText(value: unknown): string | null {
  return typeof value === 'string' && namesPerson(value) ? null : oneLine(value, LONGEST_CAMPAIGN)
}

/** A BCP 47 tag of 35 characters at most, without extensions where it is longer; null for anything that is no language. */
export function languageTag(value: unknown): string | null {
  if (typeof value !== 'string') return null
  try {
    const locale = new Intl.Locale(value)
    const forms = [locale.toString(), locale.baseName, locale.language]
    return forms.find((form) => form.length <= LONGEST_LOCALE) ?? null
  } catch {
    return null
  }
}

/** Whether a value holds an at sign, encoded however often: it is, or may be, somebody's e-mail address. */
export function namesPerson(value: string): boolean {
  return /[@＠]|%(25)*40/.test(value)
}

/** Line breaks, tabs and other control characters become spaces. It counts code points, because half an emoji is no text. */
function oneLine(value: unknown, longest: number): string | null {
  if (typeof value !== 'string') return null
  const plain = value
    .toWellFormed()
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
  return Array.from(plain).slice(0, longest).join('').trim() || null
}
