import pg from 'pg'
import { daysOf, type Month } from '../calendar/month.ts'
import type { Queryable } from '../db/database.ts'
import type { MonthExport } from '../reconciliation/close-month.ts'
import { BYTE_ORDER_MARK, guardedSql } from './csv-sql.ts'
import { withValues, type ExportColumn, type ExportTable } from './export-table.ts'
import { depositsFile } from './files/deposits-file.ts'
import { ledgerFile } from './files/ledger-file.ts'

/**
 * The hashes of the month's ledger and deposits as CSV. Postgres computes them, so that they see what the database
 * transaction sees. Both files are without donors: an erasure does not change them.
 */
export async function monthExports(
  tx: Queryable,
  month: Month,
  timezone: string,
): Promise<readonly MonthExport[]> {
  const days = daysOf(month)
  const name = (kind: string) => `${kind}-${days.from}-${days.to}.csv`
  return [
    { name: name('ledger'), sha256: await hashOf(tx, ledgerFile({ ...days, since: null }, timezone)) },
    { name: name('deposits'), sha256: await hashOf(tx, depositsFile(days, timezone)) },
  ]
}

async function hashOf(tx: Queryable, { columns, from, values }: ExportTable): Promise<string> {
  const head = `${BYTE_ORDER_MARK}${columns.map(({ heading }) => heading).join(',')}\n`
  const line = columns.map(cellSql).join(` || ',' || `)
  const sql = `select encode(sha256(convert_to(${pg.escapeLiteral(head)} || coalesce(string_agg(line, ''), ''), 'utf8')), 'hex')
    as sha256 from (select ${line} || E'\\n' as line ${from}) as lines`
  const { rows } = await tx.query<{ sha256: string }>(withValues(sql, values, pg.escapeLiteral))
  if (!rows[0]) throw new Error('The database has no hash')
  return rows[0].sha256
}

/** A cell as COPY writes it: null is nothing, and an empty text is a pair of quotes. */
function cellSql({ kind, sql }: ExportColumn): string {
  const cell = `(${kind === 'text' ? guardedSql(sql) : sql})::text`
  return `case when ${cell} is null then '' when ${cell} = '' or ${cell} ~ '[,"\\r\\n]'
    then '"' || replace(${cell}, '"', '""') || '"' else ${cell} end`
}
