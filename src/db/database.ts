import knexFactory, { type Knex } from 'knex'
import pg from 'pg'
import type { Logger } from 'pino'

const INT8 = 20
const DATE = 1082

// Amounts are bigint everywhere and a date is a day without a time: pg's defaults (text, local midnight) fit neither.
pg.types.setTypeParser(INT8, (text) => BigInt(text))
pg.types.setTypeParser(DATE, (text) => text)

/** Runs one query; a pool, a pooled client and a client inside a database transaction all can. */
export type Queryable = Pick<pg.ClientBase, 'query'>

/** One pool of connections, and Knex on top of it: when it is exhausted, that means one thing everywhere. */
export type Database = {
  /** The query builder, for what people read and for migrations. It borrows its connections from `pool`. */
  readonly knex: Knex
  /** For everything that is called often: named prepared statements, which Knex cannot make. */
  readonly pool: pg.Pool
  close(): Promise<void>
}

// Each process takes this many of PostgreSQL's connections at most (100 in all by default).
const CONNECTIONS = 14
const CONNECT_TIMEOUT_MS = 3_000
// A stuck statement must not hold a reader's request: no statement of the service takes this long on purpose.
const STATEMENT_TIMEOUT_MS = 15_000
// A migration that waits for a lock makes every later statement on the table wait behind it.
const MIGRATION_LOCK_TIMEOUT_MS = 10_000

/** Opens no connection yet: the first query does. @param options.applicationName shows in `pg_stat_activity` */
export function openDatabase(options: { url: string; log: Logger; applicationName: string }): Database {
  const pool = new pg.Pool({
    connectionString: options.url,
    application_name: options.applicationName,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    max: CONNECTIONS,
    // Statements of a database transaction that do not wait for one another travel together.
    pipeline: true,
  })
  // Without this listener a lost idle connection ends the process.
  pool.on('error', (error) => options.log.warn({ err: error }, 'an idle database connection was lost'))
  // The pool does not listen to a client in use: losing that connection would end the process too. Its next
  // statement fails and reports the loss.
  pool.on('connect', (client) => client.on('error', () => undefined))
  const knex = knexFactory({ client: 'pg', ...borrowing(pool), ...knexSettings(options.log) })
  return {
    knex,
    pool,
    async close() {
      // In this order: the pool waits for the queries under way, and without Knex theirs could not be given back.
      await pool.end()
      await knex.destroy()
    },
  }
}

/** Knex's setting for a pool that it does not own; its types do not know the setting yet. */
function borrowing(pool: pg.Pool): object {
  return { connectionPool: pool }
}

function knexSettings(log: Logger): Knex.Config {
  return {
    // Knex would write the bound values, a donor's name say, into its error messages.
    compileSqlOnError: false,
    // Knex prints on standard output otherwise, between the lines of the log.
    log: {
      warn: (message: unknown) => log.warn({ knex: String(message) }, 'Knex warns'),
      error: (message: unknown) => log.error({ knex: String(message) }, 'Knex failed'),
    },
    migrations: migrationSettings,
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
