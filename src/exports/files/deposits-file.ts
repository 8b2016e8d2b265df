import { amountColumns, currencyColumn } from '../formats/amount-sql.ts'
import { wallClockSql } from '../formats/expressions-sql.ts'
import type { ExportTable } from '../formats/export-table.ts'

/** The deposits that arrive in a range of days, each with its parts: a line for each, and one for a deposit without any. */
export function depositsFile(
  { from, to }: { readonly from: string; readonly to: string },
  timezone: string,
): ExportTable {
  return {
    columns: [
      { heading: 'Arrives on', kind: 'day', sql: 'p.arrival_date' },
      { heading: 'Status', kind: 'text', sql: 'p.status' },
      currencyColumn('Currency', 'p.currency'),
      ...amountColumns('Deposit', 'p.amount_minor', 'p.currency'),
      { heading: 'Parts known', kind: 'code', sql: 'p.itemisation' },
      { heading: 'Part', kind: 'text', sql: 'b.type' },
      { heading: 'Part at', kind: 'time', sql: wallClockSql('b.created_at') },
      ...amountColumns('Amount', 'b.amount_minor', 'b.currency'),
      ...amountColumns('Fee', 'b.fee_minor', 'b.currency'),
      ...amountColumns('Net', 'b.net_minor', 'b.currency'),
      { heading: 'Gift given on', kind: 'day', sql: 'd.succeeded_on' },
      { heading: 'Story', kind: 'text', sql: 'd.article_title' },
      { heading: 'Description', kind: 'text', sql: 'case when d.id is null then b.description end' },
      { heading: 'Donation', kind: 'code', sql: 'd.id::text' },
      { heading: 'Stripe payout', kind: 'code', sql: 'p.id' },
      { heading: 'Stripe balance transaction', kind: 'code', sql: 'b.id' },
    ],
    from: `from payouts p
      left join payout_items i on i.payout_id = p.id
      left join balance_transactions b on b.id = i.balance_transaction_id
      left join donations d on d.payment_intent_id = b.payment_intent_id
      where p.arrival_date between :from and :to order by p.arrival_date, p.id, b.created_at, b.id`,
    values: { from, to, timezone },
  }
}
