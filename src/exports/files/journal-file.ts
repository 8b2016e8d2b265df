import { amountColumns, currencyColumn, decimalSql } from '../formats/amount-sql.ts'
import type { ExportColumn, ExportTable } from '../formats/export-table.ts'
import { COMMITTED_SINCE, sinceValues, type Since } from './ledger-file.ts'

export const journalFormats = ['generic', 'quickbooks', 'xero'] as const
export type JournalFormat = (typeof journalFormats)[number]

/** One entry for each day, or one for all the days. */
export const journalGrains = ['day', 'period'] as const

/** Xero reads 300 lines of a file at most (help.xero.com, Import manual journals). */
export const MOST_XERO_LINES = 300

export type JournalQuery = {
  readonly from: string
  readonly to: string
  readonly format: JournalFormat
  readonly by: (typeof journalGrains)[number]
  /** A generic journal may hold all currencies; QuickBooks and Xero read a file of one. */
  readonly currency?: string | undefined
  /** The name of Xero's tax rate for lines without tax. */
  readonly taxRate: string
}

/**
 * The ledger of a range of days as entries for the newsroom's own bookkeeping: a line for each of its accounts with the
 * balance of the day or of the days. Every entry sums to zero in its currency, because every ledger transaction does.
 */
export function journalFile(query: JournalQuery, since: Since | null, sinceId = ''): ExportTable {
  const { from, to, by, currency, taxRate, format } = query
  return {
    columns: COLUMNS[format],
    from: `from (
        select ${by === 'day' ? 't.booked_on' : 'cast(:to as date)'} as day, c.code, c.name, e.currency,
          sum(e.amount_minor)::bigint as minor, string_agg(distinct replace(e.account, '_', ' '), ', ') as accounts
        from ledger_transactions t
          join ledger_entries e on e.ledger_transaction_id = t.id
          join account_codes c on c.account = e.account
        where t.booked_on between :from and :to ${currency === undefined ? '' : 'and e.currency = :currency'}
          ${since === null ? '' : `and ${COMMITTED_SINCE}`}
        group by 1, c.code, c.name, e.currency having sum(e.amount_minor) <> 0) as j
      order by j.day, j.currency, j.minor desc, j.code, j.name`,
    values: {
      from,
      to,
      taxRate,
      days: by === 'day' || from === to ? '' : `${from} to ${to}`,
      // A later journal of the same days has numbers of its own, which the bookkeeping does not take for repeated ones.
      later: sinceId === '' ? '' : `-${sinceId.slice(0, 4).toUpperCase()}`,
      ...(currency === undefined ? {} : { currency }),
      ...(since === null ? {} : sinceValues(since)),
    },
  }
}

// QuickBooks allows 21 characters: RD-20260331-USD-1A2B has 20.
const NUMBER = `'RD-' || to_char(j.day, 'YYYYMMDD') || '-' || upper(j.currency) || :later`
const DAYS = `case when :days = '' then to_char(j.day, 'YYYY-MM-DD') else :days end`
const MEMO = `'Reader donations ' || ${DAYS} || ': ' || j.accounts`
const debit = 'case when j.minor > 0 then j.minor end'
const credit = 'case when j.minor < 0 then -j.minor end'

const COLUMNS: Readonly<Record<JournalFormat, readonly ExportColumn[]>> = {
  generic: [
    { heading: 'Reference', kind: 'code', sql: NUMBER },
    { heading: 'Date', kind: 'day', sql: 'j.day' },
    { heading: 'Account code', kind: 'text', sql: 'j.code' },
    { heading: 'Account name', kind: 'text', sql: 'j.name' },
    currencyColumn('Currency', 'j.currency'),
    ...amountColumns('Debit', debit, 'j.currency'),
    ...amountColumns('Credit', credit, 'j.currency'),
    { heading: 'Memo', kind: 'text', sql: MEMO },
  ],
  // quickbooks.intuit.com, Import journal entries: account names, not numbers.
  quickbooks: [
    { heading: 'Journal No.', kind: 'code', sql: NUMBER },
    { heading: 'Journal Date', kind: 'code', sql: `to_char(j.day, 'MM/DD/YYYY')` },
    { heading: 'Account Name', kind: 'text', sql: 'j.name' },
    { heading: 'Debits', kind: 'decimal', sql: decimalSql(debit, 'j.currency') },
    { heading: 'Credits', kind: 'decimal', sql: decimalSql(credit, 'j.currency') },
    { heading: 'Description', kind: 'text', sql: MEMO },
    { heading: 'Name', kind: 'text', sql: `''` },
    { heading: 'Currency Code', kind: 'code', sql: 'upper(j.currency)' },
  ],
  // help.xero.com, Import manual journals: lines of one narration and date are one journal, a debit is positive.
  xero: [
    {
      heading: '*Narration',
      kind: 'text',
      sql: `'Reader donations ' || ${DAYS} || ' (' || ${NUMBER} || ')'`,
    },
    { heading: '*Date', kind: 'code', sql: `to_char(j.day, 'DD/MM/YYYY')` },
    { heading: 'Description', kind: 'text', sql: 'j.accounts' },
    { heading: '*AccountCode', kind: 'text', sql: 'j.code' },
    { heading: '*TaxRate', kind: 'text', sql: 'cast(:taxRate as text)' },
    { heading: '*Amount', kind: 'decimal', sql: decimalSql('j.minor', 'j.currency') },
    { heading: 'TrackingName1', kind: 'text', sql: `''` },
    { heading: 'TrackingOption1', kind: 'text', sql: `''` },
    { heading: 'TrackingName2', kind: 'text', sql: `''` },
    { heading: 'TrackingOption2', kind: 'text', sql: `''` },
  ],
}
