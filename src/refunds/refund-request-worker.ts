import type { Queryable } from '../db/database.ts'
import {
  isAnswerDue,
  isKeyValid,
  pauseBeforeAskingAgainMs,
  type RefundAnswer,
  type RefundRequest,
} from './refund-request.ts'
import { dueRefundRequests, postponeRefundRequest, recordRefundAnswer } from './refund-request-store.ts'

const BATCH_SIZE = 5

export type UnansweredRefundsDeps = {
  readonly pool: Queryable
  /** Looks for the request's refund among those of its payment. `none`: Stripe lists them all, and it is not there. */
  readonly findRefund: (request: RefundRequest) => Promise<{ readonly refundId: string } | 'none' | 'unknown'>
  readonly createRefund: (request: RefundRequest) => Promise<RefundAnswer>
  readonly clock: () => Date
}

/**
 * Finds out what became of refunds whose answer was lost. Stripe's list comes first, since Stripe repeats a failure for
 * the same idempotency key although it may have made the refund later.
 * @returns one round of a worker loop, which resolves to whether there may be more requests
 */
export function unansweredRefundsRound(deps: UnansweredRefundsDeps): () => Promise<boolean> {
  const { pool, clock } = deps
  return async () => {
    const due = await dueRefundRequests(pool, clock(), BATCH_SIZE)
    for (const { request, tries } of due) {
      const answer = await answerOf(deps, request)
      if (answer === 'unknown')
        await postponeRefundRequest(
          pool,
          request.id,
          new Date(clock().getTime() + pauseBeforeAskingAgainMs(tries)),
        )
      else await recordRefundAnswer(pool, request.id, answer)
    }
    return due.length === BATCH_SIZE
  }
}

async function answerOf(
  { findRefund, createRefund, clock }: UnansweredRefundsDeps,
  request: RefundRequest,
): Promise<RefundAnswer> {
  const found = await findRefund(request)
  if (found !== 'none') return found
  if (isKeyValid(request, clock())) return createRefund(request)
  return isAnswerDue(request, clock()) ? { refused: 'not_made' } : 'unknown'
}
