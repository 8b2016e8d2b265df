import { createServer, type AddressInfo } from 'node:net'
import nock from 'nock'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SessionParams } from '../../src/checkout/session-params.ts'
import { checkoutSessions } from '../../src/stripe/checkout-session-gateway.ts'
import { makeStripe } from '../../src/stripe/stripe-gateway.ts'
import { keptLog } from '../kit/log.ts'
import { nockAnswers } from '../kit/nock-hosts.ts'

const API = 'https://api.stripe.com'
const PATH = '/v1/checkout/sessions'
const SECRET_KEY = 'sk_test_secret'
const session = {
  id: 'cs_test_a1',
  object: 'checkout.session',
  url: 'https://checkout.stripe.com/c/pay/cs_test_a1#x',
  expires_at: 1_800_000_000,
}
const params: SessionParams = {
  adaptive_pricing: { enabled: false },
  mode: 'payment',
  submit_type: 'pay',
  line_items: [
    { quantity: 1, price_data: { currency: 'usd', unit_amount: 500, product_data: { name: 'Gift' } } },
  ],
  client_reference_id: 'id',
  metadata: {},
  payment_intent_data: { description: 'Gift', metadata: {} },
  success_url: 'https://give.example/thank-you?session_id={CHECKOUT_SESSION_ID}',
  cancel_url: 'https://give.example/donate',
  expires_at: 1_800_000_000,
}

const log = keptLog()
const unmatched: string[] = []
const noteUnmatched = (request: Request) => void unmatched.push(request.url)

function ask(options: { apiBase?: string; tryTimeoutMs?: number; deadlineMs?: number } = {}) {
  const { apiBase = null, tryTimeoutMs = 2_000, deadlineMs = 9_000 } = options
  const stripe = makeStripe(SECRET_KEY, apiBase, { tryTimeoutMs })
  let failures = 0
  const nextKey = () => Promise.resolve(`key-1-${(failures += 1)}`)
  return checkoutSessions({ stripe, log: log.log, deadlineMs })(params, 'key-1', { tries: 1, nextKey })
}

function scripted(status: number, body: nock.Body, times = 1) {
  return nock(API).post(PATH).times(times).reply(status, body)
}

const error = (type: string, more: Record<string, string> = {}) => ({
  error: { type, message: 'words', ...more },
})

nockAnswers()

beforeEach(() => {
  log.lines.length = 0
  unmatched.length = 0
  nock.disableNetConnect()
  nock.emitter.on('no match', noteUnmatched)
})

afterEach(() => {
  nock.emitter.off('no match', noteUnmatched)
  nock.enableNetConnect()
  if (unmatched.length > 0) throw new Error(`unexpected requests: ${unmatched.join(', ')}`)
})

describe('creating a session', () => {
  it('sends our idempotency key and no telemetry', async () => {
    nock(API, {
      reqheaders: { 'idempotency-key': 'key-1', authorization: `Bearer ${SECRET_KEY}` },
      badheaders: ['x-stripe-client-telemetry'],
    })
      .post(PATH, /unit_amount\]=500&/)
      .reply(200, session)
    expect(await ask()).toEqual({
      id: 'cs_test_a1',
      url: session.url,
      expiresAt: new Date(1_800_000_000_000),
    })
  })

  it('asks the host that the configuration names', async () => {
    nock('http://127.0.0.1:12111').post(PATH).reply(200, session)
    expect(await ask({ apiBase: 'http://127.0.0.1:12111' })).toMatchObject({ id: 'cs_test_a1' })
  })

  it('tries a second time after a lost connection', async () => {
    nock(API)
      .post(PATH)
      .replyWithError(Object.assign(new Error('reset'), { code: 'ECONNRESET' }))
    scripted(200, session)
    expect(await ask()).toMatchObject({ id: 'cs_test_a1' })
  })

  const answeredTo = (key: string) => nock(API).post(PATH).matchHeader('idempotency-key', key)

  it('uses another key after each server error that Stripe keeps for a key', async () => {
    answeredTo('key-1').reply(500, error('api_error'))
    answeredTo('key-1-1').reply(503, error('api_error'))
    answeredTo('key-1-2').reply(200, session)
    expect(await ask()).toMatchObject({ id: 'cs_test_a1' })
  })

  it('uses another key when ours was used with other parameters', async () => {
    answeredTo('key-1').reply(400, error('idempotency_error'))
    answeredTo('key-1-1').reply(200, session)
    expect(await ask()).toMatchObject({ id: 'cs_test_a1' })
  })

  it.each([
    ['a lost connection', () => answeredTo('key-1').replyWithError('socket hang up')],
    ['a proxy’s error page', () => answeredTo('key-1').reply(502, '<html>Bad gateway</html>')],
    ['a server error without Stripe’s words', () => answeredTo('key-1').reply(500, { object: 'nothing' })],
    ['an answer that takes too long', () => answeredTo('key-1').delay(500).reply(200, session)],
    ['a conflict', () => answeredTo('key-1').reply(409, error('idempotency_error'))],
  ])('keeps the key after %s, because Stripe may have created the session', async (_, fail) => {
    fail()
    answeredTo('key-1').reply(200, session)
    expect(await ask({ tryTimeoutMs: 200 })).toMatchObject({ id: 'cs_test_a1' })
  })
})

describe('the checkout is unavailable', () => {
  it.each([
    ['Stripe answers 500', 500, error('api_error'), 3],
    ['Stripe answers 503 with an empty body', 503, '', 2],
    ['Stripe answers 429', 429, error('invalid_request_error', { code: 'rate_limit' }), 1],
    ['Stripe answers 429 in an unknown form', 429, { message: 'slow down' }, 1],
    ['another request uses the key', 409, error('idempotency_error'), 2],
    ['the API key is wrong', 401, error('invalid_request_error'), 1],
    ['the API key lacks a permission', 403, error('invalid_request_error'), 1],
    ['a proxy answers in HTML', 502, '<html>Bad gateway</html>', 2],
    ['an error status comes without an error', 500, { object: 'nothing' }, 2],
    ['Stripe answers 200 with another object', 200, { object: 'list', data: [] }, 1],
    ['Stripe answers 200 without an address', 200, { ...session, url: null }, 1],
    ['Stripe answers 200 with the address of a script', 200, { ...session, url: 'javascript:alert(1)' }, 1],
    ['Stripe answers 200 with null', 200, 'null', 1],
    ['a mocked host does not know the path', 501, { code: 'ERR' }, 2],
  ])('when %s', async (_, status, body, times) => {
    const scope = scripted(status, body, times)
    await expect(ask()).rejects.toMatchObject({
      name: 'Refusal',
      kind: 'unavailable',
      retryAfterSeconds: expect.any(Number),
    })
    expect(scope.isDone()).toBe(true)
  })

  it('when nothing listens at the address', async () => {
    nock.enableNetConnect('127.0.0.1')
    const port = await closedPort()
    const refused = ask({ apiBase: `http://127.0.0.1:${port}` })
    await expect(refused).rejects.toMatchObject({ kind: 'unavailable' })
    unmatched.length = 0 // the request is meant to reach no mock
  })

  it('when every try takes too long', async () => {
    nock(API).post(PATH).times(2).delay(5_000).reply(200, session)
    await expect(ask({ tryTimeoutMs: 50 })).rejects.toMatchObject({ kind: 'unavailable' })
  })

  it('when all tries together take longer than the deadline', async () => {
    nock(API).post(PATH).delay(5_000).reply(200, session)
    await expect(ask({ deadlineMs: 100 })).rejects.toMatchObject({ kind: 'unavailable' })
    nock.abortPendingRequests()
  })
})

it('logs that the API key is wrong, without the key', async () => {
  scripted(401, error('invalid_request_error'))
  await ask().catch(() => null)
  expect(log.text()).toContain('STRIPE_SECRET_KEY')
  expect(log.text()).not.toContain(SECRET_KEY)
})

it.each([
  ['amount_too_small', { code: 'amount_too_small', param: 'line_items[0][price_data][unit_amount]' }],
  ['amount_too_large', { code: 'amount_too_large' }],
  [
    'currency',
    { message: 'Invalid currency: tnd. Stripe accounts in US do not support tnd.', param: 'currency' },
  ],
  [
    'currency',
    { message: 'No valid payment method types: activate some compatible with your chosen currency.' },
  ],
])('says that Stripe refuses the reader’s choice: %s, %j', async (reason, more) => {
  scripted(400, error('invalid_request_error', more))
  await expect(ask()).rejects.toMatchObject({ name: 'SessionRefused', reason })
})

it('throws Stripe’s error when Stripe finds the request invalid', async () => {
  scripted(400, error('invalid_request_error'))
  await expect(ask()).rejects.toMatchObject({ type: 'StripeInvalidRequestError' })
})

async function closedPort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as AddressInfo // listening on TCP
  await new Promise((resolve) => probe.close(resolve))
  return port
}
