import { afterAll, beforeAll, expect, it } from 'vitest'
import { selectAll } from '../../kit/processing.ts'
import { problemIn, sessionIn } from '../../kit/answers.ts'
import { startTestService, type TestService } from '../../kit/service.ts'

/** However often a browser repeats a request, it gets one checkout and one session at Stripe. */

let service: TestService

beforeAll(async () => {
  service = await startTestService()
})
afterAll(() => service?.stop())

const GIFT = { amount: 500, currency: 'usd' }
const sessionsAtStripe = async () => (await service.stripe.checkout.sessions.list({ limit: 100 })).data.length

it('answers ten simultaneous requests with one key with one session', async () => {
  const before = await sessionsAtStripe()
  const headers = { 'Idempotency-Key': 'asked-at-once' }
  const responses = await Promise.all(Array.from({ length: 10 }, () => service.checkout(GIFT, headers)))
  // Stripe refuses a second request while the first is running. The service then answers 503.
  for (const { status } of responses) expect([201, 503]).toContain(status)
  const again = await service.checkout(GIFT, headers)
  const answer = await sessionIn(again)
  const bodies = await Promise.all(responses.filter(({ status }) => status === 201).map(sessionIn))
  for (const body of bodies) expect(body).toEqual(answer)
  expect(await sessionsAtStripe()).toBe(before + 1)
  const rows = await selectAll(
    service.database.pool,
    `select stripe_session_id from checkouts where idempotency_key = 'asked-at-once'`,
  )
  expect(rows).toEqual([{ stripe_session_id: answer.id }])
})

it('refuses a key that was used for another body, and leaves the first checkout unchanged', async () => {
  const headers = { 'Idempotency-Key': 'changed-my-mind' }
  const first = await sessionIn(await service.checkout(GIFT, headers))
  const refused = await service.checkout({ ...GIFT, amount: 900 }, headers)
  expect(refused.status).toBe(409)
  expect(await problemIn(refused)).toMatchObject({ status: 409, title: 'Conflict' })
  expect(await sessionIn(await service.checkout(GIFT, headers))).toEqual(first)
  const atStripe = await service.stripe.checkout.sessions.retrieve(first.id)
  expect(atStripe.amount_total).toBe(500)
})

it('answers the same session to the same request in another spelling', async () => {
  const headers = { 'Idempotency-Key': 'same-wish' }
  const first = await sessionIn(await service.checkout(GIFT, headers))
  const other = await service.checkout('{"currency":"USD", "frequency":"once", "amount":500}', headers)
  expect(await sessionIn(other)).toEqual(first)
})

it('makes a new session for every request without a key', async () => {
  const [one, other] = [await service.session(), await service.session()]
  expect(one.id).not.toBe(other.id)
})

it('refuses an idempotency key that is empty, too long or not ASCII', async () => {
  for (const key of ['', 'k'.repeat(256), 'ключ']) {
    const header = Buffer.from(key, 'utf8').toString('latin1')
    expect((await service.checkout(GIFT, { 'Idempotency-Key': header })).status).toBe(400)
  }
})
