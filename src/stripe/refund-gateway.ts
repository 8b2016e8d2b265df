import type { Logger } from 'pino'
import { Stripe } from 'stripe'
import { z } from 'zod'
import type { RefundAnswer, RefundRequest } from '../refunds/refund-request.ts'
import { metadata, refundId } from './field-schema.ts'

const CALL = { timeout: 8_000, maxNetworkRetries: 1 }
const REQUEST_KEY = 'refund_request'
// The SDK takes an error status whose body has no `error` for success, so every answer is checked.
const answerSchema = z.object({ object: z.literal('refund'), id: refundId })
const listSchema = z.object({
  data: z.array(z.object({ id: refundId, metadata })),
  has_more: z.boolean(),
})

/** Refunds at Stripe. No function throws: what is not known may still have been done. */
export type RefundGateway = {
  /** Asks for the refund. The request's id makes the idempotency key, so a repeated request makes one refund. */
  readonly createRefund: (request: RefundRequest) => Promise<RefundAnswer>
  /** Looks for the request's refund. `none`: it is not among the refunds of its payment, which were all read. */
  readonly findRefund: (request: RefundRequest) => Promise<{ readonly refundId: string } | 'none' | 'unknown'>
}

export function refunds({ stripe, log }: { readonly stripe: Stripe; readonly log: Logger }): RefundGateway {
  const isUnknown = (request: RefundRequest, err: unknown): 'unknown' => {
    log.warn({ err, refundRequest: request.id }, 'It is not known yet whether Stripe made a refund')
    return 'unknown'
  }
  return {
    async createRefund(request) {
      const { id, paymentIntentId, amount, reason } = request
      const params = {
        payment_intent: paymentIntentId,
        amount: Number(amount.minor), // exact: gifts are far below 2^53
        reason,
        metadata: { [REQUEST_KEY]: id },
      }
      try {
        const answer = answerSchema.safeParse(
          await stripe.refunds.create(params, { ...CALL, idempotencyKey: `refund-${id}` }),
        )
        return answer.success ? { refundId: answer.data.id } : isUnknown(request, answer.error)
      } catch (error) {
        const refused = refusalOf(error)
        if (refused === null) return isUnknown(request, error)
        log.warn({ err: error, refundRequest: id }, 'Stripe refused a refund')
        return { refused }
      }
    },

    async findRefund(request) {
      try {
        const list = listSchema.safeParse(
          await stripe.refunds.list({ payment_intent: request.paymentIntentId, limit: 100 }, CALL),
        )
        if (!list.success) return isUnknown(request, list.error)
        const { data, has_more: hasMore } = list.data
        const found = data.find((refund) => refund.metadata?.[REQUEST_KEY] === request.id)
        if (found) return { refundId: found.id }
        return hasMore ? 'unknown' : 'none'
      } catch (error) {
        return isUnknown(request, error)
      }
    },
  }
}

// 409: another call with this key is under way; 429: too many calls. Both may pass.
const PASSING = [409, 429]

/**
 * Why Stripe certainly made no refund; null when it may have made one. A call whose key was used with other parameters
 * says nothing about the first call.
 */
function refusalOf(error: unknown): string | null {
  if (!(error instanceof Stripe.errors.StripeError) || error instanceof Stripe.errors.StripeIdempotencyError)
    return null
  const { statusCode: status = 0 } = error
  if (status < 400 || status > 499 || PASSING.includes(status)) return null
  if (status === 401) return 'api_key_not_accepted'
  return status === 403 ? 'api_key_may_not_refund' : (error.code ?? error.type)
}
