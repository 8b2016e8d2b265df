import { describe, expect } from 'vitest'
import { firstOpenMonth, reconcile } from '../../src/reconciliation/months/month-close-store.ts'
import { applyAll, receive, openCheckout } from '../kit/processing.ts'
import { newsroomTest as test } from '../kit/fixtures.ts'
import { monthNamed } from '../kit/named.ts'
import { checkoutSession, stripeEvent } from '../kit/stripe-events.ts'
import { HOUR_MS } from '../kit/sandbox.ts'
import { expectListToAgree } from './kit.ts'

const [january2020, august, november] = [monthNamed('2020-01'), monthNamed('2026-08'), monthNamed('2026-11')]

describe('the first open month', () => {
  test.each([
    ['is none while nothing is closed and nothing is booked', { lastClosed: null, firstBooked: null }, null],
    ['is the first booked month while nothing is closed', { lastClosed: null, firstBooked: august }, august],
    [
      'is the first booked month after an empty month was closed',
      { lastClosed: january2020, firstBooked: november },
      november,
    ],
    [
      'follows the last closed month while nothing is booked',
      { lastClosed: january2020, firstBooked: null },
      monthNamed('2020-02'),
    ],
    [
      'follows the last closed month once something is booked',
      { lastClosed: august, firstBooked: january2020 },
      monthNamed('2026-09'),
    ],
  ])('%s', (_, progress, month) => {
    expect(firstOpenMonth(progress)).toBe(month)
  })

  test('shows what earlier months left open, even when an empty month was closed', async ({ pool }) => {
    const { id, sessionId, paymentIntentId } = await openCheckout(pool)
    const session = checkoutSession({ id: sessionId, checkoutId: id, paymentIntentId })
    await receive(
      pool,
      stripeEvent(
        'refund.created',
        { object: 'refund', payment_intent: paymentIntentId },
        { created: Date.UTC(2026, 7, 15) / 1000 },
      ),
      stripeEvent('checkout.session.completed', session, { created: Date.UTC(2026, 10, 15) / 1000 }),
    )
    await applyAll(pool)
    await pool.query(
      `insert into month_closings (month, closed_at, closed_by, reconciliation) values ('2020-01', now(), 'f', '{}')`,
    )
    const now = new Date(Date.now() + 2 * HOUR_MS)
    await expectListToAgree(pool, [monthNamed('2026-12'), november, monthNamed('2026-10'), august], now)
    const { differences } = await reconcile(pool, november, now)
    expect(differences.map(({ kind }) => kind)).toContain('unprocessed_event')
  })
})
