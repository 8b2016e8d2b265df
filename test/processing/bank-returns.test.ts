import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { expect } from 'vitest'
import { unprocessedEvents } from '../../src/reconciliation/reconciliation-store.ts'
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

/**
 * Stripe books a bank debit when it sends it to the bank. So every debit that fails has a reversal, whether it had
 * succeeded before or not.
 */

function chargeFailed(id: string, paymentIntentId: string) {
  return stripeEvent('charge.failed', {
    ...charge({ id, paymentIntentId, amount: 700 }),
    amount_refunded: 0,
    paid: false,
    status: 'failed',
    failure_code: 'insufficient_funds',
    failure_balance_transaction: stripeId('txn'),
  })
}

const giftOf = (pool: pg.Pool, paymentIntentId: string) =>
  selectAll(
    pool,
    `select d.status, d.refunded_minor as refunded, d.charge_id as charge, count(v.*) as voided
     from donations d join receipts r on r.donation_id = d.id
       left join receipt_voidings v on (v.year, v.number) = (r.year, r.number)
     where d.payment_intent_id = $1 group by d.id`,
    paymentIntentId,
  )
const waitingEvents = (pool: pg.Pool, paymentIntentId: string) =>
  selectAll(
    pool,
    `select e.type from inbox_states s join inbox_events e on e.id = s.inbox_event_id
     where s.correlation_id = $1 and s.outcome = 'waiting'`,
    paymentIntentId,
  )

test('leaves a gift untouched by the failed attempt before its charge, in every order of the events', async ({
  pool,
}) => {
  for (const order of permutations([0, 1, 2, 3])) {
    const [invoiceId, paymentIntentId, paidBy] = [stripeId('in'), stripeId('pi'), stripeId('py')]
    const events = [
      chargeFailed(stripeId('py'), paymentIntentId),
      stripeEvent('charge.succeeded', charge({ id: paidBy, paymentIntentId, amount: 700 })),
      stripeEvent(
        'invoice.paid',
        paidInvoice({ id: invoiceId, subscriptionId: stripeId('sub'), metadata: markedFor(randomUUID()) }),
      ),
      stripeEvent('invoice_payment.paid', invoicePayment({ invoiceId, paymentIntentId })),
    ]
    await receiveInOrder(pool, events, [...order, ...order])
    expect(await giftOf(pool, paymentIntentId)).toEqual([
      { status: 'succeeded', refunded: 0n, charge: paidBy, voided: 0n },
    ])
    expect(await waitingEvents(pool, paymentIntentId)).toEqual([])
  }
})

test('returns a gift and voids its receipt when its own charge fails, in every order of the events', async ({
  pool,
}) => {
  for (const order of permutations([0, 1, 2])) {
    const checkout = await openCheckout(pool)
    const { paymentIntentId } = checkout
    const paidBy = stripeId('py')
    const events = [
      chargeFailed(paidBy, paymentIntentId),
      stripeEvent('charge.succeeded', charge({ id: paidBy, paymentIntentId, amount: 700 })),
      stripeEvent('checkout.session.async_payment_succeeded', sessionOf(checkout, { amount: 700 })),
    ]
    await receiveInOrder(pool, events, order)
    expect(await giftOf(pool, paymentIntentId)).toEqual([
      { status: 'returned', refunded: 700n, charge: paidBy, voided: 1n },
    ])
    expect(await waitingEvents(pool, paymentIntentId)).toEqual([])
  }
})

test('asks for no attention to a debit that never succeeded', async ({ pool }) => {
  const checkout = await openCheckout(pool)
  const { paymentIntentId } = checkout
  const unpaid = sessionOf(checkout, { paymentStatus: 'unpaid' })
  await receive(
    pool,
    stripeEvent('checkout.session.completed', unpaid),
    chargeFailed(stripeId('py'), paymentIntentId),
    stripeEvent('checkout.session.async_payment_failed', unpaid),
  )
  await applyAll(pool)
  const later = new Date(Date.now() + 60_000)
  const found = await unprocessedEvents(pool, { from: null, to: '2026-12-31', asOf: later }, later)
  expect(found.filter(({ correlationId }) => correlationId === paymentIntentId)).toEqual([])
})
