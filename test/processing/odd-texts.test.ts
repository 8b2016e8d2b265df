import { randomUUID } from 'node:crypto'
import { describe, expect } from 'vitest'
import type { Month } from '../../src/calendar/month.ts'
import { Refusal } from '../../src/http/refusal.ts'
import { closeMonth } from '../../src/reconciliation/months/close-month.ts'
import { unprocessedEvents } from '../../src/reconciliation/reconciliation-store.ts'
import { comingPayments } from '../../src/sync/recorded-events-store.ts'
import { newsroomTest as test } from '../kit/fixtures.ts'
import { applyAll, openCheckout, receive, receiveInOrder, selectAll } from '../kit/processing.ts'
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
import { markedFor } from '../kit/marks.ts'
import { operator } from '../kit/admin.ts'

/** JSON can say NUL and half a surrogate pair. Postgres stores neither and refuses to look into JSON that says them. */
const ODD = ['Ann\u0000', 'Ada \ud83d', '\ude00', 'a\\u0000b', '😀 \u0000 😀', 'C:\\ud83d\\', 'Ada 😀']

const IN_JANUARY = {
  from: null,
  to: '2026-01-31',
  asOf: new Date('2026-03-01T00:00:00Z'),
}
const AFTER_ALL = new Date('2100-01-01T00:00:00Z')

describe.each(ODD)('the text %j in an event', (odd) => {
  test('lets a month be reconciled while a charge that says it waits or a session failed', async ({
    pool,
  }) => {
    const paymentIntentId = stripeId('pi')
    const waiting = {
      ...charge({ paymentIntentId, checkoutId: randomUUID() }),
      billing_details: { name: odd },
      [odd]: odd,
    }
    const unreadable = { ...checkoutSession({ name: odd, checkoutId: randomUUID() }), payment_status: odd }
    await receiveInOrder(pool, [
      stripeEvent('charge.succeeded', waiting),
      stripeEvent('checkout.session.completed', unreadable),
    ])
    const found = await unprocessedEvents(pool, IN_JANUARY, AFTER_ALL)
    expect(found).toMatchObject([
      { type: 'charge.succeeded', isWaiting: true, currency: 'usd', amountMinor: 500n },
      { type: 'checkout.session.completed', isWaiting: false, currency: 'usd', amountMinor: 500n },
    ])
    expect(found[1]?.reason).toContain('data.object.payment_status')
    // The closing says what keeps the month open instead of failing.
    const closing = closeMonth(
      { pool, timezone: 'UTC', now: () => AFTER_ALL },
      '2026-01' as Month,
      operator('finance'),
    )
    await expect(closing).rejects.toThrow(Refusal)
  })

  test('lets the backfill see the payment that a pending event will book', async ({ pool }) => {
    const [invoiceId, paymentIntentId] = [stripeId('in'), stripeId('pi')]
    const payment = { ...invoicePayment({ invoiceId, paymentIntentId }), metadata: { [odd]: odd } }
    await receive(pool, stripeEvent('invoice_payment.paid', payment))
    expect(await comingPayments(pool, [paymentIntentId, 'pi_other'])).toEqual(new Set([paymentIntentId]))
  })

  test('books the gift whose donor, article, refund and dispute say it', async ({ pool }) => {
    const checkout = await openCheckout(pool)
    const { paymentIntentId } = checkout
    const metadata = { ...markedFor(checkout.id), article_title: odd, campaign_name: odd, [odd]: odd }
    const invoiceId = stripeId('in')
    const renewal = paidInvoice({
      id: invoiceId,
      subscriptionId: stripeId('sub'),
      metadata: { ...markedFor(randomUUID()), article_title: odd },
    })
    await receive(
      pool,
      stripeEvent('checkout.session.completed', sessionOf(checkout, { name: odd, metadata })),
      stripeEvent('refund.updated', {
        ...refund({ id: stripeId('re'), paymentIntentId, amount: 200, status: 'failed' }),
        reason: odd,
        failure_reason: odd,
      }),
      stripeEvent('charge.dispute.created', {
        ...dispute({ id: stripeId('dp'), paymentIntentId, amount: 100, status: odd, moved: 'nothing' }),
        reason: odd,
      }),
      stripeEvent('invoice.paid', { ...renewal, customer_name: odd, number: odd }),
      stripeEvent('invoice_payment.paid', invoicePayment({ invoiceId, paymentIntentId: stripeId('pi') })),
    )
    await applyAll(pool)
    expect(await selectAll(pool, `select outcome, count(*) from inbox_states group by 1`)).toEqual([
      { outcome: 'applied', count: 5n },
    ])
    const stored = odd.toWellFormed().replaceAll('\u0000', '')
    const donor_name = stored.trim()
    const gifts = `select donor_name, article_title from donations order by gross_minor`
    // The first gift has the article of its own checkout.
    expect(await selectAll(pool, gifts)).toEqual([
      { donor_name, article_title: null },
      { donor_name, article_title: stored },
    ])
  })
})
