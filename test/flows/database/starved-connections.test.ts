import type pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { deadlines } from '../../../src/db/database.ts'
import { keptLog } from '../../kit/log.ts'
import { startTestService, type TestService } from '../../kit/service.ts'
import { SECRET, signed, stripeEvent } from '../../kit/stripe-events.ts'
import { until } from '../../kit/until.ts'

/** All connections for readers are in use: that is said as it is, and the other purposes have connections of their own. */

const log = keptLog()
const SENTENCE = 'All 10 database connections for readers and the worker are in use.'
let service: TestService
beforeAll(async () => {
  service = await startTestService(
    { STRIPE_WEBHOOK_SECRET: SECRET },
    { half: 'web', log: log.log, deadlines: { ...deadlines, usual: { ...deadlines.usual, connectMs: 150 } } },
  )
})
afterAll(() => service?.stop())

it('names the purpose whose connections are exhausted, and does not call the database away', async () => {
  const { pool } = service.database
  const taken: pg.PoolClient[] = []
  // The short deadline is for those who wait: on a busy machine a new connection may take longer.
  while (taken.length < 10) taken.push(await until('a connection', () => pool.connect().catch(() => null)))
  try {
    const { payload, header } = signed(stripeEvent('customer.created', { id: 'cus_1', object: 'customer' }))
    const [reader, ready, webhook] = await Promise.all([
      service.checkout({ amount: 500, currency: 'usd' }),
      service.get('/readyz'),
      fetch(`${service.url}/webhooks/stripe`, {
        method: 'POST',
        headers: { 'Stripe-Signature': header },
        body: payload,
      }),
    ])
    expect([reader.status, ready.status, webhook.status]).toEqual([503, 503, 200])
    expect(Number(reader.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await ready.json()).toMatchObject({ detail: SENTENCE })
    const metrics = await (await service.get('/metrics')).text()
    expect(metrics).toContain('database_connections{purpose="readers and the worker",state="in_use"} 10\n')
    expect(metrics).toMatch(/^database_connections_starved_total\{purpose="readers and the worker"\} [1-9]/m)
    expect(metrics).toMatch(/^database_connections_starved_total\{purpose="webhooks"\} 0$/m)
    // What only the database knows is left out rather than made up.
    expect(metrics).not.toContain('inbox_depth')
  } finally {
    for (const client of taken) client.release()
  }
  expect(log.text()).toContain(SENTENCE)
  expect(log.text()).not.toContain('is away')
  expect((await service.get('/readyz')).status).toBe(200)
  expect(await service.metric('inbox_depth')).toBe(1)
})
