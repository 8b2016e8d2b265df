import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { selectAll } from '../../kit/processing.ts'
import { ARRIVED, startTestService, type TestService } from '../../kit/service.ts'
import { until } from '../../kit/until.ts'

/** Readers whose event is late, by the hundred: each holds an open request and no connection to the database. */

let service: TestService
vi.setConfig({ testTimeout: 60_000 })

beforeAll(async () => {
  service = await startTestService()
})
afterAll(() => service?.stop())

const READERS = 800

it('serves other readers while hundreds wait, and answers all of them', async () => {
  const open = await service.session()
  const waiting = Array.from({ length: READERS }, async () => {
    const answer = await service.get(`/thank-you?session_id=${open.id}`)
    return { status: answer.status, page: await answer.text() }
  })
  const another = await service.session()
  await service.pay(another)
  expect(await service.thankYou(another, ARRIVED)).toContain('$5.00')
  const answers = await Promise.all(waiting)
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
  // Stripe was asked a few times. Whoever it was not asked for reads that nothing is known, and is not asked to wait either.
  const said = answers.map(({ page }) => /You have not paid yet|We do not know yet/.exec(page)?.[0])
  expect(new Set(said)).toContain('You have not paid yet')
  expect(said).not.toContain(undefined)
})

it('answers a reader who waits as soon as the service stops', async () => {
  const own = await startTestService()
  const open = await own.session()
  const answer = own.get(`/thank-you?session_id=${open.id}`)
  // What this one has asked its database. Of another user's statements only the owner is shown the text.
  await until('a reader who waits', async () => {
    const asked = `select 1 as found from pg_stat_activity where datname = $1 and query like '%unnest%as asked (session_id)%'`
    const name = new URL(own.databaseUrl).pathname.slice(1)
    return (await selectAll(service.owner.pool, asked, name))[0]
  })
  const began = performance.now()
  const stopped = own.stop()
  expect((await answer).status).toBe(200)
  expect(performance.now() - began).toBeLessThan(1_500)
  await stopped
})
