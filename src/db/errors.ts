/** PostgreSQL's five-character error code, if the error is one of its own (postgresql.org/docs, appendix A). */
export function sqlState(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null
  return typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code) ? error.code : null
}

/**
 * Whether the database refused the data itself (class 22 bad value, 23 constraint or our triggers, 54 too complex):
 * trying the same rows again cannot help, unlike a lost connection, a deadlock or a full disk.
 */
export function isDataError(error: unknown): boolean {
  return /^(22|23|54)/.test(sqlState(error) ?? '')
}

/** Which rule was broken, without the values that broke it: they may be a donor's. */
export function ruleBroken(error: unknown): string {
  const rule = error instanceof Error && 'constraint' in error ? String(error.constraint ?? '') : ''
  return `database refused it (${[sqlState(error), rule].filter(Boolean).join(' ')})`
}

// What the network says, and what Postgres says while it starts, stops or has no connection left:
// class 08 connection exceptions, 53300 too many connections, 57P01–57P03 shutting down or starting up,
// 57014 the statement ran into its timeout, 25P03 the idle transaction did.
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
const SQLSTATE = /^(08[0-9A-Z]{3}|53300|57P0[123]|57014|25P03)$/

// pg and knex give some of their own errors no code, only words.
const WORDS =
  /^(Connection terminated|timeout exceeded when trying to connect|timeout expired|Client (has encountered a connection error|was closed)|Knex: Timeout acquiring a connection|Cannot use a pool after calling end|Unable to acquire a connection)/

/** Whether an error means "the database cannot be reached now": worth a 503 and a retry, not a bug. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (NETWORK.has(code) || SQLSTATE.test(code) || WORDS.test(error.message)) return true
  // Several addresses tried in turn (localhost: ::1, 127.0.0.1) fail as one AggregateError.
  if (error instanceof AggregateError) return error.errors.some(isDatabaseAway)
  return isDatabaseAway(error.cause)
}
