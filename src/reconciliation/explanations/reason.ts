import { Refusal } from '../../http/refusal.ts'

const LETTERS = 10
const DIFFERENT_LETTERS = 5
const LONGEST = 1000

/** What a reason must be, for people. */
const REASON_RULE =
  'Write the reason as a sentence of at least ten letters: an auditor will read it in a year.'

/**
 * Whether a text can be a reason: a sentence, not “ok.” and not the same letters again and again. What it says is
 * between its writer and the auditor.
 */
export function isReason(text: string): boolean {
  const letters = text.normalize('NFC').toLowerCase().match(/\p{L}/gu) ?? []
  return (
    text.trim().length <= LONGEST && letters.length >= LETTERS && new Set(letters).size >= DIFFERENT_LETTERS
  )
}

/** The reason without blanks around it. @throws Refusal malformed when the text is no reason */
export function reasonFrom(text: string): string {
  if (!isReason(text)) throw new Refusal('malformed', REASON_RULE)
  return text.trim()
}
