import { dateFormat } from '../text/date-format.ts'
import type { Text } from '../text/text.ts'

/** The names under which cards are known. Stripe's words for others are shown as they are. */
const BRANDS: Readonly<Record<string, string>> = {
  amex: 'American Express',
  cartes_bancaires: 'Cartes Bancaires',
  diners: 'Diners Club',
  discover: 'Discover',
  jcb: 'JCB',
  mastercard: 'Mastercard',
  unionpay: 'UnionPay',
  visa: 'Visa',
}

export function brandName(brand: string): string {
  return BRANDS[brand] ?? brand
}

/** `December 2026` of `2026-12`. */
export function monthInWords(month: string, text: Text): string {
  const format = dateFormat(text.locale, { month: 'long', year: 'numeric', timeZone: 'UTC' })
  return format.format(new Date(`${month}-01T00:00:00Z`))
}

/** The day of an instant in the newsroom's timezone, `December 28, 2026`. */
export function dayInWords(instant: Date, timezone: string, text: Text): string {
  return dateFormat(text.locale, { dateStyle: 'long', timeZone: timezone }).format(instant)
}
