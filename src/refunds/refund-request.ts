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
  /** What whoever requests it writes about it; null or left out: nothing. */
  readonly note?: string | null
  readonly requestedBy: string
  readonly requestedAt: Date
}

/** A request with what is known of it. While both are null, nobody knows whether Stripe makes the refund. */
export type StoredRefundRequest = RefundRequest & {
  readonly refundId: string | null
  /** Stripe's code for why it made none, or `not_made`. */
  readonly refused: string | null
}

/**
 * Stripe's refund, or the code for why there is none. `unknown`: Stripe did not answer, or answered that it failed; the
 * refund may have been made all the same.
 */
export type RefundAnswer = { readonly refundId: string } | { readonly refused: string } | 'unknown'

/** Money of a gift in minor units of its currency. */
export type ReversedMinor = {
  readonly refundedMinor: bigint
  /** Withdrawn by disputes. */
  readonly disputedMinor: bigint
  /** Refunds that were asked of Stripe and that `refundedMinor` does not hold yet. */
  readonly outstandingMinor: bigint
}

/** The part of a gift that was neither refunded nor withdrawn by a dispute, and is not being refunded; never below zero. */
export function refundable(
  gross: Money,
  { refundedMinor, disputedMinor, outstandingMinor }: ReversedMinor,
): Money {
  const left = gross.minor - refundedMinor - disputedMinor - outstandingMinor
  return money(left > 0n ? left : 0n, gross.currency)
}

export type RefundAmountProblem = UnreadableAmount['problem'] | 'zero' | 'aboveRefundable'

/** Reads the amount that staff typed. @returns the amount, or why it cannot be refunded */
export function amountToRefund(
  typed: string,
  left: Money,
): Money | { readonly problem: RefundAmountProblem } {
  const amount = parseDecimal(typed, left.currency)
  if ('problem' in amount) return amount
  if (amount.minor <= 0n) return { problem: 'zero' }
  if (amount.minor > left.minor) return { problem: 'aboveRefundable' }
  return amount
}

const HOUR_MS = 60 * 60 * 1000
// Stripe forgets an idempotency key after 24 hours. The same request would then make a second refund.
const KEY_VALID_MS = 20 * HOUR_MS
// Nobody asks for a request this old with its key any more, so a refund that Stripe does not list will not be made.
const ANSWER_DUE_MS = 26 * HOUR_MS

/** Whether Stripe still knows the request's idempotency key, so that asking again makes no second refund. */
export function isKeyValid({ requestedAt }: Pick<RefundRequest, 'requestedAt'>, now: Date): boolean {
  return now.getTime() - requestedAt.getTime() < KEY_VALID_MS
}

/** Whether the request is so old that a refund which Stripe does not list was not made. */
export function isAnswerDue({ requestedAt }: Pick<RefundRequest, 'requestedAt'>, now: Date): boolean {
  return now.getTime() - requestedAt.getTime() >= ANSWER_DUE_MS
}

const FIRST_PAUSE_MS = 15_000
const LONGEST_PAUSE_MS = 15 * 60 * 1000

/** How long to wait before Stripe is asked again: twice as long after each try, a quarter of an hour at most. */
export function pauseBeforeAskingAgainMs(tries: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** Math.min(tries, 10), LONGEST_PAUSE_MS)
}
