import { donationColumns as sql } from '../../reports/donation-record.ts'
import { donationJoins, filteredDonations } from '../../reports/donation-list/donation-page-store.ts'
import type { DonationFilters } from '../../reports/donation-list/donation-search.ts'
import { amountColumns, currencyColumn } from '../formats/amount-sql.ts'
import { receiptNumberSql, wallClockSql } from '../formats/expressions-sql.ts'
import type { ExportTable } from '../formats/export-table.ts'

/** The fund of the gift's campaign or story. Both maps are read once, whatever the number of gifts. */
const FUND = `coalesce((select jsonb_object_agg(r.key, r.fund) from restrictions r where r.kind = 'campaign') ->> d.campaign_name,
  (select jsonb_object_agg(r.key, r.fund) from restrictions r where r.kind = 'article') ->> d.article_url)`

/** The donations of the list, with the same filters, newest first. @param timezone the newsroom's */
export function donationsFile(filters: DonationFilters, timezone: string): ExportTable {
  const { sql: filtered, values } = filteredDonations(filters)
  return {
    columns: [
      { heading: 'Given on', kind: 'day', sql: 'd.succeeded_on' },
      { heading: 'Given at', kind: 'time', sql: wallClockSql(sql.succeeded_at) },
      { heading: 'Status', kind: 'code', sql: sql.status },
      currencyColumn('Currency', sql.currency),
      ...amountColumns('Gross', sql.gross_minor, sql.currency),
      ...amountColumns('Covers the fee', sql.covered_fee_minor, sql.currency),
      ...amountColumns('Refunded', sql.refunded_minor, sql.currency),
      ...amountColumns('Disputed', sql.disputed_minor, sql.currency),
      currencyColumn('Settlement currency', sql.settlement_currency),
      ...amountColumns('Fee', sql.fee_minor, sql.settlement_currency),
      ...amountColumns('Net', sql.net_minor, sql.settlement_currency),
      { heading: 'Frequency', kind: 'code', sql: sql.frequency },
      { heading: 'Donor', kind: 'text', sql: sql.donor_name },
      { heading: 'E-mail', kind: 'text', sql: sql.donor_email },
      { heading: 'Message', kind: 'text', sql: sql.message },
      { heading: 'Story', kind: 'text', sql: sql.article_title },
      { heading: 'Story address', kind: 'text', sql: sql.article_url },
      { heading: 'Campaign source', kind: 'text', sql: sql.campaign_source },
      { heading: 'Campaign medium', kind: 'text', sql: sql.campaign_medium },
      { heading: 'Campaign', kind: 'text', sql: sql.campaign_name },
      { heading: 'Restricted to', kind: 'text', sql: FUND },
      {
        heading: 'Receipt',
        kind: 'code',
        sql: receiptNumberSql(sql.receipt_year, sql.receipt_number),
      },
      {
        heading: 'Receipt voided',
        kind: 'code',
        sql: `case when ${sql.receipt_year} is not null then case when ${sql.receipt_voided} then 'yes' else 'no' end end`,
      },
      { heading: 'Donation', kind: 'code', sql: sql.id },
      { heading: 'Stripe payment', kind: 'code', sql: sql.payment_intent_id },
      { heading: 'Stripe subscription', kind: 'code', sql: sql.stripe_subscription_id },
      { heading: 'Imported from', kind: 'code', sql: sql.imported_source },
      { heading: 'Id there', kind: 'text', sql: sql.imported_id },
    ],
    from: `from (${filtered}) d ${donationJoins} order by d.succeeded_at desc, d.id desc`,
    values: { ...values, timezone },
  }
}
