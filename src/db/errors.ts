/** PostgreSQL's five-character error code, if the error is one of its own (postgresql.org/docs, appendix A). */
export function sqlState(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null
  return typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code) ? error.code : null
}

/** What refused the data, without the values that it refused: they may be a donor's. */
export function refusedBy(error: unknown): string {
  const state = sqlState(error)
  if (state === null) return `could not be applied (${error instanceof Error ? error.name : typeof error})`
  const rule = error instanceof Error && 'constraint' in error ? String(error.constraint ?? '') : ''
  return `database refused it (${[state, rule].filter(Boolean).join(' ')})`
}

// What the network says while the database is away.
const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
])

// What Postgres answers when it cannot do now what it could do a moment ago or later (postgresql.org/docs, appendix A):
// 08 the connection, 53 no disk, memory or connection left, 57 it was cancelled, stops or starts, 58 its disk fails,
// 25006 it takes only reads (a standby after a failover), 25P03 and 25P04 a transaction idled or took too long,
// 40 a deadlock or a conflict with another transaction, 55P03 a lock was not to be had in time.
const SQLSTATE = /^(08|53|57|58|40)[0-9A-Z]{3}$|^(25006|25P03|25P04|55P03)$/

// pg and knex give some of their own errors no code, only words. Knex writes the statement before them.
const WORDS =
  /(?:^| - )(Connection terminated|timeout exceeded when trying to connect|timeout expired|Query read timeout|Client (has encountered a connection error|was closed)|Knex: Timeout acquiring a connection|Cannot use a pool after calling end|Unable to acquire a connection)/

/** Every connection of a pool was in use for as long as its work could wait. The database itself may be well. */
export class ConnectionsExhausted extends Error {
  override readonly name = 'ConnectionsExhausted'
}

/** What a pool says when nobody gave a connection back in time. It says something else when the database gave none. */
export const NO_CONNECTION_FREE = 'timeout exceeded when trying to connect'

/** Two transactions change the rights or the definition of one table: Postgres has no state of its own for that, only words. */
const CATALOGUE_CONFLICT = /^tuple concurrently (updated|deleted)$/

/**
 * Whether Postgres rolled a transaction back because another one was in its way (40001 a conflict, 40P01 a deadlock, and
 * rights that are given while a worker empties the table). The same transaction may succeed at once.
 */
export function lostToAnother(error: unknown): boolean {
  const state = sqlState(error) ?? ''
  if (state === 'XX000') return error instanceof Error && CATALOGUE_CONFLICT.test(error.message)
  return /^(40001|40P01)$/.test(state)
}

/**
 * Whether an error means that the database cannot be reached or cannot do its work now: worth a 503 and a retry, not a
 * bug. Nothing was done, or it is not known whether it was.
 */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error instanceof ConnectionsExhausted) return true
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (NETWORK.has(code) || SQLSTATE.test(code) || WORDS.test(error.message)) return true
  // Several addresses tried in turn (localhost: ::1, 127.0.0.1) fail as one AggregateError.
  if (error instanceof AggregateError) return error.errors.some(isDatabaseAway)
  return isDatabaseAway(error.cause)
}

// Class 42: the tables are not those of this version, or are closed to us; 0A000: a prepared statement is older than its
// table. Both come with a migration, concern every row alike and end with it.
const SCHEMA = /^(42|0A)/

/**
 * Whether an error lies in what was to be written: a bad value, a broken constraint, or an exception of our own code.
 * Trying the same again cannot help, unlike after a lost connection, a deadlock, a full disk or a missing migration.
 */
export function isDataError(error: unknown): boolean {
  return !isDatabaseAway(error) && !SCHEMA.test(sqlState(error) ?? '')
}
