/** What a donor wrote for the public list of supporters. */
export type SupporterWords = {
  /** Null: anonymous. */
  readonly name: string | null
  readonly town: string | null
  readonly message: string | null
}

/** What staff decide about an entry. The constraint `supporter_entries_decision_is_known` in the database lists the same. */
export const entryDecisions = ['approved', 'hidden'] as const
export type EntryDecision = (typeof entryDecisions)[number]

/** An entry as staff see it. */
export type SupporterEntry = SupporterWords & {
  readonly id: string
  readonly donationId: string
  readonly consentedAt: Date
  readonly decision: EntryDecision | null
  readonly decidedBy: string | null
}

/** In characters. */
export const LONGEST_NAME = 40
export const LONGEST_TOWN = 60
export const LONGEST_WORD = 500

/** Characters that turn the direction of what stands around them, and other invisible ones. */
const INVISIBLE = /[\p{Cc}\p{Cf}\u2028\u2029]+/gu
/** Marks that pile up above and below a letter; no language needs more than a few on one. */
const PILED_MARKS = /(\p{M}{4})\p{M}+/gu

/** One line that can stand among others of the list; null when nothing is left. */
export function oneLineOf(typed: string | null, longest: number): string | null {
  const clean = (typed ?? '').toWellFormed().normalize('NFC')
  const line = clean.replace(INVISIBLE, ' ').replace(PILED_MARKS, '$1').replace(/\s+/gu, ' ').trim()
  return Array.from(line).slice(0, longest).join('').trim() || null
}

/** A message of several lines, without what is invisible but line breaks; null when nothing is left. */
export function messageOf(typed: string | null, longest: number): string | null {
  const lines = (typed ?? '').replaceAll('\r\n', '\n').split('\n')
  const clean = lines.map((line) => oneLineOf(line, longest) ?? '').join('\n')
  return (
    Array.from(clean.replace(/\n{3,}/g, '\n\n').trim())
      .slice(0, longest)
      .join('')
      .trim() || null
  )
}
