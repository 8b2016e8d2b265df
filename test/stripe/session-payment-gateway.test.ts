import { describe, expect, it } from 'vitest'
import { sessionPayments } from '../../src/stripe/session-payment-gateway.ts'
import { makeStripe } from '../../src/stripe/stripe-gateway.ts'
import { listen } from '../kit/http.ts'

/** A Stripe that answers every read of a session with this body and status. */
async function stripeAnswering(body: unknown, status = 200) {
  let calls = 0
  const server = await listen((_request, response) => {
    calls += 1
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
  })
  const notes: string[] = []
  let nowMs = 0
  const ask = sessionPayments({
    stripe: makeStripe('sk_test_1', server.url),
    log: { info: (_details, message) => void notes.push(message) },
    clock: () => nowMs,
  })
  return {
    ask,
    notes,
    calls: () => calls,
    later: (ms: number) => void (nowMs += ms),
    [Symbol.asyncDispose]: () => server.close(),
  }
}

const session = (status: string, payment_status: string) => ({
  object: 'checkout.session',
  status,
  payment_status,
})

describe('asking Stripe whether a session was paid', () => {
  it.each([
    ['open', 'unpaid', 'open'],
    ['complete', 'paid', 'paid'],
    ['complete', 'unpaid', 'settling'],
    ['expired', 'unpaid', 'expired'],
    ['new_word', 'unpaid', null],
  ])('reads %s and %s as %s', async (status, paymentStatus, payment) => {
    await using stripe = await stripeAnswering(session(status, paymentStatus))
    expect(await stripe.ask('cs_1')).toBe(payment)
  })

  it.each([
    [{ error: { type: 'invalid_request_error', message: 'No such session' } }, 404],
    [{ error: { type: 'api_error' } }, 500],
    [{ something: 'else' }, 200],
  ])('says nothing when Stripe answers %j with %i', async (body, status) => {
    await using stripe = await stripeAnswering(body, status)
    expect(await stripe.ask('cs_1')).toBeNull()
    expect(stripe.calls()).toBe(1)
  })

  it('asks once for the looks at one session that come together', async () => {
    await using stripe = await stripeAnswering(session('open', 'unpaid'))
    await Promise.all([stripe.ask('cs_1'), stripe.ask('cs_1')])
    stripe.later(2_999)
    await stripe.ask('cs_1')
    expect(stripe.calls()).toBe(1)
    stripe.later(1)
    await stripe.ask('cs_1')
    expect(stripe.calls()).toBe(2)
  })

  it('asks four times a second at most, whatever is asked', async () => {
    await using stripe = await stripeAnswering(session('open', 'unpaid'))
    const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => stripe.ask(`cs_${index}`)))
    expect(stripe.calls()).toBe(4)
    expect(answers.filter((answer) => answer === null)).toHaveLength(46)
    stripe.later(1_000)
    expect(await stripe.ask('cs_50')).toBe('open')
  })
})
