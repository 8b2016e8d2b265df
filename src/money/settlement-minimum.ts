import { currencyInfo, type CurrencyCode } from './currency.ts'
import type { AmountLimits } from './money.ts'

/**
 * The limits for an account whose money is settled in one currency. Stripe refuses a charge that is worth less than the
 * smallest charge of the settlement currency (docs.stripe.com/currencies, minimum and maximum charge amounts): 50 yen
 * are enough for an account in Japan and too little for one in the United States.
 * @param settlement the account's default currency
 */
export function limitsSettledIn(
  limits: ReadonlyMap<CurrencyCode, AmountLimits>,
  settlement: CurrencyCode,
): Map<CurrencyCode, AmountLimits> {
  return new Map(
    [...limits].map(([code, own]) => [code, withMinimum(own, smallestChargeSettledIn(code, settlement))]),
  )
}

/** The limits once Stripe has refused an amount as too small: above it, and worth somewhat more than half a dollar. */
export function limitsAboveRefused(
  code: CurrencyCode,
  limits: AmountLimits,
  refusedMinor: bigint,
): AmountLimits {
  const aboveRefused = niceAmount((refusedMinor * 5n) / 4n + 1n, code)
  const aboveHalfDollar = niceAmount((currencyInfo(code).aboutOneDollarMinor * 3n) / 5n, code)
  return withMinimum(limits, aboveRefused > aboveHalfDollar ? aboveRefused : aboveHalfDollar)
}

/**
 * An estimate with a tenth to spare, because rates move; where it is still too low, Stripe's refusal says so. An account
 * with further settlement currencies could take a little less in those.
 */
function smallestChargeSettledIn(code: CurrencyCode, settlement: CurrencyCode): bigint {
  const charged = currencyInfo(code)
  if (code === settlement) return charged.minimumMinor
  const settled = currencyInfo(settlement)
  const dividend = settled.minimumMinor * charged.aboutOneDollarMinor * 11n
  return niceAmount(dividedUp(dividend, settled.aboutOneDollarMinor * 10n), code)
}

/** A newsroom's maximum stays: a minimum above it would offer an amount that it does not want. */
function withMinimum(limits: AmountLimits, minimumMinor: bigint): AmountLimits {
  const raised = minimumMinor > limits.minimumMinor ? minimumMinor : limits.minimumMinor
  return { ...limits, minimumMinor: raised < limits.maximumMinor ? raised : limits.maximumMinor }
}

/** Rounded up to two digits and to what Stripe can charge: a limit that people read. */
function niceAmount(minor: bigint, code: CurrencyCode): bigint {
  const { step } = currencyInfo(code)
  const scale = 10n ** BigInt(Math.max(0, minor.toString().length - 2))
  return dividedUp(dividedUp(minor, scale) * scale, step) * step
}

function dividedUp(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor - 1n) / divisor
}
