import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { checkoutRequest } from '../../src/checkout/checkout-request.ts'
import { checkoutById, saveSession } from '../../src/checkout/checkout-store.ts'
import { createCheckout, type CheckoutDeps, type CheckoutSteps } from '../../src/checkout/create-checkout.ts'
import type { CheckoutSessionId } from '../../src/ids.ts'
import { checkoutSessions } from '../../src/stripe/checkout-session-gateway.ts'
import type { Sandbox } from '../../src/stripe-sandbox/sandbox.ts'
import { makeStripe } from '../../src/stripe/stripe-gateway.ts'
import { checkoutDeps, terms } from '../kit/checkout.ts'
import { testDatabase, type TestDatabase } from '../kit/database.ts'
import { keptLog } from '../kit/log.ts'
import { openSandbox } from '../kit/sandbox.ts'

let test: TestDatabase
let sandbox: Sandbox
let createSession: CheckoutSteps['createSession']
/** The id of every session with which Stripe has answered, in order. */
let answered: string[]

beforeAll(async () => {
  test = await testDatabase()
})

beforeEach(async () => {
  sandbox = await openSandbox({ clock: () => new Date() })
  answered = []
  const sessions = checkoutSessions({ stripe: makeStripe('sk_test_x', sandbox.url), log: keptLog().log })
  createSession = async (...asked) => {
    const session = await sessions(...asked)
    answered.push(session.id)
    return session
  }
})

afterEach(() => sandbox.close())
afterAll(() => test.drop())

const request = checkoutRequest(
  { amount: 500, currency: 'usd', article: { url: 'https://courier.example/ferry' }, message: 'Well done' },
  terms,
)

const deps = (replaced: Partial<CheckoutDeps> = {}) =>
  checkoutDeps(test.database, { createSession, ...replaced })

async function rowsWithKey(key: string) {
  return test.database.knex('checkouts').where('idempotency_key', key)
}

class Crash extends Error {}

function crash(): never {
  throw new Crash()
}

describe('a checkout', () => {
  it('is stored as requested and gets a payment page at Stripe', async () => {
    const opened = await createCheckout(request, null, deps())
    expect(opened).toMatchObject({ ...request, status: 'open' })
    expect(await checkoutById(test.database.pool, opened.id)).toEqual(opened)
    expect(opened.session.url).toContain(sandbox.url)
  })

  it('is a new one for every request without an idempotency key', async () => {
    const [one, other] = [
      await createCheckout(request, null, deps()),
      await createCheckout(request, null, deps()),
    ]
    expect(one.session.id).not.toBe(other.session.id)
  })

  it('is the same one for a second request with its key, and Stripe is asked once', async () => {
    const key = randomUUID()
    const first = await createCheckout(request, key, deps())
    expect(await createCheckout(request, key, deps())).toEqual(first)
    expect(answered).toHaveLength(1)
  })

  it('is refused when its key was used for a request with other content', async () => {
    const key = randomUUID()
    await createCheckout(request, key, deps())
    const other = checkoutRequest({ amount: 501, currency: 'usd' }, terms)
    await expect(createCheckout(other, key, deps())).rejects.toMatchObject({ kind: 'conflict' })
  })

  it('is one for simultaneous requests with one key', async () => {
    const key = randomUUID()
    const opened = await Promise.all(Array.from({ length: 8 }, () => createCheckout(request, key, deps())))
    expect(new Set(opened.map(({ session }) => session.id)).size).toBe(1)
    expect(new Set(answered).size).toBe(1)
    expect(await rowsWithKey(key)).toHaveLength(1)
  })
})

describe('a checkout whose process died', () => {
  it.each(crashes())('%s is completed by the next request with its key', async (_, dying) => {
    const key = randomUUID()
    await expect(createCheckout(request, key, deps(dying(deps())))).rejects.toBeInstanceOf(Crash)
    const resumed = await createCheckout(request, key, deps())
    expect(resumed).toMatchObject({ ...request, status: 'open' })
    expect(new Set(answered)).toEqual(new Set([resumed.session.id]))
    expect(await rowsWithKey(key)).toHaveLength(1)
    expect(await createCheckout(request, key, deps())).toEqual(resumed)
  })

  it('45 minutes ago gets a session that stays open for more than 30 minutes', async () => {
    const key = randomUUID()
    const longAgo = new Date(Date.now() - 45 * 60_000)
    const died = deps({ now: () => longAgo, createSession: crash })
    await expect(createCheckout(request, key, died)).rejects.toBeInstanceOf(Crash)
    const resumed = await createCheckout(request, key, deps())
    expect(resumed.createdAt).toEqual(longAgo)
    expect(resumed.session.expiresAt.getTime() - Date.now()).toBeGreaterThan(30 * 60_000)
  })
})

/** A process that dies before or after each step that has an effect. */
function crashes(): [string, (working: CheckoutDeps) => Partial<CheckoutDeps>][] {
  return [
    ['before it was stored', () => ({ findOrInsert: crash })],
    [
      'after it was stored',
      (working) => ({ findOrInsert: (...args) => working.findOrInsert(...args).then(crash) }),
    ],
    ['before Stripe was asked', () => ({ createSession: crash })],
    [
      'after Stripe created the session',
      (working) => ({ createSession: (...args) => working.createSession(...args).then(crash) }),
    ],
    ['before the session was saved', () => ({ saveSession: crash })],
    [
      'after the session was saved',
      (working) => ({ saveSession: (...args) => working.saveSession(...args).then(crash) }),
    ],
  ]
}

const session = (id: string) => ({
  id: id as CheckoutSessionId, // the test invents it
  url: `https://checkout.stripe.com/${id}`,
  expiresAt: new Date('2026-01-01T00:00:00Z'),
})

describe('saving a session', () => {
  it('leaves the session that was saved first', async () => {
    const { id, session: first } = await createCheckout(request, null, deps())
    expect((await saveSession(test.database.pool, id, session('cs_test_other'))).session).toEqual(first)
  })

  it.each(['processing', 'failed', 'expired', 'succeeded'])(
    'leaves the status %s that an event has set',
    async (status) => {
      const key = randomUUID()
      await createCheckout(request, key, deps({ saveSession: crash })).catch(() => null)
      await test.database.knex('checkouts').where('idempotency_key', key).update({ status })
      expect(await createCheckout(request, key, deps())).toMatchObject({ status })
    },
  )

  it('adds the page’s address when an event has already named the session', async () => {
    const key = randomUUID()
    await createCheckout(request, key, deps({ saveSession: crash })).catch(() => null)
    await test.database
      .knex('checkouts')
      .where('idempotency_key', key)
      .update({ status: 'succeeded', stripe_session_id: answered[0] })
    const resumed = await createCheckout(request, key, deps())
    expect(resumed).toMatchObject({ status: 'succeeded', session: { id: answered[0] } })
  })
})
