import { checkedStatus, registerRows } from '../../reports/receipt-register-sql.ts'
import { amountColumns, currencyColumn } from '../formats/amount-sql.ts'
import { receiptNumberSql, wallClockSql } from '../formats/expressions-sql.ts'
import type { ExportTable } from '../formats/export-table.ts'

/** Every receipt number of a year in order, the missing ones too. */
export function receiptsFile({ year }: { readonly year: number }, timezone: string): ExportTable {
  const cited = (number: string) => receiptNumberSql(`g.${number}_year`, `g.${number}_number`)
  return {
    columns: [
      { heading: 'Receipt', kind: 'code', sql: receiptNumberSql('g.year', 'g.number') },
      { heading: 'State', kind: 'code', sql: 'g.state' },
      { heading: 'Status when checked', kind: 'code', sql: checkedStatus },
      { heading: 'Revision', kind: 'integer', sql: 'g.revision' },
      { heading: 'Given on', kind: 'day', sql: 'g.given_on' },
      { heading: 'Issued at', kind: 'time', sql: wallClockSql('g.issued_at') },
      currencyColumn('Currency', 'g.currency'),
      ...amountColumns('Amount', 'g.gross_minor', 'g.currency'),
      { heading: 'Voided at', kind: 'time', sql: wallClockSql('g.voided_at') },
      { heading: 'Voided because', kind: 'code', sql: 'g.void_reason' },
      { heading: 'Replaces', kind: 'code', sql: cited('replaces') },
      { heading: 'Replaced by', kind: 'code', sql: cited('replaced_by') },
      {
        heading: 'Recovered from a backup',
        kind: 'code',
        sql: `case when g.is_recovered then 'yes' else 'no' end`,
      },
      { heading: 'Donation', kind: 'code', sql: 'g.donation_id::text' },
    ],
    from: `from (${registerRows()}) as g order by g.number`,
    values: { year, timezone },
  }
}
