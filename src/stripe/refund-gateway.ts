import type { Logger } from 'pino'
import { Stripe } from 'stripe'
import { z } from 'zod'
import type { RefundRequest } from '../refunds/refund-request.ts'
import { stripeRefusal, unavailable } from './stripe-refusal.ts'

export type RefundAnswer = { readonly refundId: string } | { readonly refused: string }
export type AskForRefund = (request: RefundRequest) => Promise<RefundAnswer>

const CALL = { timeout: 8_000, maxNetworkRetries: 1 }
// The SDK takes an error status whose body has no `error` for success, so nothing is believed unread.
const answerSchema = z.object({ object: z.literal('refund'), id: z.string().regex(/^(re|pyr)_\w+$/) })

/**
 * Asks Stripe to refund, under the request's own id: once, however often it is asked.
 * @returns the refund's id, or Stripe's code for why not
 * @throws Refusal unavailable when it is not known what became of it
 */
export function askForRefund({
  stripe,
  log,
}: {
  readonly stripe: Stripe
  readonly log: Logger
}): AskForRefund {
  return async ({ id, paymentIntentId, amount, reason }) => {
    const params = {
      payment_intent: paymentIntentId,
      // Exact: the amount is part of a gift, and gifts stay far below 2^53.
      amount: Number(amount.minor),
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
