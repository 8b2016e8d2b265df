import type { RequestListener } from 'node:http'
import Koa from 'koa'
import type { Logger } from 'pino'
import { errorHandler, onLateError } from './http/error-handler.ts'
import { healthRouter } from './http/health-routes.ts'
import { metricsOfSites } from './http/metrics.ts'
import type { Site } from './site.ts'

/**
 * What is addressed to no site: the health and the metrics of the whole process, for operators who ask it by its address.
 * Everything else is unknown. On a site's own host the same paths speak of that site alone.
 */
export function pagesOfTheProcess(sites: readonly Site[], log: Logger): RequestListener {
  const app = new Koa()
  app.on('error', onLateError(log))
  app.use(
    errorHandler({
      log,
      renderErrorPage: ({ status }) => `${status}: no site of this service has this address.\n`,
    }),
  )
  const health = healthRouter({
    databaseProblem: () => firstProblem(sites),
    askIntake: () => Promise.resolve(),
    starved: () => null,
    secondsAhead: async () => 0,
    warnings: { warn: () => undefined, current: () => [], has: () => false },
    metrics: metricsOfSites(sites),
  })
  app.use(health.routes())
  return app.callback()
}

async function firstProblem(sites: readonly Site[]): Promise<string | null> {
  const problems = await Promise.all(
    sites.map(async (site) => {
      const problem = await site.problem()
      return problem === null ? [] : [`${site.name}: ${problem}`]
    }),
  )
  return problems.flat().join(' ') || null
}
