import { afterEach, beforeEach, expect, test } from 'vitest'
import { firstOpenMonth } from '../../src/reconciliation/first-open-month.ts'
import { reconcile } from '../../src/reconciliation/month-facts-store.ts'
import { applyAll, keep, openCheckout, withProfile } from '../kit/books.ts'
import { testDatabase, type TestDatabase } from '../kit/database.ts'
import { monthNamed } from '../kit/month.ts'
import { checkoutSession, stripeEvent } from '../kit/stripe-events.ts'
import { HOUR_MS } from '../stripe-sandbox/kit.ts'

let own: TestDatabase
beforeEach(async () => {
  own = await testDatabase()
  await withProfile(own.database.pool)
})
afterEach(() => own.drop())

const [early, august, november] = [monthNamed('2020-01'), monthNamed('2026-08'), monthNamed('2026-11')]

test.each([
  ['nothing closed, nothing booked', { last: null, first: null }, null],
  ['nothing closed', { last: null, first: august }, august],
  ['closed before anything was booked', { last: early, first: november }, november],
  ['nothing booked', { last: early, first: null }, monthNamed('2020-02')],
  ['some closed', { last: august, first: early }, monthNamed('2026-09')],
])('%s', (_, soFar, month) => {
  expect(firstOpenMonth(soFar)).toBe(month)
})

test('what months before the first booking left open shows in it, whatever empty month was closed', async () => {
  const { pool } = own.database
  const { id, sessionId, paymentIntentId } = await openCheckout(pool)
  const session = checkoutSession({ id: sessionId, checkoutId: id, paymentIntentId })
  await keep(
    pool,
    stripeEvent('refund.created', { object: 'refund' }, { created: Date.UTC(2026, 7, 15) / 1000 }),
    stripeEvent('checkout.session.completed', session, { created: Date.UTC(2026, 10, 15) / 1000 }),
  )
  await applyAll(pool)
  await pool.query(
    `insert into month_closings (month, closed_at, closed_by, reconciliation) values ('2020-01', now(), 'f', '{}')`,
  )
  const { differences } = await reconcile(pool, november, new Date(Date.now() + 2 * HOUR_MS))
  expect(differences.map(({ kind }) => kind)).toContain('unprocessed_event')
})
