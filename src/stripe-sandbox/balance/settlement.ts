import { minorDigits } from '../currencies.ts'
import type { Fee } from '../settings.ts'
import type { Context } from '../state/context.ts'

/** An amount as it reaches the balance. */
export type SettledAmount = {
  /** Minor units of `currency`. */
  readonly amount: number
  readonly currency: string
  /** Whole units of the settlement currency for one whole unit of the payment; null when they are the same. */
  readonly exchangeRate: number | null
}

/** Exchange rates have this many decimals, and amounts are computed from the rate as published. */
const RATE_DIGITS = 8

/**
 * Converts an amount to the currency it settles in at the current rate, rounded half away from zero.
 * @param amount minor units of `currency`; may be negative.
 */
export function inSettlementCurrency(context: Context, amount: number, currency: string): SettledAmount {
  const target = settlementCurrency(context, currency)
  if (target === currency) return { amount, currency, exchangeRate: null }
  const rate = divideHalfUp(usdRate(context, currency) * 10n ** BigInt(RATE_DIGITS), usdRate(context, target))
  const dividend = BigInt(amount) * rate * 10n ** BigInt(minorDigits(target))
  const converted = divideHalfUp(dividend, 10n ** BigInt(minorDigits(currency) + RATE_DIGITS))
  return { amount: Number(converted), currency: target, exchangeRate: Number(rate) / 10 ** RATE_DIGITS }
}

/** Stripe's fee, a share and a fixed part, in the settlement currency. It is rounded half up to a minor unit. */
export function feeFor({ settings }: Context, { amount, currency }: SettledAmount): number {
  const fee: Fee = settings.fees[currency] ?? settings.fees.default
  return Number(divideHalfUp(BigInt(amount) * BigInt(fee.percentBasisPoints), 10_000n)) + fee.fixedMinor
}

function settlementCurrency({ settings }: Context, currency: string): string {
  const [main = 'usd'] = settings.settlementCurrencies
  return settings.settlementCurrencies.includes(currency) ? currency : main
}

/** Whether a rate of the currency is set; without one, what it is worth is not known. */
export function hasRate({ state, settings }: Context, currency: string): boolean {
  return state.rate.get(currency) !== undefined || settings.usdRates[currency] !== undefined
}

/** US dollars for one whole unit, times 10 to the power of RATE_DIGITS. A currency without a rate counts 1:1. */
function usdRate({ state, settings }: Context, currency: string): bigint {
  const decimal = state.rate.get(currency)?.usd ?? settings.usdRates[currency] ?? '1'
  const [whole = '0', fraction = ''] = decimal.split('.')
  return BigInt(whole + fraction.padEnd(RATE_DIGITS, '0').slice(0, RATE_DIGITS))
}

function divideHalfUp(dividend: bigint, divisor: bigint): bigint {
  const isNegative = dividend < 0n
  const size = isNegative ? -dividend : dividend
  const rounded = (2n * size + divisor) / (2n * divisor)
  return isNegative ? -rounded : rounded
}
