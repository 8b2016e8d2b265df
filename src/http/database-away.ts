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
