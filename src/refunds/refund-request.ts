import { money, parseDecimal, type Money, type UnreadableAmount } from '../money/money.ts'

/** Stripe's words for why. */
export const refundReasons = ['requested_by_customer', 'duplicate', 'fraudulent'] as const
export type RefundReason = (typeof refundReasons)[number]

/** What somebody of finance asks for on our pages. Its id is the key under which Stripe is asked. */
export type RefundRequest = {
  readonly id: string
  readonly donationId: string
  readonly paymentIntentId: string
  readonly amount: Money
  readonly reason: RefundReason
  readonly requestedBy: string
  readonly requestedAt: Date
}

/** What of a gift can still be refunded: what was neither refunded nor withdrawn by a dispute. Never below zero. */
export function refundable(gross: Money, refundedMinor: bigint, disputedMinor: bigint): Money {
  const left = gross.minor - refundedMinor - disputedMinor
  return money(left > 0n ? left : 0n, gross.currency)
}

/** The typed amount, or why it cannot be refunded. */
export function amountToRefund(
  typed: string,
  left: Money,
): Money | UnreadableAmount | { readonly problem: 'zero' | 'aboveRefundable' } {
  const amount = parseDecimal(typed, left.currency)
  if ('problem' in amount) return amount
  if (amount.minor <= 0n) return { problem: 'zero' }
  if (amount.minor > left.minor) return { problem: 'aboveRefundable' }
  return amount
}

// Stripe forgets a key after 24 hours: asked again later, it would make a second refund.
const KEY_LIVES_MS = 20 * 60 * 60 * 1000

/** Whether Stripe may be asked (again) under the request's key. */
export function mayAskStripe({ requestedAt }: Pick<RefundRequest, 'requestedAt'>, now: Date): boolean {
  return now.getTime() - requestedAt.getTime() < KEY_LIVES_MS
}
