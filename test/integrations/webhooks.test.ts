import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { IncomingHttpHeaders } from 'node:http'
import { runInNewContext } from 'node:vm'
import type pg from 'pg'
import { pino } from 'pino'
import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, describe, expect, onTestFinished, vi } from 'vitest'
import { z } from 'zod'
import { addressProblem, deliveryGateway } from '../../src/integrations/webhooks/delivery-gateway.ts'
import {
  deliverTo,
  startDeliveryWorker,
  webhookRetentionRound,
  type DeliveryDeps,
} from '../../src/integrations/webhooks/delivery-worker.ts'
import { endpointActs } from '../../src/integrations/webhooks/manage-endpoints.ts'
import { createComposer } from '../../src/mail/kinds/mail-kinds.ts'
import { claimDue } from '../../src/outbox/outbox-store.ts'
import { choosableEvents, webhookEvents } from '../../src/webhooks/webhook-event.ts'
import { KILLED, killedEverywhere } from '../kit/dying-pool.ts'
import { hireStaff } from '../kit/factories.ts'
import { processingTest as test } from '../kit/fixtures.ts'
import { cardGiftEvents } from '../kit/gift-events.ts'
import { listen, type TestServer } from '../kit/http.ts'
import { testKeys } from '../kit/keys.ts'
import { currencyNamed } from '../kit/named.ts'
import { applyAll, openCheckout, profile, receive, selectAll } from '../kit/processing.ts'
import { charge, refund, sessionOf, stripeEvent, stripeId } from '../kit/stripe-events.ts'
import { until } from '../kit/until.ts'

type Received = { readonly headers: IncomingHttpHeaders; readonly body: string }

const DAY_MS = 86_400_000
const by = { kind: 'operator', name: 'kim' } as const
const signal = new AbortController().signal
let receiver: TestServer
let received: Received[]
/** What the receiver answers next. */
let answer: (received: Received) => {
  readonly status: number
  readonly text?: string
  readonly location?: string
}
let now: Date

beforeEach(async () => {
  received = []
  answer = () => ({ status: 204 })
  now = new Date()
  receiver = await listen((request, response) => {
    let body = ''
    request.on('data', (data) => (body += String(data)))
    request.on('end', () => {
      const one = { headers: request.headers, body }
      received.push(one)
      const { status, text, location } = answer(one)
      response.writeHead(status, location === undefined ? {} : { Location: location }).end(text)
    })
  })
})
afterEach(() => receiver.close())

const actsOf = (pool: pg.Pool) => endpointActs({ pool, clock: () => now, keys: testKeys })

function depsOf(pool: pg.Pool, over: Partial<DeliveryDeps> = {}): DeliveryDeps {
  const log = pino({ level: 'silent' })
  return {
    pool,
    keys: testKeys,
    post: deliveryGateway('local', 2_000),
    clock: () => now,
    spread: () => 0,
    log,
    ...over,
  }
}

/** An endpoint at the receiver, and the only one that there is. */
async function endpointIn(pool: pg.Pool, over: { withDonor?: boolean; url?: string } = {}) {
  await pool.query(`delete from webhook_messages`)
  await pool.query(`update webhook_endpoints set deleted_at = now() where deleted_at is null`)
  const id = randomUUID()
  const wish = {
    url: `${receiver.url}/hook?key=1`,
    description: '',
    events: choosableEvents,
    withDonor: false,
    ...over,
  }
  const { secret } = await actsOf(pool).add(id, wish, by)
  return { id, secret, deliver: (deps = depsOf(pool)) => deliverTo(deps, id, signal) }
}

/** A gift that Ada has paid, applied. */
async function give(pool: pg.Pool) {
  const checkout = await openCheckout(pool)
  const session = sessionOf(checkout, { name: 'Ada', email: 'ada@reader.example' })
  await receive(pool, stripeEvent('checkout.session.completed', session))
  await applyAll(pool)
  return checkout
}

const deliveries = (pool: pg.Pool) =>
  selectAll(
    pool,
    'select id, status, attempts, failure, answer_code as code, answer_start as start, next_attempt_at as next from webhook_deliveries order by id',
  )
const makeDue = (pool: pg.Pool) =>
  pool.query(
    `update webhook_deliveries set next_attempt_at = now() - interval '1 second' where status = 'pending'`,
  )
const bodyOf = ({ body }: Received) => JSON.parse(body) as { type: string; data: Record<string, unknown> }

describe('a fact', () => {
  test('leaves no row while there is no endpoint, and none of a type that nobody has chosen', async ({
    pool,
  }) => {
    await pool.query(`update webhook_endpoints set deleted_at = now() where deleted_at is null`)
    await pool.query(`delete from webhook_messages`)
    await give(pool)
    expect(await selectAll(pool, 'select from webhook_messages')).toEqual([])
    const wish = {
      url: receiver.url,
      description: '',
      events: ['subscription.ended'],
      withDonor: false,
    } as const
    await actsOf(pool).add(randomUUID(), wish, by)
    await give(pool)
    expect(await selectAll(pool, 'select from webhook_messages')).toEqual([])
  })

  test('is sent once, whatever is repeated, and every change of its reversals is sent', async ({ pool }) => {
    const { deliver, secret } = await endpointIn(pool)
    const checkout = await openCheckout(pool)
    for (const event of cardGiftEvents(checkout, 'lost')) {
      await receive(pool, event)
      await applyAll(pool)
    }
    await pool
      .query(`update inbox_events set outcome = 'pending', processed_at = null`)
      .catch(() => undefined)
    await applyAll(pool)
    await deliver()
    for (const { body, headers } of received)
      new Webhook(secret).verify(body, headers as Record<string, string>)
    const sent = received.map(bodyOf).map(({ type, data }) => {
      const parsed = webhookEvents['donation.reversal_updated'].partial({ reversals: true }).parse(data)
      const changed = (parsed.reversals ?? []).map(
        ({ kind, status, amount }) => `${kind} ${status} ${amount}`,
      )
      return [type, parsed.status, parsed.gross, parsed.refunded, parsed.disputed, ...changed]
    })
    expect(sent.toSorted()).toEqual(
      [
        ['donation.created', 'succeeded', 500, 0, 0],
        ['donation.reversal_updated', 'partially_refunded', 500, 200, 0, 'refund pending 200'],
        ['donation.reversal_updated', 'partially_refunded', 500, 200, 0, 'refund succeeded 200'],
        ['donation.reversal_updated', 'partially_refunded', 500, 200, 0, 'dispute needs_response 0'],
        ['donation.reversal_updated', 'disputed', 500, 200, 300, 'dispute needs_response 300'],
        ['donation.reversal_updated', 'dispute_lost', 500, 200, 300, 'dispute lost 300'],
      ].toSorted(),
    )
    expect(await deliveries(pool)).toEqual(
      Array.from({ length: 6 }, () =>
        expect.objectContaining({ status: 'delivered', attempts: 1, code: 204 }),
      ),
    )
  })

  test('that arrives with its refund in one batch is sent as both', async ({ pool }) => {
    const { deliver } = await endpointIn(pool)
    const checkout = await openCheckout(pool)
    const { paymentIntentId } = checkout
    const back = refund({ id: stripeId('re'), paymentIntentId, amount: 500, status: 'succeeded' })
    await receive(
      pool,
      stripeEvent('refund.created', back),
      stripeEvent('charge.succeeded', charge({ paymentIntentId })),
      stripeEvent('checkout.session.completed', sessionOf(checkout)),
    )
    await applyAll(pool)
    await deliver()
    expect(received.map((one) => bodyOf(one).type).toSorted()).toEqual([
      'donation.created',
      'donation.reversal_updated',
    ])
  })
})

describe('a donor', () => {
  test('is not named unless the endpoint asks, and not any more once erased', async ({ pool }) => {
    const plain = await endpointIn(pool)
    await give(pool)
    await plain.deliver()
    expect(received[0]?.body).not.toMatch(/Ada|ada@/)
    expect(bodyOf(received[0] ?? { headers: {}, body: '{}' }).data).not.toHaveProperty('donor')
    const full = await endpointIn(pool, { withDonor: true })
    answer = () => ({ status: 200, text: 'Welcome, Ada' })
    await give(pool)
    await full.deliver()
    expect(bodyOf(received[1] ?? { headers: {}, body: '{}' }).data['donor']).toEqual({
      name: 'Ada',
      email: 'ada@reader.example',
    })
    await pool.query('update donations set donor_name = null, donor_email = null')
    const [delivery] = await deliveries(pool)
    await actsOf(pool).replayDelivery(full.id, BigInt(String(delivery?.['id'])), by)
    await full.deliver()
    expect(bodyOf(received[2] ?? { headers: {}, body: '{}' }).data['donor']).toBeNull()
    const kept = await selectAll(
      pool,
      'select m.data::text, d.answer_start from webhook_messages m, webhook_deliveries d',
    )
    expect(JSON.stringify(kept)).not.toMatch(/Ada|ada@/)
  })
})

describe('a delivery', () => {
  test('that a killed worker had sent is sent again with the same id, and none is lost', async ({ pool }) => {
    const { deliver, id } = await endpointIn(pool)
    for (let gift = 0; gift < 3; gift++) await give(pool)
    // The worker dies at whatever it tells the database after it has sent.
    const dying = new Proxy(pool, {
      get: (target, name) =>
        name === 'query'
          ? (...given: [{ name?: string }]) =>
              given[0].name === 'webhook-delivery-done'
                ? Promise.reject(new Error(KILLED))
                : Reflect.apply(target.query, target, given)
          : Reflect.get(target, name),
    })
    await expect(deliverTo(depsOf(dying), id, signal)).rejects.toThrow(KILLED)
    await until('all were sent', () => received.length === 3)
    // While the claim lasts, however slow this machine is.
    await pool.query(`update webhook_deliveries set next_attempt_at = now() + interval '1 minute'`)
    await deliver()
    expect(received).toHaveLength(3)
    await makeDue(pool)
    await Promise.all([deliver(), deliver()])
    const ids = received.map(({ headers }) => headers['webhook-id'])
    expect(ids).toHaveLength(6)
    expect(new Set(ids.slice(0, 3))).toEqual(new Set(ids.slice(3)))
    expect(new Set((await deliveries(pool)).map(({ status }) => status))).toEqual(new Set(['delivered']))
  })

  test.for([
    [500, 'answer', 'Oh no'],
    [307, 'answer', ''],
  ] as const)('that is answered with %i is tried again later', async ([status, failure, text], { pool }) => {
    const { deliver } = await endpointIn(pool)
    await give(pool)
    answer = () => ({ status, text, location: `${receiver.url}/elsewhere` })
    await deliver()
    expect(received).toHaveLength(1)
    const [failed] = await deliveries(pool)
    expect(failed).toMatchObject({ status: 'pending', attempts: 1, failure, code: status, start: text })
    expect(failed?.['next']).toEqual(new Date(now.getTime() + 5_000))
    answer = () => ({ status: 200 })
    await makeDue(pool)
    await deliver()
    expect(await deliveries(pool)).toMatchObject([{ status: 'delivered', attempts: 2, failure: null }])
    expect(received[0]?.headers['webhook-id']).toBe(received[1]?.headers['webhook-id'])
  })

  test('keeps the beginning of an answer alone, and waits no longer than it may', async ({ pool }) => {
    const { deliver } = await endpointIn(pool)
    await give(pool)
    answer = () => ({ status: 200, text: `\u0000${'x'.repeat(2_000_000)}` })
    await deliver()
    const [delivered] = await deliveries(pool)
    expect(delivered).toMatchObject({ status: 'delivered', start: 'x'.repeat(300) })
    const silent = await listen(() => undefined)
    const post = deliveryGateway('local', 50)
    expect(await post(silent.url, { headers: {}, body: '{}', signal })).toEqual({
      failure: 'timeout',
      code: null,
      start: null,
    })
    await silent.close()
    expect(await post(silent.url, { headers: {}, body: '{}', signal })).toMatchObject({
      failure: 'unreachable',
    })
  })

  test('does not keep other endpoints waiting, and is given back when the service stops', async ({
    pool,
  }) => {
    const { id } = await endpointIn(pool)
    const slow = await endpointIn(pool, { url: `${receiver.url}/slow` })
    await pool.query('update webhook_endpoints set deleted_at = null where id = $1', [id])
    await give(pool)
    const { promise: asked, resolve } = Promise.withResolvers<void>()
    const gateway = deliveryGateway('local')
    const worker = startDeliveryWorker(
      depsOf(pool, {
        post: (url, delivery) =>
          url.endsWith('/slow')
            ? new Promise((answered) => {
                resolve()
                delivery.signal.addEventListener('abort', () =>
                  answered({ failure: 'unreachable', code: null, start: null }),
                )
              })
            : gateway(url, delivery),
      }),
    )
    await asked
    await until('the other was notified', () => received.length === 1)
    await worker.stop()
    const waiting = await selectAll(
      pool,
      'select attempts, status, failure from webhook_deliveries where endpoint_id = $1',
      slow.id,
    )
    expect(waiting).toEqual([{ attempts: 0, status: 'pending', failure: null }])
  })

  test('is deleted with its message once it is old', async ({ pool }) => {
    await endpointIn(pool)
    await give(pool)
    await webhookRetentionRound(pool, () => new Date('2026-02-28T00:00:00Z'), 30)()
    expect(await deliveries(pool)).toHaveLength(1)
    await webhookRetentionRound(pool, () => new Date('2026-03-04T00:00:00Z'), 30)()
    expect(await deliveries(pool)).toEqual([])
  })
})

describe('an endpoint', () => {
  test('that takes nothing for three days is disabled, and every admin gets a mail', async ({ pool, db }) => {
    const admins = [await hireStaff(db.database.knex, 'admin'), await hireStaff(db.database.knex, 'admin')]
    const { id, deliver } = await endpointIn(pool)
    await give(pool)
    answer = () => ({ status: 503 })
    for (let attempt = 1; attempt <= 10; attempt++) {
      await makeDue(pool)
      await deliver()
      const [failed] = await deliveries(pool)
      now = z.date().parse(failed?.['next'])
    }
    expect(received).toHaveLength(10)
    expect(await deliveries(pool)).toMatchObject([{ status: 'given_up', attempts: 10 }])
    const mails = await selectAll(pool, `select subject from outbox_messages where kind = 'webhook_disabled'`)
    expect(mails.map(({ subject }) => subject)).toEqual(expect.arrayContaining(admins.map((one) => one.id)))
    const compose = createComposer({
      db: db.database.knex,
      pool,
      clock: () => now,
      publicUrl: 'https://give.courier.example',
      newsroom: profile,
      languages: { offered: ['en'], fallback: 'en' },
      keys: testKeys,
      logoUrl: null,
      reporting: { currency: currencyNamed('usd') },
    })
    const due = (await claimDue(pool, 50, 60_000)).find(({ subject }) => subject === admins[0]?.id)
    if (!due) throw new Error('every admin gets a mail')
    const mail = await compose(due, '<a@b>')
    expect(mail).toMatchObject({
      to: { address: admins[0]?.email },
      subject: expect.stringContaining('127.0.0.1'),
    })
    expect(mail?.text).toContain(`https://give.courier.example/finance/settings/webhooks/${id}`)
    expect(`${mail?.text}${mail?.html}`).not.toContain('key=1')
    await give(pool)
    await deliver()
    expect(received).toHaveLength(10)
    await actsOf(pool).enable(id, by)
    // Once it is enabled, the mail is no news.
    expect(await compose(due, '<a@b>')).toBeNull()
    answer = () => ({ status: 200 })
    await deliver()
    expect(received).toHaveLength(10)
    // What came while it was disabled is kept, and a range brings it.
    const range = { from: new Date('2026-01-31T00:00:00Z'), to: new Date('2026-02-02T00:00:00Z') }
    expect(await actsOf(pool).replayRange(id, { ...range, which: 'undelivered' }, by)).toBe(2)
    await deliver()
    expect(received).toHaveLength(12)
    expect(await actsOf(pool).replayRange(id, { ...range, which: 'undelivered' }, by)).toBe(0)
    expect(await actsOf(pool).replayRange(id, { ...range, which: 'all' }, by)).toBe(2)
    await deliver()
    expect(received).toHaveLength(14)
    const acts = await selectAll(
      pool,
      `select act, actor_kind as kind from audit_trail where subject = $1 order by position`,
      `webhook-endpoint/${id}`,
    )
    expect(acts.map(({ act, kind }) => `${String(kind)} ${String(act)}`)).toEqual([
      'operator webhook_endpoint_added',
      'service webhook_endpoint_disabled',
      'operator webhook_endpoint_enabled',
      ...Array.from({ length: 3 }, () => 'operator webhook_deliveries_replayed'),
    ])
  })

  test('that takes some messages is not disabled for one that it never takes', async ({ pool }) => {
    const { deliver } = await endpointIn(pool)
    await give(pool)
    answer = () => ({ status: 500 })
    for (let attempt = 1; attempt <= 10; attempt++) {
      await makeDue(pool)
      if (attempt === 9) {
        answer = () => ({ status: 200 })
        await pool.query(
          `update webhook_deliveries set next_attempt_at = 'infinity' where status = 'pending'`,
        )
        await give(pool)
        await deliver()
        answer = () => ({ status: 500 })
        await makeDue(pool)
      }
      await deliver()
      now = new Date(now.getTime() + DAY_MS / 3)
    }
    expect(await deliveries(pool)).toMatchObject([{ status: 'given_up' }, { status: 'delivered' }])
    expect(
      await selectAll(pool, 'select disabled_at from webhook_endpoints where deleted_at is null'),
    ).toEqual([{ disabled_at: null }])
  })

  test('that answers 410 is disabled at once', async ({ pool }) => {
    const { deliver } = await endpointIn(pool)
    await give(pool)
    answer = () => ({ status: 410 })
    await deliver()
    expect(
      await selectAll(
        pool,
        'select disabled_because as because from webhook_endpoints where deleted_at is null',
      ),
    ).toEqual([{ because: 'gone' }])
  })

  test('verifies with both secrets for a day after one was rolled, and with the new one afterwards', async ({
    pool,
  }) => {
    const { id, secret, deliver } = await endpointIn(pool)
    const rolled = await actsOf(pool).roll(id, by)
    await give(pool)
    await deliver()
    const [during] = received
    if (!during) throw new Error('it was delivered')
    const verify = (which: string, one: Received) =>
      new Webhook(which).verify(one.body, one.headers as Record<string, string>)
    verify(secret, during)
    verify(rolled.secret, during)
    const sealed = await selectAll(
      pool,
      'select sealed_secret::text, former_sealed_secret::text from webhook_endpoints where id = $1',
      id,
    )
    expect(JSON.stringify(sealed)).not.toContain(Buffer.from(secret.slice(6)).toString('hex'))
    now = new Date(now.getTime() + DAY_MS + 1_000)
    await give(pool)
    await deliver()
    expect(received[1]?.headers['webhook-signature']).not.toContain(' ')
  })

  test('is verified by the very lines of the documentation', async ({ pool }) => {
    const guide = readFileSync(new URL('../../docs/webhooks.md', import.meta.url), 'utf8')
    const [, imported, code = ''] =
      /```js\n(import { Webhook } from 'standardwebhooks')\n([^]*?)```/.exec(guide) ?? []
    expect([imported, code]).toEqual([expect.any(String), expect.stringContaining('const event = ')])
    const { secret, deliver } = await endpointIn(pool)
    await give(pool)
    await deliver()
    const [one] = received
    if (!one) throw new Error('it was delivered')
    const eventOf = (rawBody: string): unknown =>
      runInNewContext(`${code}\n;event`, {
        Webhook,
        process: { env: { WEBHOOK_SECRET: secret } },
        request: { headers: one.headers },
        rawBody,
      })
    expect(eventOf(one.body)).toMatchObject({ type: 'donation.created' })
    expect(() => eventOf(one.body.replace('usd', 'eur'))).toThrow(/signature/i)
  })

  test('is forgotten with its address and secrets when it is deleted', async ({ pool }) => {
    const { id, deliver } = await endpointIn(pool)
    await give(pool)
    await actsOf(pool).remove(id, by)
    await deliver()
    expect(received).toEqual([])
    expect(await deliveries(pool)).toEqual([])
    expect(
      await selectAll(pool, 'select url, sealed_secret as secret from webhook_endpoints where id = $1', id),
    ).toEqual([{ url: '', secret: null }])
    await expect(actsOf(pool).test(id, by)).rejects.toThrow('no webhook endpoint')
  })
})

describe('an address', () => {
  test.for([
    ['http://news.example/', 'not_https'],
    ['https://127.0.0.1/', 'not_public'],
    ['https://[::1]/', 'not_public'],
    ['https://2130706433/', 'not_public'],
    ['https://169.254.169.254/latest', 'not_public'],
    ['https://localhost/', 'not_public'],
    ['https://a.localhost/', 'not_public'],
    ['https://user:pass@news.example/', 'not_a_url'],
    ['https://news.example/#x', 'not_a_url'],
    ['ftp://news.example/', 'not_https'],
    ['news.example', 'not_a_url'],
    ['https://news.example/hook?key=1', null],
  ] as const)('in production: %s', ([url, problem]) => {
    expect(addressProblem(url, 'public')).toBe(problem)
  })

  test('that resolves into the network gets no connection in production', async () => {
    const post = deliveryGateway('public')
    const { port } = new URL(receiver.url)
    for (const host of ['localhost', '127.0.0.1', '[::1]'])
      expect(await post(`https://${host}:${port}/`, { headers: {}, body: '{}', signal })).toMatchObject({
        failure: 'not_public',
      })
    expect(await post(receiver.url, { headers: {}, body: '{}', signal })).toMatchObject({
      failure: 'not_public',
    })
    expect(received).toEqual([])
  })

  test('elsewhere may be on this machine, and nowhere else in the network', () => {
    expect(addressProblem('http://127.0.0.1:8080/', 'local')).toBeNull()
    expect(addressProblem('http://10.0.0.1/', 'local')).toBe('not_public')
  })
})

describe('the claim of a delivery', () => {
  const lasts = async (pool: pg.Pool, seconds: number) =>
    (
      await selectAll(
        pool,
        `select next_attempt_at > now() + $1 * interval '1 second' as lasts from webhook_deliveries`,
        seconds,
      )
    )[0]?.['lasts']

  test('is renewed every second while the receiver is slow, and lapses within five when its worker dies', async ({
    pool,
  }) => {
    const { deliver } = await endpointIn(pool)
    await give(pool)
    const [reached, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    onTestFinished(() => void vi.useRealTimers())
    const delivering = deliver(
      depsOf(pool, {
        async post() {
          reached.resolve()
          await released.promise
          return { failure: null, code: 204, start: null }
        },
      }),
    )
    await reached.promise
    expect(await lasts(pool, 5)).toBe(false)
    for (let times = 0; times < 3; times++) {
      await pool.query(`update webhook_deliveries set next_attempt_at = now() + interval '1 second'`)
      vi.advanceTimersByTime(1_000)
      await until('the claim is renewed', async () => (await lasts(pool, 2)) === true)
    }
    released.resolve()
    await delivering
    expect(vi.getTimerCount()).toBe(0)
    expect(await deliveries(pool)).toMatchObject([{ status: 'delivered' }])
  })

  test('that another worker took while this one stood still is not sent by this one', async ({ pool }) => {
    const { deliver } = await endpointIn(pool)
    await give(pool)
    const stoodStill = new Proxy(pool, {
      get: (target, name) =>
        name === 'query'
          ? async (...given: [{ name?: string }]) => {
              const found: unknown = await Reflect.apply(target.query, target, given)
              if (given[0].name !== 'webhook-deliveries-claim') return found
              now = new Date(now.getTime() + 60_000)
              // As another worker's claim does.
              await target.query('update webhook_deliveries set attempts = attempts + 1')
              return found
            }
          : Reflect.get(target, name),
    })
    await deliver(depsOf(stoodStill))
    expect(received).toEqual([])
    expect(await deliveries(pool)).toMatchObject([{ status: 'pending' }])
  })
})

describe('a process that is killed at any of its statements', () => {
  test('while it books a gift leaves the gift and its message together, and both come once', async ({
    pool,
  }) => {
    const { id } = await endpointIn(pool)
    const owed = () => selectAll(pool, 'select from webhook_deliveries where endpoint_id = $1', id)
    const booked = (checkout: string) =>
      selectAll(pool, 'select from donations where checkout_id = $1', checkout)
    const deaths = await killedEverywhere(pool, (dying) => applyAll(dying), {
      async prepare() {
        await pool.query('delete from webhook_messages')
        const checkout = await openCheckout(pool)
        await receive(pool, stripeEvent('checkout.session.completed', sessionOf(checkout)))
        return checkout.id
      },
      async afterwards(checkout, place) {
        expect([place, (await booked(checkout)).length]).toEqual([place, (await owed()).length])
        await applyAll(pool)
        expect([place, (await booked(checkout)).length, (await owed()).length]).toEqual([place, 1, 1])
      },
    })
    expect(deaths).toBeGreaterThan(10)
  })

  test('while it delivers loses nothing, and sends again by the same id what was not recorded', async ({
    pool,
  }) => {
    const { deliver, id } = await endpointIn(pool)
    const deaths = await killedEverywhere(pool, (dying) => deliverTo(depsOf(dying), id, signal), {
      async prepare() {
        await pool.query('delete from webhook_messages')
        received = []
        await give(pool)
      },
      async afterwards(_prepared, place) {
        await makeDue(pool)
        await deliver()
        await makeDue(pool)
        await deliver()
        const ids = received.map(({ headers }) => headers['webhook-id'])
        expect([place, new Set(ids).size]).toEqual([place, 1])
        expect([1, 2]).toContain(ids.length)
        expect(await deliveries(pool)).toMatchObject([{ status: 'delivered' }])
      },
    })
    expect(deaths).toBeGreaterThan(6)
  })

  test.for([
    ['failing', 503],
    ['gone', 410],
  ] as const)(
    'while it disables an endpoint that is %s leaves it to the next one, and every admin gets one mail',
    async ([because, status], { pool, db }) => {
      const admin = await hireStaff(db.database.knex, 'admin')
      const mails = () =>
        selectAll(
          pool,
          `select from outbox_messages where kind = 'webhook_disabled' and subject = $1`,
          admin.id,
        )
      answer = () => ({ status })
      const deaths = await killedEverywhere(pool, (dying, { id }) => deliverTo(depsOf(dying), id, signal), {
        async prepare() {
          const endpoint = await endpointIn(pool)
          await give(pool)
          await pool.query(`update webhook_deliveries set attempts = 9`)
          await pool.query(
            `update webhook_endpoints set failing_since = now() - interval '4 days' where id = $1`,
            [endpoint.id],
          )
          await pool.query(`delete from outbox_messages where kind = 'webhook_disabled'`)
          return endpoint
        },
        async afterwards({ id, deliver }, place) {
          const isDisabled = async () =>
            (
              await selectAll(
                pool,
                'select from webhook_endpoints where id = $1 and disabled_because = $2',
                id,
                because,
              )
            ).length
          // The mail stands and falls with what it is about.
          expect([place, (await mails()).length]).toEqual([place, await isDisabled()])
          await makeDue(pool)
          await deliver()
          expect([place, await isDisabled(), (await mails()).length]).toEqual([place, 1, 1])
          const acts = await selectAll(
            pool,
            `select from audit_trail where subject = $1 and act = 'webhook_endpoint_disabled'`,
            `webhook-endpoint/${id}`,
          )
          expect(acts).toHaveLength(1)
          expect(await deliveries(pool)).toMatchObject([{ status: 'given_up' }])
        },
      })
      expect(deaths).toBeGreaterThan(10)
    },
  )

  test('while it makes deliveries due again makes all of them due or none, and says so in the audit trail', async ({
    pool,
  }) => {
    const { deliver, id } = await endpointIn(pool)
    for (let gift = 0; gift < 3; gift++) await give(pool)
    await deliver()
    const range = {
      from: new Date('2026-01-31T00:00:00Z'),
      to: new Date('2026-02-02T00:00:00Z'),
      which: 'all',
    } as const
    const replays = () =>
      selectAll(
        pool,
        `select from audit_trail where subject = $1 and act = 'webhook_deliveries_replayed'`,
        `webhook-endpoint/${id}`,
      )
    const deaths = await killedEverywhere(pool, (dying) => actsOf(dying).replayRange(id, range, by), {
      async prepare() {
        received = []
        return (await replays()).length
      },
      async afterwards(before, place) {
        const due = (await deliveries(pool)).filter((one) => one['status'] === 'pending').length
        expect([place, due]).toEqual([place, 3 * ((await replays()).length - before)])
        await deliver()
        expect([place, received.length]).toEqual([place, due])
        expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(due)
      },
    })
    expect(deaths).toBeGreaterThan(8)
  })

  test('while it makes one delivery due again makes it due and says so in the audit trail, or neither', async ({
    pool,
  }) => {
    const { deliver, id } = await endpointIn(pool)
    await give(pool)
    await give(pool)
    await deliver()
    const [sent] = received.map(({ headers }) => headers['webhook-id'])
    const [first] = await deliveries(pool)
    const replays = () =>
      selectAll(
        pool,
        `select from audit_trail where subject = $1 and act = 'webhook_deliveries_replayed'`,
        `webhook-endpoint/${id}`,
      )
    const again = (dying: pg.Pool) => actsOf(dying).replayDelivery(id, BigInt(String(first?.['id'])), by)
    const deaths = await killedEverywhere(pool, again, {
      async prepare() {
        received = []
        return (await replays()).length
      },
      async afterwards(before, place) {
        const due = (await deliveries(pool)).filter((one) => one['status'] === 'pending').length
        expect([place, due]).toEqual([place, (await replays()).length - before])
        await deliver()
        // What was not made due is not sent, and the other delivery never is.
        expect([place, ...received.map(({ headers }) => headers['webhook-id'])]).toEqual(
          due === 1 ? [place, sent] : [place],
        )
      },
    })
    expect(deaths).toBeGreaterThan(8)
  })

  test('while it rolls a secret leaves what the receiver has verifying', async ({ pool }) => {
    const { secret, deliver, id } = await endpointIn(pool)
    const [sealed] = await selectAll(pool, 'select sealed_secret from webhook_endpoints where id = $1', id)
    const deaths = await killedEverywhere(pool, (dying) => actsOf(dying).roll(id, by), {
      async prepare() {
        await pool.query('delete from webhook_messages')
        await pool.query(
          'update webhook_endpoints set sealed_secret = $2, former_sealed_secret = null, former_secret_until = null where id = $1',
          [id, sealed?.['sealed_secret']],
        )
        received = []
        await give(pool)
      },
      async afterwards() {
        await deliver()
        const [one] = received
        if (!one) throw new Error('it was delivered')
        new Webhook(secret).verify(one.body, one.headers as Record<string, string>)
      },
    })
    expect(deaths).toBeGreaterThan(6)
  })
})
