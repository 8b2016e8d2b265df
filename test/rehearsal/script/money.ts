import type { Dice } from './dice.ts'

/** The script's own arithmetic. It repeats the service's on purpose: shared code would hide a mistake of both. */

export const FEE = { percentBasisPoints: 290, fixedMinor: 30 }
export const DISPUTE_FEE_MINOR = 1500
export const MONTHLY_FEE_MINOR = 200
/** Currencies with a bank account of their own; all others are converted to the first. */
export const SETTLED_IN = ['usd', 'eur'] as const

/** Decimal digits, smallest step and a small gift in minor units, and the rate to US dollars. */
const CURRENCIES = {
  usd: { digits: 2, step: 1, small: 300, usd: '1' },
  eur: { digits: 2, step: 1, small: 300, usd: '1.0842' },
  gbp: { digits: 2, step: 1, small: 250, usd: '1.2716' },
  cad: { digits: 2, step: 1, small: 400, usd: '0.7311' },
  jpy: { digits: 0, step: 1, small: 450, usd: '0.00667' },
  kwd: { digits: 3, step: 10, small: 1000, usd: '3.2541' },
  isk: { digits: 2, step: 100, small: 40_000, usd: '0.00724' },
} as const
type Code = keyof typeof CURRENCIES

const CODES = ['usd', 'eur', 'gbp', 'cad', 'jpy', 'kwd', 'isk'] as const satisfies readonly Code[]
/** Currencies whose rate changes. */
export const FOREIGN = ['gbp', 'cad', 'jpy', 'kwd', 'isk'] as const satisfies readonly Code[]
/** Currencies of bank debits. */
export const DEBITED = ['usd', 'eur', 'gbp', 'cad'] as const satisfies readonly Code[]
export const USUAL = ['usd', 'usd', 'usd', 'usd', 'eur', 'eur', ...CODES] as const

export const startRates: Readonly<Record<string, string>> = Object.fromEntries(
  CODES.map((code) => [code, CURRENCIES[code].usd]),
)

function factsOf(currency: string) {
  const code = CODES.find((known) => known === currency)
  if (code === undefined) throw new Error(`The script has no currency ${currency}`)
  return CURRENCIES[code]
}

/** A random amount in minor units, mostly small. */
export function amountIn(currency: string, dice: Dice): number {
  const { small, step } = factsOf(currency)
  const times = dice.pick([1, 1, 1, 2, 2, 3, 5, 8, 30])
  const odd = dice.often(0.3) ? dice.int(1, small) : 0
  return Math.ceil((small * times + odd) / step) * step
}

/** A random part of an amount: at least one step, at most 60 %. */
export function partOf(amount: number, currency: string, dice: Dice): number {
  const { step } = factsOf(currency)
  return Math.max(step, Math.floor((amount * dice.int(5, 60)) / 100 / step) * step)
}

/** A random rate at most 7 % away from the start rate. */
export function movedRate(currency: string, dice: Dice): string {
  const [whole = '0', fraction = ''] = factsOf(currency).usd.split('.')
  const digits = BigInt(whole + fraction) * BigInt(dice.int(930, 1070))
  const text = digits.toString().padStart(fraction.length + 4, '0')
  const point = text.length - fraction.length - 3
  return `${text.slice(0, point)}.${text.slice(point)}`
}

export function settlesIn(currency: string): string {
  return SETTLED_IN.find((code) => code === currency) ?? SETTLED_IN[0]
}

/** An amount converted to its settlement currency; half a cent is rounded away from zero. @param usd dollars for one unit */
export function settled(amount: bigint, currency: string, usd: string): bigint {
  const into = settlesIn(currency)
  if (into === currency) return amount
  const [whole = '0', fraction = ''] = usd.split('.')
  const digits = factsOf(currency).digits + fraction.length
  const product = amount * BigInt(whole + fraction) * 10n ** BigInt(factsOf(into).digits)
  return rounded(product, 10n ** BigInt(digits))
}

/** Stripe's fee: 2.9 % of the converted amount and 30 cents. */
export function feeOf(settledMinor: bigint): bigint {
  return rounded(settledMinor * BigInt(FEE.percentBasisPoints), 10_000n) + BigInt(FEE.fixedMinor)
}

function rounded(dividend: bigint, divisor: bigint): bigint {
  const size = dividend < 0n ? -dividend : dividend
  const up = (size + divisor / 2n) / divisor
  return dividend < 0n ? -up : up
}
