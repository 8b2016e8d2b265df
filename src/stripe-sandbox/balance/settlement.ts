import { minorDigits } from '../currencies.ts'
import type { Fee } from '../settings.ts'
import type { Scene } from '../state.ts'

/** An amount as it reaches the balance. */
export type Settled = {
  readonly amount: number
  readonly currency: string
  /** Whole units of the settlement currency for one whole unit of what was paid; null when they are the same. */
  readonly exchangeRate: number | null
}

/** Rates have this many digits behind the point, and the amounts are computed from the rate as published. */
const RATE_DIGITS = 8

/**
 * What an amount is worth in the currency it settles in, at today's rate, rounded half up (away from zero).
 * @param amount minor units of `currency`; may be negative.
 */
export function settled(scene: Scene, amount: number, currency: string): Settled {
  const into = settlementCurrency(scene, currency)
  if (into === currency) return { amount, currency, exchangeRate: null }
  const rate = divideHalfUp(usdRate(scene, currency) * 10n ** BigInt(RATE_DIGITS), usdRate(scene, into))
  const up = 10n ** BigInt(minorDigits(into))
  const down = 10n ** BigInt(minorDigits(currency) + RATE_DIGITS)
  const converted = divideHalfUp(BigInt(amount) * rate * up, down)
  return { amount: Number(converted), currency: into, exchangeRate: Number(rate) / 10 ** RATE_DIGITS }
}

export function settlementCurrency({ settings }: Scene, currency: string): string {
  const [main = 'usd'] = settings.settlementCurrencies
  return settings.settlementCurrencies.includes(currency) ? currency : main
}

/** Stripe's fee: a share and a fixed part, rounded half up to a minor unit. Both in the settlement currency. */
export function feeFor({ settings }: Scene, { amount, currency }: Settled): number {
  const fee: Fee = settings.fees[currency] ?? settings.fees.default
  return Number(divideHalfUp(BigInt(amount) * BigInt(fee.percentBasisPoints), 10_000n)) + fee.fixedMinor
}

/** US dollars for one whole unit, times 10 to the power of RATE_DIGITS. A currency without a rate counts 1:1. */
function usdRate({ state, settings }: Scene, currency: string): bigint {
  const decimal = state.rate.get(currency)?.usd ?? settings.usdRates[currency] ?? '1'
  const [whole = '0', fraction = ''] = decimal.split('.')
  return BigInt(whole + fraction.padEnd(RATE_DIGITS, '0').slice(0, RATE_DIGITS))
}

function divideHalfUp(dividend: bigint, divisor: bigint): bigint {
  const negative = dividend < 0n
  const size = negative ? -dividend : dividend
  const rounded = (2n * size + divisor) / (2n * divisor)
  return negative ? -rounded : rounded
}
