import { pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino'

// A second safeguard: no caller should hand any of this to the log.
const PRIVATE_FIELDS: ReadonlySet<string> = new Set([
  'authorization',
  'body',
  'cookie',
  'donor',
  'donorName',
  'email',
  'headers',
  'password',
  'secret',
  'secretKey',
  'token',
])

/** The service's log: JSON lines with ISO times, without secrets or donor data. */
export function makeLogger(options: { level: string; destination?: DestinationStream }): Logger {
  const settings = {
    level: options.level,
    timestamp: stdTimeFunctions.isoTime,
    // Wrapped, because pino passes a serializer more than the value.
    serializers: { err: (error: unknown) => errorForLog(error) },
    // pino's own redaction reads its list of paths anew for every line, which took an eighth of all memory that a request uses.
    formatters: { log: (line: Record<string, unknown>) => withoutPrivateFields(line) },
  }
  return options.destination ? pino(settings, options.destination) : pino(settings)
}

/** A line without private fields, neither its own nor those of the objects in it. */
function withoutPrivateFields(line: Record<string, unknown>): Record<string, unknown> {
  const safe: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(line)) {
    if (PRIVATE_FIELDS.has(name)) continue
    // What is logged of an error says `errorForLog`.
    const isObject = typeof value === 'object' && value !== null && !(value instanceof Error)
    safe[name] =
      isObject && Object.keys(value).some((key) => PRIVATE_FIELDS.has(key)) ? publicPartOf(value) : value
  }
  return safe
}

function publicPartOf(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !PRIVATE_FIELDS.has(key)))
}

/** The part of an error that goes into the log. */
export type LoggedError = {
  readonly type: string
  readonly message: string
  readonly code?: string
  readonly constraint?: string
  readonly table?: string
  readonly stack?: string
  readonly cause?: LoggedError
}

const DEEPEST_CAUSE = 5
const LONGEST_MESSAGE = 500
const SQLSTATE = /^[0-9A-Z]{5}$/
const TEXTS_THAT_ARE_SAFE = ['code', 'constraint', 'table'] as const

// What a service elsewhere answers may quote what it was sent.
const HIDDEN: readonly RegExp[] = [
  /\b(?:Bearer|Basic)\s+\S+/gi,
  /\b(?:sk|rk)_(?:live|test)_\w+|\bwhsec_[\w+/=-]+|\brd_[\w-]{20,}/g,
  /(?<=:\/\/)[^\s/@]+(?=@)/g,
  /[^\s@<>"'(=/:]{1,64}@[^\s@<>"')&]{1,255}/g,
]

/** A message without keys, passwords of addresses and e-mail addresses. */
function withoutSecrets(message: string): string {
  const beginning = message.slice(0, 2 * LONGEST_MESSAGE)
  return HIDDEN.reduce((text, pattern) => text.replace(pattern, '[hidden]'), beginning).slice(
    0,
    LONGEST_MESSAGE,
  )
}

/**
 * Database errors quote rows and parameters in their message and `detail`: of those only the state, table and
 * constraint are logged. Other errors keep their message but for keys and addresses in it; no other field of an error is logged.
 */
export function errorForLog(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: 'not an Error was thrown' }
  const fields = new Map(Object.entries(error))
  const texts = TEXTS_THAT_ARE_SAFE.flatMap((name) => {
    const value = fields.get(name)
    return typeof value === 'string' ? [[name, value] as const] : []
  })
  const state = String(fields.get('code'))
  const fromDatabase = SQLSTATE.test(state) && fields.has('severity')
  return {
    type: error.name,
    message: fromDatabase ? `the database answered ${state}` : withoutSecrets(error.message),
    ...Object.fromEntries(texts),
    stack: (error.stack ?? '')
      .split('\n')
      .filter((line) => /^\s+at /.test(line))
      .join('\n'),
    ...(error.cause !== undefined && depth < DEEPEST_CAUSE
      ? { cause: errorForLog(error.cause, depth + 1) }
      : {}),
  }
}
