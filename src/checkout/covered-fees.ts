import type { FeeRate } from '../money/fee-rate.ts'

// Browser code uses this file as the server does: it imports nothing that runs.

const MILLION = 1_000_000n

/**
 * Stripe's fee for a charge, in minor units. Stripe rounds to the nearest unit, and a half up:
 * https://support.stripe.com/questions/rounding-rules-for-stripe-fees
 */
export function stripeFee(chargeMinor: bigint, { shareMillionths, fixedMinor }: FeeRate): bigint {
  return (2n * chargeMinor * BigInt(shareMillionths) + MILLION) / (2n * MILLION) + BigInt(fixedMinor)
}

/**
 * What a reader adds to a gift so that the newsroom nets all of it: the least amount with which
 * `charge - stripeFee(charge) >= gift`, where the charge is the gift and this amount together. Without rounding the charge
 * is (gift + fixed part) / (1 - share). Integers only: nothing is ever rounded on the way.
 * @param giftMinor above zero, a multiple of `stepMinor`
 * @param stepMinor Stripe charges multiples of it only: 1, but 10 in three-decimal currencies and 100 in ISK and UGX
 */
export function coveredFee(giftMinor: bigint, rate: FeeRate, stepMinor: bigint | number = 1n): bigint {
  const step = BigInt(stepMinor)
  const share = BigInt(rate.shareMillionths)
  // The fee of a charge c is floor(c·share + 1/2) + fixed. So c nets the gift exactly if c·(1 - share) > gift + fixed - 1/2.
  const above = ((2n * (giftMinor + BigInt(rate.fixedMinor)) - 1n) * MILLION) / (2n * (MILLION - share))
  const charge = above + 1n
  return ((charge + step - 1n) / step) * step - giftMinor
}
