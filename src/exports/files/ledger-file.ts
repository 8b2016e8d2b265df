import { amountColumns, currencyColumn } from '../formats/amount-sql.ts'
import { wallClockSql } from '../formats/expressions-sql.ts'
import type { ExportTable } from '../formats/export-table.ts'

/** Entries that were committed after a snapshot, the one of an earlier export. */
export type Since = { readonly snapshot: string; readonly begunAt: Date }

/**
 * Whether a ledger transaction was committed after a snapshot. The time of posting is taken before the commit, so that
 * within an hour of the snapshot Postgres' own numbers decide; beyond it the time does, which a restored database keeps.
 */
export const COMMITTED_SINCE = `(t.posted_at > cast(:sinceAt as timestamptz) + interval '1 hour'
  or (t.posted_at > cast(:sinceAt as timestamptz) - interval '1 hour' and not pg_visible_in_snapshot(
    (((pg_snapshot_xmax(cast(:since as pg_snapshot))::text::bigint >> 32 << 32) + t.xmin::text::bigint)::text)::xid8,
    cast(:since as pg_snapshot))))`

/** The ledger's entries of a range of days, each with the newsroom's own account. */
export function ledgerFile(
  { from, to, since }: { readonly from: string; readonly to: string; readonly since: Since | null },
  timezone: string,
): ExportTable {
  return {
    columns: [
      { heading: 'Booked on', kind: 'day', sql: 't.booked_on' },
      { heading: 'Belongs to', kind: 'text', sql: 't.period' },
      { heading: 'What', kind: 'code', sql: 't.effect' },
      { heading: 'Account', kind: 'code', sql: 'e.account' },
      { heading: 'Own account code', kind: 'text', sql: 'c.code' },
      { heading: 'Own account name', kind: 'text', sql: 'c.name' },
      currencyColumn('Currency', 'e.currency'),
      ...amountColumns('Debit', 'case when e.amount_minor > 0 then e.amount_minor end', 'e.currency'),
      ...amountColumns('Credit', 'case when e.amount_minor < 0 then -e.amount_minor end', 'e.currency'),
      { heading: 'Happened at', kind: 'time', sql: wallClockSql('t.occurred_at') },
      { heading: 'Posted at', kind: 'time', sql: wallClockSql('t.posted_at') },
      { heading: 'Source', kind: 'text', sql: 't.source' },
      { heading: 'Clears', kind: 'text', sql: 't.clears' },
      { heading: 'Donation', kind: 'code', sql: 't.donation_id::text' },
      { heading: 'Ledger transaction', kind: 'code', sql: 't.id::text' },
    ],
    from: `from ledger_transactions t
      join ledger_entries e on e.ledger_transaction_id = t.id
      left join account_codes c on c.account = e.account
      where t.booked_on between :from and :to ${since === null ? '' : `and ${COMMITTED_SINCE}`}
      order by t.booked_on, t.posted_at, t.id, e.amount_minor desc, e.account`,
    values: {
      from,
      to,
      timezone,
      ...(since === null ? {} : sinceValues(since)),
    },
  }
}

export function sinceValues({ snapshot, begunAt }: Since) {
  return { since: snapshot, sinceAt: begunAt.toISOString() }
}
