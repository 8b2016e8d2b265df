import { describe, expect, test } from 'vitest'
import { gift, movableClock, refusal, sandbox, sdk, START, types } from './kit.ts'

const metadata = { checkout_id: '7f6b' }

describe('a session', () => {
  test('opens without a payment intent, with an address to send the reader to', async () => {
    const box = await sandbox()
    const session = await sdk(box).checkout.sessions.create(
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
      url: `${box.url}/c/pay/${session.id}`,
      success_url: 'https://news.example/thank-you?session_id={CHECKOUT_SESSION_ID}',
    })
    expect(session.id).toMatch(/^cs_test_\w{58}$/)
    expect(session.created).toBe(Math.floor(START.getTime() / 1000))
    expect(session.expires_at - session.created).toBe(24 * 3600)
    expect(session.lastResponse.requestId).toMatch(/^req_/)
    expect(box.events()).toEqual([])
  })

  test('paid by card is complete and paid, with the metadata where Stripe puts it', async () => {
    const box = await sandbox()
    const stripe = sdk(box)
    const intentMetadata = { checkout_id: '7f6b', on: 'intent' }
    const { id } = await stripe.checkout.sessions.create(
      gift({ metadata, payment_intent_data: { metadata: intentMetadata, description: 'Gift' } }),
    )
    await box.pay(id, 'card', { name: 'Ann Reader', email: 'ann@example.org' })
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
    expect(types(box)).toEqual([
      'payment_intent.created',
      'charge.succeeded',
      'payment_intent.succeeded',
      'checkout.session.completed',
    ])
    await expect(box.pay(id, 'card')).rejects.toThrow('complete')
    expect(box.events()).toHaveLength(4)
  })

  test('declined stays open, and the next try pays with the same intent', async () => {
    const box = await sandbox()
    const stripe = sdk(box)
    const { id } = await stripe.checkout.sessions.create(gift())
    await box.pay(id, 'declined')
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
    expect(types(box)).toEqual(['payment_intent.created', 'charge.failed', 'payment_intent.payment_failed'])
    await box.pay(id, 'card')
    expect(types(box).filter((type) => type === 'payment_intent.created')).toHaveLength(1)
    const charges = await stripe.charges.list({ payment_intent: intentId(declined.payment_intent) })
    expect(charges.data.map((charge) => charge.status)).toEqual(['succeeded', 'failed'])
  })

  test.each([
    ['succeeded', 'paid', 'succeeded', 'checkout.session.async_payment_succeeded'],
    ['failed', 'unpaid', 'requires_payment_method', 'checkout.session.async_payment_failed'],
  ] as const)('a bank debit that %s', async (outcome, paymentStatus, intentStatus, event) => {
    const box = await sandbox()
    const stripe = sdk(box)
    const { id } = await stripe.checkout.sessions.create(gift())
    await box.pay(id, 'bank_debit')
    const underWay = await stripe.checkout.sessions.retrieve(id, { expand: ['payment_intent.latest_charge'] })
    expect(underWay).toMatchObject({
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
    expect(types(box).slice(1)).toEqual([
      'charge.pending',
      'payment_intent.processing',
      'checkout.session.completed',
    ])
    await box.settleBankDebit(id, outcome)
    const settled = await stripe.checkout.sessions.retrieve(id, { expand: ['payment_intent'] })
    expect(settled).toMatchObject({
      status: 'complete',
      payment_status: paymentStatus,
      payment_intent: { status: intentStatus },
    })
    expect(types(box).at(-1)).toBe(event)
    await expect(box.settleBankDebit(id, outcome)).rejects.toThrow('is pending')
  })

  test('a bank debit settles by itself when its time has come', async () => {
    const clock = movableClock()
    const box = await sandbox({ clock: clock.now, bankDebitDelayMs: 60_000 })
    const { id } = await sdk(box).checkout.sessions.create(gift({}, 500, 'eur'))
    await box.pay(id, 'bank_debit')
    clock.forwardMs(59_999)
    expect(types(box)).not.toContain('checkout.session.async_payment_succeeded')
    clock.forwardMs(1)
    expect(types(box)).toContain('checkout.session.async_payment_succeeded')
  })

  test('a currency without a bank debit offers none', async () => {
    const box = await sandbox()
    const { id, payment_method_types: methods } = await sdk(box).checkout.sessions.create(
      gift({}, 500, 'jpy'),
    )
    expect(methods).toEqual(['card'])
    await expect(box.pay(id, 'bank_debit')).rejects.toThrow('no bank debit')
    expect(box.events()).toEqual([])
  })

  test('expires when its time has come, and what was tried on it is cancelled', async () => {
    const clock = movableClock()
    const box = await sandbox({ clock: clock.now })
    const stripe = sdk(box)
    const soon = Math.floor(clock.now().getTime() / 1000) + 1800
    const { id } = await stripe.checkout.sessions.create(gift({ expires_at: soon }))
    await box.pay(id, 'declined')
    clock.forwardMs(1800_000 - 501) // the session was made half a second into its first second
    expect(await stripe.checkout.sessions.retrieve(id)).toMatchObject({ status: 'open' })
    clock.forwardMs(1)
    expect(await stripe.checkout.sessions.retrieve(id)).toMatchObject({ status: 'expired', url: null })
    expect(types(box).slice(-2)).toEqual(['payment_intent.canceled', 'checkout.session.expired'])
    await expect(box.pay(id, 'card')).rejects.toThrow('expired')
  })

  test('is expired through the API, once', async () => {
    const box = await sandbox()
    const stripe = sdk(box)
    const { id } = await stripe.checkout.sessions.create(gift())
    const expired = await stripe.checkout.sessions.expire(id, {}, { idempotencyKey: 'expire-1' })
    expect(expired.status).toBe('expired')
    expect(box.events()[0]).toMatchObject({
      type: 'checkout.session.expired',
      request: { idempotency_key: 'expire-1' },
    })
    const error = await refusal(stripe.checkout.sessions.expire(id))
    expect(error).toMatchObject({ statusCode: 400, type: 'StripeInvalidRequestError' })
    expect(error.message).toContain('status of `expired`')
  })

  test('is left open by a reader who goes back', async () => {
    const box = await sandbox()
    const stripe = sdk(box)
    const { id } = await stripe.checkout.sessions.create(gift())
    await box.pay(id, 'cancel')
    expect(await stripe.checkout.sessions.retrieve(id)).toMatchObject({
      status: 'open',
      payment_intent: null,
    })
    expect(box.events()).toEqual([])
  })
})

function intentId(intent: unknown): string {
  if (typeof intent === 'object' && intent !== null && 'id' in intent) return String(intent.id)
  throw new Error('The payment intent was not expanded.')
}
