import type { ReaderSettings } from '../checkout/reader-settings.ts'
import { jsonAmount } from '../money/money.ts'
import { trustLine } from '../newsroom/payment-methods.ts'
import { consentTextIn } from '../newsletter/consent.ts'
import { directionOf, languageOf } from '../text/languages.ts'
import { catalogues, textFor } from '../text/text.ts'
import type { WidgetData } from './browser/data.ts'
import { widgetWords } from './widget-words.ts'

/**
 * @param wanted a BCP 47 tag and a currency code, or nothing; what the newsroom does not offer gives way to its own
 * @throws Error when the newsroom offers no currency
 */
export function widgetData(
  { currencies, frequencies, paymentMethods, languages, gift, tax, hasNewsletter }: ReaderSettings,
  name: string,
  wanted: { readonly lang: string | null; readonly currency: string | null },
): WidgetData {
  const language = languageOf(wanted.lang ?? '')
  const lang = language && languages.offered.includes(language) ? language : languages.fallback
  const code = wanted.currency?.toLowerCase()
  const currency = currencies.find((one) => one.code === code) ?? currencies[0]
  if (!currency) throw new Error('the newsroom offers no currency')
  const text = textFor(lang)
  return {
    lang,
    dir: directionOf(lang),
    languages: languages.offered,
    frequencies,
    currency: {
      code: currency.code,
      minorDigits: currency.minorDigits,
      step: jsonAmount(currency.step),
      minimum: jsonAmount(currency.limits.minimumMinor),
      maximum: jsonAmount(currency.limits.maximumMinor),
      amounts: currency.suggested.map(({ minor }) => jsonAmount(minor)),
      feeRate: currency.feeRate,
    },
    newsletter: hasNewsletter ? consentTextIn(text, name).text : '',
    words: widgetWords(lang, catalogues[lang], { name, gift, tax, trust: trustLine(text, paymentMethods) }),
  }
}
