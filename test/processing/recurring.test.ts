import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { expect } from 'vitest'
import { selectAll, applyAll, openCheckout, receive, receiveInOrder } from '../kit/processing.ts'
import { processingTest as test } from '../kit/fixtures.ts'
import { markedFor } from '../kit/marks.ts'
import { permutations } from '../kit/orders.ts'
import {
  charge,
  invoicePayment,
  paidInvoice,
  sessionOf,
  stripeEvent,
  stripeId,
} from '../kit/stripe-events.ts'

type Options = {
  /** Left out: a checkout that the database has lost. */
  readonly checkoutId?: string
  readonly subscriptionId?: string
  readonly reason?: 'subscription_create' | 'subscription_cycle'
  readonly article?: string
}

/** The events of one payment of a subscription. */
function subscriptionPayment(options: Options = {}) {
  const { checkoutId = randomUUID(), subscriptionId = stripeId('sub'), reason, article } = options
  const [invoiceId, paymentIntentId] = [stripeId('in'), stripeId('pi')]
  const metadata = {
    ...markedFor(checkoutId),
    frequency: 'monthly',
    ...(article === undefined ? {} : { article_url: article }),
  }
  const invoice = paidInvoice({
    id: invoiceId,
    subscriptionId,
    reason: reason ?? 'subscription_cycle',
    metadata,
  })
  return {
    subscriptionId,
    invoiceId,
    invoicePaid: stripeEvent('invoice.paid', invoice),
    invoicePaymentPaid: stripeEvent('invoice_payment.paid', invoicePayment({ invoiceId, paymentIntentId })),
    chargeSucceeded: stripeEvent('charge.succeeded', charge({ paymentIntentId, amount: 700 })),
  }
}

const donationsOf = (pool: pg.Pool, subscriptionId: string) =>
  selectAll(
    pool,
    `select gross_minor as gross, frequency, article_url as article, charge_id is not null as charged
     from donations where stripe_subscription_id = $1`,
    subscriptionId,
  )
const outcomesOf = (pool: pg.Pool, invoiceId: string) =>
  selectAll(pool, `select outcome from inbox_states where correlation_id = $1 order by outcome`, invoiceId)

test('books the first payment once, although session and invoice both report it, in every order and twice', async ({
  pool,
}) => {
  for (const order of permutations([0, 1, 2, 3])) {
    const checkout = await openCheckout(pool)
    const payment = subscriptionPayment({ checkoutId: checkout.id, reason: 'subscription_create' })
    const { subscriptionId, invoiceId, invoicePaid, invoicePaymentPaid, chargeSucceeded } = payment
    const session = {
      ...sessionOf(checkout, { paymentIntentId: null }),
      mode: 'subscription',
      subscription: subscriptionId,
      invoice: invoiceId,
    }
    const completed = stripeEvent('checkout.session.completed', session)
    const events = [invoicePaid, invoicePaymentPaid, chargeSucceeded, completed]
    await receiveInOrder(pool, events, [...order, ...order])
    expect(await donationsOf(pool, subscriptionId)).toEqual([
      { gross: 700n, frequency: 'monthly', article: 'https://news.example/story', charged: true },
    ])
    expect(await selectAll(pool, `select status from checkouts where id = $1`, checkout.id)).toEqual([
      { status: 'succeeded' },
    ])
    expect(
      await selectAll(
        pool,
        `select checkout_id, stale from subscriptions where stripe_subscription_id = $1`,
        subscriptionId,
      ),
    ).toEqual([{ checkout_id: checkout.id, stale: true }])
  }
})

test('books each renewal as a donation with the attribution of the subscription', async ({ pool }) => {
  const article = 'https://news.example/first-read'
  const subscriptionId = stripeId('sub')
  for (let month = 0; month < 3; month += 1) {
    const payment = subscriptionPayment({ subscriptionId, article })
    await receive(pool, payment.invoicePaid, payment.invoicePaymentPaid, payment.chargeSucceeded)
    await applyAll(pool)
  }
  const donations = await donationsOf(pool, subscriptionId)
  expect(donations.map((donation) => donation['article'])).toEqual([article, article, article])
})

test('dates a payment by the earlier of two events about it, in every order', async ({ pool }) => {
  const [later, earlier] = [1_770_000_600, 1_770_000_000]
  for (const order of permutations([0, 1, 2])) {
    const [subscriptionId, invoiceId, paymentIntentId] = [stripeId('sub'), stripeId('in'), stripeId('pi')]
    const metadata = markedFor(randomUUID())
    const invoice = { ...paidInvoice({ id: invoiceId, subscriptionId, metadata }), status_transitions: null }
    const events = [
      stripeEvent('invoice.paid', invoice, { created: later }),
      stripeEvent('invoice.paid', invoice, { created: earlier }),
      stripeEvent('invoice_payment.paid', invoicePayment({ invoiceId, paymentIntentId })),
    ]
    await receiveInOrder(pool, events, order)
    expect(
      await selectAll(
        pool,
        `select d.succeeded_at, s.last_paid_at from donations d join subscriptions s using (stripe_subscription_id)
         where d.payment_intent_id = $1`,
        paymentIntentId,
      ),
    ).toEqual([{ succeeded_at: new Date(earlier * 1000), last_paid_at: new Date(later * 1000) }])
  }
})

test('fails one of two events that name different amounts for one invoice', async ({ pool }) => {
  const [invoiceId, paymentIntentId] = [stripeId('in'), stripeId('pi')]
  const fields = { id: invoiceId, subscriptionId: stripeId('sub'), metadata: markedFor(randomUUID()) }
  await receive(
    pool,
    stripeEvent('invoice_payment.paid', invoicePayment({ invoiceId, paymentIntentId })),
    stripeEvent('invoice.paid', paidInvoice({ ...fields, amount: 700 })),
    stripeEvent('invoice.paid', paidInvoice({ ...fields, amount: 900 })),
  )
  await applyAll(pool)
  expect(await outcomesOf(pool, invoiceId)).toEqual([
    { outcome: 'applied' },
    { outcome: 'applied' },
    { outcome: 'failed' },
  ])
})

test('keeps a paid invoice waiting until Stripe names its payment', async ({ pool }) => {
  const { subscriptionId, invoiceId, invoicePaid, invoicePaymentPaid } = subscriptionPayment()
  await receive(pool, invoicePaid)
  await applyAll(pool)
  expect(await donationsOf(pool, subscriptionId)).toEqual([])
  expect(await outcomesOf(pool, invoiceId)).toEqual([{ outcome: 'waiting' }])
  await receive(pool, invoicePaymentPaid)
  await applyAll(pool)
  expect(await donationsOf(pool, subscriptionId)).toHaveLength(1)
  expect(await outcomesOf(pool, invoiceId)).toEqual([{ outcome: 'applied' }, { outcome: 'applied' }])
})
