import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { describe, expect } from 'vitest'
import { checkoutMarks, MARK_KEY } from '../../src/checkout/checkout-mark.ts'
import type { CheckoutId } from '../../src/ids.ts'
import { processingTest as test } from '../kit/fixtures.ts'
import { markedFor, ownership } from '../kit/marks.ts'
import { permutations } from '../kit/orders.ts'
import { applyAll, openCheckout, processing, receive, receiveInOrder, selectAll } from '../kit/processing.ts'
import {
  charge,
  checkoutSession,
  dispute,
  invoicePayment,
  paidInvoice,
  refund,
  sessionOf,
  stripeEvent,
  stripeId,
} from '../kit/stripe-events.ts'

/** Other programs share the Stripe account: a shop, memberships, an older donation system. */

const uuid = randomUUID()
/** Everything that a gift would change. */
const traces = async (pool: pg.Pool) => ({
  rows: await selectAll(
    pool,
    `select (select count(*) from donations) as donations, (select count(*) from receipts) as receipts,
       (select count(*) from outbox_messages) as mails, (select count(*) from ledger_transactions) as ledger,
       (select count(*) from subscriptions) as subscriptions, (select count(*) from fraud_warnings) as warnings`,
  ),
})
const outcomesOf = (pool: pg.Pool, ...events: readonly { id: string }[]) =>
  selectAll(
    pool,
    `select s.outcome, count(*)::int as n from inbox_states s join inbox_events e on e.id = s.inbox_event_id
     where e.event_id = any($1) group by 1 order by 1`,
    events.map(({ id }) => id),
  )
const donationsOf = (pool: pg.Pool, paymentIntentId: string) =>
  selectAll(
    pool,
    `select gross_minor as gross, status, article_url as article, checkout_id as checkout
     from donations where payment_intent_id = $1`,
    paymentIntentId,
  )
const foreignSession = (fields: object = {}) =>
  stripeEvent('checkout.session.completed', { ...checkoutSession(), ...fields })

/** The first paid invoice of a subscription and its payment, with whatever the invoice names. */
function invoiceEvents(metadata: Record<string, string>, fields: object = {}) {
  const [subscriptionId, invoiceId, paymentIntentId] = [stripeId('sub'), stripeId('in'), stripeId('pi')]
  const reason = 'subscription_create'
  const invoice = { ...paidInvoice({ id: invoiceId, subscriptionId, reason, metadata }), ...fields }
  return {
    subscriptionId,
    paymentIntentId,
    paid: stripeEvent('invoice.paid', invoice),
    payment: stripeEvent('invoice_payment.paid', invoicePayment({ invoiceId, paymentIntentId })),
  }
}

const withMark = (mark: string) => ({ metadata: { [MARK_KEY]: mark, checkout_id: uuid } })
const ourMark = ownership.marks.make(uuid as CheckoutId) // a test may invent ids
const FOREIGN_SESSIONS: readonly (readonly [name: string, fields: object])[] = [
  ['a UUID as client_reference_id', { client_reference_id: uuid }],
  ['a UUID as metadata.checkout_id', { metadata: { checkout_id: uuid } }],
  ['both', { client_reference_id: uuid, metadata: { checkout_id: uuid, frequency: 'once' } }],
  ['our mark with one bit changed', withMark(ourMark.replace(/.$/, (last) => (last === 'A' ? 'Q' : 'A')))],
  ['the mark of another newsroom', withMark(checkoutMarks(['its key'], false).make(uuid as CheckoutId))],
  [
    'a mark of live mode',
    withMark(checkoutMarks(['the key of marks in tests'], true).make(uuid as CheckoutId)),
  ],
  ['a checkout’s id where the mark belongs', withMark(uuid)],
  ['an amount of 0', { amount_total: 0 }],
  ['no payment intent', { payment_intent: null }],
  ['an unknown payment status', { payment_status: 'paid_in_shells' }],
  ['an unknown currency', { currency: 'zzz' }],
  ['an amount in words', { amount_total: 'five' }],
  ['a metadata that is no object', { metadata: 'shop' }],
]

describe('an object of another program', () => {
  test.for(FOREIGN_SESSIONS)('is ignored as a paid session with %s', async ([, fields], { pool }) => {
    const before = await traces(pool)
    const event = foreignSession(fields)
    await receive(pool, event)
    await applyAll(pool)
    expect(await outcomesOf(pool, event)).toEqual([{ outcome: 'ignored', n: 1 }])
    expect(await traces(pool)).toEqual(before)
  })

  test('is ignored as the invoice and the payment of a subscription, in both orders', async ({ pool }) => {
    const before = await traces(pool)
    for (const metadata of [{}, { checkout_id: uuid, frequency: 'monthly' }])
      for (const order of permutations([0, 1])) {
        const { paid, payment } = invoiceEvents(metadata)
        await receiveInOrder(pool, [paid, payment], [...order, ...order])
        expect(await outcomesOf(pool, paid, payment)).toEqual([{ outcome: 'ignored', n: 2 }])
      }
    expect(await traces(pool)).toEqual(before)
  })

  test('is ignored as a charge with its refund, dispute, warning and failed debit, in any order', async ({
    pool,
  }) => {
    const before = await traces(pool)
    const paymentIntentId = stripeId('pi')
    const charged = charge({ paymentIntentId })
    const events = [
      stripeEvent('charge.succeeded', charged),
      stripeEvent(
        'refund.created',
        refund({ id: stripeId('re'), paymentIntentId, amount: 100, status: 'succeeded' }),
      ),
      stripeEvent(
        'charge.dispute.created',
        dispute({ id: stripeId('dp'), paymentIntentId, amount: 100, status: 'lost' }),
      ),
      stripeEvent('radar.early_fraud_warning.created', {
        id: stripeId('issfr'),
        object: 'radar.early_fraud_warning',
        charge: charged.id,
        payment_intent: paymentIntentId,
        fraud_type: 'misc',
        actionable: true,
        created: 1_767_300_000,
      }),
      stripeEvent('charge.failed', {
        ...charge({ paymentIntentId }),
        status: 'failed',
        amount_refunded: 0,
        failure_balance_transaction: stripeId('txn'),
      }),
    ]
    await receiveInOrder(pool, events)
    expect(await outcomesOf(pool, ...events)).toEqual([{ outcome: 'ignored', n: events.length }])
    expect(await traces(pool)).toEqual(before)
  })

  test('is ignored as a subscription, and leaves no row', async ({ pool }) => {
    const before = await traces(pool)
    const object = { id: stripeId('sub'), object: 'subscription', metadata: { checkout_id: uuid } }
    const { paid } = invoiceEvents({})
    const events = [
      stripeEvent('customer.subscription.updated', object),
      stripeEvent('invoice.payment_failed', paid.data.object),
    ]
    await receiveInOrder(pool, events)
    expect(await outcomesOf(pool, ...events)).toEqual([{ outcome: 'ignored', n: 2 }])
    expect(await traces(pool)).toEqual(before)
  })

  test.for([
    ['charge.succeeded', { id: 'ch_x', object: 'charge', payment_intent: 7 }],
    ['charge.failed', { id: 'py_x', object: 'charge', payment_intent: 'pi_x', amount: -1, currency: 'zzz' }],
    ['refund.created', { id: 're_x', object: 'refund', payment_intent: 'pi_x', amount: 0 }],
    ['charge.dispute.created', { id: 'dp_x', object: 'dispute', payment_intent: 'pi_x', currency: 'zzz' }],
    ['radar.early_fraud_warning.created', { id: 'issfr_x', charge: null }],
    ['invoice.paid', { id: 'in_x', object: 'invoice', currency: 'zzz', amount_paid: 5 }],
    ['invoice_payment.paid', { id: 'inpay_x', object: 'invoice_payment', invoice: null }],
    ['customer.subscription.updated', { id: 7, object: 'subscription' }],
    ['checkout.session.expired', {}],
  ] as const)(
    'is ignored as %s of a shape that Stripe does not document',
    async ([type, object], { pool }) => {
      const event = stripeEvent(type, object)
      await receive(pool, event)
      await applyAll(pool)
      expect(await outcomesOf(pool, event)).toEqual([{ outcome: 'ignored', n: 1 }])
    },
  )
})

describe('an object of ours', () => {
  test('is booked by its mark alone, even when the database has lost the checkout', async ({ pool }) => {
    const [checkoutId, paymentIntentId] = [randomUUID(), stripeId('pi')]
    await receiveInOrder(pool, [
      stripeEvent('charge.succeeded', charge({ paymentIntentId, checkoutId })),
      stripeEvent('checkout.session.completed', checkoutSession({ checkoutId, paymentIntentId })),
    ])
    expect(await donationsOf(pool, paymentIntentId)).toMatchObject([{ gross: 500n, checkout: null }])
    const monthly = invoiceEvents(markedFor(randomUUID()))
    await receiveInOrder(pool, [monthly.payment, monthly.paid])
    expect(await donationsOf(pool, monthly.paymentIntentId)).toMatchObject([{ gross: 700n }])
  })

  test('is a gift of the checkout that its mark names, also when the mark was copied to another session', async ({
    pool,
  }) => {
    const checkout = await openCheckout(pool)
    const paymentIntentId = stripeId('pi')
    const copy = { ...checkoutSession({ paymentIntentId }), metadata: sessionOf(checkout).metadata }
    const events = [sessionOf(checkout), copy].map((session) =>
      stripeEvent('checkout.session.completed', session),
    )
    await receiveInOrder(pool, [...events, ...events])
    for (const payment of [checkout.paymentIntentId, paymentIntentId])
      expect(await donationsOf(pool, payment)).toMatchObject([{ gross: 500n, checkout: checkout.id }])
  })

  test('is booked without a mark when the session is known to have been created for a checkout', async ({
    pool,
  }) => {
    const checkout = await openCheckout(pool)
    const unmarked = { ...sessionOf(checkout), metadata: {}, client_reference_id: null }
    await receiveInOrder(pool, [stripeEvent('checkout.session.completed', unmarked)])
    expect(await donationsOf(pool, checkout.paymentIntentId)).toMatchObject([{ checkout: checkout.id }])
  })

  test('needs attention when it cannot be read, also when it was ignored before it was known as ours', async ({
    pool,
  }) => {
    const checkout = await openCheckout(pool)
    const { paymentIntentId } = checkout
    const unreadable = stripeEvent('checkout.session.completed', { ...sessionOf(checkout), amount_total: 0 })
    const early = stripeEvent('refund.created', {
      ...refund({ id: stripeId('re'), paymentIntentId, amount: 100, status: 'succeeded' }),
      currency: 'zzz',
    })
    await receiveInOrder(pool, [unreadable, early])
    expect(await outcomesOf(pool, unreadable)).toEqual([{ outcome: 'failed', n: 1 }])
    expect(await outcomesOf(pool, early)).toEqual([{ outcome: 'ignored', n: 1 }])
    await receiveInOrder(pool, [stripeEvent('checkout.session.completed', sessionOf(checkout))])
    expect(await outcomesOf(pool, early)).toEqual([{ outcome: 'failed', n: 1 }])
  })

  test('is applied in every order of a subscription whose session alone bears our mark', async ({ pool }) => {
    for (const order of permutations([0, 1, 2, 3, 4])) {
      const checkout = await openCheckout(pool)
      const { subscriptionId, paymentIntentId, paid, payment } = invoiceEvents({})
      const started = {
        ...sessionOf(checkout, { paymentIntentId: null }),
        mode: 'subscription',
        subscription: subscriptionId,
      }
      const events = [
        stripeEvent('checkout.session.completed', started),
        paid,
        payment,
        stripeEvent('charge.succeeded', charge({ paymentIntentId, amount: 700 })),
        stripeEvent(
          'refund.created',
          refund({ id: stripeId('re'), paymentIntentId, amount: 300, status: 'succeeded' }),
        ),
      ]
      await receiveInOrder(pool, events, order)
      expect(await donationsOf(pool, paymentIntentId)).toEqual([
        {
          gross: 700n,
          status: 'partially_refunded',
          article: 'https://news.example/story',
          checkout: checkout.id,
        },
      ])
      expect(await outcomesOf(pool, ...events)).toEqual([{ outcome: 'applied', n: 5 }])
    }
  })
})

describe('the donation products of an older system', () => {
  const products = (...ids: readonly string[]) => ({
    lines: {
      data: ids.map((product) => ({
        period: { start: 1_767_225_600, end: 1_798_761_600 },
        pricing: { type: 'price_details', price_details: { price: 'price_1', product } },
      })),
      has_more: false,
    },
  })
  const deps = {
    ...processing,
    ownership: { ...ownership, donationProducts: new Set(['prod_Gift', 'prod_Support']) },
  }
  const article = { article_url: 'https://shop.example/socks' }

  test('make an invoice of nothing else a gift without attribution, in both orders', async ({ pool }) => {
    for (const order of permutations([0, 1])) {
      const { paid, payment, paymentIntentId } = invoiceEvents(article, products('prod_Gift', 'prod_Support'))
      for (const index of order) {
        await receive(pool, [paid, payment][index] ?? {})
        await applyAll(pool, deps)
      }
      expect(await donationsOf(pool, paymentIntentId)).toEqual([
        { gross: 700n, status: 'succeeded', article: null, checkout: null },
      ])
    }
  })

  test.for([
    ['another product beside a gift', products('prod_Gift', 'prod_Socks')],
    ['lines that are not all in the event', { lines: { ...products('prod_Gift').lines, has_more: true } }],
    ['no lines', { lines: { data: [], has_more: false } }],
    ['lines without a product', { lines: { data: [{ pricing: null }], has_more: false } }],
  ] as const)('leave an invoice with %s to its own program', async ([, fields], { pool }) => {
    const { paid, payment, paymentIntentId } = invoiceEvents({}, fields)
    await receive(pool, paid, payment)
    await applyAll(pool, deps)
    expect(await donationsOf(pool, paymentIntentId)).toEqual([])
    expect(await outcomesOf(pool, paid, payment)).toEqual([{ outcome: 'ignored', n: 2 }])
  })
})
