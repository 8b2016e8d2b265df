import type { Queryable } from '../db/database.ts'
import type { RefundAnswer, RefundRequest } from './refund-request.ts'

type StoredRefundRequest = {
  /** Whether it asks for the same refund. */
  readonly isSame: boolean
  readonly requestedAt: Date
  /** Whether Stripe has answered. */
  readonly isDone: boolean
}

/** Stores a request, unless one with its id is stored already. @returns the stored request */
export async function findOrInsertRefundRequest(
  db: Queryable,
  request: RefundRequest,
): Promise<StoredRefundRequest> {
  const { id, donationId, amount, reason, requestedBy, requestedAt } = request
  await db.query(
    `insert into refund_requests (id, donation_id, currency, amount_minor, reason, requested_by, requested_at)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict (id) do nothing`,
    [id, donationId, amount.currency, amount.minor, reason, requestedBy, requestedAt],
  )
  const { rows } = await db.query<StoredRefundRequest>(
    `select (donation_id, amount_minor, reason) = ($2::uuid, $3::bigint, $4) as "isSame", requested_at as "requestedAt",
       stripe_refund_id is not null or refused is not null as "isDone"
     from refund_requests where id = $1`,
    [id, donationId, amount.minor, reason],
  )
  const [stored] = rows
  if (!stored) throw new Error(`Refund request ${id} does not exist`)
  return stored
}

/** Whether Stripe has made the refund of a form; null when the form was not sent before. */
export async function submittedRefundRequest(
  db: Queryable,
  id: string,
): Promise<{ readonly isMade: boolean } | null> {
  const { rows } = await db.query<{ isMade: boolean }>(
    `select stripe_refund_id is not null as "isMade" from refund_requests where id = $1`,
    [id],
  )
  return rows[0] ?? null
}

export async function recordRefundAnswer(db: Queryable, id: string, answer: RefundAnswer): Promise<void> {
  await db.query(`update refund_requests set stripe_refund_id = $2, refused = $3 where id = $1`, [
    id,
    'refundId' in answer ? answer.refundId : null,
    'refused' in answer ? answer.refused : null,
  ])
}
