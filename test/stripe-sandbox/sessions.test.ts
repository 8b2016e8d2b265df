import { describe, expect, test } from 'vitest'
import { gift, movableClock, sdk, START } from '../kit/sandbox.ts'
import { emittedTypes, refusal, sandboxForTest } from './kit.ts'

const metadata = { checkout_id: '7f6b' }

describe('a session', () => {
  test('opens without a PaymentIntent and with the address of its checkout page', async () => {
    const sandbox = await sandboxForTest()
    const session = await sdk(sandbox).checkout.sessions.create(
      gift({ metadata, client_reference_id: 'chk_1', customer_email: 'ann@example.org', locale: 'de' }),
    )
    expect(session).toMatchObject({
      object: 'checkout.session',
      status: 'open',
      payment_status: 'unpaid',
      mode: 'payment',
      livemode: false,
      amount_total: 500,
      currency: 'usd',
      payment_intent: null,
      client_reference_id: 'chk_1',
      customer_email: 'ann@example.org',
      locale: 'de',
      submit_type: 'donate',
      metadata,
      url: `${sandbox.url}/c/pay/${session.id}`,
      success_url: 'https://news.example/thank-you?session_id={CHECKOUT_SESSION_ID}',
    })
    expect(session.id).toMatch(/^cs_test_\w{58}$/)
    expect(session.created).toBe(Math.floor(START.getTime() / 1000))
    expect(session.expires_at - session.created).toBe(24 * 3600)
    expect(session.lastResponse.requestId).toMatch(/^req_/)
    expect(sandbox.events()).toEqual([])
  })

  test('is complete when it is paid by card, with the metadata where Stripe puts it', async () => {
    const sandbox = await sandboxForTest()
    const stripe = sdk(sandbox)
    const intentMetadata = { checkout_id: '7f6b', on: 'intent' }
    const { id } = await stripe.checkout.sessions.create(
      gift({ metadata, payment_intent_data: { metadata: intentMetadata, description: 'Gift' } }),
    )
    await sandbox.pay(id, 'card', { name: 'Ann Reader', email: 'ann@example.org' })
    const session = await stripe.checkout.sessions.retrieve(id, {
      expand: ['payment_intent.latest_charge', 'line_items'],
    })
    expect(session).toMatchObject({
      status: 'complete',
      payment_status: 'paid',
      url: null,
      metadata,
      customer_details: { name: 'Ann Reader', email: 'ann@example.org' },
      line_items: { data: [{ description: 'Support us', quantity: 1, amount_total: 500 }] },
      payment_intent: {
        object: 'payment_intent',
        status: 'succeeded',
        amount: 500,
        amount_received: 500,
        description: 'Gift',
        metadata: intentMetadata,
        latest_charge: {
          object: 'charge',
          status: 'succeeded',
          paid: true,
          captured: true,
          amount: 500,
          currency: 'usd',
          balance_transaction: null,
          metadata: intentMetadata,
          billing_details: { name: 'Ann Reader', email: 'ann@example.org' },
        },
      },
    })
    expect(emittedTypes(sandbox)).toEqual([
      'payment_intent.created',
      'charge.succeeded',
      'payment_intent.succeeded',
      'checkout.session.completed',
    ])
    await expect(sandbox.pay(id, 'card')).rejects.toThrow('complete')
    expect(sandbox.events()).toHaveLength(4)
  })

  test('stays open when the card is declined, and the next attempt uses the same PaymentIntent', async () => {
    const sandbox = await sandboxForTest()
    const stripe = sdk(sandbox)
    const { id } = await stripe.checkout.sessions.create(gift())
    await sandbox.pay(id, 'declined')
    const declined = await stripe.checkout.sessions.retrieve(id, { expand: ['payment_intent.latest_charge'] })
    expect(declined).toMatchObject({
      status: 'open',
      payment_status: 'unpaid',
      payment_intent: {
        status: 'requires_payment_method',
        amount_received: 0,
        last_payment_error: { type: 'card_error', code: 'card_declined', decline_code: 'generic_decline' },
        latest_charge: { status: 'failed', paid: false, failure_code: 'card_declined' },
      },
    })
    expect(emittedTypes(sandbox)).toEqual([
      'payment_intent.created',
      'charge.failed',
      'payment_intent.payment_failed',
    ])
    await sandbox.pay(id, 'card')
    expect(emittedTypes(sandbox).filter((type) => type === 'payment_intent.created')).toHaveLength(1)
    const charges = await stripe.charges.list({ payment_intent: intentId(declined.payment_intent) })
    expect(charges.data.map((charge) => charge.status)).toEqual(['succeeded', 'failed'])
  })

  test.each([
    ['succeeded', 'paid', 'succeeded', 'checkout.session.async_payment_succeeded'],
    ['failed', 'unpaid', 'requires_payment_method', 'checkout.session.async_payment_failed'],
  ] as const)(
    'is complete while a bank debit is pending, and reports that it has %s',
    async (outcome, paymentStatus, intentStatus, event) => {
      const sandbox = await sandboxForTest()
      const stripe = sdk(sandbox)
      const { id } = await stripe.checkout.sessions.create(gift())
      await sandbox.pay(id, 'bank_debit')
      const pending = await stripe.checkout.sessions.retrieve(id, {
        expand: ['payment_intent.latest_charge'],
      })
      expect(pending).toMatchObject({
        status: 'complete',
        payment_status: 'unpaid',
        payment_intent: {
          status: 'processing',
          latest_charge: {
            status: 'pending',
            paid: false,
            payment_method_details: { type: 'us_bank_account' },
          },
        },
      })
      expect(emittedTypes(sandbox).slice(1)).toEqual([
        'charge.pending',
        'payment_intent.processing',
        'checkout.session.completed',
      ])
      await sandbox.settleBankDebit(id, outcome)
      const settled = await stripe.checkout.sessions.retrieve(id, { expand: ['payment_intent'] })
      expect(settled).toMatchObject({
        status: 'complete',
        payment_status: paymentStatus,
        payment_intent: { status: intentStatus },
      })
      expect(emittedTypes(sandbox).at(-1)).toBe(event)
      await expect(sandbox.settleBankDebit(id, outcome)).rejects.toThrow('is pending')
    },
  )

  test('reports the outcome of a bank debit when its time has come', async () => {
    const clock = movableClock()
    const sandbox = await sandboxForTest({ clock: clock.now, bankDebitDelayMs: 60_000 })
    const { id } = await sdk(sandbox).checkout.sessions.create(gift({}, 500, 'eur'))
    await sandbox.pay(id, 'bank_debit')
    clock.forwardMs(59_999)
    expect(emittedTypes(sandbox)).not.toContain('checkout.session.async_payment_succeeded')
    clock.forwardMs(1)
    expect(emittedTypes(sandbox)).toContain('checkout.session.async_payment_succeeded')
  })

  test('offers no bank debit in a currency that has none', async () => {
    const sandbox = await sandboxForTest()
    const { id, payment_method_types: methods } = await sdk(sandbox).checkout.sessions.create(
      gift({}, 500, 'jpy'),
    )
    expect(methods).toEqual(['card'])
    await expect(sandbox.pay(id, 'bank_debit')).rejects.toThrow('no bank debit')
    expect(sandbox.events()).toEqual([])
  })

  test('expires when its time has come, and its PaymentIntent is canceled', async () => {
    const clock = movableClock()
    const sandbox = await sandboxForTest({ clock: clock.now })
    const stripe = sdk(sandbox)
    const soon = Math.floor(clock.now().getTime() / 1000) + 1800
    const { id } = await stripe.checkout.sessions.create(gift({ expires_at: soon }))
    await sandbox.pay(id, 'declined')
    clock.forwardMs(1800_000 - 501) // the session was made half a second into its first second
    expect(await stripe.checkout.sessions.retrieve(id)).toMatchObject({ status: 'open' })
    clock.forwardMs(1)
    expect(await stripe.checkout.sessions.retrieve(id)).toMatchObject({ status: 'expired', url: null })
    expect(emittedTypes(sandbox).slice(-2)).toEqual(['payment_intent.canceled', 'checkout.session.expired'])
    await expect(sandbox.pay(id, 'card')).rejects.toThrow('expired')
  })

  test('is expired by the API, only once', async () => {
    const sandbox = await sandboxForTest()
    const stripe = sdk(sandbox)
    const { id } = await stripe.checkout.sessions.create(gift())
    const expired = await stripe.checkout.sessions.expire(id, {}, { idempotencyKey: 'expire-1' })
    expect(expired.status).toBe('expired')
    expect(sandbox.events()[0]).toMatchObject({
      type: 'checkout.session.expired',
      request: { idempotency_key: 'expire-1' },
    })
    const error = await refusal(stripe.checkout.sessions.expire(id))
    expect(error).toMatchObject({ statusCode: 400, type: 'StripeInvalidRequestError' })
    expect(error.message).toContain('status of `expired`')
  })

  test('stays open when the reader goes back', async () => {
    const sandbox = await sandboxForTest()
    const stripe = sdk(sandbox)
    const { id } = await stripe.checkout.sessions.create(gift())
    await sandbox.pay(id, 'cancel')
    expect(await stripe.checkout.sessions.retrieve(id)).toMatchObject({
      status: 'open',
      payment_intent: null,
    })
    expect(sandbox.events()).toEqual([])
  })
})

function intentId(intent: unknown): string {
  if (typeof intent === 'object' && intent !== null && 'id' in intent) return String(intent.id)
  throw new Error('The payment intent was not expanded.')
}
