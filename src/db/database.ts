import knexFactory, { type Knex } from 'knex'
import pg from 'pg'
import type { Logger } from 'pino'
import { setTimeout as pause } from 'node:timers/promises'
import { ConnectionsExhausted, isDatabaseAway, lostToAnother, NO_CONNECTION_FREE } from './errors.ts'

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

/** How long the database may take, in milliseconds. Beyond it the work fails as if the database were away. */
export type Deadlines = {
  /** To open a connection, or to get one while all are in use. */
  readonly connectMs: number
  /** For a lock that somebody else holds, so that a locked table does not use up the connections; 0: no deadline. */
  readonly lockMs: number
  /** For one statement, by the server's clock: Postgres cancels it. */
  readonly statementMs: number
  /**
   * For the answer to one statement, by our clock: a database that says nothing cancels nothing either. The connection
   * is given up, since the answer may still come. Longer than `statementMs`.
   */
  readonly answerMs: number
}

const CONNECT_MS = 3_000
const DAY_MS = 24 * 60 * 60 * 1000

export const deadlines = {
  /** Webhooks: one insert. */
  intake: { connectMs: 2_000, lockMs: 2_000, statementMs: 2_500, answerMs: 3_000 },
  /** What readers wait for, and the worker, whose batches are small. */
  usual: { connectMs: CONNECT_MS, lockMs: 2_000, statementMs: 5_000, answerMs: 6_000 },
  /** What finance and operators ask for: it reads whole months. */
  patient: { connectMs: CONNECT_MS, lockMs: 10_000, statementMs: 15_000, answerMs: 20_000 },
  /** Files of everything: their reader's pace is the database's. A file that takes longer is broken off. */
  exports: { connectMs: CONNECT_MS, lockMs: 10_000, statementMs: 600_000, answerMs: 610_000 },
  /** Filling a column of a large table takes as long as it takes, so a migration switches the server's deadline off. */
  migration: { connectMs: CONNECT_MS, lockMs: 0, statementMs: 15_000, answerMs: DAY_MS },
} as const satisfies Record<string, Deadlines>

export type DatabaseDeadlines = Readonly<Record<keyof typeof deadlines, Deadlines>>

/** A peer that vanished without a word is noticed ten seconds later: Node then asks it every second, ten times. */
export const KEEP_ALIVE = { keepAlive: true, keepAliveInitialDelayMillis: 10_000 } as const

const CONNECTIONS = 10
// A migration that waits for a lock makes every later statement on the table wait behind it.
const MIGRATION_LOCK_TIMEOUT_MS = 10_000

type PoolOptions = {
  readonly url: string
  readonly log: Logger
  /** Shows in `pg_stat_activity`. */
  readonly applicationName: string
  readonly deadlines?: Deadlines
  readonly connections?: number
  /** What the connections are for, `readers and the worker`, to be said when there are too few of them. */
  readonly purpose?: string
  /** Whether statements may travel together; a stream of rows needs its connection alone. */
  readonly pipeline?: boolean
}

const clientsOf = new WeakMap<pg.Pool, ReadonlySet<pg.PoolClient>>()

/** Ends every statement under way as if its connection were lost. For a stop that cannot wait for a silent database. */
export function destroyConnections(pool: pg.Pool): void {
  for (const client of clientsOf.get(pool) ?? []) client.connection.stream.destroy()
}

type Connected = (
  error: Error | undefined,
  client: pg.PoolClient | undefined,
  done: (release?: unknown) => void,
) => void

/** Says which connections were all in use when work waited for one in vain, and counts how often. */
class CountingPool extends pg.Pool {
  starved = 0
  private readonly purpose: string

  constructor(config: pg.PoolConfig, purpose: string) {
    super(config)
    this.purpose = purpose
  }

  override connect(): Promise<pg.PoolClient>
  override connect(callback: Connected): void
  override connect(callback?: Connected): Promise<pg.PoolClient> | void {
    if (callback)
      return super.connect((error, client, done) => callback(error && this.named(error), client, done))
    return super.connect().catch((error: unknown) => {
      throw this.named(error)
    })
  }

  private named<T>(error: T): T | ConnectionsExhausted {
    if (!(error instanceof Error) || error.message !== NO_CONNECTION_FREE) return error
    this.starved += 1
    return new ConnectionsExhausted(allInUse(this.purpose, this.options.max), { cause: error })
  }
}

function allInUse(purpose: string, connections: number): string {
  return `All ${connections} database connections for ${purpose} are in use.`
}

/** How much of a pool is in use. */
export type PoolLoad = {
  readonly purpose: string
  readonly inUse: number
  readonly idle: number
  /** How much work waits for a connection. */
  readonly waiting: number
  /** How much work has waited in vain since the start. */
  readonly starved: number
  /** A sentence for the operator while work waits because all are in use; otherwise null. */
  readonly problem: string | null
}

export function loadOf(pool: pg.Pool, purpose: string): PoolLoad {
  const { totalCount, idleCount: idle, waitingCount: waiting } = pool
  const isExhausted = waiting > 0 && idle === 0 && totalCount >= pool.options.max
  return {
    purpose,
    inUse: totalCount - idle,
    idle,
    waiting,
    starved: pool instanceof CountingPool ? pool.starved : 0,
    problem: isExhausted ? allInUse(purpose, pool.options.max) : null,
  }
}

/** A pool without Knex. It opens no connection yet: the first query does. */
export function openPool(options: PoolOptions): pg.Pool {
  const { connectMs, lockMs, statementMs, answerMs } = options.deadlines ?? deadlines.patient
  const pool = new CountingPool(
    {
      connectionString: options.url,
      application_name: options.applicationName,
      ...KEEP_ALIVE,
      connectionTimeoutMillis: connectMs,
      lock_timeout: lockMs,
      statement_timeout: statementMs,
      idle_in_transaction_session_timeout: statementMs,
      // With `pipeline`, pg destroys a connection whose answer is late.
      query_timeout: answerMs,
      max: options.connections ?? CONNECTIONS,
      // Statements of a database transaction that do not wait for one another travel together.
      pipeline: options.pipeline ?? true,
    },
    options.purpose ?? options.applicationName,
  )
  // Without this listener a lost idle connection ends the process.
  pool.on('error', (error) => options.log.warn({ err: error }, 'an idle database connection was lost'))
  // The pool does not listen to a client in use: losing that connection would end the process too. Its next
  // statement fails and reports the loss.
  const clients = new Set<pg.PoolClient>()
  clientsOf.set(pool, clients)
  pool.on('connect', (client) => {
    client.on('error', () => undefined)
    clients.add(client)
    client.on('end', () => clients.delete(client))
  })
  // The pool learns only later that a connection was destroyed, and would lend it once more.
  pool.on('release', (_, client) => {
    if (client.connection.stream.destroyed) void client.end()
  })
  return pool
}

/** Opens no connection yet: the first query does. */
export function openDatabase(options: PoolOptions): Database {
  const pool = openPool(options)
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

/** Resolves when the database answers. */
export async function ask(db: Queryable): Promise<void> {
  await db.query('select 1')
}

/** By how many seconds our clock is ahead of the database's; negative: behind. */
export async function secondsAheadOf(db: Queryable, clock: () => Date): Promise<number> {
  const { rows } = await db.query<{ seconds: number }>(
    'select extract(epoch from clock_timestamp())::float8 as seconds',
  )
  return clock().getTime() / 1000 - (rows[0]?.seconds ?? 0)
}

const TRIES = 4
const PAUSE_MS = 50

/**
 * Does `work` again when Postgres has rolled it back because another transaction was in its way: four times at most, after
 * pauses of random length, so that the two do not meet again.
 */
export async function retried<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work()
    } catch (error) {
      if (tries === TRIES || !lostToAnother(error)) throw error
      await pause(Math.random() * PAUSE_MS * tries)
    }
  }
}

/**
 * Runs `work` in one database transaction; any error rolls it back and is passed on. After a deadlock or a conflict `work`
 * runs again, so it changes nothing outside of the transaction. Never call the network in it.
 */
export function inTransaction<T>(pool: pg.Pool, work: (tx: Queryable) => Promise<T>): Promise<T> {
  return retried(() => transactionOnce(pool, work))
}

/** The same for what is written with Knex, which the sign-in and finance's settings are. */
export function inKnexTransaction<T>(knex: Knex, work: (tx: Knex.Transaction) => Promise<T>): Promise<T> {
  return retried(() => knex.transaction(work))
}

async function transactionOnce<T>(pool: pg.Pool, work: (tx: Queryable) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    await client.query('begin')
    const result = await work(client)
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch((failed: Error) => (broken = failed))
    // The next connection may lead to a server that can: after a failover the old one only reads.
    if (error instanceof Error && isDatabaseAway(error) && !lostToAnother(error)) broken = error
    throw error
  } finally {
    client.release(broken)
  }
}
