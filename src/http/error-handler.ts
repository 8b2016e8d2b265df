import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type { Context, Middleware } from 'koa'
import type { Logger } from 'pino'
import { ConnectionsExhausted, isDatabaseAway } from '../db/errors.ts'
import { Refusal, type FieldProblem, type RefusalKind } from './refusal.ts'

/** The status of each kind of refusal. */
export const statusOf = {
  malformed: 400,
  unauthenticated: 401,
  challenge_required: 428,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  too_slow: 408,
  too_large: 413,
  unsupported_media_type: 415,
  too_many_requests: 429,
  unavailable: 503,
  overloaded: 503,
} as const satisfies Record<RefusalKind, number>

/** What a page about a failure may say. */
export type ErrorPageContent = {
  readonly status: number
  /** What was asked for: from it, the page knows a way back. */
  readonly path: string
  readonly detail?: string
  /** BCP 47: the language of `detail`. */
  readonly detailLanguage?: string
  readonly errorId?: string
  /** BCP 47: what the browser prefers, most first. */
  readonly languages: readonly string[]
}

// Long enough for a restart of the database, short enough for somebody waiting.
const UNAVAILABLE_RETRY_SECONDS = 5
// Only programs call these: they get problem details, whatever they accept.
const PROGRAM_ROUTE = /^\/(api|webhooks|checkout-sessions|openapi\.json|healthz|readyz|metrics)(\/|$)/

/**
 * The one place where failures become answers: problem details (RFC 9457) for programs, the same in words for
 * people. An unexpected error is logged once, with the id that the answer shows and nothing else of it.
 */
export function errorHandler(parts: {
  readonly log: Logger
  readonly renderErrorPage: (parts: ErrorPageContent) => string
}): Middleware {
  return async (ctx, next) => {
    try {
      await next()
      if (ctx.status === 404 && !ctx.body) throw unrouted(ctx)
    } catch (error) {
      if (ctx.headerSent) throw error // on to onLateError
      answer(ctx, failureOf(ctx, error, parts.log), parts.renderErrorPage)
    }
  }
}

/**
 * For `app.on('error', …)`: what fails while an answer is being sent. All that is left then is to cut the line, since
 * half an answer must not look whole. A reader who leaves is no error, and neither is a body that Node cannot parse
 * (`HPE_…`): whoever sends one must not fill the log of errors.
 */
export function onLateError(log: Logger): (error: NodeJS.ErrnoException, ctx?: Context) => void {
  const left = new Set(['EPIPE', 'ECONNRESET', 'ECONNABORTED', 'ERR_STREAM_PREMATURE_CLOSE'])
  return (error, ctx) => {
    if (!left.has(error.code ?? '') && !isUnparsable(error))
      log.error({ err: error, requestId: idOf(ctx) }, 'an answer was cut short')
    if (ctx?.headerSent) ctx.res.destroy()
  }
}

/** Whether Node's parser refused what a client sent. */
function isUnparsable({ code }: NodeJS.ErrnoException): boolean {
  return code?.startsWith('HPE_') === true
}

type Failure = Omit<ErrorPageContent, 'path' | 'languages'> & {
  readonly problems?: readonly FieldProblem[]
  readonly retryAfterSeconds?: number | null
  readonly members?: Readonly<Record<string, unknown>>
}

function failureOf(ctx: Context, error: unknown, log: Logger): Failure {
  if (error instanceof Refusal) {
    if (error.kind === 'unavailable') log.warn({ err: error.cause, requestId: idOf(ctx) }, error.message)
    const retryAfterSeconds =
      error.retryAfterSeconds ?? (error.kind === 'unavailable' ? UNAVAILABLE_RETRY_SECONDS : null)
    return {
      status: statusOf[error.kind],
      detail: error.message,
      detailLanguage: error.language,
      problems: error.problems,
      members: error.members,
      retryAfterSeconds,
    }
  }
  if (isDatabaseAway(error)) {
    const words = error instanceof ConnectionsExhausted ? error.message : 'the database is away'
    log.warn({ err: error, requestId: idOf(ctx) }, words)
    return {
      status: 503,
      detail: 'The service is not available right now.',
      retryAfterSeconds: UNAVAILABLE_RETRY_SECONDS,
    }
  }
  const status = statusByKoa(error)
  if (status) return { status }
  const errorId = idOf(ctx) ?? randomUUID()
  log.error({ err: error, errorId }, 'unexpected error')
  return { status: 500, errorId }
}

/** Koa and its router refuse some requests themselves, a malformed address for instance: those are no errors of ours. */
function statusByKoa(error: unknown): number | null {
  if (!(error instanceof Error) || !('expose' in error && error.expose === true)) return null
  const status = 'status' in error ? error.status : null
  return typeof status === 'number' && status >= 400 && status < 500 ? status : null
}

function unrouted(ctx: Context): Refusal {
  // Set by the router, for routes whose path fits whatever the method.
  const matched: readonly { methods: readonly string[] }[] = ctx['matched'] ?? []
  const methods = [...new Set(matched.flatMap((route) => route.methods))]
  if (methods.length === 0 || methods.includes(ctx.method))
    return new Refusal('not_found', 'There is nothing at this address.')
  ctx.set('Allow', methods.join(', '))
  return new Refusal('method_not_allowed', `This address takes ${methods.join(', ')}.`)
}

function answer(ctx: Context, failure: Failure, renderErrorPage: (parts: ErrorPageContent) => string): void {
  const { status, detail, detailLanguage, errorId, problems = [], members = {}, retryAfterSeconds } = failure
  for (const name of ['ETag', 'Last-Modified', 'Content-Disposition']) ctx.remove(name)
  ctx.status = status
  ctx.set('Cache-Control', 'no-store')
  if (retryAfterSeconds) ctx.set('Retry-After', String(Math.ceil(retryAfterSeconds)))
  if (status === 401 && ctx.path.startsWith('/api/')) ctx.set('WWW-Authenticate', 'Bearer')
  // The rest of a body that nobody reads would be taken for the next request.
  if (status === 413 || status === 408) ctx.set('Connection', 'close')
  if (wantsPage(ctx)) {
    ctx.type = 'html'
    ctx.body = renderErrorPage({
      status,
      path: ctx.path,
      languages: ctx.acceptsLanguages(),
      ...(detail ? { detail, detailLanguage: detailLanguage ?? 'en' } : {}),
      ...(errorId ? { errorId } : {}),
    })
    return
  }
  ctx.body = JSON.stringify({
    type: 'about:blank',
    title: STATUS_CODES[status],
    status,
    ...(detail ? { detail } : {}),
    ...(problems.length > 0 ? { errors: problems } : {}),
    ...(errorId ? { id: errorId } : {}),
    ...members,
  })
  ctx.type = 'application/problem+json'
}

function wantsPage(ctx: Context): boolean {
  return !PROGRAM_ROUTE.test(ctx.path) && ctx.accepts('json', 'html') === 'html'
}

function idOf(ctx: Context | undefined): string | undefined {
  const id: unknown = ctx?.state['requestId']
  return typeof id === 'string' ? id : undefined
}
