import { createHash, randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { recordAct } from '../access/audit/audit-trail-store.ts'
import { inTransaction } from '../db/database.ts'
import { isFaultOfReplica, type ReplicaWatch } from '../reports/replica/report-reads-gateway.ts'
import { Refusal } from '../http/refusal.ts'
import { BYTE_ORDER_MARK, csvSql } from './formats/csv-sql.ts'
import { beginExport, finishExport } from './export-log-store.ts'
import type { ExportEnd, ExportKind, ExportRequest } from './export-log.ts'
import { withValues, type ExportTable, type FileFormat } from './formats/export-table.ts'
import { MOST_SHEET_ROWS, sheetRowsSql, sheetSql } from './formats/sheet-sql.ts'
import { workbook } from './formats/xlsx.ts'

/** Files in parallel in one process. Each takes a connection for as long as its reader needs. */
const MOST_EXPORTS = 2
const RETRY_SECONDS = 30

/**
 * Files that may be read from a replica. Not the ledger's and the journal's: a later file holds what an earlier one did
 * not see, and a replica does not name the transactions that are under way. Not those that a closed month is compared
 * with, nor who is to get a newsletter.
 */
const FROM_REPLICA: ReadonlySet<ExportKind> = new Set(['donations', 'receipts', 'donors'])

/** What a table of a file may look up before it knows its rows; it runs in the snapshot that the file is read from. */
export type TableOf = (tx: pg.ClientBase) => Promise<ExportTable> | ExportTable

export type Exporter = {
  /**
   * Opens a file. It is read from one snapshot, row by row, at the pace of its reader; destroying the stream frees the
   * connection. Who exports what is logged before the first byte, and how it ended after the last.
   * @throws Refusal unavailable while too many files are being read; too_large for a sheet that Excel could not hold
   */
  open(request: ExportRequest, format: FileFormat, table: TableOf): Promise<Readable>
}

export function makeExporter(deps: {
  /** Connections without pipelining, that nothing else uses. */
  readonly exports: pg.Pool
  /** The same to a replica. */
  readonly replica?: { readonly exports: pg.Pool; readonly watch: ReplicaWatch } | null
  readonly pool: pg.Pool
  readonly clock: () => Date
  readonly mostExports?: number
}): Exporter {
  const { exports, replica = null, pool, clock, mostExports = MOST_EXPORTS } = deps
  let running = 0

  const end = (request: ExportRequest, id: string, result: ExportEnd): Promise<void> =>
    inTransaction(pool, async (tx) => {
      const at = clock()
      await finishExport(tx, id, result, at)
      const { sha256, rows, bytes, outcome } = result
      await recordAct(tx, {
        actor: request.actor,
        act: request.holdsDonors ? 'donors_exported' : 'books_exported',
        subject: `export/${id}`,
        after: {
          file: request.kind,
          ...request.filters,
          rows,
          bytes,
          outcome,
          ...(sha256 === null ? {} : { sha256: sha256.toString('hex') }),
        },
        at,
      })
    })

  /** Null where the primary has to answer. */
  const beginOnReplica = async (kind: ExportKind, format: FileFormat, tableOf: TableOf) => {
    if (!replica || !FROM_REPLICA.has(kind)) return null
    const state = await replica.watch.state()
    if (state.use === 'primary') return null
    try {
      const begun = await begin(replica.exports, format, tableOf, clock())
      return { ...begun, asOf: new Date(begun.asOf.getTime() - state.behindMs) }
    } catch (error) {
      if (!isFaultOfReplica(error)) throw error
      replica.watch.failed(error)
      return null
    }
  }

  return {
    async open(request, format, tableOf) {
      if (running >= mostExports)
        throw new Refusal('unavailable', 'Other files are being exported. Please try again in a moment.', {
          retryAfterSeconds: RETRY_SECONDS,
        })
      running += 1
      let client: pg.PoolClient | null = null
      const id = randomUUID()
      const done = (broken: boolean): void => {
        running -= 1
        client?.release(broken)
        client = null
      }
      try {
        const begun = await beginOnReplica(request.kind, format, tableOf)
        const { open, table, sql, snapshot, asOf } = begun ?? (await begin(exports, format, tableOf, clock()))
        client = open
        await beginExport(pool, { ...request, id, format, snapshot, asOf })
        const copy = open.query(copyTo(sql(format === 'csv' ? csvSql(table) : sheetSql(table))))
        // Whoever reads the file gets the error, too; one that nobody reads must not end the process.
        copy.on('error', () => undefined)
        const counted = countedStream(format, copy, { kind: request.kind, table })
        let ended = false
        const finish = async (outcome: ExportEnd['outcome']): Promise<void> => {
          if (ended) return
          ended = true
          endDeadline(copy)
          const isWhole = outcome === 'complete'
          // A statement that nobody reads to its end is ended by closing its connection.
          if (!isWhole) {
            open.connection.stream.destroy()
            done(true)
          } else await commit(open, done)
        }
        const output = Readable.from(
          (async function* () {
            let outcome: ExportEnd['outcome'] = 'broken_off'
            try {
              yield* counted.bytes()
              outcome = 'complete'
            } finally {
              // Whoever has the last byte may ask for the next file at once.
              await finish(outcome)
              await end(request, id, {
                outcome,
                rows: outcome === 'complete' ? copy.rowCount : null,
                ...counted.so(outcome),
              })
            }
          })(),
          { objectMode: false },
        )
        // A stream that nobody has begun to read runs no generator.
        output.on('close', () => void finish('broken_off'))
        return output
      } catch (error) {
        done(true)
        throw error
      }
    },
  }
}

/**
 * Takes a connection and the snapshot from which the file is read.
 * @param asOf the time of the service's own clock, by which postings are dated, too
 */
async function begin(exports: pg.Pool, format: FileFormat, tableOf: TableOf, asOf: Date) {
  const open = await exports.connect()
  try {
    await open.query('begin transaction isolation level repeatable read read only')
    const table = await tableOf(open)
    const sql = (text: string) => withValues(text, table.values, pg.escapeLiteral)
    if (format === 'xlsx') await refuseTooManyRows(open, sql(sheetRowsSql(table)))
    const { rows } = await open.query<{ snapshot: string }>('select pg_current_snapshot()::text as snapshot')
    const [at] = rows
    if (!at) throw new Error('The database has no snapshot')
    return { open, table, sql, snapshot: at.snapshot, asOf }
  } catch (error) {
    open.release(true)
    throw error
  }
}

/**
 * Ends pg's deadline of a statement whose rows were read. pg clears it when the query's callback is called, which a COPY
 * stream never does: left running, it would emit an error that nobody listens for, minutes after the file was read.
 */
function endDeadline(copy: Readable & { readonly callback?: unknown }): void {
  if (typeof copy.callback === 'function') copy.callback()
}

async function commit(client: pg.ClientBase, done: (broken: boolean) => void): Promise<void> {
  try {
    await client.query('commit')
    done(false)
  } catch {
    done(true)
  }
}

async function refuseTooManyRows(client: pg.ClientBase, sql: string): Promise<void> {
  const { rows } = await client.query<{ count: number }>(sql)
  if ((rows[0]?.count ?? 0) > MOST_SHEET_ROWS)
    throw new Refusal(
      'too_large',
      `A sheet holds ${MOST_SHEET_ROWS} rows at most. Use CSV, or choose a shorter period.`,
    )
}

/** The bytes of a file, counted and hashed on their way. */
function countedStream(
  format: FileFormat,
  copy: Readable,
  { kind, table }: { readonly kind: string; readonly table: ExportTable },
) {
  const hash = createHash('sha256')
  let count = 0
  const source: AsyncIterable<Buffer> =
    format === 'csv' ? withMark(copy) : workbook({ sheet: kind, columns: table.columns }, copy)
  return {
    async *bytes(): AsyncGenerator<Buffer> {
      for await (const chunk of source) {
        hash.update(chunk)
        count += chunk.length
        yield chunk
      }
    },
    so: (outcome: ExportEnd['outcome']) => ({
      bytes: count,
      sha256: outcome === 'complete' ? hash.digest() : null,
    }),
  }
}

async function* withMark(copy: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield Buffer.from(BYTE_ORDER_MARK)
  yield* copy
}
