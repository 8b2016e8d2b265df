import Koa from 'koa'
import { expect, onTestFinished, test } from 'vitest'
import { errorHandler } from '../../src/http/error-handler.ts'
import { healthRouter } from '../../src/http/health-routes.ts'
import { operatorWarnings } from '../../src/http/operator-warnings.ts'
import { makeMetrics } from '../../src/http/metrics.ts'
import { listen } from '../kit/http.ts'
import { keptLog } from '../kit/log.ts'

const never = new Promise<never>(() => undefined)

async function readiness(answers: {
  databaseProblem?: () => Promise<string | null>
  askIntake?: () => Promise<void>
}) {
  const app = new Koa().use(errorHandler({ log: keptLog().log, renderErrorPage: () => '' }))
  const router = healthRouter({
    databaseProblem: async () => null,
    askIntake: async () => undefined,
    starved: () => null,
    secondsAhead: async () => 0,
    warnings: operatorWarnings({ log: keptLog().log, clock: () => new Date(), count: () => undefined }),
    metrics: makeMetrics(() => never),
    readyWithinMs: 50,
    ...answers,
  })
  const server = await listen(app.use(router.routes()).callback())
  onTestFinished(() => server.close())
  const response = await fetch(`${server.url}/readyz`)
  return [response.status, response.headers.get('retry-after')]
}

test('is ready when the database and the connections of the webhooks answer', async () => {
  expect(await readiness({})).toEqual([200, null])
})

test.each([
  ['the database does not answer', { databaseProblem: () => never }],
  ['the database is away', { databaseProblem: () => Promise.reject(new Error('gone')) }],
  ['a migration is missing', { databaseProblem: async () => 'run npm run migrate' }],
  ['the connections of the webhooks do not answer', { askIntake: () => never }],
  ['the connections of the webhooks are lost', { askIntake: () => Promise.reject(new Error('gone')) }],
])('is not ready, and says so soon, when %s', async (_, answers) => {
  expect(await readiness(answers)).toEqual([503, '5'])
})
