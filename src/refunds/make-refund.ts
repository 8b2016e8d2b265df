import type { Queryable } from '../db/database.ts'
import { Refusal } from '../http/refusal.ts'
import { findOrInsertRefundRequest, recordRefundAnswer } from './refund-request-store.ts'
import { isKeyValid, type RefundAnswer, type RefundRequest } from './refund-request.ts'

export type RefundDeps = {
  readonly pool: Queryable
  /** Asks Stripe for the refund, with the request's id as idempotency key. @throws Refusal unavailable */
  readonly createRefund: (request: RefundRequest) => Promise<RefundAnswer>
}

/**
 * Stores the request, asks Stripe for the refund, and records the answer. A form that is sent twice asks Stripe twice
 * with one idempotency key, which Stripe answers with one refund.
 * @throws Refusal conflict when Stripe refuses, or when the form is too old or was used for another refund
 */
export async function makeRefund({ pool, createRefund }: RefundDeps, request: RefundRequest): Promise<void> {
  const stored = await findOrInsertRefundRequest(pool, request)
  if (!stored.isSame)
    throw new Refusal('conflict', 'This form was used for another refund. Open the donation again.')
  if (stored.isDone) return
  if (!isKeyValid(stored, request.requestedAt))
    throw new Refusal(
      'conflict',
      'This form is too old. Look at the donation and, if the refund is still needed, ask again.',
    )
  const answer = await createRefund(request)
  await recordRefundAnswer(pool, request.id, answer)
  if ('refused' in answer)
    throw new Refusal('conflict', `Stripe did not make this refund (${answer.refused.replaceAll('_', ' ')}).`)
}
