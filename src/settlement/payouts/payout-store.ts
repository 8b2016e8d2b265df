import type { LocalDate } from '../../calendar/local-date.ts'
import type { Queryable } from '../../db/database.ts'
import type { Payout } from '../balance/stripe-balance.ts'
import {
  payoutFrom,
  type PayoutRecord,
  type StoredItem,
  type StoredPayout,
  type TypeSum,
} from './payout-record.ts'

const ITEMISATION = { never: 'not_possible', later: 'awaited', now: 'awaited' } as const

/** Writes the present state of these payouts. An itemisation that is complete stays complete. */
export async function upsertPayouts(tx: Queryable, payouts: readonly Payout[], now: Date): Promise<void> {
  if (payouts.length === 0) return
  const rows = payouts.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  await tx.query({
    name: 'upsert-payouts',
    text: `insert into payouts (id, currency, amount_minor, status, automatic, arrival_date, created_at,
             balance_transaction_id, failure_balance_transaction_id, failure_code, itemisation, trace_id, read_at)
           select t.*, $13 from unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::boolean[], $6::date[],
             $7::timestamptz[], $8::text[], $9::text[], $10::text[], $11::text[],
             $12::text[]) as t
           on conflict (id) do update set status = excluded.status, arrival_date = excluded.arrival_date,
             balance_transaction_id = excluded.balance_transaction_id,
             failure_balance_transaction_id = excluded.failure_balance_transaction_id,
             failure_code = excluded.failure_code, trace_id = coalesce(excluded.trace_id, payouts.trace_id), read_at = excluded.read_at,
             itemisation = case payouts.itemisation when 'complete' then 'complete' else excluded.itemisation end
           where payouts.read_at <= excluded.read_at`,
    values: [
      rows.map(({ id }) => id),
      rows.map(({ currency }) => currency),
      rows.map(({ amountMinor }) => amountMinor),
      rows.map(({ status }) => status),
      rows.map(({ automatic }) => automatic),
      rows.map(({ arrivalDate }) => arrivalDate),
      rows.map(({ createdAt }) => createdAt.toISOString()),
      rows.map(({ balanceTransactionId }) => balanceTransactionId),
      rows.map(({ failureBalanceTransactionId }) => failureBalanceTransactionId),
      rows.map(({ failureCode }) => failureCode),
      rows.map((payout) => ITEMISATION[payout.itemisable]),
      rows.map(({ traceId }) => traceId),
      now.toISOString(),
    ],
  })
}

/** Those of the given payouts that still wait for their items. */
export async function awaitingItems(tx: Queryable, ids: readonly string[]): Promise<Set<string>> {
  const { rows } = await tx.query<{ id: string }>(
    `select id from payouts where id = any($1::text[]) and itemisation = 'awaited'`,
    [ids],
  )
  return new Set(rows.map(({ id }) => id))
}

/**
 * The creation time of the oldest payout in the books' time that is not itemised yet; a failed payout may never be
 * itemised.
 */
export async function oldestAwaited(tx: Queryable): Promise<Date | null> {
  const { rows } = await tx.query<{ oldest: Date | null }>(
    `select min(created_at) as oldest from payouts
      where itemisation = 'awaited' and status not in ('failed', 'canceled')
        and arrival_date >= coalesce((select opens_on from books_opening), '-infinity')`,
  )
  return rows[0]?.oldest ?? null
}

export async function insertItems(tx: Queryable, payoutId: string, ids: readonly string[]): Promise<void> {
  await tx.query(
    `insert into payout_items (payout_id, balance_transaction_id) select $1, unnest($2::text[]) on conflict do nothing`,
    [payoutId, ids],
  )
}

/**
 * Keeps the sum of the items, too, so that nobody adds them up again, unless one of them is not known yet. The database
 * forgets it when an item is added or taken away.
 */
export async function markItemised(tx: Queryable, payoutId: string): Promise<void> {
  await tx.query(
    `update payouts set itemisation = 'complete', items_minor = (${SUM_OF_KNOWN_ITEMS}) where id = $1`,
    [payoutId],
  )
}

const SUM_OF_KNOWN_ITEMS = `select sum(b.net_minor)::bigint
  from payout_items i left join balance_transactions b on b.id = i.balance_transaction_id
  where i.payout_id = $1 having count(*) = count(b.id)`

// Postgres refuses a text with a NUL in it.
const PAYOUT_ID = /^(po|tr)_\w{1,100}$/

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

/** One row for each type and category; adjustments have one for each kind of source. */
async function sumsOf(db: Queryable, payout: string): Promise<TypeSum[]> {
  const { rows } = await db.query<TypeSum>(
    `select b.type, b.reporting_category as "reportingCategory",
       min(b.source) filter (where b.type = 'adjustment') as source, count(*) as count,
       sum(b.amount_minor)::bigint as "amountMinor", sum(b.fee_minor)::bigint as "feeMinor",
       sum(b.net_minor)::bigint as "netMinor", o.id is not null as "isOfOthers"
     from payout_items i join balance_transactions b on b.id = i.balance_transaction_id
       left join ledger_transactions o on o.source = b.id and o.effect = 'concerns_others'
         and not exists (select from ledger_transactions u where u.source = b.id and u.effect = 'is_ours_after_all')
     where i.payout_id = $1
     group by o.id is not null, b.type, b.reporting_category, case when b.type = 'adjustment' then split_part(b.source, '_', 1) end
     order by b.type, b.reporting_category`,
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
       b.net_minor as "netMinor", b.clears as about, d.id as "donationId",
       d.donor_name as "donorName", d.article_title as "articleTitle", b.description
     from payout_items i join balance_transactions b on b.id = i.balance_transaction_id
       left join donations d on d.payment_intent_id = b.payment_intent_id
     where i.payout_id = $1 and ($2::text is null or (b.created_at, b.id) >
       (select p.created_at, p.id from balance_transactions p where p.id = $2))
     order by b.created_at, b.id limit $3`,
    [payout, after, limit],
  )
  return rows
}

type PayoutOfPayment = {
  readonly id: string
  readonly amountMinor: bigint
  readonly currency: string
  readonly arrivalDate: LocalDate
  /** False: only reversals of the donation are part of this payout. */
  readonly hasTheGift: boolean
}

/** The payouts that a donation's balance transactions are part of, in the order in which Stripe moved the money. */
export async function payoutsOfPayment(db: Queryable, paymentIntentId: string): Promise<PayoutOfPayment[]> {
  const { rows } = await db.query<PayoutOfPayment>(
    `select p.id, p.amount_minor as "amountMinor", p.currency, p.arrival_date as "arrivalDate",
       bool_or(b.type in ('charge', 'payment')) as "hasTheGift"
     from balance_transactions b join payout_items i on i.balance_transaction_id = b.id join payouts p on p.id = i.payout_id
     where b.payment_intent_id = $1 group by p.id order by min(b.created_at), p.id`,
    [paymentIntentId],
  )
  return rows
}
