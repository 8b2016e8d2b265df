import type { CurrencyCode } from '../../money/currency.ts'
import type { BalanceTransaction } from './balance-transaction.ts'

/** A row of `balance_transactions`, without Stripe's description. */
export type TransactionRow = Omit<BalanceTransaction, 'presentment'> & {
  readonly presentmentCurrency: CurrencyCode | null
  readonly presentmentMinor: bigint | null
}

/** The columns of a `TransactionRow` in a query. @param table the name that the query gives to `balance_transactions` */
export function transactionColumns(table: string): string {
  return `${table}.id, ${table}.type, ${table}.reporting_category as "reportingCategory", ${table}.currency,
    ${table}.amount_minor as "amountMinor", ${table}.fee_minor as "feeMinor", ${table}.net_minor as "netMinor",
    ${table}.created_at as "createdAt", ${table}.available_on as "availableOn", ${table}.source,
    coalesce(${table}.clears, ${table}.id) as clears, ${table}.payment_intent_id as "paymentIntentId",
    ${table}.presentment_currency as "presentmentCurrency", ${table}.presentment_minor as "presentmentMinor",
    ${table}.exchange_rate as "exchangeRate", null as description`
}

export function transactionFrom({
  presentmentCurrency: currency,
  presentmentMinor: minor,
  ...row
}: TransactionRow): BalanceTransaction {
  return { ...row, presentment: currency === null || minor === null ? null : { minor, currency } }
}
