import type { Queryable } from '../db/database.ts'
import { Refusal } from '../http/refusal.ts'
import { mayAskStripe, type RefundRequest } from './refund-request.ts'
import { findOrInsertRefundRequest, recordRefundAnswer } from './refund-request-store.ts'

export type RefundDeps = {
  readonly pool: Queryable
  readonly ask: (
    request: RefundRequest,
  ) => Promise<{ readonly refundId: string } | { readonly refused: string }>
}

/**
 * Kept and committed → Stripe asked under the request's id → its answer kept. The same form sent twice asks once more
 * under the same key, which Stripe answers with the same refund.
 * @throws Refusal conflict when Stripe refuses, or the form is another's or too old
 */
export async function makeRefund({ pool, ask }: RefundDeps, request: RefundRequest): Promise<void> {
  const kept = await findOrInsertRefundRequest(pool, request)
  if (!kept.isSame)
    throw new Refusal('conflict', 'This form was used for another refund. Open the donation again.')
  if (kept.isDone) return
  if (!mayAskStripe(kept, request.requestedAt))
    throw new Refusal(
      'conflict',
      'This form is too old. Look at the donation and, if it is still needed, ask again.',
    )
  const answer = await ask(request)
  await recordRefundAnswer(pool, request.id, answer)
  if ('refused' in answer)
    throw new Refusal('conflict', `Stripe did not make this refund (${answer.refused.replaceAll('_', ' ')}).`)
}
