import { afterAll, beforeAll, expect, it } from 'vitest'
import { deadlines, inTransaction } from '../../../src/db/database.ts'
import { cuttable, type Cuttable } from '../../kit/cuttable.ts'
import { testDatabase, type TestDatabase } from '../../kit/database.ts'
import { openCheckout, selectAll } from '../../kit/processing.ts'
import { startTestService, type TestService } from '../../kit/service.ts'
import { SECRET, sessionOf, signed, stripeEvent } from '../../kit/stripe-events.ts'
import { until } from '../../kit/until.ts'

/**
 * The database stops answering while connections stay open: no answer and no reset, as behind a firewall that forgot
 * them. Only a deadline of our own can end that.
 */

const short = { connectMs: 800, lockMs: 800, statementMs: 800, answerMs: 1_000 }
const AT_ONCE = 60
const HOUR_MS = 60 * 60_000

let own: TestDatabase
let road: Cuttable
let service: TestService

beforeAll(async () => {
  own = await testDatabase()
  road = await cuttable(own.url)
  service = await startTestService(
    { DATABASE_URL: road.url, STRIPE_WEBHOOK_SECRET: SECRET },
    { deadlines: { ...deadlines, intake: short, usual: short, patient: short } },
  )
})
afterAll(async () => {
  road?.speak()
  await service?.stop()
  await road?.close()
  await own?.drop()
})

async function paidGift() {
  const checkout = await openCheckout(own.database.pool)
  return stripeEvent('checkout.session.completed', sessionOf(checkout))
}

async function post(event: object): Promise<Response> {
  const { payload, header } = signed(event)
  const headers = { 'Stripe-Signature': header }
  return fetch(`${service.url}/webhooks/stripe`, { method: 'POST', headers, body: payload })
}

/** As Stripe does: the same event again until it is taken. @returns the statuses of all tries */
async function postUntilTaken(event: object): Promise<number[]> {
  const statuses: number[] = []
  for (;;) {
    const { status } = await post(event)
    statuses.push(status)
    if (status === 200) return statuses
  }
}

it('answers 503 soon while the database is silent, and goes on by itself without losing or doubling a gift', async () => {
  const gifts = await Promise.all(Array.from({ length: 3 * AT_ONCE }, paidGift))
  const [before, during, after] = [
    gifts.slice(0, AT_ONCE),
    gifts.slice(AT_ONCE, -AT_ONCE),
    gifts.slice(-AT_ONCE),
  ]
  const session = await service.session()
  // The worker is in the middle of its work, and all kinds of connections are open.
  const taken = before.map(postUntilTaken)
  await Promise.all([Promise.race(taken), service.get('/readyz'), service.get('/finance')])
  road.silence()

  const answers = await Promise.all([
    ...during.map(post),
    service.get('/readyz'),
    service.checkout({ amount: 500, currency: 'usd' }),
    service.get('/api/donations', { Authorization: `Bearer rd_${'a'.repeat(43)}` }),
    service.get(`/thank-you?session_id=${session.id}`),
  ])
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 503))
  expect(
    answers.map((answer) => Number(answer.headers.get('retry-after'))).every((seconds) => seconds > 0),
  ).toBe(true)
  expect((await service.get('/healthz')).status).toBe(200)
  // A silent database is no reason to wait for the next one either.
  expect((await post(during[0] ?? {})).status).toBe(503)

  road.speak()
  await Promise.all([...taken, ...during.map(postUntilTaken), ...after.map(postUntilTaken)])
  expect((await service.get('/readyz')).status).toBe(200)
  await until('every gift to be booked', async () => {
    const [row] = await selectAll(own.database.pool, `select count(*) as n from donations`)
    return row?.['n'] === BigInt(gifts.length)
  })
  expect(
    await selectAll(own.database.pool, `select outcome, count(*) as n from inbox_states group by 1`),
  ).toEqual([{ outcome: 'applied', n: BigInt(gifts.length) }])
})

it('recovers a second time', async () => {
  road.silence()
  expect((await service.get('/readyz')).status).toBe(503)
  road.speak()
  expect((await postUntilTaken(await paidGift())).at(-1)).toBe(200)
  await until('the pools to be whole again', async () => (await service.get('/readyz')).status === 200)
})

it('stops in time while the database is silent, and leaves no work behind that is half done', async () => {
  // No deadline of a query ends within this test: only the stop itself can end the requests in hand.
  const hours = { ...short, lockMs: HOUR_MS, statementMs: HOUR_MS, answerMs: HOUR_MS }
  const stopping = await startTestService(
    { DATABASE_URL: road.url, STRIPE_WEBHOOK_SECRET: SECRET },
    { stopMs: 200, deadlines: { ...deadlines, intake: hours, usual: hours, patient: hours } },
  )
  const gift = await paidGift()
  const { payload, header } = signed(gift)
  const token = await stopping.token()
  await inTransaction(own.database.pool, async (tx) => {
    // Nothing in the background reads the one table or writes into the other, so whoever waits is one of these two.
    await tx.query('lock table audit_trail, inbox_events in access exclusive mode')
    const inHand = [
      stopping.get('/api/audit-trail', token),
      fetch(`${stopping.url}/webhooks/stripe`, {
        method: 'POST',
        headers: { 'Stripe-Signature': header },
        body: payload,
      }),
    ]
    await until('both to wait for a lock', async () => {
      const waiting = await tx.query(`select distinct relation from pg_locks where not granted
        and (relation, mode) in (('audit_trail'::regclass, 'AccessShareLock'), ('inbox_events'::regclass, 'RowExclusiveLock'))`)
      return waiting.rowCount === 2
    })
    road.silence()
    await stopping.stop()
    expect((await Promise.all(inHand)).map(({ status }) => status)).toEqual([503, 503])
  })
  road.speak()
  expect((await postUntilTaken(gift)).at(-1)).toBe(200)
  await until('the gift to be booked', async () => {
    const [row] = await selectAll(
      own.database.pool,
      `select s.outcome from inbox_states s join inbox_events e on e.id = s.inbox_event_id where e.event_id = $1`,
      gift.id,
    )
    return row?.['outcome'] === 'applied'
  })
})
