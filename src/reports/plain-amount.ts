import { allCurrencies, currencyInfo, parseCurrency, type CurrencyCode } from '../money/currency.ts'

/** An amount that somebody wrote without its currency: 12.50 is 1250 cents and 12,500 fils, and no number of yen. */
export type PlainAmount = { readonly thousandths: bigint }

/** @returns null for what is no such amount */
export function parsePlainAmount(text: string): PlainAmount | null {
  const [, whole, decimals = ''] = /^(\d{1,12})(?:[.,](\d{1,3}))?$/.exec(ungrouped(text.trim())) ?? []
  if (whole === undefined) return null
  return { thousandths: BigInt(whole) * 1000n + BigInt(decimals.padEnd(3, '0')) }
}

/** Both separators in one number, or one of them twice, say which of them groups. */
function ungrouped(text: string): string {
  if (/^\d{1,3}(,\d{3})+\.\d+$|^\d{1,3}(,\d{3}){2,}$/.test(text)) return text.replaceAll(',', '')
  if (/^\d{1,3}(\.\d{3})+,\d+$|^\d{1,3}(\.\d{3}){2,}$/.test(text)) return text.replaceAll('.', '')
  return text
}

/** An amount as pages and statements show it; the currency is null where nothing names exactly one. */
export type ShownAmount = { readonly amount: PlainAmount; readonly currency: CurrencyCode | null }

const SIGN = String.raw`\p{Sc}|[A-Za-z]{3}|[A-Z]{1,2}\$`
const SHOWN = new RegExp(String.raw`^(${SIGN})?\s*([\d.,]+)\s*(${SIGN})?$`, 'u')
/** Signs that stand for one currency alone. A dollar and ¥ may be several. */
const SIGNS: Readonly<Record<string, string>> = { '€': 'eur', '£': 'gbp', CA$: 'cad', A$: 'aud', NZ$: 'nzd' }

/** Reads `12.50`, `$1,234.50`, `€16.64`, `KWD 2.000` and `24,006 ISK`, as they are copied from a page. */
export function parseShownAmount(text: string): ShownAmount | null {
  const [, before, digits = '', after] = SHOWN.exec(text.trim()) ?? []
  if (before !== undefined && after !== undefined) return null
  const sign = before ?? after
  const currency = sign === undefined ? null : parseCurrency(SIGNS[sign] ?? sign.toLowerCase())
  if (sign !== undefined && currency === null && !sign.endsWith('$') && sign !== '¥') return null
  const groups = currency !== null && currencyInfo(currency).minorDigits < 3
  const amount = parsePlainAmount(groups ? digits.replace(/^(\d{1,3}),(\d{3})$/, '$1$2') : digits)
  return amount && { amount, currency }
}

const DIGITS = [0, 2, 3] as const

/** The currencies by the decimals of their minor units. */
export const currenciesByDigits: readonly {
  readonly digits: number
  readonly currencies: readonly CurrencyCode[]
}[] = DIGITS.map((digits) => ({
  digits,
  currencies: allCurrencies.filter((code) => currencyInfo(code).minorDigits === digits),
}))

/** The amount in minor units of so many decimals. @param rounded up for a least amount, down for a most */
export function minorOf({ thousandths }: PlainAmount, digits: number, rounded: 'up' | 'down'): bigint {
  const scale = 10n ** BigInt(3 - digits)
  const down = thousandths / scale
  return rounded === 'up' && down * scale < thousandths ? down + 1n : down
}
