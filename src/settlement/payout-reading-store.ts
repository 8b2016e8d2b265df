import type { Queryable } from '../db/database.ts'
import {
  payoutFrom,
  type PayoutRecord,
  type StoredItem,
  type StoredPayout,
  type TypeSum,
} from './payout-record.ts'

// Postgres has no text with a NUL in it.
const PAYOUT_ID = /^po_\w{1,100}$/

/** A payout with a page of its items, oldest first; null when there is no such payout. */
export async function payoutById(
  db: Queryable,
  id: string,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<PayoutRecord | null> {
  if (!PAYOUT_ID.test(id)) return null
  const { rows } = await db.query<StoredPayout>(
    `select id, status, amount_minor as "amountMinor", currency, arrival_date as "arrivalDate", automatic, itemisation,
       failure_code as "failureCode"
     from payouts where id = $1`,
    [id],
  )
  const [payout] = rows
  if (!payout) return null
  const items = await itemsOf(db, id, limit + 1, cursor ?? null)
  const page = items.slice(0, limit)
  return payoutFrom(
    payout,
    await sumsOf(db, id),
    page,
    items.length > limit ? (page.at(-1)?.id ?? null) : null,
  )
}

/** One row a type; of adjustments, those that belong to a dispute apart. */
async function sumsOf(db: Queryable, payout: string): Promise<TypeSum[]> {
  const { rows } = await db.query<TypeSum>(
    `select b.type, min(b.source) filter (where b.type = 'adjustment') as source, count(*) as count,
       sum(b.amount_minor)::bigint as "amountMinor", sum(b.fee_minor)::bigint as "feeMinor",
       sum(b.net_minor)::bigint as "netMinor"
     from payout_items i join balance_transactions b on b.id = i.balance_transaction_id
     where i.payout_id = $1 group by b.type, b.source ~ '^(dp|du)_' order by b.type`,
    [payout],
  )
  return rows
}

async function itemsOf(
  db: Queryable,
  payout: string,
  limit: number,
  after: string | null,
): Promise<StoredItem[]> {
  const { rows } = await db.query<StoredItem>(
    `select b.id, b.type, b.created_at as at, b.amount_minor as "amountMinor", b.fee_minor as "feeMinor",
       b.net_minor as "netMinor", b.clears as about, d.id as "donationId", b.description
     from payout_items i join balance_transactions b on b.id = i.balance_transaction_id
       left join donations d on d.payment_intent_id = b.payment_intent_id
     where i.payout_id = $1 and ($2::text is null or (b.created_at, b.id) >
       (select p.created_at, p.id from balance_transactions p where p.id = $2))
     order by b.created_at, b.id limit $3`,
    [payout, after, limit],
  )
  return rows
}

export type PayoutOfPayment = {
  readonly id: string
  /** Else only what went back of it, or came back. */
  readonly hasTheGift: boolean
}

/** The payouts that a donation's movements are parts of, in the order in which Stripe moved its money. */
export async function payoutsOfPayment(db: Queryable, paymentIntentId: string): Promise<PayoutOfPayment[]> {
  const { rows } = await db.query<PayoutOfPayment>(
    `select i.payout_id as id, bool_or(b.type in ('charge', 'payment')) as "hasTheGift"
     from balance_transactions b join payout_items i on i.balance_transaction_id = b.id
     where b.payment_intent_id = $1 group by i.payout_id order by min(b.created_at), i.payout_id`,
    [paymentIntentId],
  )
  return rows
}
