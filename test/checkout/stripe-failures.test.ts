import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { checkoutRequest } from '../../src/checkout/checkout-request.ts'
import { createCheckout } from '../../src/checkout/create-checkout.ts'
import { checkoutSessions } from '../../src/stripe/checkout-session-gateway.ts'
import { makeStripe } from '../../src/stripe/stripe-gateway.ts'
import { checkoutDeps, terms } from '../kit/checkout.ts'
import { testDatabase, type TestDatabase } from '../kit/database.ts'
import { forgetfulStripe, type ForgetfulStripe } from '../kit/forgetful-stripe.ts'
import { keptLog } from '../kit/log.ts'

/** Stripe keeps its own failures for an idempotency key: the reader's next try must not get the same one again. */

let test: TestDatabase
let stripe: ForgetfulStripe

beforeAll(async () => {
  test = await testDatabase()
})
beforeEach(async () => {
  stripe = await forgetfulStripe()
})
afterEach(() => stripe.close())
afterAll(() => test.drop())

const request = checkoutRequest({ amount: 500, currency: 'usd' }, terms)
const give = (key: string) => {
  const createSession = checkoutSessions({ stripe: makeStripe('sk_test_x', stripe.url), log: keptLog().log })
  return createCheckout(request, key, checkoutDeps(test.database, { createSession }))
}

it.each([1, 2])('a reader gets a payment page at once after %i failures', async (failures) => {
  stripe.next(...Array.from({ length: failures }, () => 'fails' as const))
  await give(randomUUID())
  expect(stripe.keys).toHaveLength(failures + 1)
  expect(new Set(stripe.keys).size).toBe(failures + 1)
})

it('a reader whose tries all failed gets a payment page at the next one, and the same page ever after', async () => {
  const key = randomUUID()
  stripe.next('fails', 'fails', 'fails', 'fails')
  await expect(give(key)).rejects.toMatchObject({ kind: 'unavailable' })
  const opened = await give(key)
  expect(await give(key)).toEqual(opened)
  expect(stripe.sessions()).toBe(1)
  expect(new Set(stripe.keys).size).toBe(5)
})

it('simultaneous tries after a failure make one session', async () => {
  const key = randomUUID()
  stripe.next('fails', 'fails', 'fails')
  await expect(give(key)).rejects.toMatchObject({ kind: 'unavailable' })
  const opened = await Promise.all([give(key), give(key), give(key)])
  expect(new Set(opened.map(({ session }) => session.id)).size).toBe(1)
  expect(stripe.sessions()).toBe(1)
})

it('simultaneous tries that fail together go on with one key and make one session', async () => {
  const key = randomUUID()
  stripe.next('fails')
  const opened = await Promise.all([give(key), give(key), give(key)])
  expect(new Set(opened.map(({ session }) => session.id)).size).toBe(1)
  expect(stripe.sessions()).toBe(1)
})

it('a lost answer keeps the key, so that the session which exists is found', async () => {
  stripe.next('hangs up')
  await give(randomUUID())
  expect(stripe.sessions()).toBe(1)
  expect(new Set(stripe.keys).size).toBe(1)
})
