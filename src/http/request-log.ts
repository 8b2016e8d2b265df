import { randomUUID } from 'node:crypto'
import type { Context, Middleware } from 'koa'
import type { Logger } from 'pino'
import type { Callers } from './client-ip.ts'

/** One finished request, for the log line and the metrics alike. */
export type RequestRecord = {
  readonly method: string
  /** The pattern (`/receipts/:token`), never the address: tokens and session ids stay out of logs. */
  readonly route: string
  readonly status: number
  readonly durationMs: number
}

// Stripe's deliveries come by the thousand; the metrics count them and the inbox stores them, so a line each adds nothing.
const QUIET_ON_SUCCESS = '/webhooks/stripe'

const SANE_ID = /^[A-Za-z0-9._-]{8,64}$/

/** Gives every request an id (`ctx.state.requestId`, `X-Request-Id`), logs it in one line and hands it to the metrics. */
export function requestLog(deps: {
  readonly log: Logger
  readonly callers: Callers
  readonly observe: (record: RequestRecord) => void
}): Middleware {
  return async (ctx, next) => {
    const startedAt = performance.now()
    const requestId = idFor(ctx, deps.callers)
    ctx.state['requestId'] = requestId
    ctx.set('X-Request-Id', requestId)
    try {
      await next()
    } finally {
      const durationMs = Math.round((performance.now() - startedAt) * 10) / 10
      const record = { method: ctx.method, route: routeOf(ctx), status: ctx.status, durationMs }
      deps.observe(record)
      const isQuiet = record.route === QUIET_ON_SUCCESS && record.status < 400
      deps.log[isQuiet ? 'debug' : 'info']({ requestId, ...record }, 'request')
    }
  }
}

function idFor(ctx: Context, callers: Callers): string {
  const claimed = ctx.get('X-Request-Id')
  return SANE_ID.test(claimed) && callers.cameThroughProxy(ctx.req) ? claimed : randomUUID()
}

function routeOf(ctx: Context): string {
  // The router sets both; the second when the path fits a route but the method does not.
  const route: unknown = ctx['_matchedRoute'] ?? ctx['matched']?.[0]?.path
  return typeof route === 'string' ? route : 'none'
}
