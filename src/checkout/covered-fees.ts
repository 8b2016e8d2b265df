/**
 * What Stripe takes of a charge: a share and a fixed part. Plain numbers, so that it travels to the browser as JSON.
 * This file imports nothing: the widget's browser code uses it as the server does.
 */
export type FeeRate = {
  /** Millionths of the charge: 29000 for 2.9 %. */
  readonly shareMillionths: number
  /** In minor units of the charge's currency. */
  readonly fixedMinor: number
}

const MILLION = 1_000_000n
const HIGHEST_SHARE_MILLIONTHS = 200_000
const RATE = /^(\d{1,2})(?:\.(\d{1,4}))?%(?:\+(\d{1,7}))?$/

/**
 * Reads a rate as a newsroom writes it: `2.9%+30` is 2.9 % and 30 minor units.
 * @returns null for anything else, for nothing at all, and for a share above 20 %, which is no fee of Stripe's
 */
export function parseFeeRate(text: string): FeeRate | null {
  const [found, whole = '', decimals = '', fixed = '0'] = RATE.exec(text.replaceAll(/\s/g, '')) ?? []
  if (found === undefined) return null
  const shareMillionths = Number(whole + decimals.padEnd(4, '0'))
  const fixedMinor = Number(fixed)
  if (shareMillionths > HIGHEST_SHARE_MILLIONTHS || shareMillionths + fixedMinor === 0) return null
  return { shareMillionths, fixedMinor }
}

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
