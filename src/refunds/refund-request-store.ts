import type { Queryable } from '../db/database.ts'
import { storedMoney, type Money } from '../money/money.ts'
import type { RefundAnswer, RefundReason, RefundRequest, StoredRefundRequest } from './refund-request.ts'

/** The payment of a donation, and what was reversed of it; minor units. */
export type RefundableGift = {
  readonly paymentIntentId: string
  readonly gross: Money
  readonly donorName: string | null
  readonly refundedMinor: bigint
  readonly disputedMinor: bigint
}

/**
 * A donation's money, locked until the database transaction ends: requests for refunds of one donation are recorded one
 * after another, and no event changes what was reversed meanwhile.
 */
export async function lockGift(tx: Queryable, donationId: string): Promise<RefundableGift | null> {
  type GiftRow = Omit<RefundableGift, 'gross'> & { currency: string; grossMinor: bigint }
  const { rows } = await tx.query<GiftRow>(
    `select payment_intent_id as "paymentIntentId", currency, gross_minor as "grossMinor", donor_name as "donorName",
       refunded_minor as "refundedMinor", disputed_minor as "disputedMinor"
     from donations where id = $1 and not starts_with(payment_intent_id, 'imported:') for no key update`,
    [donationId],
  )
  const [row] = rows
  if (!row) return null
  const { currency, grossMinor, ...gift } = row
  return { ...gift, gross: storedMoney(grossMinor, currency) }
}

/**
 * Refunds of a donation that were asked of Stripe and are not among those that count as refunded: Stripe's answer is not
 * known, its event has not been booked, or Stripe waits for the reader's bank details.
 */
export async function outstandingRefundsMinor(db: Queryable, donationId: string): Promise<bigint> {
  const { rows } = await db.query<{ minor: bigint }>(
    `select coalesce(sum(amount_minor), 0)::bigint as minor from (
       select q.amount_minor from refund_requests q left join refunds r on r.id = q.stripe_refund_id
       where q.donation_id = $1 and q.refused is null and (r.id is null or r.status = 'requires_action')
       union all
       select r.amount_minor from refunds r
       where r.donation_id = $1 and r.status = 'requires_action'
         and not exists (select from refund_requests q where q.stripe_refund_id = r.id)
     ) outstanding`,
    [donationId],
  )
  return rows[0]?.minor ?? 0n
}

/** What was requested here so far of a donation and not refused by Stripe, in minor units of its currency. */
export async function requestedMinor(db: Queryable, donationId: string): Promise<bigint> {
  const { rows } = await db.query<{ minor: bigint }>(
    'select coalesce(sum(amount_minor), 0)::bigint as minor from refund_requests where donation_id = $1 and refused is null',
    [donationId],
  )
  return rows[0]?.minor ?? 0n
}

export async function insertRefundRequest(tx: Queryable, request: RefundRequest): Promise<void> {
  const { id, donationId, amount, reason, note = null, requestedBy, requestedAt } = request
  await tx.query(
    `insert into refund_requests (id, donation_id, currency, amount_minor, reason, requested_by, requested_at, note)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [id, donationId, amount.currency, amount.minor, reason, requestedBy, requestedAt, note],
  )
}

type Row = {
  readonly id: string
  readonly donationId: string
  readonly paymentIntentId: string
  readonly currency: string
  readonly minor: bigint
  readonly reason: RefundReason
  readonly note: string | null
  readonly requestedBy: string
  readonly requestedAt: Date
  readonly refundId: string | null
  readonly refused: string | null
  readonly tries: number
}

const REQUEST = `select q.id, q.donation_id as "donationId", d.payment_intent_id as "paymentIntentId", q.currency,
    q.amount_minor as minor, q.reason, q.note, q.requested_by as "requestedBy", q.requested_at as "requestedAt",
    q.stripe_refund_id as "refundId", q.refused, q.tries
  from refund_requests q join donations d on d.id = q.donation_id`

function requestFrom({ currency, minor, tries: _tries, ...row }: Row): StoredRefundRequest {
  return { ...row, amount: storedMoney(minor, currency) }
}

/** The request of a form; null when the form was not sent before. */
export async function refundRequest(db: Queryable, id: string): Promise<StoredRefundRequest | null> {
  const { rows } = await db.query<Row>(`${REQUEST} where q.id = $1`, [id])
  return rows[0] ? requestFrom(rows[0]) : null
}

/** A request whose answer is not known, and how often Stripe was asked again. */
export type UnansweredRequest = { readonly request: StoredRefundRequest; readonly tries: number }

/** Requests without an answer for which Stripe is to be asked again, oldest first. A first call takes less than a minute. */
export async function dueRefundRequests(
  db: Queryable,
  now: Date,
  limit: number,
): Promise<UnansweredRequest[]> {
  const { rows } = await db.query<Row>(
    `${REQUEST} where q.stripe_refund_id is null and q.refused is null
       and coalesce(q.ask_again_at, q.requested_at + interval '1 minute') <= $1
     order by q.requested_at limit $2`,
    [now, limit],
  )
  return rows.map((row) => ({ request: requestFrom(row), tries: row.tries }))
}

/** Records what Stripe answered. The first answer is final. */
export async function recordRefundAnswer(
  db: Queryable,
  id: string,
  answer: Exclude<RefundAnswer, 'unknown'>,
): Promise<void> {
  await db.query(
    `update refund_requests set stripe_refund_id = $2, refused = $3
     where id = $1 and stripe_refund_id is null and refused is null`,
    [id, 'refundId' in answer ? answer.refundId : null, 'refused' in answer ? answer.refused : null],
  )
}

/** Records that Stripe was asked again in vain. */
export async function postponeRefundRequest(db: Queryable, id: string, askAgainAt: Date): Promise<void> {
  await db.query(`update refund_requests set tries = tries + 1, ask_again_at = $2 where id = $1`, [
    id,
    askAgainAt,
  ])
}

/** A refund of a donation, with who asked for it here and why; null: it was made at Stripe. */
export type RefundWithReason = {
  readonly id: string
  readonly kind: 'refund' | 'bank_return'
  readonly status: string
  readonly amountMinor: bigint
  readonly createdAt: Date
  readonly requestedBy: string | null
  readonly reason: string | null
  readonly note: string | null
}

/** Oldest first. */
export async function refundsWithReasons(db: Queryable, donationId: string): Promise<RefundWithReason[]> {
  const { rows } = await db.query<RefundWithReason>(
    `select r.id, r.kind, r.status, r.amount_minor as "amountMinor", r.created_at as "createdAt",
       q.requested_by as "requestedBy", coalesce(q.reason, r.reason) as reason, q.note
     from refunds r left join refund_requests q on q.stripe_refund_id = r.id
     where r.donation_id = $1 order by r.created_at, r.id`,
    [donationId],
  )
  return rows
}
