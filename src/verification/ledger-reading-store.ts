import type { Queryable } from '../db/database.ts'
import type { FoundPosting } from './ledger-check.ts'
import { pageOf } from './pages.ts'

const PAGE = 5000
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000'

/** Ledger transactions with their entries as one text: a hundred thousand fit into memory. */
export async function postingRows(tx: Queryable, after: string | null) {
  const { rows } = await tx.query<FoundPosting>({
    name: 'verify-ledger',
    text: `select t.id, t.source, t.effect, t.clears, t.donation_id as "donationId", t.occurred_at as "occurredAt",
             t.booked_on as "bookedOn", t.period as "period", t.posted_at as "postedAt",
             coalesce((select string_agg(e.account || ' ' || e.currency || ' ' || e.amount_minor, ', '
                order by (e.account || ' ' || e.currency) collate "C")
              from ledger_entries e where e.ledger_transaction_id = t.id), '') as entries
           from ledger_transactions t where t.id > $1 order by t.id limit $2`,
    values: [after ?? BEFORE_ALL, PAGE],
  })
  return pageOf(rows, PAGE, ({ id }) => id)
}

/** All entries summed; every sum is zero. */
export async function trialSums(tx: Queryable): Promise<{ currency: string; minor: bigint }[]> {
  const { rows } = await tx.query<{ currency: string; minor: string }>(
    `select currency, sum(amount_minor)::text as minor from ledger_entries group by currency order by currency`,
  )
  return rows.map(({ currency, minor }) => ({ currency, minor: BigInt(minor) }))
}

/** When each month was closed. */
export async function closings(tx: Queryable): Promise<Map<string, Date>> {
  const { rows } = await tx.query<{ month: string; closed_at: Date }>(
    `select month, closed_at from month_closings`,
  )
  return new Map(rows.map(({ month, closed_at: closedAt }) => [month, closedAt]))
}
