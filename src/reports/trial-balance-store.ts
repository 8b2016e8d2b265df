import type { Knex } from 'knex'
import type { AccountBalance, TrialBalanceQuery } from './trial-balance.ts'

/** In the order of a chart of accounts: what we have, what we are owed, what came in, what it cost. */
const ORDER = `array['bank', 'stripe_balance', 'stripe_clearing', 'donations', 'refunds', 'disputes', 'stripe_fees', 'fx']`

export async function accountBalances(db: Knex, { to, asOf }: TrialBalanceQuery): Promise<AccountBalance[]> {
  const { rows } = await db.raw<{ rows: AccountBalance[] }>(
    `select e.account, e.currency, sum(e.amount_minor)::bigint as "balanceMinor"
     from ledger_entries e join ledger_transactions t on t.id = e.ledger_transaction_id
     where (:to::date is null or t.booked_on <= :to) and (:asOf::timestamptz is null or t.posted_at <= :asOf)
     group by e.account, e.currency order by e.currency, array_position(${ORDER}, e.account)`,
    { to: to ?? null, asOf: asOf ?? null },
  )
  return rows
}
