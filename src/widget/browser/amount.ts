import type { WidgetData } from './data.ts'

/** `$5`, `$5.50`, `500 ¥`: as the locale writes it, without decimals that are all zero. */
export function showAmount(
  minor: number,
  currency: Pick<WidgetData['currency'], 'code' | 'minorDigits'>,
  locale: string,
): string {
  return partsOf(minor, currency, locale)
    .map(({ value }) => value)
    .join('')
}

/** What the locale writes before and behind an amount: a sign or a code. */
export function currencyMarks(currency: WidgetData['currency'], locale: string): readonly [string, string] {
  const parts = partsOf(0, currency, locale)
  const at = parts.findIndex(({ type }) => type === 'integer')
  const join = (some: readonly Intl.NumberFormatPart[]) =>
    some
      .filter(({ type }) => type === 'currency')
      .map(({ value }) => value)
      .join('')
  return [join(parts.slice(0, at)), join(parts.slice(at))]
}

function partsOf(
  minor: number,
  { code, minorDigits }: Pick<WidgetData['currency'], 'code' | 'minorDigits'>,
  locale: string,
): Intl.NumberFormatPart[] {
  const unit = 10 ** minorDigits
  const digits = minor % unit === 0 ? 0 : minorDigits
  return new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: code,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).formatToParts(minor / unit) // for display only; the amount that is posted stays whole
}
