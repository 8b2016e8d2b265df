import type { Logger } from 'pino'
import { Stripe } from 'stripe'
import { z } from 'zod'
import type { RefundAnswer, RefundRequest } from '../refunds/refund-request.ts'
import { refundId } from './field-schema.ts'
import { stripeRefusal, unavailable } from './stripe-refusal.ts'

const CALL = { timeout: 8_000, maxNetworkRetries: 1 }
// The SDK takes an error status whose body has no `error` for success, so every answer is checked.
const answerSchema = z.object({ object: z.literal('refund'), id: refundId })

/**
 * Creates refunds at Stripe. The request's id makes the idempotency key, so a repeated request makes one refund.
 * @returns a function that throws Refusal unavailable when it is not known whether Stripe made the refund
 */
export function refunds(deps: {
  readonly stripe: Stripe
  readonly log: Logger
}): (request: RefundRequest) => Promise<RefundAnswer> {
  const { stripe, log } = deps
  return async ({ id, paymentIntentId, amount, reason }) => {
    const params = {
      payment_intent: paymentIntentId,
      amount: Number(amount.minor), // exact: gifts are far below 2^53
      reason,
      metadata: { refund_request: id },
    }
    try {
      const answer = answerSchema.safeParse(
        await stripe.refunds.create(params, { ...CALL, idempotencyKey: `refund-${id}` }),
      )
      if (!answer.success) throw unavailable(answer.error)
      return { refundId: answer.data.id }
    } catch (error) {
      if (error instanceof Stripe.errors.StripeInvalidRequestError && error.statusCode !== 409)
        return { refused: error.code ?? error.type }
      throw stripeRefusal(error, log)
    }
  }
}
