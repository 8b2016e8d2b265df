import type { Frequency } from '../checkout/attribution.ts'
import type { ReaderSettings } from '../checkout/reader-settings.ts'
import type { FeeRate } from '../money/fee-rate.ts'
import { jsonAmount } from '../money/money.ts'
import { directionOf, languageOf, type Language } from '../text/languages.ts'
import { catalogues } from '../text/text.ts'
import { widgetWords, type WidgetWords } from './widget-words.ts'

/** What the widget's code knows of the newsroom, in one language and one currency. Amounts are in minor units. */
export type WidgetData = {
  readonly lang: Language
  readonly dir: 'ltr' | 'rtl'
  /** Every language that the newsroom offers: for a page in another one than `lang` the widget asks for its words. */
  readonly languages: readonly Language[]
  readonly frequencies: readonly Frequency[]
  readonly currency: {
    readonly code: string
    readonly minorDigits: number
    readonly step: number
    readonly minimum: number
    readonly maximum: number
    readonly amounts: readonly number[]
    /** Null where the newsroom does not say what Stripe takes: the fee is then not offered. */
    readonly feeRate: FeeRate | null
  }
  readonly words: WidgetWords
}

/**
 * @param wanted a BCP 47 tag and a currency code, or nothing; what the newsroom does not offer gives way to its own
 * @throws Error when the newsroom offers no currency
 */
export function widgetData(
  { currencies, frequencies, languages, gift, tax }: ReaderSettings,
  name: string,
  wanted: { readonly lang: string | null; readonly currency: string | null },
): WidgetData {
  const language = languageOf(wanted.lang ?? '')
  const lang = language && languages.offered.includes(language) ? language : languages.fallback
  const code = wanted.currency?.toLowerCase()
  const currency = currencies.find((one) => one.code === code) ?? currencies[0]
  if (!currency) throw new Error('the newsroom offers no currency')
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
    words: widgetWords(lang, catalogues[lang], { name, gift, tax }),
  }
}
