import type { Knex } from 'knex'
import type { AccountBalance, TrialBalanceQuery } from './trial-balance.ts'

/** In the order of a chart of accounts: assets, then income, then its reductions and costs. */
const ACCOUNT_ORDER = `array['bank', 'payouts_in_transit', 'stripe_balance', 'stripe_clearing', 'stripe_reserve', 'opening_balance', 'donations', 'refunds', 'disputes', 'stripe_fees', 'dispute_fees', 'fx', 'other_stripe_activity', 'other_programs']`

/** The balance of every account, by currency. */
export async function accountBalances(db: Knex, { to, asOf }: TrialBalanceQuery): Promise<AccountBalance[]> {
  const { rows } = await db.raw<{ rows: AccountBalance[] }>(
    `select e.account, e.currency, sum(e.amount_minor)::bigint as "balanceMinor"
     from ledger_entries e join ledger_transactions t on t.id = e.ledger_transaction_id
     where (:to::date is null or t.booked_on <= :to) and (:asOf::timestamptz is null or t.posted_at <= :asOf)
     group by e.account, e.currency order by e.currency, array_position(${ACCOUNT_ORDER}, e.account)`,
    { to: to ?? null, asOf: asOf ?? null },
  )
  return rows
}
