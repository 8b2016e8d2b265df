import { Router } from '@koa/router'
import type { Metrics } from './metrics.ts'
import { Refusal } from './refusal.ts'

/** For operators and load balancers: `/healthz` (the process lives), `/readyz` (it can serve), `/metrics`. */
export function healthRouter(deps: {
  readonly ready: () => Promise<boolean>
  readonly metrics: Metrics
}): Router {
  return new Router()
    .get('/healthz', (ctx) => {
      ctx.body = { status: 'ok' }
    })
    .get('/readyz', async (ctx) => {
      const ready = await deps.ready().catch((cause: unknown) => {
        throw new Refusal('unavailable', 'The database does not answer.', { cause })
      })
      if (!ready) throw new Refusal('unavailable', 'The database lacks migrations: run npm run migrate.')
      ctx.body = { status: 'ready' }
    })
    .get('/metrics', async (ctx) => {
      ctx.type = deps.metrics.contentType
      ctx.body = await deps.metrics.render()
    })
}
