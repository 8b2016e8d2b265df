import './type-parsers.ts'
import knexFactory, { type Knex } from 'knex'
import pg from 'pg'
import type { Logger } from 'pino'

/** Runs one query; a pool, a pooled client and a client inside a database transaction all can. */
export type Queryable = Pick<pg.ClientBase, 'query'>

export type Database = {
  /** For everything that is read by people and not hot. */
  readonly knex: Knex
  /** For the webhook road: named prepared statements, which knex cannot make. */
  readonly pool: pg.Pool
  close(): Promise<void>
}

// Two flushes of the intake and one apply batch at a time, one spare for a second worker's claim.
const HOT_CONNECTIONS = 4
const CONNECT_TIMEOUT_MS = 3_000
// A stuck statement must not hold a reader's request: nothing here runs longer on purpose.
const STATEMENT_TIMEOUT_MS = 15_000
// A migration that waits for a lock makes every later statement on the table wait behind it.
const MIGRATION_LOCK_TIMEOUT_MS = 10_000

export function openDatabase(options: { url: string; log: Logger; applicationName: string }): Database {
  const connection = {
    connectionString: options.url,
    application_name: options.applicationName,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  }
  // `pipeline`: statements of a database transaction that do not wait for one another travel together.
  const pool = new pg.Pool({ ...connection, max: HOT_CONNECTIONS, pipeline: true })
  // Without this listener a lost idle connection ends the process.
  pool.on('error', (error) => options.log.warn({ err: error }, 'an idle database connection was lost'))
  // A client in use has no listener of the pool's: lost between two statements, it would end the process too. Its next
  // statement fails and says so.
  pool.on('connect', (client) => client.on('error', () => undefined))
  const knex = knexFactory({
    client: 'pg',
    connection,
    pool: { min: 0, max: 10 },
    acquireConnectionTimeout: CONNECT_TIMEOUT_MS,
    // Knex would write the bound values, a donor's name say, into its error messages.
    compileSqlOnError: false,
    // Left to itself it prints on standard output, between the lines of the log.
    log: {
      warn: (message: unknown) => options.log.warn({ knex: String(message) }, 'knex warns'),
      error: (message: unknown) => options.log.error({ knex: String(message) }, 'knex failed'),
    },
    migrations: migrationSettings,
  })
  return {
    knex,
    pool,
    async close() {
      await Promise.all([pool.end(), knex.destroy()])
    },
  }
}

export const migrationSettings = {
  directory: new URL('../../migrations', import.meta.url).pathname,
  loadExtensions: ['.ts'],
  /** Filling a column of a large table takes as long as it takes; a lock that somebody holds is not waited for. */
  async beforeEach(tx: Knex) {
    await tx.raw(`set local statement_timeout = 0; set local lock_timeout = ${MIGRATION_LOCK_TIMEOUT_MS}`)
  },
}

/** Runs `work` in one database transaction; any error rolls it back and is passed on. Never call the network in it. */
export async function inTransaction<T>(pool: pg.Pool, work: (tx: Queryable) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    await client.query('begin')
    const result = await work(client)
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch((failed: Error) => (broken = failed))
    throw error
  } finally {
    client.release(broken)
  }
}
