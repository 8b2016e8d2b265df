import { actorName } from '../access/actor.ts'
import type { Queryable } from '../db/database.ts'
import type { ExportEnd, ExportRequest, LoggedExport } from './export-log.ts'
import type { FileFormat } from './formats/export-table.ts'

/** Logs an export before its first byte. @param begun.snapshot what the file sees, as pg_current_snapshot() writes it */
export async function beginExport(
  tx: Queryable,
  begun: ExportRequest & {
    readonly id: string
    readonly format: FileFormat
    readonly snapshot: string
    readonly asOf: Date
  },
): Promise<void> {
  const { id, kind, format, filters, actor, snapshot, asOf } = begun
  await tx.query(
    `insert into exports (id, kind, format, filters, made_by, snapshot, begun_at) values ($1, $2, $3, $4, $5, $6, $7)`,
    [id, kind, format, JSON.stringify(filters), actorName(actor), snapshot, asOf],
  )
}

export async function finishExport(tx: Queryable, id: string, end: ExportEnd, at: Date): Promise<void> {
  await tx.query(
    `update exports set finished_at = greatest($2, begun_at), outcome = $3, row_count = $4, bytes = $5, sha256 = $6
      where id = $1 and finished_at is null`,
    [id, at, end.outcome, end.rows, end.bytes, end.sha256],
  )
}

const LOGGED = `id, kind, format, filters, made_by as by, begun_at as "begunAt", outcome, row_count as rows, sha256`

/** The latest exports, newest first. */
export async function latestExports(
  db: Queryable,
  limit: number,
  before: Date | null = null,
): Promise<readonly LoggedExport[]> {
  const { rows } = await db.query<LoggedExport>(
    `select ${LOGGED} from exports where $2::timestamptz is null or begun_at < $2
      order by begun_at desc, id desc limit $1`,
    [limit, before],
  )
  return rows
}

/** What a whole export of the ledger or a journal saw; null when there is none with this id. */
export async function exportSnapshot(
  db: Queryable,
  id: string,
): Promise<{ readonly snapshot: string; readonly begunAt: Date } | null> {
  const { rows } = await db.query<{ snapshot: string; begunAt: Date }>(
    `select snapshot, begun_at as "begunAt" from exports
      where id = $1 and kind in ('ledger', 'journal') and outcome = 'complete'`,
    [id],
  )
  return rows[0] ?? null
}
