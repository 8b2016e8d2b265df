import { afterAll, beforeAll, expect, test } from 'vitest'
import { all, applyAll, keep, openCheckout, tellInTurn, withProfile } from '../kit/books.ts'
import { testDatabase, type TestDatabase } from '../kit/database.ts'
import { permutations } from '../kit/orders.ts'
import {
  charge,
  checkoutSession,
  invoicePayment,
  paidInvoice,
  stripeEvent,
  stripeId,
} from '../kit/stripe-events.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
  await withProfile(db.database.pool)
})
afterAll(() => db.drop())

type Wish = { checkoutId?: string | undefined; sub?: string; reason?: string; article?: string }

/** What Stripe says of one paid invoice, and of the charge that paid it. */
function collection({
  checkoutId,
  sub = stripeId('sub'),
  reason = 'subscription_cycle',
  article,
}: Wish = {}) {
  const invoiceId = stripeId('in')
  const paymentIntentId = stripeId('pi')
  const metadata = {
    ...(checkoutId === undefined ? {} : { checkout_id: checkoutId, frequency: 'monthly' }),
    ...(article === undefined ? {} : { article_url: article }),
  }
  const invoice = paidInvoice({ id: invoiceId, subscriptionId: sub, reason, metadata })
  const payment = invoicePayment({ invoiceId, paymentIntentId })
  return {
    sub,
    invoiceId,
    paymentIntentId,
    events: [
      stripeEvent('invoice.paid', invoice),
      stripeEvent('invoice_payment.paid', payment),
      stripeEvent('charge.succeeded', charge({ id: stripeId('ch'), paymentIntentId, amount: 700 })),
    ],
  }
}

const donationsOf = (sub: string) =>
  all(
    db.database.pool,
    `select gross_minor as gross, frequency, article_url as article, charge_id is not null as charged
     from donations where stripe_subscription_id = $1`,
    sub,
  )

test('session and invoice announce the first gift in every order, one by one and each twice: one donation', async () => {
  const pool = db.database.pool
  for (const order of permutations([0, 1, 2, 3])) {
    const { id, sessionId } = await openCheckout(pool)
    const { sub, invoiceId, events } = collection({ checkoutId: id, reason: 'subscription_create' })
    const session = {
      ...checkoutSession({ id: sessionId, checkoutId: id, paymentIntentId: null, paymentStatus: 'paid' }),
      mode: 'subscription',
      subscription: sub,
      invoice: invoiceId,
    }
    const told = [...events, stripeEvent('checkout.session.completed', session)]
    await tellInTurn(pool, told, [...order, ...order])
    expect(await donationsOf(sub)).toEqual([
      { gross: 700n, frequency: 'once', article: 'https://news.example/story', charged: true },
    ])
    expect(await all(pool, `select status from checkouts where id = $1`, id)).toEqual([
      { status: 'succeeded' },
    ])
    expect(
      await all(pool, `select checkout_id, stale from subscriptions where stripe_subscription_id = $1`, sub),
    ).toEqual([{ checkout_id: id, stale: true }])
  }
})

test('a renewal without our metadata is booked as unattributed, never lost', async () => {
  const { sub, events } = collection()
  await keep(db.database.pool, ...events.toReversed())
  await applyAll(db.database.pool)
  expect(await donationsOf(sub)).toEqual([
    { gross: 700n, frequency: 'monthly', article: null, charged: true },
  ])
})

test('each renewal is a donation of its own and keeps what the reader came from', async () => {
  const article = 'https://news.example/first-read'
  const sub = stripeId('sub')
  for (let month = 0; month < 3; month += 1) {
    await keep(db.database.pool, ...collection({ sub, article }).events)
    await applyAll(db.database.pool)
  }
  const given = await donationsOf(sub)
  expect(given).toHaveLength(3)
  expect(new Set(given.map((gift) => gift['article']))).toEqual(new Set([article]))
})

test('two events of one payment give its earliest moment, in every order', async () => {
  const { pool } = db.database
  const [late, early] = [1_770_000_600, 1_770_000_000]
  for (const order of permutations([0, 1, 2])) {
    const [sub, invoiceId, paymentIntentId] = [stripeId('sub'), stripeId('in'), stripeId('pi')]
    const invoice = { ...paidInvoice({ id: invoiceId, subscriptionId: sub }), status_transitions: null }
    const told = [
      stripeEvent('invoice.paid', invoice, { created: late }),
      stripeEvent('invoice.paid', invoice, { created: early }),
      stripeEvent('invoice_payment.paid', invoicePayment({ invoiceId, paymentIntentId })),
    ]
    await tellInTurn(pool, told, order)
    expect(
      await all(
        pool,
        `select d.succeeded_at as at, s.last_paid_at as paid from donations d join subscriptions s using (stripe_subscription_id)
         where d.payment_intent_id = $1`,
        paymentIntentId,
      ),
    ).toEqual([{ at: new Date(early * 1000), paid: new Date(late * 1000) }])
  }
})

test('of two amounts of one invoice that come at once, one is set apart', async () => {
  const { pool } = db.database
  const [invoiceId, paymentIntentId] = [stripeId('in'), stripeId('pi')]
  const its = { id: invoiceId, subscriptionId: stripeId('sub') }
  await keep(
    pool,
    stripeEvent('invoice_payment.paid', invoicePayment({ invoiceId, paymentIntentId })),
    stripeEvent('invoice.paid', paidInvoice({ ...its, amount: 700 })),
    stripeEvent('invoice.paid', paidInvoice({ ...its, amount: 900 })),
  )
  await applyAll(pool)
  const outcomes = `select outcome from inbox_states where correlation_id = $1 order by outcome`
  expect(await all(pool, outcomes, invoiceId)).toEqual([
    { outcome: 'applied' },
    { outcome: 'applied' },
    { outcome: 'failed' },
  ])
})

test('half of a collection waits, visibly, until the other half comes', async () => {
  const { sub, invoiceId, events } = collection()
  const [paid, payment] = events
  if (!paid || !payment) throw new Error('three events')
  await keep(db.database.pool, paid)
  await applyAll(db.database.pool)
  expect(await donationsOf(sub)).toEqual([])
  const waiting = `select outcome from inbox_states where correlation_id = $1 order by inbox_event_id`
  expect(await all(db.database.pool, waiting, invoiceId)).toEqual([{ outcome: 'waiting' }])
  await keep(db.database.pool, payment)
  await applyAll(db.database.pool)
  expect(await donationsOf(sub)).toHaveLength(1)
  expect(await all(db.database.pool, waiting, invoiceId)).toEqual([
    { outcome: 'applied' },
    { outcome: 'applied' },
  ])
})
