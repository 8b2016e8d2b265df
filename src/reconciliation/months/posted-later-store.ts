import type { Month } from '../../calendar/month.ts'
import type { Queryable } from '../../db/database.ts'
import { priorPeriodAdjustments } from './prior-period-adjustment-store.ts'
import type { PostedLater } from './month-facts.ts'

/** @param limit how many postings are listed; the sums are of all */
export async function postedLater(db: Queryable, period: Month, limit: number): Promise<PostedLater> {
  const { rows: counts } = await db.query<{ month: string; transactions: string }>(
    `select to_char(booked_on, 'YYYY-MM') as month, count(*) as transactions
     from ledger_transactions where period = $1 group by 1 order by 1`,
    [period],
  )
  const { rows: accounts } = await db.query<{ account: string; currency: string; sum: string }>(
    `select e.account, e.currency, sum(e.amount_minor) as sum
     from ledger_transactions t join ledger_entries e on e.ledger_transaction_id = t.id
     where t.period = $1 group by 1, 2 having sum(e.amount_minor) <> 0 order by 2, 1`,
    [period],
  )
  return {
    transactions: counts.reduce((sum, row) => sum + Number(row.transactions), 0),
    months: counts.map(({ month }) => month),
    accounts: accounts.map(({ sum, ...row }) => ({ ...row, minor: BigInt(sum) })),
    postings: await priorPeriodAdjustments(db, { period }, limit),
  }
}
