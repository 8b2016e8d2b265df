import { readTypedAmount } from '../../money/typed-amount.ts'
import type { MoreWords, WidgetData } from './data.ts'
import { showAmount } from './amount.ts'
import { fill } from './words.ts'

/** An amount that the newsroom takes, or a sentence for the reader. `typed` is the currency that was written instead. */
export type Reading =
  | { readonly minor: number }
  | { readonly message: string; readonly typed?: string | undefined }

/** The service puts the words of one language in front of this script. */
declare const MORE_WORDS: MoreWords

/** What the widget says after it was touched. */
export const moreWords = (): MoreWords => MORE_WORDS

/**
 * For a recurring gift, when it is charged next if it is made today, and how it is stopped: in the place of the ways to pay.
 * @param trust who runs the payment page, and the ways to pay
 * @param today by the reader's clock
 */
export function recurs(trust: string, frequency: string, locale: string, today: Date): string {
  if (frequency === 'once') return trust
  const next = new Date(today)
  next.setMonth(next.getMonth() + (frequency === 'monthly' ? 1 : 12))
  // The month has no such day: Stripe takes its last one.
  if (next.getDate() !== today.getDate()) next.setDate(0)
  return `${trust.replace(/ · .*/, '')}. ${fill(MORE_WORDS.recurs, { next: next.toLocaleDateString(locale, { dateStyle: 'medium' }) })}`
}

/** Reads what a reader typed, and holds it to the newsroom's limits: the server does the same again. */
export function readAmount(
  text: string,
  { currency, lang }: Pick<WidgetData, 'currency' | 'lang'>,
  locale: string,
): Reading {
  const { code, minorDigits, minimum, maximum, step } = currency
  const read = readTypedAmount(text, { code, minorDigits, step: BigInt(step) }, locale)
  if ('problem' in read) {
    const typed = 'typed' in read ? read.typed : undefined
    return { message: fill(MORE_WORDS[read.problem], namesOf(lang, code, typed, minorDigits)), typed }
  }
  const minor = Number(read.minor)
  const refused = (problem: 'tooSmall' | 'tooLarge' | 'notAMultiple', limit: number): Reading => ({
    message: fill(MORE_WORDS[problem], {
      limit: showAmount(limit, currency, locale),
      currency: code.toUpperCase(),
    }),
  })
  if (minor < minimum) return refused('tooSmall', minimum)
  if (minor > maximum) return refused('tooLarge', maximum)
  return minor % step === 0 ? { minor } : refused('notAMultiple', step)
}

function namesOf(lang: string, code: string, typed: string | undefined, decimals: number) {
  if (!typed) return { currency: code.toUpperCase(), decimals }
  const names = new Intl.DisplayNames(lang, { type: 'currency' })
  const nameOf = (one: string) => names.of(one.toUpperCase()) ?? one
  return { currency: nameOf(code), typed: nameOf(typed) }
}
