import type pg from 'pg'
import type { Queryable } from '../../db/database.ts'
import { accountSums } from '../../ledger/kept-tables-store.ts'
import { readOpening } from '../../settlement/opening/opening-store.ts'
import { syncState } from '../../sync/sync-state-store.ts'
import { inChartOrder } from './chart-of-accounts.ts'
import { restrictedByCurrency } from '../read-restricted.ts'
import type { AccountBalance, TrialBalanceQuery } from '../trial-balance.ts'
import { accountSheetOf, type AccountSheet } from './account-sheet.ts'
import { bridgesOf, type Bridge, type StripeStatement } from './bridge.ts'
import { failedDebitFees } from './failed-debits-store.ts'
import { incomeStatementOf, type FeeSum, type IncomeStatement } from './income-statement.ts'

/** The days of a report, both inclusive. */
export type Days = { readonly from: string; readonly to: string }

/** Opening, debits, credits and closing of every account, and how Stripe's balance came from one to the other. */
export async function readAccounts(
  db: Queryable,
  days: Days,
  timezone: string,
): Promise<{ readonly sheet: AccountSheet; readonly bridges: readonly Bridge[] }> {
  const sums = await accountSums(db, days)
  const opening = await readOpening(db)
  // Before the books open they say nothing of Stripe's balance.
  const areOpen = opening === null || days.to >= opening.opensOn
  const bridges = areOpen
    ? bridgesOf(sums, await stripeStatements(db, days.to), await isReadTo(db, days.to, timezone))
    : []
  return { sheet: accountSheetOf(days, sums), bridges }
}

/** What the period earned and cost. */
export async function readIncome(pool: pg.Pool, days: Days): Promise<IncomeStatement> {
  const fees = { own: await ownFees(pool, days), failedDebits: await failedDebitFees(pool, days) }
  const restricted = await restrictedByCurrency(pool, days)
  return incomeStatementOf(days, await accountSums(pool, days), fees, restricted)
}

/** Fees that Stripe charged the account itself, by currency: they concern no gift. */
export async function ownFees(db: Queryable, { from, to }: Days): Promise<FeeSum[]> {
  const { rows } = await db.query<{ currency: string; fee: string }>(
    `select e.currency, sum(e.amount_minor) as fee
     from (
       select t.id from balance_transactions b join ledger_transactions t on t.source = b.id and t.effect = 'settled'
       where ${OF_THE_ACCOUNT} and b.created_at >= $1::date - interval '2 days' and b.created_at < $2::date + interval '2 days'
         and t.booked_on between $1::date and $2::date and t.period is null
       union all
       select t.id from ledger_transactions t join balance_transactions b on b.id = t.source
       where ${OF_THE_ACCOUNT} and t.effect = 'settled' and t.period is not null and t.booked_on between $1::date and $2::date
     ) own join ledger_entries e on e.ledger_transaction_id = own.id and e.account = 'stripe_fees'
     group by 1`,
    [from, to],
  )
  return rows.map(({ currency, fee }) => ({ currency, feeMinor: BigInt(fee) }))
}

/** The balance transactions of kind `own_fee`. */
const OF_THE_ACCOUNT = `(b.type in ('stripe_fee', 'stripe_fx_fee', 'tax_fee')
  or b.type = 'adjustment' and b.reporting_category in ('fee', 'network_cost'))`

/**
 * What Stripe's own list says of its balance at the end of the day, and what was posted later of that time, since its
 * month was closed. Stripe answers its balance for the present only, so the list is summed.
 */
async function stripeStatements(db: Queryable, to: string): Promise<StripeStatement[]> {
  const { rows } = await db.query<{ currency: string; closing: string | null; later: string | null }>(
    `with stated as (
       select currency, sum(net_minor) as closing from stripe_balance_days where day <= $1 group by 1
     ), later as (
       select e.currency, sum(e.amount_minor) as later
       from ledger_transactions t join ledger_entries e on e.ledger_transaction_id = t.id and e.account = 'stripe_balance'
       where t.period is not null and t.period <= to_char($1::date, 'YYYY-MM') and t.booked_on > $1::date group by 1
     )
     select coalesce(s.currency, l.currency) as currency, s.closing, l.later
     from stated s full join later l using (currency)`,
    [to],
  )
  return rows.map(({ currency, closing, later }) => ({
    currency,
    closingMinor: BigInt(closing ?? 0),
    adjustedLaterMinor: BigInt(later ?? 0),
  }))
}

/** Whether Stripe's list of balance transactions has been read to the end of the day. */
async function isReadTo(db: Queryable, to: string, timezone: string): Promise<boolean> {
  const { completeUpTo } = await syncState(db, 'balance_transactions')
  const { rows } = await db.query<{ isRead: boolean | null }>(
    `select $1::timestamptz >= ($2::date + 1)::timestamp at time zone $3 as "isRead"`,
    [completeUpTo, to, timezone],
  )
  return rows[0]?.isRead ?? false
}

/** The balance of every account, by currency. What was posted by an earlier instant is added up from the whole ledger. */
export async function accountBalances(
  db: Queryable,
  { to = LAST_DAY, asOf }: TrialBalanceQuery,
): Promise<AccountBalance[]> {
  if (asOf === undefined) {
    const sums = await accountSums(db, { from: to, to })
    return inChartOrder(sums).map(({ account, currency, openingMinor, debitMinor, creditMinor }) => ({
      account,
      currency,
      balanceMinor: openingMinor + debitMinor - creditMinor,
    }))
  }
  const { rows } = await db.query<AccountBalance>(
    `select e.account, e.currency, sum(e.amount_minor)::bigint as "balanceMinor"
     from ledger_entries e join ledger_transactions t on t.id = e.ledger_transaction_id
     where t.booked_on <= $1 and t.posted_at <= $2 group by 1, 2`,
    [to, asOf],
  )
  return inChartOrder(rows)
}

/** Later than anything is booked. */
const LAST_DAY = '9999-12-31'
