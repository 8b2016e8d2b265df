import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { expect } from 'vitest'
import { selectAll, receiveInOrder } from '../kit/processing.ts'
import { processingTest as test } from '../kit/fixtures.ts'
import { permutations } from '../kit/orders.ts'
import { charge, invoicePayment, paidInvoice, stripeEvent, stripeId } from '../kit/stripe-events.ts'
import { markedFor } from '../kit/marks.ts'

/** What came through Stripe of an invoice is what its payments say, and each payment is a gift. */

function invoiceOf(amount: number, subscriptionId = stripeId('sub')) {
  const invoiceId = stripeId('in')
  const invoice = paidInvoice({ id: invoiceId, subscriptionId, amount, metadata: markedFor(randomUUID()) })
  return { invoiceId, subscriptionId, paid: stripeEvent('invoice.paid', invoice) }
}

const payment = (invoiceId: string, paymentIntentId: string | null, amount?: number, paidAt?: string) =>
  stripeEvent(
    'invoice_payment.paid',
    invoicePayment({
      invoiceId,
      paymentIntentId,
      ...(amount === undefined ? {} : { amount }),
      ...(paidAt === undefined ? {} : { paidAt }),
    }),
  )

const giftsOf = (pool: pg.Pool, subscriptionId: string) =>
  selectAll(
    pool,
    `select d.gross_minor::int as gross, d.donor_name as donor, to_char(d.succeeded_on, 'YYYY-MM-DD') as day,
       (select r.gross_minor::int from receipts r where r.donation_id = d.id) as receipt
     from donations d where stripe_subscription_id = $1 order by gross`,
    subscriptionId,
  )
const outcomesOf = async (pool: pg.Pool, ...invoiceIds: string[]) =>
  (
    await selectAll(
      pool,
      `select distinct outcome from inbox_states where correlation_id = any($1) order by 1`,
      invoiceIds,
    )
  ).map(({ outcome }) => outcome)

const gift = (gross: number, day = '2025-12-31') => ({ gross, donor: 'Ada', day, receipt: gross })

test('books what the payment says when the rest of the invoice was paid out of band, in every order', async ({
  pool,
}) => {
  for (const isRestReported of [false, true])
    for (const order of permutations(isRestReported ? [0, 1, 2] : [0, 1])) {
      const { invoiceId, subscriptionId, paid } = invoiceOf(1000)
      const events = [paid, payment(invoiceId, stripeId('pi'), 600), payment(invoiceId, null, 400)]
      await receiveInOrder(pool, events, order)
      expect(await giftsOf(pool, subscriptionId)).toEqual([gift(600)])
      expect(await outcomesOf(pool, invoiceId)).toEqual(['applied'])
    }
})

test('books each payment of an invoice as a gift on its own day, in every order', async ({ pool }) => {
  for (const order of permutations([0, 1, 2])) {
    const { invoiceId, subscriptionId, paid } = invoiceOf(1000)
    const events = [
      paid,
      payment(invoiceId, stripeId('pi'), 400, '2025-12-05T12:00:00Z'),
      payment(invoiceId, stripeId('pi'), 600, '2025-12-31T12:00:00Z'),
    ]
    await receiveInOrder(pool, events, order)
    expect(await giftsOf(pool, subscriptionId)).toEqual([gift(400, '2025-12-05'), gift(600)])
    expect(await outcomesOf(pool, invoiceId)).toEqual(['applied'])
  }
})

test.for([
  ['its amount', 1000],
  ['no amount', undefined],
] as const)(
  'books nothing, and lets nothing wait, when an invoice was paid out of band with %s, in every order',
  async ([, amount], { pool }) => {
    for (const order of permutations([0, 1])) {
      const { invoiceId, subscriptionId, paid } = invoiceOf(1000)
      await receiveInOrder(pool, [paid, payment(invoiceId, null, amount)], order)
      expect(await giftsOf(pool, subscriptionId)).toEqual([])
      expect(await outcomesOf(pool, invoiceId)).toEqual(['applied'])
    }
  },
)

test('keeps an invoice waiting for the payment of the rest that was not paid out of band', async ({
  pool,
}) => {
  const { invoiceId, subscriptionId, paid } = invoiceOf(1000)
  await receiveInOrder(pool, [paid, payment(invoiceId, null, 400)])
  expect(await outcomesOf(pool, invoiceId)).toEqual(['applied', 'waiting'])
  await receiveInOrder(pool, [payment(invoiceId, stripeId('pi'), 600)])
  expect(await giftsOf(pool, subscriptionId)).toEqual([gift(600)])
  expect(await outcomesOf(pool, invoiceId)).toEqual(['applied'])
})

test('books one payment of two invoices as one gift of what was charged, in every order', async ({
  pool,
}) => {
  for (const order of permutations([0, 1, 2, 3])) {
    const one = invoiceOf(400)
    const other = invoiceOf(600, one.subscriptionId)
    const paymentIntentId = stripeId('pi')
    const events = [
      one.paid,
      payment(one.invoiceId, paymentIntentId, 400),
      other.paid,
      payment(other.invoiceId, paymentIntentId, 600),
    ]
    // Stripe reports the charge before it reports what the charge pays.
    await receiveInOrder(pool, [stripeEvent('charge.succeeded', charge({ paymentIntentId, amount: 1000 }))])
    await receiveInOrder(pool, events, order)
    expect(await giftsOf(pool, one.subscriptionId)).toEqual([gift(1000)])
    expect(await outcomesOf(pool, one.invoiceId, other.invoiceId)).toEqual(['applied'])
  }
})

test('shows a payment of a second invoice that is more than its gift, when the charge is not known', async ({
  pool,
}) => {
  const one = invoiceOf(400)
  const other = invoiceOf(600, one.subscriptionId)
  const paymentIntentId = stripeId('pi')
  await receiveInOrder(pool, [
    one.paid,
    payment(one.invoiceId, paymentIntentId, 400),
    other.paid,
    payment(other.invoiceId, paymentIntentId, 600),
  ])
  expect(await giftsOf(pool, one.subscriptionId)).toEqual([gift(400)])
  expect(await outcomesOf(pool, one.invoiceId)).toEqual(['applied'])
  expect(await outcomesOf(pool, other.invoiceId)).toEqual(['failed'])
})
