import { afterAll, beforeAll, expect, test } from 'vitest'
import { unprocessedEvents } from '../../src/reconciliation/reconciliation-store.ts'
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

/** Stripe books a bank debit when it is sent to the bank: one that fails has a reversal, too, though it never succeeded. */

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
  await withProfile(db.database.pool)
})
afterAll(() => db.drop())

function failedTry(id: string, paymentIntentId: string) {
  return stripeEvent('charge.failed', {
    ...charge({ id, paymentIntentId, amount: 700 }),
    amount_refunded: 0,
    paid: false,
    status: 'failed',
    failure_code: 'insufficient_funds',
    failure_balance_transaction: stripeId('txn'),
  })
}

const giftOf = (payment: string) =>
  all(
    db.database.pool,
    `select d.status, d.refunded_minor as refunded, d.charge_id as charge, count(v.*) as voided
     from donations d join receipts r on r.donation_id = d.id left join receipt_voidings v on (v.year, v.number) = (r.year, r.number)
     where d.payment_intent_id = $1 group by d.id`,
    payment,
  )
const waitingFor = (payment: string) =>
  all(
    db.database.pool,
    `select e.type from inbox_states s join inbox_events e on e.id = s.inbox_event_id
     where s.correlation_id = $1 and s.outcome = 'waiting'`,
    payment,
  )

test('a collection whose first try the bank refused stays given, in whatever order it is told', async () => {
  const { pool } = db.database
  for (const order of permutations([0, 1, 2, 3])) {
    const [invoiceId, paymentIntentId, paidBy] = [stripeId('in'), stripeId('pi'), stripeId('py')]
    const told = [
      failedTry(stripeId('py'), paymentIntentId),
      stripeEvent('charge.succeeded', charge({ id: paidBy, paymentIntentId, amount: 700 })),
      stripeEvent('invoice.paid', paidInvoice({ id: invoiceId, subscriptionId: stripeId('sub') })),
      stripeEvent('invoice_payment.paid', invoicePayment({ invoiceId, paymentIntentId })),
    ]
    await tellInTurn(pool, told, [...order, ...order])
    expect(await giftOf(paymentIntentId)).toEqual([
      { status: 'succeeded', refunded: 0n, charge: paidBy, voided: 0n },
    ])
    expect(await waitingFor(paymentIntentId)).toEqual([])
  }
})

test('the charge that paid it comes back, in whatever order it is told', async () => {
  const { pool } = db.database
  for (const order of permutations([0, 1, 2])) {
    const { id, sessionId, paymentIntentId } = await openCheckout(pool)
    const paidBy = stripeId('py')
    const session = checkoutSession({ id: sessionId, checkoutId: id, paymentIntentId, amount: 700 })
    const told = [
      failedTry(paidBy, paymentIntentId),
      stripeEvent('charge.succeeded', charge({ id: paidBy, paymentIntentId, amount: 700 })),
      stripeEvent('checkout.session.async_payment_succeeded', session),
    ]
    await tellInTurn(pool, told, order)
    expect(await giftOf(paymentIntentId)).toEqual([
      { status: 'returned', refunded: 700n, charge: paidBy, voided: 1n },
    ])
    expect(await waitingFor(paymentIntentId)).toEqual([])
  }
})

test('a debit that never succeeded is no difference that somebody must sign', async () => {
  const { pool } = db.database
  const { id, sessionId, paymentIntentId } = await openCheckout(pool)
  const session = checkoutSession({ id: sessionId, checkoutId: id, paymentIntentId, paymentStatus: 'unpaid' })
  await keep(
    pool,
    stripeEvent('checkout.session.completed', session),
    failedTry(stripeId('py'), paymentIntentId),
    stripeEvent('checkout.session.async_payment_failed', session),
  )
  await applyAll(pool)
  const later = new Date(Date.now() + 60_000)
  const found = await unprocessedEvents(pool, { from: null, to: '2026-12-31', asOf: later }, later)
  expect(found.filter(({ correlationId }) => correlationId === paymentIntentId)).toEqual([])
})
