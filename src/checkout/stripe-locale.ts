/** The languages of Stripe's payment page (`locale` of a Checkout Session). */
// oxfmt-ignore
const LOCALES = [
  'bg', 'cs', 'da', 'de', 'el', 'en', 'en-GB', 'es', 'es-419', 'et', 'fi', 'fil', 'fr', 'fr-CA', 'hr', 'hu', 'id', 'it',
  'ja', 'ko', 'lt', 'lv', 'ms', 'mt', 'nb', 'nl', 'pl', 'pt', 'pt-BR', 'ro', 'ru', 'sk', 'sl', 'sv', 'th', 'tr', 'vi',
  'zh', 'zh-HK', 'zh-TW',
] as const

export type StripeLocale = (typeof LOCALES)[number]

/** The nearest language that Stripe offers. @returns null to leave the choice to the reader's browser */
export function stripeLocale(tag: string | null): StripeLocale | null {
  if (tag === null) return null
  const { language, region, script } = new Intl.Locale(tag).maximize()
  if (language === 'zh' && script === 'Hant') return region === 'HK' || region === 'MO' ? 'zh-HK' : 'zh-TW'
  // Norwegian is mostly written as Bokmål.
  const wanted = language === 'no' ? ['nb'] : [`${language}-${region}`, language]
  return (
    LOCALES.find((locale) => wanted[0] === locale) ?? LOCALES.find((locale) => wanted[1] === locale) ?? null
  )
}
