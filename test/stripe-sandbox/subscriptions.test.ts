import { describe, expect, test } from 'vitest'
import type { Sandbox } from '../../src/stripe-sandbox/sandbox.ts'
import {
  announcedBy,
  DAY_MS,
  forward,
  HOUR_MS,
  recurring,
  refusal,
  sandbox,
  sdk,
  subscribed,
  types,
} from './kit.ts'

const metadata = { checkout_id: '7f6b', article_url: 'https://news.example/ferry' }
const kept = recurring({ subscription_data: { metadata } })
/** From 2 November, 10:00, to the renewal on 2 December, a draft for its first hour. */
const RENEWAL_MS = 30 * DAY_MS + HOUR_MS

describe('a monthly gift', () => {
  test('begins with customer, subscription, invoice and payment', async () => {
    const box = await sandbox()
    const stripe = sdk(box)
    const { session, subscriptionId, customerId } = await subscribed(box, kept)
    expect(session).toMatchObject({ mode: 'subscription', status: 'complete', payment_status: 'paid' })
    expect(session).toMatchObject({ payment_intent: null, invoice: expect.stringMatching(/^in_/) })
    expect(types(box)).toEqual([
      'payment_intent.created',
      'customer.created',
      'customer.subscription.created',
      'invoice.created',
      'invoice.finalized',
      'invoice.paid',
      'invoice.payment_succeeded',
      'payment_intent.succeeded',
      'charge.succeeded',
      'invoice_payment.paid',
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

  test('is joined to its payment by the invoice payment alone', async () => {
    const box = await sandbox()
    const stripe = sdk(box)
    const { session } = await subscribed(box, kept)
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
    for (const gone of ['payment_intent', 'charge', 'subscription']) expect(invoice).not.toHaveProperty(gone)
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
    const plain = await stripe.invoices.retrieve(invoice.id)
    expect(plain).not.toHaveProperty('payments')
  })

  test('is collected again every month, with its metadata on the invoice', async () => {
    const box = await sandbox()
    const stripe = sdk(box)
    const { subscriptionId: subscription } = await subscribed(box, kept)
    await forward(box, DAY_MS)
    const renewal = await announcedBy(box, () => forward(box, RENEWAL_MS - DAY_MS))
    expect(renewal.filter((type) => !/^(payout|charge.updated)/.test(type))).toEqual([
      'invoice.created',
      'customer.subscription.updated',
      'payment_intent.created',
      'invoice.finalized',
      'invoice.paid',
      'invoice.payment_succeeded',
      'payment_intent.succeeded',
      'charge.succeeded',
      'invoice_payment.paid',
    ])
    const [newest] = (await stripe.invoices.list({ subscription, expand: ['data.payments'] })).data
    expect(newest).toMatchObject({
      billing_reason: 'subscription_cycle',
      parent: { subscription_details: { metadata, subscription } },
      payments: { data: [{ status: 'paid' }] },
    })
    await forward(box, 63 * DAY_MS) // past 2 January and 2 February
    expect((await stripe.invoices.list({ subscription })).data).toHaveLength(4)
    expect((await stripe.charges.list()).data).toHaveLength(4)
  })

  test('begun on the 31st is collected on the last day of shorter months', async () => {
    const box = await sandbox({ clock: () => new Date('2027-01-31T12:00:00Z') })
    const { subscriptionId: subscription } = await subscribed(box)
    await box.advanceTo(new Date('2027-05-01T00:00:00Z'))
    const starts = (await sdk(box).invoices.list({ subscription })).data.map(({ created }) => day(created))
    expect(starts).toEqual(['2027-04-30', '2027-03-31', '2027-02-28', '2027-01-31'])
  })

  test('that fails is past due, tried again, and recovers', async () => {
    const box = await sandbox()
    const { subscriptionId } = await subscribed(box)
    await box.declineRenewals(subscriptionId, 2)
    const first = await announcedBy(box, () => forward(box, RENEWAL_MS))
    expect(first).toContain('invoice.payment_failed')
    expect(await status(box, subscriptionId)).toBe('past_due')
    const [open] = (await sdk(box).invoices.list({ status: 'open' })).data
    expect(open).toMatchObject({ attempt_count: 1, amount_remaining: 500 })
    expect(open?.next_payment_attempt).toBe(Math.floor((box.now().getTime() + 3 * DAY_MS) / 1000))
    await forward(box, 3 * DAY_MS)
    expect(await status(box, subscriptionId)).toBe('past_due')
    const third = await announcedBy(box, () => forward(box, 5 * DAY_MS))
    expect(third).toEqual(expect.arrayContaining(['invoice.paid', 'customer.subscription.updated']))
    expect(await status(box, subscriptionId)).toBe('active')
    const charges = await sdk(box).charges.list()
    expect(charges.data.map((charge) => charge.status)).toEqual([
      'succeeded',
      'failed',
      'failed',
      'succeeded',
    ])
  })

  test('that fails for good is canceled', async () => {
    const box = await sandbox()
    const { subscriptionId } = await subscribed(box)
    await box.declineRenewals(subscriptionId, 99)
    await forward(box, RENEWAL_MS + 15 * DAY_MS)
    expect(types(box).filter((type) => type === 'invoice.payment_failed')).toHaveLength(4)
    expect(types(box).at(-1)).toBe('customer.subscription.deleted')
    const ended = await sdk(box).subscriptions.retrieve(subscriptionId)
    expect(ended).toMatchObject({ status: 'canceled', cancellation_details: { reason: 'payment_failed' } })
    expect(await announcedBy(box, () => forward(box, 90 * DAY_MS))).not.toContain('invoice.created')
  })
})

describe('cancelling', () => {
  test('at the period’s end lets the period run out, unless it is taken back', async () => {
    const box = await sandbox()
    const stripe = sdk(box)
    const { subscriptionId } = await subscribed(box)
    const running = await stripe.subscriptions.update(subscriptionId, { cancel_at_period_end: true })
    expect(running).toMatchObject({ status: 'active', cancel_at_period_end: true })
    expect(box.events().at(-1)).toMatchObject({
      type: 'customer.subscription.updated',
      data: { previous_attributes: { cancel_at_period_end: false } },
    })
    await stripe.subscriptions.update(subscriptionId, { cancel_at_period_end: false })
    await forward(box, RENEWAL_MS)
    expect(await status(box, subscriptionId)).toBe('active')
    await stripe.subscriptions.update(subscriptionId, { cancel_at_period_end: true })
    await forward(box, 31 * DAY_MS)
    expect(types(box).filter((type) => type === 'invoice.created')).toHaveLength(2)
    expect(types(box)).toContain('customer.subscription.deleted')
  })

  test('at once ends it, once', async () => {
    const box = await sandbox()
    const stripe = sdk(box)
    const { subscriptionId } = await subscribed(box)
    expect(await stripe.subscriptions.cancel(subscriptionId)).toMatchObject({ status: 'canceled' })
    expect((await stripe.subscriptions.list()).data).toEqual([])
    expect((await stripe.subscriptions.list({ status: 'all' })).data).toHaveLength(1)
    expect(await refusal(stripe.subscriptions.cancel(subscriptionId))).toMatchObject({ statusCode: 400 })
    await forward(box, 40 * DAY_MS)
    expect(types(box).filter((type) => type === 'invoice.created')).toHaveLength(1)
  })
})

test('a changed amount and changed metadata hold from the next invoice on', async () => {
  const box = await sandbox()
  const stripe = sdk(box)
  const { subscriptionId } = await subscribed(box, kept)
  await box.changeSubscription(subscriptionId, { amount: 900 })
  await stripe.subscriptions.update(subscriptionId, { metadata: { article_url: 'https://news.example/b' } })
  await forward(box, RENEWAL_MS)
  const [newest] = (await stripe.invoices.list()).data
  expect(newest).toMatchObject({
    amount_paid: 900,
    parent: {
      subscription_details: { metadata: { checkout_id: '7f6b', article_url: 'https://news.example/b' } },
    },
  })
})

test('a known customer gives again, and a declined first try leaves no subscription', async () => {
  const box = await sandbox()
  const stripe = sdk(box)
  const { customerId } = await subscribed(box)
  const { id } = await stripe.checkout.sessions.create(recurring({ customer: customerId }, 1000, 'year'))
  const declined = await announcedBy(box, () => box.pay(id, 'declined'))
  expect(declined).toEqual(['payment_intent.created', 'charge.failed', 'payment_intent.payment_failed'])
  expect((await stripe.subscriptions.list()).data).toHaveLength(1)
  expect(await announcedBy(box, () => box.pay(id, 'card'))).not.toContain('customer.created')
  const { data } = await stripe.subscriptions.list({ customer: customerId })
  expect(data.map(({ items }) => items.data[0]?.price.recurring?.interval)).toEqual(['year', 'month'])
  expect((await stripe.customers.list({ email: 'ann@example.org' })).data).toHaveLength(1)
})

async function status(box: Sandbox, id: string): Promise<string> {
  return (await sdk(box).subscriptions.retrieve(id)).status
}

function day(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10)
}
