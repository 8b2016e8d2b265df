import type pg from 'pg'
import { expect } from 'vitest'
import { receiptToMail } from '../../src/receipts/receipt-store.ts'
import { selectAll, openCheckout, receive, applyAll, receiveInOrder } from '../kit/processing.ts'
import { newsroomTest as test } from '../kit/fixtures.ts'
import { markedFor } from '../kit/marks.ts'
import { permutations } from '../kit/orders.ts'
import { invoicePayment, paidInvoice, sessionOf, stripeEvent, stripeId } from '../kit/stripe-events.ts'

/** What a recurring gift says of its donor and its interval, on donation and receipt. */

type Payment = {
  readonly checkoutId: string
  readonly subscriptionId: string
  readonly name?: string | null
  readonly days?: number
}

const DAY_S = 24 * 60 * 60

/** The two events of a payment whose invoice names the donor as given. */
function paymentOf({ checkoutId, subscriptionId, name = null, days = 31 }: Payment) {
  const [invoiceId, paymentIntentId] = [stripeId('in'), stripeId('pi')]
  const metadata = { ...markedFor(checkoutId), frequency: 'monthly' }
  const invoice = {
    ...paidInvoice({ id: invoiceId, subscriptionId, metadata }),
    customer_name: name,
    lines: { data: [{ amount: 700, period: { start: 1_767_225_600, end: 1_767_225_600 + days * DAY_S } }] },
  }
  return [
    stripeEvent('invoice.paid', invoice),
    stripeEvent('invoice_payment.paid', invoicePayment({ invoiceId, paymentIntentId, amount: 700 })),
  ]
}

async function startedSubscription(pool: pg.Pool, name: string) {
  const checkout = await openCheckout(pool)
  const subscriptionId = stripeId('sub')
  const session = {
    ...sessionOf(checkout, { paymentIntentId: null, name }),
    mode: 'subscription',
    subscription: subscriptionId,
  }
  const ids = { checkoutId: checkout.id, subscriptionId }
  return { ...ids, completed: stripeEvent('checkout.session.completed', session) }
}

const namesOf = async (pool: pg.Pool, subscriptionId: string) =>
  (
    await selectAll(
      pool,
      `select donor_name as name from donations where stripe_subscription_id = $1 order by name`,
      subscriptionId,
    )
  ).map(({ name }) => name)

test.for([
  ['a name', 'Ada Reader', 'Ada Reader'],
  ['a broken name', 'Ada \ud83d\u0000', 'Ada \ufffd'],
] as const)(
  'keeps %s that only the session states for the first gift and for later ones, in every order',
  async ([, entered, name], { pool }) => {
    for (const order of permutations([0, 1, 2])) {
      const { completed, ...ids } = await startedSubscription(pool, entered)
      await receiveInOrder(pool, [completed, ...paymentOf(ids)], order)
      expect(await namesOf(pool, ids.subscriptionId)).toEqual([name])
      await receiveInOrder(pool, paymentOf(ids))
      expect(await namesOf(pool, ids.subscriptionId)).toEqual([name, name])
    }
  },
)

test('keeps the name that an invoice states, and names no gift of another subscription', async ({ pool }) => {
  const { completed, ...ids } = await startedSubscription(pool, 'Ada Reader')
  const other = await startedSubscription(pool, 'Bea Reader')
  await receive(pool, ...paymentOf({ ...ids, name: 'Ada Lovelace' }), ...paymentOf({ ...other }), completed)
  await applyAll(pool)
  expect(await namesOf(pool, ids.subscriptionId)).toEqual(['Ada Lovelace'])
  expect(await namesOf(pool, other.subscriptionId)).toEqual([null])
})

test.for([
  ['a year', 365, 'yearly'],
  ['a month', 30, 'monthly'],
] as const)(
  'states on the receipt of a renewal that it is for %s, whatever the checkout asked for',
  async ([, days, frequency], { pool, db }) => {
    const { completed, ...ids } = await startedSubscription(pool, 'Ada Reader')
    await receiveInOrder(pool, [completed, ...paymentOf({ ...ids, days })])
    const [donation] = await selectAll(pool, `select id, frequency from donations`)
    expect(donation).toMatchObject({ frequency })
    const mailed = await receiptToMail(db.database.knex, String(donation?.['id']))
    expect(mailed?.receipt).toMatchObject({ frequency, donorName: 'Ada Reader' })
  },
)
