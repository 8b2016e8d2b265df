import type { Money } from '../money/money.ts'

/** A balance transaction of a dispute, in the settlement currency. */
export type StripeMovement = {
  /** Null where Stripe's object does not say it. */
  readonly id: string | null
  /** Minor units: negative when withdrawn, positive when reinstated. */
  readonly minor: bigint
  readonly currency: string
  readonly createdAt: Date
  /** Settlement currency for one unit of the gift's; null when they are the same or Stripe does not say it. */
  readonly exchangeRate: number | null
}

/** A movement and what it is in minor units of the gift's currency, with the same sign. */
export type SharedMovement = StripeMovement & { readonly giftMinor: bigint }

/**
 * What each movement of a dispute is in the gift's currency. In another currency Stripe names only the settled amount: the
 * first withdrawal is the whole disputed amount, and any other movement is its proportion to that, corrected where Stripe
 * exchanged it at another rate. What differs from all that is withdrawn, or from the whole, only by rounding is all of it.
 * @param disputed the whole disputed amount in the gift's currency
 * @returns the movements that are not zero, by time
 */
export function inGiftCurrency(disputed: Money, movements: readonly StripeMovement[]): SharedMovement[] {
  const ordered = movements.filter(({ minor }) => minor !== 0n).toSorted(byTime)
  let first: StripeMovement | undefined
  let withdrawn = 0
  // A share depends on earlier movements alone, so that later ones never change it. The sum is rounded and not each part,
  // so that parts of the whole add up to the whole.
  return ordered.map((movement) => {
    if (movement.minor < 0n && movement.currency !== disputed.currency) first ??= movement
    const next = withdrawnAfter(movement, disputed, first, withdrawn)
    const giftMinor = BigInt(Math.round(withdrawn)) - BigInt(Math.round(next))
    withdrawn = next
    return { ...movement, giftMinor }
  })
}

/** What is withdrawn after a movement, in minor units of the gift's currency, not rounded. @param withdrawn before it */
function withdrawnAfter(
  { minor, currency, exchangeRate }: StripeMovement,
  disputed: Money,
  first: StripeMovement | undefined,
  withdrawn: number,
): number {
  if (currency === disputed.currency) return withdrawn - Number(minor)
  const whole = Number(disputed.minor)
  if (!first || whole === 0) return minor < 0n ? withdrawn + whole : withdrawn - whole
  // Relative to the first rate, because Stripe's rates are not between minor units for every currency.
  const rateChange = exchangeRate && first.exchangeRate ? exchangeRate / first.exchangeRate : 1
  const rate = (Number(-first.minor) / whole) * rateChange
  const all = minor < 0n ? -whole : withdrawn
  const isAll = Math.abs(all * rate - Number(minor)) <= 1
  return withdrawn - (isAll ? all : Number(minor) / rate)
}

function byTime(a: StripeMovement, b: StripeMovement): number {
  return a.createdAt.getTime() - b.createdAt.getTime() || Number(a.minor > 0n) - Number(b.minor > 0n)
}
