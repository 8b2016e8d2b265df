import { money, parseDecimal, type Money, type UnreadableAmount } from '../money/money.ts'

/** Stripe's reasons for a refund (docs.stripe.com/api/refunds/create). */
export const refundReasons = ['requested_by_customer', 'duplicate', 'fraudulent'] as const
export type RefundReason = (typeof refundReasons)[number]

/** A refund that finance staff ask for on the donation's page. Its id makes the idempotency key at Stripe. */
export type RefundRequest = {
  readonly id: string
  readonly donationId: string
  readonly paymentIntentId: string
  readonly amount: Money
  readonly reason: RefundReason
  readonly requestedBy: string
  readonly requestedAt: Date
}

/** Stripe's refund, or Stripe's code for why it made none. */
export type RefundAnswer = { readonly refundId: string } | { readonly refused: string }

/** The part of a gift that was neither refunded nor withdrawn by a dispute; never below zero. */
export function refundable(gross: Money, refundedMinor: bigint, disputedMinor: bigint): Money {
  const left = gross.minor - refundedMinor - disputedMinor
  return money(left > 0n ? left : 0n, gross.currency)
}

/** Reads the amount that staff typed. @returns the amount, or why it cannot be refunded */
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

// Stripe forgets an idempotency key after 24 hours. The same request would then make a second refund.
const KEY_VALID_MS = 20 * 60 * 60 * 1000

/** Whether Stripe still knows the request's idempotency key, so that asking again makes no second refund. */
export function isKeyValid({ requestedAt }: Pick<RefundRequest, 'requestedAt'>, now: Date): boolean {
  return now.getTime() - requestedAt.getTime() < KEY_VALID_MS
}
