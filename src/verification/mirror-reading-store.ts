import type { Queryable } from '../db/database.ts'
import type { BalanceTransaction } from '../settlement/balance-transaction.ts'
import type { FoundPayout } from './payout-check.ts'
import { pageOf } from './pages.ts'

const PAGE = 5000

type TransactionRow = Omit<BalanceTransaction, 'presentment'> & {
  readonly presentmentCurrency: BalanceTransaction['currency'] | null
  readonly presentmentMinor: bigint | null
}

/** Stripe's movements as a sweep kept them. */
export async function transactionRows(tx: Queryable, after: string | null) {
  const { rows } = await tx.query<TransactionRow>({
    name: 'verify-balance-transactions',
    text: `select id, type, reporting_category as "reportingCategory", currency, amount_minor as "amountMinor",
             fee_minor as "feeMinor", net_minor as "netMinor", created_at as "createdAt", available_on as "availableOn",
             source, coalesce(clears, id) as clears, payment_intent_id as "paymentIntentId",
             presentment_currency as "presentmentCurrency", presentment_minor as "presentmentMinor",
             exchange_rate as "exchangeRate", null as description
           from balance_transactions where id > $1 order by id limit $2`,
    values: [after ?? '', PAGE],
  })
  const kept = rows.map(({ presentmentCurrency: currency, presentmentMinor: minor, ...row }) => ({
    ...row,
    presentment: currency === null || minor === null ? null : { minor, currency },
  }))
  return pageOf(kept, PAGE, ({ id }) => id)
}

export async function payoutRows(tx: Queryable): Promise<FoundPayout[]> {
  const { rows } = await tx.query<FoundPayout>(
    `select id, currency, amount_minor as "amountMinor", status, automatic, arrival_date as "arrivalDate",
       created_at as "createdAt", balance_transaction_id as "balanceTransactionId",
       failure_balance_transaction_id as "failureBalanceTransactionId", failure_code as "failureCode", itemisation
     from payouts order by id`,
  )
  return rows
}

/** What each payout is made of, by its id. */
export async function payoutItems(tx: Queryable): Promise<Map<string, readonly string[]>> {
  const { rows } = await tx.query<{ payout: string; items: string[] }>(
    `select payout_id as payout, array_agg(balance_transaction_id order by balance_transaction_id) as items
     from payout_items group by payout_id`,
  )
  return new Map(rows.map(({ payout, items }) => [payout, items]))
}
