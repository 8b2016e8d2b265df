import { donorsAbove, type DonorsQuery } from '../../reports/donors-above.ts'
import { amountColumns, currencyColumn } from '../formats/amount-sql.ts'
import type { ExportTable } from '../formats/export-table.ts'

/** The donors who gave at least an amount in a range of days, largest first. */
export function donorsFile(query: DonorsQuery): ExportTable {
  const { sql, values } = donorsAbove(query)
  return {
    columns: [
      { heading: 'Donor', kind: 'text', sql: 'g.name' },
      { heading: 'E-mail', kind: 'text', sql: 'g.email' },
      currencyColumn('Currency', 'g.currency'),
      ...amountColumns('Given', 'g.gross_minor', 'g.currency'),
      ...amountColumns('Returned', 'g.returned_minor', 'g.currency'),
      ...amountColumns('Remains', 'g.remains_minor', 'g.currency'),
      { heading: 'Gifts', kind: 'integer', sql: 'g.gifts' },
      ...amountColumns('Largest gift', 'g.largest_minor', 'g.currency'),
      { heading: 'First given on', kind: 'day', sql: 'g.first_on' },
      { heading: 'Last given on', kind: 'day', sql: 'g.last_on' },
      { heading: 'One of the donations', kind: 'code', sql: 'g.donation_id::text' },
    ],
    from: `from (${sql}) as g order by g.remains_minor desc, g.email`,
    values,
  }
}
