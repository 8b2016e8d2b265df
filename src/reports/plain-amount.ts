import { allCurrencies, currencyInfo, type CurrencyCode } from '../money/currency.ts'

/** An amount that somebody wrote without its currency: 12.50 is 1250 cents and 12,500 fils, and no number of yen. */
export type PlainAmount = { readonly thousandths: bigint }

/** @returns null for what is no such amount */
export function parsePlainAmount(text: string): PlainAmount | null {
  const [, whole, decimals = ''] = /^(\d{1,12})(?:[.,](\d{1,3}))?$/.exec(text.trim()) ?? []
  if (whole === undefined) return null
  return { thousandths: BigInt(whole) * 1000n + BigInt(decimals.padEnd(3, '0')) }
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
