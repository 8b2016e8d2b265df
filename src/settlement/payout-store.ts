import type { Queryable } from '../db/database.ts'
import type { Payout } from './payout.ts'

const ITEMISATION = { never: 'not_possible', later: 'awaited', now: 'awaited' } as const

/** Writes what Stripe says of these payouts now. An itemisation that is complete stays so. */
export async function upsertPayouts(tx: Queryable, payouts: readonly Payout[], now: Date): Promise<void> {
  if (payouts.length === 0) return
  const rows = payouts.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  await tx.query({
    name: 'upsert-payouts',
    text: `insert into payouts (id, currency, amount_minor, status, automatic, arrival_date, created_at,
             balance_transaction_id, failure_balance_transaction_id, failure_code, itemisation, read_at)
           select t.*, $12 from unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::boolean[], $6::date[],
             $7::timestamptz[], $8::text[], $9::text[], $10::text[], $11::text[]) as t
           on conflict (id) do update set status = excluded.status, arrival_date = excluded.arrival_date,
             balance_transaction_id = excluded.balance_transaction_id,
             failure_balance_transaction_id = excluded.failure_balance_transaction_id,
             failure_code = excluded.failure_code, read_at = excluded.read_at,
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
      now.toISOString(),
    ],
  })
}

/** Which of these still wait for their items. */
export async function awaitingItems(tx: Queryable, ids: readonly string[]): Promise<Set<string>> {
  const { rows } = await tx.query<{ id: string }>(
    `select id from payouts where id = any($1::text[]) and itemisation = 'awaited'`,
    [ids],
  )
  return new Set(rows.map(({ id }) => id))
}

/** When the oldest payout was made that Stripe has yet to itemise; one that failed before may never be. */
export async function oldestAwaited(tx: Queryable): Promise<Date | null> {
  const { rows } = await tx.query<{ oldest: Date | null }>(
    `select min(created_at) as oldest from payouts
      where itemisation = 'awaited' and status not in ('failed', 'canceled')`,
  )
  return rows[0]?.oldest ?? null
}

export async function insertItems(tx: Queryable, payoutId: string, ids: readonly string[]): Promise<void> {
  await tx.query(
    `insert into payout_items (payout_id, balance_transaction_id) select $1, unnest($2::text[]) on conflict do nothing`,
    [payoutId, ids],
  )
}

export async function markItemised(tx: Queryable, payoutId: string): Promise<void> {
  await tx.query(`update payouts set itemisation = 'complete' where id = $1`, [payoutId])
}
