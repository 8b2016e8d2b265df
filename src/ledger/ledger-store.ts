import type { Queryable } from '../db/database.ts'
import type { LedgerTransaction } from './ledger.ts'

/** Posts ledger transactions. The database refuses one that does not balance or whose `(source, effect)` was posted before. */
export async function postToLedger(
  tx: Queryable,
  posted: readonly LedgerTransaction[],
  now: Date,
): Promise<void> {
  if (posted.length === 0) return
  const transactions = tx.query({
    name: 'post-transactions',
    text: `insert into ledger_transactions (id, source, effect, donation_id, occurred_at, clears, booked_on, period, posted_at)
           select t.*, $9 from unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::timestamptz[], $6::text[],
             $7::date[], $8::text[]) as t`,
    values: [
      posted.map(({ id }) => id),
      posted.map(({ source }) => source),
      posted.map(({ effect }) => effect),
      posted.map(({ donationId }) => donationId),
      posted.map(({ occurredAt }) => occurredAt.toISOString()),
      posted.map(({ clears }) => clears),
      posted.map(({ day }) => day.bookedOn),
      posted.map(({ day }) => day.period),
      now.toISOString(),
    ],
  })
  const entries = posted.flatMap((transaction) =>
    transaction.entries.map((entry) => ({ id: transaction.id, ...entry })),
  )
  const added = tx.query({
    name: 'post-entries',
    text: `insert into ledger_entries (ledger_transaction_id, account, currency, amount_minor)
           select * from unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[])`,
    values: [
      entries.map(({ id }) => id),
      entries.map(({ account }) => account),
      entries.map(({ amount }) => amount.currency),
      entries.map(({ amount }) => amount.minor),
    ],
  })
  await Promise.all([transactions, added])
}
