import type { Dice } from './dice.ts'

/** The script's own arithmetic, written down once more on purpose: two that err alike would agree. */

export const FEE = { percentBasisPoints: 290, fixedMinor: 30 }
export const DISPUTE_FEE_MINOR = 1500
export const MONTHLY_FEE_MINOR = 200
/** Money in these has a bank account of its own; everything else becomes the first. */
export const SETTLED_IN = ['usd', 'eur'] as const

/** Digits behind the point, smallest steps, and a small gift in minor units. */
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

export const CODES = ['usd', 'eur', 'gbp', 'cad', 'jpy', 'kwd', 'isk'] as const satisfies readonly Code[]
/** Currencies whose rate moves. */
export const FOREIGN = ['gbp', 'cad', 'jpy', 'kwd', 'isk'] as const satisfies readonly Code[]
/** Where banks collect debits. */
export const DEBITED = ['usd', 'eur', 'gbp', 'cad'] as const satisfies readonly Code[]
export const USUAL = ['usd', 'usd', 'usd', 'usd', 'eur', 'eur', ...CODES] as const

export const startRates: Readonly<Record<string, string>> = Object.fromEntries(
  CODES.map((code) => [code, CURRENCIES[code].usd]),
)

function factsOf(currency: string) {
  const code = CODES.find((known) => known === currency)
  if (code === undefined) throw new Error(`the script knows no ${currency}`)
  return CURRENCIES[code]
}

/** From a coffee to a hundred coffees, mostly small, in minor units. */
export function amountIn(currency: string, dice: Dice): number {
  const { small, step } = factsOf(currency)
  const times = dice.pick([1, 1, 1, 2, 2, 3, 5, 8, 30])
  const odd = dice.often(0.3) ? dice.int(1, small) : 0
  return Math.ceil((small * times + odd) / step) * step
}

/** Some of an amount: at least one step, never all of it. */
export function partOf(amount: number, currency: string, dice: Dice): number {
  const { step } = factsOf(currency)
  return Math.max(step, Math.floor((amount * dice.int(5, 60)) / 100 / step) * step)
}

/** A rate some per cent away from where it began. */
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

/** What an amount is worth on Stripe's balance: half a cent goes away from zero. @param usd dollars for a whole unit */
export function settled(amount: bigint, currency: string, usd: string): bigint {
  const into = settlesIn(currency)
  if (into === currency) return amount
  const [whole = '0', fraction = ''] = usd.split('.')
  const digits = factsOf(currency).digits + fraction.length
  const product = amount * BigInt(whole + fraction) * 10n ** BigInt(factsOf(into).digits)
  return rounded(product, 10n ** BigInt(digits))
}

/** 2.9 % and 30 cents of what reached the balance. */
export function feeOf(settledMinor: bigint): bigint {
  return rounded(settledMinor * BigInt(FEE.percentBasisPoints), 10_000n) + BigInt(FEE.fixedMinor)
}

function rounded(dividend: bigint, divisor: bigint): bigint {
  const size = dividend < 0n ? -dividend : dividend
  const up = (size + divisor / 2n) / divisor
  return dividend < 0n ? -up : up
}
