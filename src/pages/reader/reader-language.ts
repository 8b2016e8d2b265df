import type { Context } from 'koa'
import { languageTag } from '../../checkout/attribution-text.ts'
import { languageOf } from '../../text/languages.ts'
import type { Text, TextFor } from '../../text/text.ts'

/** The words of a reader's page, and the locale (BCP 47) that is kept with a checkout that begins there. */
export type ReaderLanguage = { readonly text: Text; readonly locale: string }

/**
 * The language of a reader's page: of the first choice (BCP 47) that the newsroom offers, otherwise of the browser's
 * preferences, otherwise the newsroom's. Where none is offered, the kept locale is still the reader's, since Stripe's
 * payment page knows further languages.
 * @param choices what was chosen explicitly or kept with a checkout, the strongest first; null for none
 */
export function readerLanguage(
  ctx: Context,
  textFor: TextFor,
  ...choices: readonly (string | null)[]
): ReaderLanguage {
  const wanted = [...choices, ...ctx.acceptsLanguages()].flatMap((tag) => languageTag(tag) ?? [])
  const text = textFor(...wanted)
  const isOffered = wanted.some((tag) => languageOf(tag) === text.language)
  return { text, locale: isOffered ? text.locale : (wanted[0] ?? text.locale) }
}
