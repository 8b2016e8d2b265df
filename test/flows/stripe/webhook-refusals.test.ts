import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { selectAll } from '../../kit/processing.ts'
import { problemIn } from '../../kit/answers.ts'
import { startTestService, type TestService } from '../../kit/service.ts'
import {
  charge,
  checkoutSession,
  signatureHeader,
  signed,
  stripeEvent,
  stripeId,
} from '../../kit/stripe-events.ts'
import { until } from '../../kit/until.ts'

/** What the webhook endpoint refuses, and that 200 means stored: over HTTP, on a real database. */

const OLD = 'whsec_the_secret_before_rolling'
const NEW = 'whsec_the_secret_after_rolling'
const MIB = 1024 * 1024

let service: TestService

beforeAll(async () => {
  // Configured as for the real Stripe, whose API this test does not need.
  service = await startTestService({
    STRIPE_SECRET_KEY: 'sk_test_somewhere_else',
    STRIPE_API_BASE: 'http://127.0.0.1:9',
    STRIPE_WEBHOOK_SECRET: `${NEW},${OLD}`,
  })
})
afterAll(() => service?.stop())

const succeeded = () => stripeEvent('charge.succeeded', charge({ paymentIntentId: stripeId('pi') }))
const nowS = () => Math.floor(Date.now() / 1000)

function post(body: string | Uint8Array, headers: Record<string, string>): Promise<Response> {
  return fetch(`${service.url}/webhooks/stripe`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json; charset=utf-8', ...headers },
    body,
  })
}

/** The signature of any text with the secret. */
function signature(payload: string, options: { secret?: string; timestamp?: number } = {}) {
  return { 'Stripe-Signature': signatureHeader(payload, options.secret ?? NEW, options.timestamp ?? nowS()) }
}

async function storedCount(): Promise<number> {
  return Number((await selectAll(service.database.pool, 'select count(*) as n from inbox_events'))[0]?.['n'])
}

async function refused(status: number, body: string | Uint8Array, headers: Record<string, string>) {
  const before = await storedCount()
  const response = await post(body, headers)
  const { detail } = await problemIn(response)
  expect([response.status, detail]).toEqual([status, expect.any(String)])
  expect(await storedCount()).toBe(before)
  return detail
}

it('accepts a signature with either secret or both while a secret is rolled', async () => {
  for (const secret of [OLD, NEW]) {
    const { payload, header } = signed(succeeded(), { secret })
    expect((await post(payload, { 'Stripe-Signature': header })).status).toBe(200)
  }
  const { payload, header } = signed(succeeded(), { secret: NEW })
  const other = signatureHeader(payload, OLD, nowS()).replace(/^t=\d+,/, '')
  const both = await post(payload, { 'Stripe-Signature': `${header},${other}` })
  expect(both.status).toBe(200)
  expect(await storedCount()).toBe(3)
})

it('stores a repeated event once and answers 200 each time', async () => {
  const { payload, header } = signed(succeeded(), { secret: NEW })
  const before = await storedCount()
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => post(payload, { 'Stripe-Signature': header })),
  )
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
  expect(await storedCount()).toBe(before + 1)
})

it('refuses a signature that is missing, malformed, old, from the future, or of another secret or body', async () => {
  const body = JSON.stringify(succeeded())
  await refused(400, body, {})
  await refused(400, body, signature(body, { secret: 'whsec_of_somebody_else' }))
  await refused(400, body, signature(body, { secret: 'undefined' }))
  await refused(400, `${body} `, signature(body))
  await refused(400, body, signature(body, { timestamp: nowS() - 301 }))
  await refused(400, body, signature(body, { timestamp: nowS() + 310 }))
  await refused(400, body, signature(body, { timestamp: nowS() + 365 * 86_400 }))
  const good = signature(body)['Stripe-Signature']
  await refused(400, body, { 'Stripe-Signature': good.replace(/t=\d+/, 't=soon') })
  await refused(400, body, { 'Stripe-Signature': good.replace('v1=', 'v0=') })
  expect((await post(body, { 'Stripe-Signature': good })).status).toBe(200)
})

it('refuses a signed body that is not an event or has a key twice', async () => {
  const event = JSON.stringify(succeeded())
  const twice = event.replace('"livemode":false', '"livemode":true,"livemode":false')
  expect(twice).not.toBe(event)
  for (const body of ['null', '', '[]', '"evt"', '{}', '{"id":"evt_1"', twice])
    await refused(400, body, signature(body))
})

it('refuses a signed body whose objects and arrays stand in one another more than a hundred times', async () => {
  const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`
  const event = JSON.stringify({ ...succeeded(), padding: null })
  for (const body of [
    `{"__proto__":${deep}}`,
    event.replace('"padding":null', `"padding":${deep}`),
    event.replace('"padding":null', `"padding":${'{"a":'.repeat(300_000 / 5)}1${'}'.repeat(300_000 / 5)}`),
    '['.repeat(MIB - 1),
  ])
    await refused(400, body, signature(body))
  const flat = event.replace('"padding":null', `"padding":${'['.repeat(90)}${']'.repeat(90)}`)
  expect((await post(flat, signature(flat))).status).toBe(200)
})

it('refuses a thin event, which carries no object', async () => {
  const thin = {
    id: stripeId('evt'),
    object: 'v2.core.event',
    type: 'v1.billing.meter.error_report_triggered',
    livemode: false,
    created: '2026-11-28T08:00:00.000Z',
    context: null,
    related_object: { id: 'mtr_1', type: 'billing.meter', url: '/v1/billing/meters/mtr_1' },
  }
  const body = JSON.stringify(thin)
  expect(await refused(400, body, signature(body))).toContain('not a Stripe event')
})

it('refuses bytes that are not UTF-8, although the signature fits their lenient decoding', async () => {
  const event = JSON.stringify(succeeded()).replace('"usd"', '"us\uFFFD"')
  const at = Buffer.from(event).indexOf(Buffer.from('\uFFFD'))
  const bytes = Buffer.from(event)
  const crooked = Buffer.concat([bytes.subarray(0, at), Buffer.from([0xff]), bytes.subarray(at + 3)])
  expect(crooked.toString('utf8')).toBe(event)
  await refused(400, crooked, signature(event))
})

it('refuses a body with a content encoding', async () => {
  const body = JSON.stringify(succeeded())
  const packed = await refused(415, gzipSync(body), { ...signature(body), 'Content-Encoding': 'gzip' })
  expect(packed).toContain('content encoding')
  await refused(415, body, { ...signature(body), 'Content-Encoding': 'identity' })
})

it('accepts a body of 1 MiB and refuses one byte more, with and without a content length', async () => {
  const fits = eventOf(MIB)
  expect(Buffer.byteLength(fits)).toBe(MIB)
  expect((await post(fits, signature(fits))).status).toBe(200)
  const tooLarge = eventOf(MIB + 1)
  await refused(413, tooLarge, signature(tooLarge))

  const before = await storedCount()
  const answer = await chunked(tooLarge, signature(tooLarge)['Stripe-Signature'])
  expect(answer).toMatch(/^HTTP\/1\.1 413 /)
  expect(await storedCount()).toBe(before)
  expect((await service.get('/healthz')).status).toBe(200)
})

it('answers 200 only after the event is committed', async () => {
  const { payload, header } = signed(stripeEvent('checkout.session.completed', checkoutSession()), {
    secret: NEW,
  })
  const id: string = JSON.parse(payload).id
  const holder = await service.owner.pool.connect()
  try {
    await holder.query('begin')
    await holder.query('lock table inbox_events in share mode')
    let answered = false
    const answer = post(payload, { 'Stripe-Signature': header }).finally(() => (answered = true))
    await until('the insert waiting for the lock', async () => {
      const waiting = await selectAll(
        service.database.pool,
        `select 1 from pg_locks where not granted and relation = 'inbox_events'::regclass`,
      )
      return waiting.length > 0
    })
    expect(answered).toBe(false)
    await holder.query('rollback')
    expect((await answer).status).toBe(200)
    expect(
      await selectAll(service.database.pool, 'select 1 from inbox_events where event_id = $1', id),
    ).toHaveLength(1)
  } finally {
    holder.release()
  }
})

it('quarantines events of the other mode, another account or version, and books nothing', async () => {
  const given = checkoutSession({ checkoutId: null })
  const odd = [
    stripeEvent('checkout.session.completed', given, { livemode: true }),
    stripeEvent('checkout.session.completed', given, { account: 'acct_other' }),
    stripeEvent('checkout.session.completed', given, { apiVersion: '2020-08-27' }),
    // An organisation's endpoint names the account by its context alone.
    { ...stripeEvent('checkout.session.completed', given), context: 'org_ours/acct_other' },
  ]
  for (const event of odd) {
    const { payload, header } = signed(event, { secret: NEW })
    expect((await post(payload, { 'Stripe-Signature': header })).status).toBe(200)
  }
  await until('four quarantined events', async () => {
    const rows = await selectAll(
      service.database.pool,
      `select 1 from inbox_states s join inbox_events e on e.id = s.inbox_event_id
       where s.outcome = 'quarantined' and e.event_id = any($1)`,
      odd.map(({ id }) => id),
    )
    return rows.length === 4
  })
  expect(await selectAll(service.database.pool, 'select 1 from donations')).toEqual([])
  expect(await service.metric('inbox_needs_attention{outcome="quarantined"}')).toBe(4)
  expect(await service.metric('webhook_requests_total{outcome="refused"}')).toBeGreaterThan(10)
})

it('stores an event whose own fields say what Postgres cannot store', async () => {
  const event = {
    ...succeeded(),
    type: 'moon.risen\u0000\ud83d',
    context: '\ud83dorg',
    api_version: '\u0000',
  }
  const body = JSON.stringify(event)
  expect((await post(body, signature(body))).status).toBe(200)
  const stored = `select type, account, api_version, body::text as body from inbox_events where event_id = $1`
  expect(await selectAll(service.database.pool, stored, event.id)).toEqual([
    { type: 'moon.risen\ufffd', account: '\ufffdorg', api_version: '', body },
  ])
})

/** An event whose body has exactly this number of bytes. */
function eventOf(bytes: number): string {
  const short = { ...succeeded(), padding: '' }
  return JSON.stringify({ ...short, padding: 'x'.repeat(bytes - JSON.stringify(short).length) })
}

/** Sends a chunked body without fetch, which would buffer it and send its length. Resolves with the answer. */
function chunked(body: string, signedBy: string): Promise<string> {
  const { hostname, port } = new URL(service.url)
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(Number(port), hostname, () => {
      socket.write(
        `POST /webhooks/stripe HTTP/1.1\r\nHost: ${hostname}\r\nTransfer-Encoding: chunked\r\n` +
          `Stripe-Signature: ${signedBy}\r\n\r\n`,
      )
      for (let at = 0; at < body.length; at += 65_536) {
        const part = body.slice(at, at + 65_536)
        socket.write(`${part.length.toString(16)}\r\n${part}\r\n`)
      }
      socket.write('0\r\n\r\n')
    })
    socket.on('data', (data) => (answer += data.toString()))
    socket.on('close', () => resolve(answer))
    // The connection may be closed while the body is still being sent. The answer has arrived by then.
    socket.on('error', (error) => (answer === '' ? reject(error) : resolve(answer)))
    socket.setTimeout(5_000, () => socket.destroy())
  })
}
