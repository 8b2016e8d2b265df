/** What Stripe takes of a charge: a share and a fixed part. Plain numbers, so that it travels to the browser as JSON. */
export type FeeRate = {
  /** Millionths of the charge: 29000 for 2.9 %. */
  readonly shareMillionths: number
  /** In minor units of the charge's currency. */
  readonly fixedMinor: number
}

const HIGHEST_SHARE_MILLIONTHS = 200_000
const RATE = /^(\d{1,2})(?:\.(\d{1,4}))?%(?:\+(\d{1,7}))?$/

/**
 * Reads a rate as a newsroom writes it: `2.9%+30` is 2.9 % and 30 minor units.
 * @returns null for anything else, for nothing at all, and for a share above 20 %, which is no fee of Stripe's
 */
export function parseFeeRate(text: string): FeeRate | null {
  const [found, whole = '', decimals = '', fixed = '0'] = RATE.exec(text.replace(/\s/g, '')) ?? []
  if (found === undefined) return null
  const shareMillionths = Number(whole + decimals.padEnd(4, '0'))
  const fixedMinor = Number(fixed)
  if (shareMillionths > HIGHEST_SHARE_MILLIONTHS || shareMillionths + fixedMinor === 0) return null
  return { shareMillionths, fixedMinor }
}
