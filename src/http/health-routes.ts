import { Router } from '@koa/router'
import type { Metrics } from './metrics.ts'
import type { OperatorWarnings } from './operator-warnings.ts'
import { Refusal } from './refusal.ts'
import { warnOfDatabaseClock } from './set-up-warnings.ts'

/** Whoever asks waits some seconds only, and a database that takes longer does not serve readers either. */
const READY_WITHIN_MS = 3_000

export type DatabaseHealth = {
  /** Why the database cannot be used, in a sentence; null if it can. */
  readonly databaseProblem: () => Promise<string | null>
  /** Resolves when the connections that store webhooks answer. */
  readonly askIntake: () => Promise<void>
  /** By how many seconds our clock is ahead of the database's; negative: behind. */
  readonly secondsAhead: () => Promise<number>
  /** Which connections all are in use while work waits for one, in a sentence; null if there are some left. */
  readonly starved: () => string | null
}

/** For operators and load balancers: `/healthz` (the process lives), `/readyz` (it can serve), `/metrics`. */
export function healthRouter(
  deps: DatabaseHealth & {
    /** What the operator must look at although the process serves. */
    readonly warnings: OperatorWarnings
    readonly metrics: Pick<Metrics, 'render' | 'contentType'>
    readonly readyWithinMs?: number
  },
): Router {
  const { readyWithinMs = READY_WITHIN_MS } = deps
  return new Router()
    .get('/healthz', (ctx) => {
      ctx.body = { status: 'ok' }
    })
    .get('/readyz', async (ctx) => {
      // Connections that wait for a silent database are in use as well. Whether it answers shows on those for webhooks.
      let answers = false
      const askIntake = deps.askIntake().then(() => (answers = true))
      const asked = Promise.all([deps.databaseProblem(), askIntake])
      const [problem] = await within(readyWithinMs, asked).catch((cause: unknown) => {
        const starved = answers ? deps.starved() : null
        throw new Refusal('unavailable', starved ?? 'The database does not answer.', { cause })
      })
      if (problem !== null) throw new Refusal('unavailable', problem)
      const secondsAhead = await deps.secondsAhead().catch(() => 0) // the next request asks again
      warnOfDatabaseClock(deps.warnings, secondsAhead)
      const warnings = deps.warnings.current()
      ctx.body = warnings.length === 0 ? { status: 'ready' } : { status: 'ready', warnings }
    })
    .get('/metrics', async (ctx) => {
      ctx.type = deps.metrics.contentType
      ctx.body = await deps.metrics.render()
    })
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms)
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}
