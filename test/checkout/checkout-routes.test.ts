import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkoutSessions } from '../../src/stripe/checkout-session-gateway.ts'
import type { Sandbox } from '../../src/stripe-sandbox/sandbox.ts'
import { makeStripe } from '../../src/stripe/stripe-gateway.ts'
import { checkoutDeps, startCheckoutServer } from '../kit/checkout.ts'
import { testDatabase, type TestDatabase } from '../kit/database.ts'
import type { TestServer } from '../kit/http.ts'
import { keptLog } from '../kit/log.ts'
import { openSandbox } from '../kit/sandbox.ts'

let test: TestDatabase
let sandbox: Sandbox
let service: TestServer & { logText(): string }
const closers: (() => Promise<void>)[] = []

function depsWithStripeAt(apiBase: string) {
  const stripe = makeStripe('sk_test_x', apiBase)
  return checkoutDeps(test.database, { createSession: checkoutSessions({ stripe, log: keptLog().log }) })
}

beforeAll(async () => {
  test = await testDatabase()
  sandbox = await openSandbox({ clock: () => new Date() })
  service = await startCheckoutServer(test.database, depsWithStripeAt(sandbox.url))
})

afterAll(async () => {
  for (const close of closers) await close()
  await service.close()
  await sandbox.close()
  await test.drop()
})

type Headers = Record<string, string>

async function ask(body: unknown, headers: Headers = {}, url = service.url) {
  const response = await fetch(`${url}/checkout-sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  // Each assertion names the shape of the answer that it expects.
  const answer = (await response.json()) as Record<string, unknown>
  return { status: response.status, headers: response.headers, body: answer }
}

const gift = { amount: 500, currency: 'usd' }
const SITE = 'https://courier.example'

describe('POST /checkout-sessions', () => {
  it('answers 201 with Stripe’s payment page', async () => {
    const { status, body } = await ask(gift)
    expect(status).toBe(201)
    expect(Object.keys(body)).toEqual(['id', 'url', 'expiresAt'])
    expect(String(body['id'])).toMatch(/^cs_test_/)
    expect(String(body['url'])).toContain(sandbox.url)
    expect(Date.parse(String(body['expiresAt']))).toBeGreaterThan(Date.now() + 30 * 60_000)
  })

  it.each(['usd', 'eur', 'jpy', 'isk', 'kwd'])('accepts %s', async (currency) => {
    expect((await ask({ amount: 50_000, currency })).status).toBe(201)
  })

  it('answers simultaneous requests with the same key with one session', async () => {
    const headers = { 'idempotency-key': randomUUID() }
    const answers = await Promise.all(Array.from({ length: 5 }, () => ask(gift, headers)))
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201])
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
  })

  it('answers 409 when the key was used for another body', async () => {
    const headers = { 'idempotency-key': randomUUID() }
    await ask(gift, headers)
    expect((await ask({ ...gift, amount: 600 }, headers)).status).toBe(409)
  })

  it.each(['', 'x'.repeat(256), 'tab\there', 'café'])('refuses %j as an idempotency key', async (key) => {
    expect((await ask(gift, { 'idempotency-key': key })).status).toBe(400)
  })

  it('answers 400 with every problem of the body', async () => {
    const { status, body } = await ask({
      amount: 1.5,
      currency: 'xxx',
      price: 'price_1',
      success_url: 'https://evil',
    })
    expect(status).toBe(400)
    expect(body['errors']).toMatchObject(
      ['/amount', '/currency', '/price', '/success_url'].map((pointer) => ({ pointer })),
    )
  })

  it('answers 403 to a page of another site and 201 to one of the newsroom’s', async () => {
    expect((await ask(gift, { origin: 'https://evil.example' })).status).toBe(403)
    const { status, headers } = await ask(gift, { origin: 'https://courier.example' })
    expect(status).toBe(201)
    expect(headers.get('access-control-allow-origin')).toBe('https://courier.example')
  })

  it('answers 415 to a form and 413 to a body above 64 KiB', async () => {
    expect((await ask('amount=500', { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(
      415,
    )
    expect((await ask({ ...gift, message: 'x'.repeat(70_000) })).status).toBe(413)
  })

  it('answers 503 with Retry-After while Stripe does not answer, and 201 to a later request with the same key', async () => {
    const serverWithoutStripe = await startCheckoutServer(
      test.database,
      depsWithStripeAt('http://127.0.0.1:1'),
    )
    closers.push(serverWithoutStripe.close)
    const headers = { 'idempotency-key': randomUUID() }
    const refused = await ask(gift, headers, serverWithoutStripe.url)
    expect(refused.status).toBe(503)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await ask(gift, headers)).status).toBe(201)
  })
})

describe('GET /checkout-sessions', () => {
  const mayAsk = (origin: string) => fetch(`${service.url}/checkout-sessions`, { headers: { origin } })

  it('says only to a page of a listed site that it may ask', async () => {
    const listed = await mayAsk(SITE)
    expect([listed.status, listed.headers.get('access-control-allow-origin')]).toEqual([204, SITE])
    const other = await mayAsk('https://other.example')
    expect([other.status, other.headers.get('access-control-allow-origin')]).toEqual([403, null])
  })
})

describe('the limit of POST /checkout-sessions', () => {
  it('per address answers 429 to one address and serves another', async () => {
    const limited = await startCheckoutServer(test.database, depsWithStripeAt(sandbox.url), {
      address: { points: 2, seconds: 60 },
    })
    closers.push(limited.close)
    const from = (address: string) => ask(gift, { 'x-forwarded-for': address }, limited.url)
    const statuses = []
    for (let n = 0; n < 3; n++) statuses.push((await from('203.0.113.1')).status)
    expect(statuses).toEqual([201, 201, 429])
    expect((await from('203.0.113.1')).headers.get('retry-after')).toMatch(/^\d+$/)
    expect((await from('203.0.113.2')).status).toBe(201)
  })

  it('for all readers asks for a challenge, answers 429 to whoever has asked most, and does not count invalid requests', async () => {
    const limited = await startCheckoutServer(test.database, depsWithStripeAt(sandbox.url), {
      address: { points: 20, seconds: 60 },
      all: { points: 2, seconds: 60 },
    })
    closers.push(limited.close)
    const from = (n: number, body: unknown) => ask(body, { 'x-forwarded-for': `203.0.113.${n}` }, limited.url)
    expect((await from(10, {})).status).toBe(400)
    expect([(await from(11, gift)).status, (await from(12, gift)).status]).toEqual([201, 201])
    expect((await from(11, gift)).status).toBe(428)
    expect((await from(11, gift)).status).toBe(429)
    expect((await from(13, gift)).status).toBe(428)
    expect(limited.refused).toEqual(['challenged', 'all', 'challenged'])
  })

  it('per network answers 429 to its next address and serves another network', async () => {
    const limited = await startCheckoutServer(test.database, depsWithStripeAt(sandbox.url), {
      network: { points: 2, seconds: 60 },
    })
    closers.push(limited.close)
    const from = (address: string) => ask(gift, { 'x-forwarded-for': address }, limited.url)
    const statuses = []
    for (const address of ['2001:db8:1:1::1', '2001:db8:1:2::1', '2001:db8:1:3::1', '2001:db8:2:1::1'])
      statuses.push((await from(address)).status)
    expect(statuses).toEqual([201, 201, 429, 201])
    expect(limited.refused).toEqual(['network'])
  })
})

describe('GET /checkout-sessions/{id}', () => {
  const look = (id: string, headers: Headers = {}) =>
    fetch(`${service.url}/checkout-sessions/${id}`, { headers })

  it('says what became of a session, to the newsroom’s site, from no cache, and nothing else of it', async () => {
    const { body } = await ask({ ...gift, message: 'A word' })
    const id = String(body['id'])
    for (const status of ['open', 'processing', 'succeeded', 'failed', 'expired']) {
      await test.database.pool.query('update checkouts set status = $1 where stripe_session_id = $2', [
        status,
        id,
      ])
      const answer = await look(id, { origin: SITE })
      expect(await answer.json()).toEqual({ status })
      expect(answer.headers.get('access-control-allow-origin')).toBe(SITE)
      expect(answer.headers.get('cache-control')).toBe('no-store')
    }
  })

  it.each(['cs_test_unknown', '%00', '..%2Fdonate', `cs_test_${'x'.repeat(500)}`])(
    'answers 404 for %s, which is no session',
    async (id) => {
      const answer = await look(id, { accept: 'application/json' })
      expect(answer.status).toBe(404)
      expect(answer.headers.get('content-type')).toContain('application/problem+json')
    },
  )

  it('gives no page of another site the answer', async () => {
    const id = String((await ask(gift)).body['id'])
    const answer = await look(id, { origin: 'https://elsewhere.example' })
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
  })
})
