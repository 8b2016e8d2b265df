/**
 * An amount in minor units as a JSON number. JSON readers hold numbers as doubles, exact up to 2^53: that is 90 trillion
 * dollars, so a larger sum is a mistake of ours and must not be rounded quietly. Inside, amounts stay bigint.
 * @throws RangeError beyond what a double holds exactly.
 */
export function jsonAmount(minor: bigint): number {
  const amount = Number(minor)
  if (!Number.isSafeInteger(amount)) throw new RangeError('an amount is too large to be a JSON number')
  return amount
}
