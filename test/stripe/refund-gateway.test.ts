import nock from 'nock'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { money } from '../../src/money/money.ts'
import type { RefundRequest } from '../../src/refunds/refund-request.ts'
import { refunds } from '../../src/stripe/refund-gateway.ts'
import { makeStripe } from '../../src/stripe/stripe-gateway.ts'
import { keptLog } from '../kit/log.ts'
import { currencyNamed } from '../kit/named.ts'
import { nockAnswers } from '../kit/nock-hosts.ts'

/** A refund is refused only when Stripe says so; whatever else happens, its outcome is unknown. */

const API = 'https://api.stripe.com'
const PATH = '/v1/refunds'
const request: RefundRequest = {
  id: '0b8d1b5e-6f0a-4c40-9d5a-0d2f3a4b5c6d',
  donationId: '4f7c2c57-4d68-4f21-9f4e-7a0f6b1c2d3e',
  paymentIntentId: 'pi_1',
  amount: money(400n, currencyNamed('usd')),
  reason: 'duplicate',
  requestedBy: 'f@news.example',
  requestedAt: new Date('2026-01-20T12:00:00Z'),
}
const { log } = keptLog()
const gateway = () => refunds({ stripe: makeStripe('sk_test_secret', null), log })

nockAnswers()
beforeEach(() => nock.disableNetConnect())
afterEach(() => nock.enableNetConnect())

const error = (type: string, code?: string) => ({ error: { type, code, message: 'words' } })

describe('asking for a refund', () => {
  it('sends the request’s id as key and as metadata', async () => {
    nock(API, { reqheaders: { 'idempotency-key': `refund-${request.id}` } })
      .post(PATH, (body: unknown) => JSON.stringify(body).includes(request.id))
      .reply(200, { object: 'refund', id: 're_1' })
    expect(await gateway().createRefund(request)).toEqual({ refundId: 're_1' })
  })

  it.each([
    [400, error('invalid_request_error', 'charge_already_refunded'), 'charge_already_refunded'],
    [404, error('invalid_request_error', 'resource_missing'), 'resource_missing'],
    [402, error('card_error', 'insufficient_funds'), 'insufficient_funds'],
    [401, error('invalid_request_error'), 'api_key_not_accepted'],
    [403, error('invalid_request_error'), 'api_key_may_not_refund'],
  ])('calls %i a refusal, with Stripe’s code', async (status, body, refused) => {
    nock(API).post(PATH).reply(status, body)
    expect(await gateway().createRefund(request)).toEqual({ refused })
  })

  it.each([
    ['Stripe fails', 500, error('api_error')],
    ['Stripe is away', 503, 'Service Unavailable'],
    ['another call with the key is under way', 409, error('invalid_request_error', 'idempotency_key_in_use')],
    ['Stripe asks for fewer calls', 429, error('invalid_request_error', 'rate_limit')],
    ['the key was used for another refund', 400, error('idempotency_error')],
    ['a status without a body', 200, 'null'],
    ['an error status whose body is no error', 500, {}],
    ['a refund without an id', 200, { object: 'refund' }],
  ])('does not know the outcome when %s', async (_what, status, body) => {
    nock(API).post(PATH).times(2).reply(status, body)
    expect(await gateway().createRefund(request)).toBe('unknown')
  })

  it('does not know the outcome when the connection is lost', async () => {
    nock(API)
      .post(PATH)
      .times(2)
      .replyWithError(Object.assign(new Error('lost'), { code: 'ECONNRESET' }))
    expect(await gateway().createRefund(request)).toBe('unknown')
  })
})

describe('looking for a refund', () => {
  const list = (data: readonly object[], hasMore = false) =>
    nock(API)
      .get(PATH)
      .query({ payment_intent: 'pi_1', limit: '100' })
      .reply(200, { object: 'list', data, has_more: hasMore })
  const others = [{ id: 're_0', metadata: {} }, { id: 're_1' }]

  it('finds it by the request’s id', async () => {
    list([...others, { id: 're_2', metadata: { refund_request: request.id } }])
    expect(await gateway().findRefund(request)).toEqual({ refundId: 're_2' })
  })

  it('answers none only after all refunds of the payment were read', async () => {
    list(others)
    expect(await gateway().findRefund(request)).toBe('none')
    list(others, true)
    expect(await gateway().findRefund(request)).toBe('unknown')
  })

  it.each([500, 401, 404])('does not know when Stripe answers %i', async (status) => {
    nock(API).get(PATH).query(true).times(2).reply(status, error('api_error'))
    expect(await gateway().findRefund(request)).toBe('unknown')
  })
})
