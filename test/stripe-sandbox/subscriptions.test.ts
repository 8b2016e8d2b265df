import { describe, expect, test } from 'vitest'
import type { Sandbox } from '../../src/stripe-sandbox/sandbox.ts'
import { DAY_MS, forward, HOUR_MS, recurring, sdk, subscribed } from '../kit/sandbox.ts'
import { emittedDuring, emittedTypes, refusal, sandboxForTest } from './kit.ts'

const metadata = { checkout_id: '7f6b', article_url: 'https://news.example/ferry' }
const withMetadata = recurring({ subscription_data: { metadata } })
/** From 2 November, 10:00, to the collection on 2 December, an hour after the invoice was drafted. */
const RENEWAL_MS = 30 * DAY_MS + HOUR_MS

/** The events of an invoice that is finalized and paid. */
const COLLECTED = [
  'invoice.finalized',
  'invoice.paid',
  'invoice.payment_succeeded',
  'payment_intent.succeeded',
  'charge.succeeded',
  'invoice_payment.paid',
]

describe('a subscription', () => {
  test('starts with a customer, an invoice and a payment when its session is paid', async () => {
    const sandbox = await sandboxForTest()
    const stripe = sdk(sandbox)
    const { session, subscriptionId, customerId } = await subscribed(sandbox, withMetadata)
    expect(session).toMatchObject({ mode: 'subscription', status: 'complete', payment_status: 'paid' })
    expect(session).toMatchObject({ payment_intent: null, invoice: expect.stringMatching(/^in_/) })
    expect(emittedTypes(sandbox)).toEqual([
      'payment_intent.created',
      'customer.created',
      'customer.subscription.created',
      'invoice.created',
      ...COLLECTED,
      'checkout.session.completed',
    ])
    const subscription = await stripe.subscriptions.retrieve(subscriptionId, { expand: ['latest_invoice'] })
    expect(subscription).toMatchObject({
      status: 'active',
      metadata,
      latest_invoice: { id: session.invoice },
    })
    expect(subscription.items.data[0]).toMatchObject({
      current_period_start: subscription.created,
      current_period_end: subscription.created + (30 * DAY_MS) / 1000,
      price: { unit_amount: 500, recurring: { interval: 'month', interval_count: 1 } },
    })
    expect(await stripe.customers.retrieve(customerId)).toMatchObject({ email: 'ann@example.org' })
  })

  test('is joined to its payment by the InvoicePayment alone', async () => {
    const sandbox = await sandboxForTest()
    const stripe = sdk(sandbox)
    const { session } = await subscribed(sandbox, withMetadata)
    const invoice = await stripe.invoices.retrieve(String(session.invoice), {
      expand: ['payments.data.payment.payment_intent.latest_charge'],
    })
    expect(invoice).toMatchObject({
      billing_reason: 'subscription_create',
      status: 'paid',
      amount_paid: 500,
      metadata: {},
      parent: { type: 'subscription_details', subscription_details: { metadata } },
    })
    for (const removed of ['payment_intent', 'charge', 'subscription']) {
      expect(invoice).not.toHaveProperty(removed)
    }
    const [payment] = invoice.payments?.data ?? []
    expect(payment).toMatchObject({ status: 'paid', amount_paid: 500, invoice: invoice.id })
    expect(payment?.payment).toMatchObject({
      type: 'payment_intent',
      payment_intent: { metadata: {}, latest_charge: { status: 'succeeded', metadata: {} } },
    })
    const intent = payment?.payment.payment_intent
    const intentId = typeof intent === 'object' ? intent.id : ''
    const found = await stripe.invoicePayments.list({
      payment: { type: 'payment_intent', payment_intent: intentId },
    })
    expect(found.data.map(({ id }) => id)).toEqual([payment?.id])
    expect(intent).not.toHaveProperty('invoice')
    const notExpanded = await stripe.invoices.retrieve(invoice.id)
    expect(notExpanded).not.toHaveProperty('payments')
  })

  test('is collected again every month, with its metadata on each invoice', async () => {
    const sandbox = await sandboxForTest()
    const stripe = sdk(sandbox)
    const { subscriptionId: subscription } = await subscribed(sandbox, withMetadata)
    await forward(sandbox, DAY_MS)
    const renewal = await emittedDuring(sandbox, () => forward(sandbox, RENEWAL_MS - DAY_MS))
    expect(renewal.filter((type) => !/^(payout|charge.updated)/.test(type))).toEqual([
      'invoice.created',
      'customer.subscription.updated',
      'payment_intent.created',
      ...COLLECTED,
    ])
    const [newest] = (await stripe.invoices.list({ subscription, expand: ['data.payments'] })).data
    expect(newest).toMatchObject({
      billing_reason: 'subscription_cycle',
      parent: { subscription_details: { metadata, subscription } },
      payments: { data: [{ status: 'paid' }] },
    })
    await forward(sandbox, 63 * DAY_MS) // past 2 January and 2 February
    expect((await stripe.invoices.list({ subscription })).data).toHaveLength(4)
    expect((await stripe.charges.list()).data).toHaveLength(4)
  })

  test('is collected on the last day of shorter months when it started on the 31st', async () => {
    const sandbox = await sandboxForTest({ clock: () => new Date('2027-01-31T12:00:00Z') })
    const { subscriptionId: subscription } = await subscribed(sandbox)
    await sandbox.advanceTo(new Date('2027-05-01T00:00:00Z'))
    const starts = (await sdk(sandbox).invoices.list({ subscription })).data.map(({ created }) =>
      day(created),
    )
    expect(starts).toEqual(['2027-04-30', '2027-03-31', '2027-02-28', '2027-01-31'])
  })

  test('is past due when its card is declined, and active again when a retry succeeds', async () => {
    const sandbox = await sandboxForTest()
    const { subscriptionId } = await subscribed(sandbox)
    await sandbox.declineRenewals(subscriptionId, 2)
    const first = await emittedDuring(sandbox, () => forward(sandbox, RENEWAL_MS))
    expect(first).toContain('invoice.payment_failed')
    expect(await status(sandbox, subscriptionId)).toBe('past_due')
    const [open] = (await sdk(sandbox).invoices.list({ status: 'open' })).data
    expect(open).toMatchObject({ attempt_count: 1, amount_remaining: 500 })
    expect(open?.next_payment_attempt).toBe(Math.floor((sandbox.now().getTime() + 3 * DAY_MS) / 1000))
    await forward(sandbox, 3 * DAY_MS)
    expect(await status(sandbox, subscriptionId)).toBe('past_due')
    const third = await emittedDuring(sandbox, () => forward(sandbox, 5 * DAY_MS))
    expect(third).toEqual(expect.arrayContaining(['invoice.paid', 'customer.subscription.updated']))
    expect(await status(sandbox, subscriptionId)).toBe('active')
    const charges = await sdk(sandbox).charges.list()
    expect(charges.data.map((charge) => charge.status)).toEqual([
      'succeeded',
      'failed',
      'failed',
      'succeeded',
    ])
  })

  test('is canceled when every retry is declined', async () => {
    const sandbox = await sandboxForTest()
    const { subscriptionId } = await subscribed(sandbox)
    await sandbox.declineRenewals(subscriptionId, 99)
    await forward(sandbox, RENEWAL_MS + 15 * DAY_MS)
    expect(emittedTypes(sandbox).filter((type) => type === 'invoice.payment_failed')).toHaveLength(4)
    expect(emittedTypes(sandbox).at(-1)).toBe('customer.subscription.deleted')
    const ended = await sdk(sandbox).subscriptions.retrieve(subscriptionId)
    expect(ended).toMatchObject({ status: 'canceled', cancellation_details: { reason: 'payment_failed' } })
    expect(await emittedDuring(sandbox, () => forward(sandbox, 90 * DAY_MS))).not.toContain('invoice.created')
  })
})

describe('a cancellation', () => {
  test('at the end of the period takes effect then, unless it is undone', async () => {
    const sandbox = await sandboxForTest()
    const stripe = sdk(sandbox)
    const { subscriptionId } = await subscribed(sandbox)
    const running = await stripe.subscriptions.update(subscriptionId, { cancel_at_period_end: true })
    expect(running).toMatchObject({ status: 'active', cancel_at_period_end: true })
    expect(sandbox.events().at(-1)).toMatchObject({
      type: 'customer.subscription.updated',
      data: { previous_attributes: { cancel_at_period_end: false } },
    })
    await stripe.subscriptions.update(subscriptionId, { cancel_at_period_end: false })
    await forward(sandbox, RENEWAL_MS)
    expect(await status(sandbox, subscriptionId)).toBe('active')
    await stripe.subscriptions.update(subscriptionId, { cancel_at_period_end: true })
    await forward(sandbox, 31 * DAY_MS)
    expect(emittedTypes(sandbox).filter((type) => type === 'invoice.created')).toHaveLength(2)
    expect(emittedTypes(sandbox)).toContain('customer.subscription.deleted')
  })

  test('takes effect at once, and only once', async () => {
    const sandbox = await sandboxForTest()
    const stripe = sdk(sandbox)
    const { subscriptionId } = await subscribed(sandbox)
    expect(await stripe.subscriptions.cancel(subscriptionId)).toMatchObject({ status: 'canceled' })
    expect((await stripe.subscriptions.list()).data).toEqual([])
    expect((await stripe.subscriptions.list({ status: 'all' })).data).toHaveLength(1)
    expect(await refusal(stripe.subscriptions.cancel(subscriptionId))).toMatchObject({ statusCode: 400 })
    await forward(sandbox, 40 * DAY_MS)
    expect(emittedTypes(sandbox).filter((type) => type === 'invoice.created')).toHaveLength(1)
  })
})

test('puts a changed amount and changed metadata on the next invoice', async () => {
  const sandbox = await sandboxForTest()
  const stripe = sdk(sandbox)
  const { subscriptionId } = await subscribed(sandbox, withMetadata)
  await sandbox.changeSubscription(subscriptionId, { amount: 900 })
  await stripe.subscriptions.update(subscriptionId, { metadata: { article_url: 'https://news.example/b' } })
  await forward(sandbox, RENEWAL_MS)
  const [newest] = (await stripe.invoices.list()).data
  expect(newest).toMatchObject({
    amount_paid: 900,
    parent: {
      subscription_details: { metadata: { checkout_id: '7f6b', article_url: 'https://news.example/b' } },
    },
  })
})

test('starts another subscription of a known customer, and none when the first payment is declined', async () => {
  const sandbox = await sandboxForTest()
  const stripe = sdk(sandbox)
  const { customerId } = await subscribed(sandbox)
  const { id } = await stripe.checkout.sessions.create(recurring({ customer: customerId }, 1000, 'year'))
  const declined = await emittedDuring(sandbox, () => sandbox.pay(id, 'declined'))
  expect(declined).toEqual(['payment_intent.created', 'charge.failed', 'payment_intent.payment_failed'])
  expect((await stripe.subscriptions.list()).data).toHaveLength(1)
  expect(await emittedDuring(sandbox, () => sandbox.pay(id, 'card'))).not.toContain('customer.created')
  const { data } = await stripe.subscriptions.list({ customer: customerId })
  expect(data.map(({ items }) => items.data[0]?.price.recurring?.interval)).toEqual(['year', 'month'])
  expect((await stripe.customers.list({ email: 'ann@example.org' })).data).toHaveLength(1)
})

async function status(sandbox: Sandbox, id: string): Promise<string> {
  return (await sdk(sandbox).subscriptions.retrieve(id)).status
}

function day(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10)
}
