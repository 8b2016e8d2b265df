import pg from 'pg'
import { daysOf, type Month } from '../calendar/month.ts'
import type { Queryable } from '../db/database.ts'
import type { MonthExport } from '../reconciliation/months/close-month.ts'
import { BYTE_ORDER_MARK, guardedSql } from './formats/csv-sql.ts'
import { withValues, type ExportColumn, type ExportTable } from './formats/export-table.ts'
import { depositsFile } from './files/deposits-file.ts'
import { ledgerFile } from './files/ledger-file.ts'
import {
  frozenKinds,
  frozenName,
  type ComparedFile,
  type FrozenHashes,
  type FrozenKind,
} from './frozen-export.ts'

/**
 * Keeps the lines of the month's ledger and deposits, and returns their hashes as CSV. Postgres computes both, so that
 * they see what the database transaction sees. The files are without donors: an erasure does not change them.
 */
export async function freezeMonthExports(
  tx: Queryable,
  month: Month,
  timezone: string,
): Promise<readonly MonthExport[]> {
  const frozen: MonthExport[] = []
  for (const kind of frozenKinds) {
    const name = frozenName(kind, month)
    const table = fileOf(kind, month, timezone)
    const kept = `kept as (
      insert into month_export_lines (month, name, digests)
      select ${pg.escapeLiteral(month)}, ${pg.escapeLiteral(name)}, coalesce(array_agg(${DIGEST} order by number), '{}')
      from lines)`
    frozen.push({ name, sha256: await hashOf(tx, table, kept) })
  }
  return frozen
}

/** The hashes of the files as they would be now. */
export async function monthExports(
  tx: Queryable,
  month: Month,
  timezone: string,
): Promise<readonly MonthExport[]> {
  return Promise.all(
    frozenKinds.map(async (kind) => ({
      name: frozenName(kind, month),
      sha256: await hashOf(tx, fileOf(kind, month, timezone)),
    })),
  )
}

/** What the closed ones of these months keep of their files. */
export async function frozenHashes(db: Queryable, months: readonly Month[]): Promise<FrozenHashes> {
  if (months.length === 0) return new Map()
  const { rows } = await db.query<{ month: Month; exports: MonthExport[] | null }>(
    `select month, reconciliation -> 'exports' as exports from month_closings where month = any($1)`,
    [months],
  )
  return new Map(rows.map(({ month, exports }) => [month, exports ?? []]))
}

/** Lines that are named on a page. */
const LINES_SHOWN = 20

/** Reads the file of a month again and compares its lines with those of the closing. It takes as long as the export does. */
export async function compareMonthExport(
  db: Queryable,
  kind: FrozenKind,
  month: Month,
  timezone: string,
): Promise<ComparedFile> {
  const table = fileOf(kind, month, timezone)
  const kept = `month = ${pg.escapeLiteral(month)} and name = ${pg.escapeLiteral(frozenName(kind, month))}`
  const sql = `with lines as materialized (${linesSql(table)}),
      now as materialized (select number, line, ${DIGEST} as digest from lines),
      frozen as materialized (select unnest(digests) as digest from month_export_lines where ${kept}),
      added as (select number, line from now where not exists (select from frozen where frozen.digest = now.digest))
    select (select ${HASH} from lines) as sha256,
      (select count(*) from now)::int as lines,
      exists (select from month_export_lines where ${kept}) as "isKept",
      (select count(*) from frozen)::int as "frozenLines",
      (select count(*) from frozen where not exists (select from now where now.digest = frozen.digest))::int as gone,
      (select count(*) from added)::int as added,
      coalesce((select json_agg(json_build_object('number', number + 1, 'line', line) order by number)
        from (select * from added order by number limit ${LINES_SHOWN}) as shown), '[]') as "firstAdded"`
  const { rows } = await db.query<{
    sha256: string
    lines: number
    isKept: boolean
    frozenLines: number
    gone: number
    added: number
    firstAdded: { number: number; line: string }[]
  }>(withValues(sql.replace(HEAD, pg.escapeLiteral(headOf(table))), table.values, pg.escapeLiteral))
  const [row] = rows
  if (!row) throw new Error('The database compared nothing')
  const { sha256, lines, isKept, frozenLines, gone, added, firstAdded } = row
  return {
    sha256,
    lines,
    headings: table.columns.map(({ heading }) => heading),
    closing: isKept ? { lines: frozenLines, gone, added, firstAdded } : null,
  }
}

function fileOf(kind: FrozenKind, month: Month, timezone: string): ExportTable {
  const days = daysOf(month)
  return kind === 'ledger' ? ledgerFile({ ...days, since: null }, timezone) : depositsFile(days, timezone)
}

const DIGEST = `('x' || encode(substr(sha256(convert_to(line, 'utf8')), 1, 8), 'hex'))::bit(64)::bigint`
const HEAD = '«head»'
const HASH = `encode(sha256(convert_to(${HEAD} || coalesce(string_agg(line || E'\\n', '' order by number), ''), 'utf8')), 'hex')`

/** @param further a further table of the statement, which may write what `lines` holds */
async function hashOf(tx: Queryable, table: ExportTable, further?: string): Promise<string> {
  const sql = `with lines as materialized (${linesSql(table)})${further === undefined ? '' : `, ${further}`}
    select ${HASH} as sha256 from lines`
  const { rows } = await tx.query<{ sha256: string }>(
    withValues(sql.replace(HEAD, pg.escapeLiteral(headOf(table))), table.values, pg.escapeLiteral),
  )
  if (!rows[0]) throw new Error('The database has no hash')
  return rows[0].sha256
}

function headOf({ columns }: ExportTable): string {
  return `${BYTE_ORDER_MARK}${columns.map(({ heading }) => heading).join(',')}\n`
}

/** Each line of the file with its number, without the headings and the line's end. */
function linesSql({ columns, from }: ExportTable): string {
  return `select row_number() over () as number, line
    from (select ${columns.map(cellSql).join(` || ',' || `)} as line ${from}) as written`
}

/** A cell as COPY writes it: null is nothing, and an empty text is a pair of quotes. */
function cellSql({ kind, sql }: ExportColumn): string {
  const cell = `(${kind === 'text' ? guardedSql(sql) : sql})::text`
  return `case when ${cell} is null then '' when ${cell} = '' or ${cell} ~ '[,"\\r\\n]'
    then '"' || replace(${cell}, '"', '""') || '"' else ${cell} end`
}
