import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { problemIn } from '../../kit/answers.ts'
import { selectAll } from '../../kit/processing.ts'
import { cuttable, type Cuttable } from '../../kit/cuttable.ts'
import { testDatabase, type TestDatabase } from '../../kit/database.ts'
import { ARRIVED, startTestService, type TestService } from '../../kit/service.ts'
import { SECRET, signed, stripeEvent } from '../../kit/stripe-events.ts'

/** The database goes away and comes back: nothing is lost, nothing is claimed that is not so. */

let own: TestDatabase
let road: Cuttable
let service: TestService

beforeAll(async () => {
  own = await testDatabase()
  road = await cuttable(own.url)
  service = await startTestService({ DATABASE_URL: road.url, STRIPE_WEBHOOK_SECRET: SECRET })
})
afterAll(async () => {
  await service?.stop()
  await road?.close()
  await own?.drop()
})

it('answers 503 while it is away, and takes the same event when it is back', async () => {
  const printed = vi.spyOn(console, 'log')
  const session = await service.session()
  await road.cut()
  const { payload, header } = signed(stripeEvent('customer.created', { id: 'cus_1', object: 'customer' }))
  const post = () =>
    fetch(`${service.url}/webhooks/stripe`, {
      method: 'POST',
      headers: { 'Stripe-Signature': header },
      body: payload,
    })
  const unavailable = [
    await post(),
    await service.get('/readyz'),
    await service.checkout({ amount: 500, currency: 'usd' }),
    await service.get('/api/donations', { Authorization: `Bearer rd_${'a'.repeat(43)}` }),
  ]
  for (const response of unavailable) {
    expect(response.status).toBe(503)
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await problemIn(response)).detail).not.toMatch(/ECONN|127\.0\.0\.1|sql/i)
  }
  const page = await service.get(`/thank-you?session_id=${session.id}`, { Accept: 'text/html' })
  expect([page.status, page.headers.get('content-type')]).toEqual([503, 'text/html; charset=utf-8'])
  expect((await service.get('/healthz')).status).toBe(200)
  // The service writes to its log only.
  expect(printed).not.toHaveBeenCalled()

  // The reader pays meanwhile: Stripe sends the event again until it is stored.
  await service.pay(session)
  await road.mend()
  expect((await post()).status).toBe(200)
  expect(
    await selectAll(own.database.pool, `select 1 from inbox_events where type = 'customer.created'`),
  ).toHaveLength(1)
  await service.thankYou(session, ARRIVED)
  expect((await service.get('/readyz')).status).toBe(200)
})
