import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { checkoutRequest } from '../../src/checkout/checkout-request.ts'
import { checkoutById, saveSession } from '../../src/checkout/checkout-store.ts'
import { createCheckout, type CheckoutDeps, type CheckoutSteps } from '../../src/checkout/create-checkout.ts'
import type { CheckoutSessionId } from '../../src/ids.ts'
import { checkoutSessions } from '../../src/stripe/checkout-session-gateway.ts'
import { startSandbox, type Sandbox } from '../../src/stripe-sandbox/sandbox.ts'
import { makeStripe } from '../../src/stripe/stripe-gateway.ts'
import { depsOn, terms } from '../kit/checkout.ts'
import { testDatabase, type TestDatabase } from '../kit/database.ts'
import { keptLog } from '../kit/log.ts'

let test: TestDatabase
let sandbox: Sandbox
let askStripe: CheckoutSteps['askStripe']
/** Every session Stripe answered with, in order. */
let answered: string[]

beforeAll(async () => {
  test = await testDatabase()
})

beforeEach(async () => {
  sandbox = await startSandbox({
    host: '127.0.0.1',
    port: 0,
    webhookSecret: 'whsec_test_secret',
    webhookUrl: null,
    journalFile: null,
    clock: () => new Date(),
  })
  answered = []
  const sessions = checkoutSessions({ stripe: makeStripe('sk_test_x', sandbox.url), log: keptLog().log })
  askStripe = async (params, key) => {
    const session = await sessions(params, key)
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

const processing = (own: Partial<CheckoutDeps> = {}) => depsOn(test.database, { askStripe, ...own })

async function rows(key: string) {
  return test.database.knex('checkouts').where('idempotency_key', key)
}

class Crash extends Error {}

function crash(): never {
  throw new Crash()
}

describe('a checkout', () => {
  it('is kept as it was asked for and opened at Stripe', async () => {
    const opened = await createCheckout(request, null, processing())
    expect(opened).toMatchObject({ ...request, status: 'open' })
    expect(await checkoutById(test.database.pool, opened.id)).toEqual(opened)
    expect(opened.session.url).toContain(sandbox.url)
  })

  it('without a key is a new one each time', async () => {
    const [one, other] = [
      await createCheckout(request, null, processing()),
      await createCheckout(request, null, processing()),
    ]
    expect(one.session.id).not.toBe(other.session.id)
  })

  it('with the same key is the same one, and Stripe is asked once', async () => {
    const key = randomUUID()
    const first = await createCheckout(request, key, processing())
    expect(await createCheckout(request, key, processing())).toEqual(first)
    expect(answered).toHaveLength(1)
  })

  it('with the same key but other content is refused', async () => {
    const key = randomUUID()
    await createCheckout(request, key, processing())
    const other = checkoutRequest({ amount: 501, currency: 'usd' }, terms)
    await expect(createCheckout(other, key, processing())).rejects.toMatchObject({ kind: 'conflict' })
  })

  it('is one for many requests at the same moment', async () => {
    const key = randomUUID()
    const opened = await Promise.all(
      Array.from({ length: 8 }, () => createCheckout(request, key, processing())),
    )
    expect(new Set(opened.map(({ session }) => session.id)).size).toBe(1)
    expect(new Set(answered).size).toBe(1)
    expect(await rows(key)).toHaveLength(1)
  })
})

describe('a checkout that died', () => {
  it.each(crashes())('%s ends as if it had not', async (_, dying) => {
    const key = randomUUID()
    await expect(createCheckout(request, key, processing(dying(processing())))).rejects.toBeInstanceOf(Crash)
    const resumed = await createCheckout(request, key, processing())
    expect(resumed).toMatchObject({ ...request, status: 'open' })
    expect(new Set(answered)).toEqual(new Set([resumed.session.id]))
    expect(await rows(key)).toHaveLength(1)
    expect(await createCheckout(request, key, processing())).toEqual(resumed)
  })

  it('long ago gets a session that is open long enough', async () => {
    const key = randomUUID()
    const longAgo = new Date(Date.now() - 45 * 60_000)
    const died = processing({ now: () => longAgo, askStripe: crash })
    await expect(createCheckout(request, key, died)).rejects.toBeInstanceOf(Crash)
    const resumed = await createCheckout(request, key, processing())
    expect(resumed.createdAt).toEqual(longAgo)
    expect(resumed.session.expiresAt.getTime() - Date.now()).toBeGreaterThan(30 * 60_000)
  })
})

/** A process that ends before or after each step that leaves a trace. */
function crashes(): [string, (whole: CheckoutDeps) => Partial<CheckoutDeps>][] {
  return [
    ['before it was kept', () => ({ keep: crash })],
    ['after it was kept', (whole) => ({ keep: (...asked) => whole.keep(...asked).then(crash) })],
    ['before Stripe was asked', () => ({ askStripe: crash })],
    ['after Stripe made it', (whole) => ({ askStripe: (...asked) => whole.askStripe(...asked).then(crash) })],
    ['before the session was saved', () => ({ save: crash })],
    ['after the session was saved', (whole) => ({ save: (...asked) => whole.save(...asked).then(crash) })],
  ]
}

const session = (id: string) => ({
  id: id as CheckoutSessionId, // made up here
  url: `https://checkout.stripe.com/${id}`,
  expiresAt: new Date('2026-01-01T00:00:00Z'),
})

describe('saving a session', () => {
  it('keeps the first one', async () => {
    const { id, session: first } = await createCheckout(request, null, processing())
    expect((await saveSession(test.database.pool, id, session('cs_test_other'))).session).toEqual(first)
  })

  it.each(['processing', 'failed', 'expired', 'succeeded'])('never takes %s back', async (status) => {
    const key = randomUUID()
    await createCheckout(request, key, processing({ save: crash })).catch(() => null)
    await test.database.knex('checkouts').where('idempotency_key', key).update({ status })
    expect(await createCheckout(request, key, processing())).toMatchObject({ status })
  })

  it('adds the address when an event named the session first', async () => {
    const key = randomUUID()
    await createCheckout(request, key, processing({ save: crash })).catch(() => null)
    await test.database
      .knex('checkouts')
      .where('idempotency_key', key)
      .update({ status: 'succeeded', stripe_session_id: answered[0] })
    const resumed = await createCheckout(request, key, processing())
    expect(resumed).toMatchObject({ status: 'succeeded', session: { id: answered[0] } })
  })
})
