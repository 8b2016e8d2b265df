import cors from '@koa/cors'
import type { Context, Middleware } from 'koa'
import { Refusal } from './refusal.ts'

const PREFLIGHT_SECONDS = 600

/**
 * For routes that article pages call from other sites. Browsers on the newsroom's sites may call them, browsers
 * elsewhere may not; a request without an `Origin` comes from a program. It answers preflight requests, too, so it
 * also belongs on the route's OPTIONS.
 */
export function articleSites(
  allowedOrigins: readonly string[],
  refusal = 'This site may not ask for a checkout here.',
): Middleware {
  const allowed = new Set(allowedOrigins)
  const share = cors({
    origin: (ctx) => (allowed.has(ctx.get('Origin')) ? ctx.get('Origin') : ''),
    allowMethods: ['POST'],
    allowHeaders: ['Content-Type', 'Idempotency-Key', 'Challenge-Answer'],
    exposeHeaders: ['Retry-After', 'X-Request-Id'],
    maxAge: PREFLIGHT_SECONDS,
  })
  return (ctx, next) => {
    if (!mayAsk(ctx, allowed)) throw new Refusal('forbidden', refusal)
    return share(ctx, next)
  }
}

function mayAsk(ctx: Context, allowed: ReadonlySet<string>): boolean {
  const origin = ctx.get('Origin')
  // Our own pages may have a second name, such as 127.0.0.1 for localhost. Pages cannot forge this header.
  return origin === '' || allowed.has(origin) || ctx.get('Sec-Fetch-Site') === 'same-origin'
}
