import { Router } from '@koa/router'
import type { Metrics } from './metrics.ts'
import { Refusal } from './refusal.ts'

/** For operators and load balancers: `/healthz` (the process lives), `/readyz` (it can serve), `/metrics`. */
export function healthRouter(deps: {
  /** Why the database's schema cannot be used, in a sentence; null if it can. */
  readonly schemaProblem: () => Promise<string | null>
  readonly metrics: Metrics
}): Router {
  return new Router()
    .get('/healthz', (ctx) => {
      ctx.body = { status: 'ok' }
    })
    .get('/readyz', async (ctx) => {
      const problem = await deps.schemaProblem().catch((cause: unknown) => {
        throw new Refusal('unavailable', 'The database does not answer.', { cause })
      })
      if (problem !== null) throw new Refusal('unavailable', problem)
      ctx.body = { status: 'ready' }
    })
    .get('/metrics', async (ctx) => {
      ctx.type = deps.metrics.contentType
      ctx.body = await deps.metrics.render()
    })
}
