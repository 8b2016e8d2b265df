import { afterAll, beforeAll, expect, test } from 'vitest'
import { bookedDays, openCheckout, tellInTurn, withProfile } from '../kit/books.ts'
import { testDatabase, type TestDatabase } from '../kit/database.ts'
import { checkoutSession, dispute, stripeEvent, stripeId } from '../kit/stripe-events.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
  await withProfile(db.database.pool)
})
afterAll(() => db.drop())

const movedAt = ['2026-03-01T04:30:00Z', '2026-05-31T12:00:00Z'] as const

test.each([
  ['told as they happened', (events: object[]) => events],
  ['told all at once by the end of it', (events: object[]) => events.toReversed()],
])('an inquiry that became a dispute counts for the days on which money moved, %s', async (_, ordered) => {
  const { pool } = db.database
  const { id, sessionId, paymentIntentId } = await openCheckout(pool)
  const its = { id: stripeId('dp'), amount: 500, paymentIntentId, movedAt }
  const events = [
    stripeEvent(
      'checkout.session.completed',
      checkoutSession({ id: sessionId, checkoutId: id, paymentIntentId }),
    ),
    stripeEvent('charge.dispute.created', dispute({ ...its, status: 'warning_needs_response' })),
    stripeEvent(
      'charge.dispute.funds_withdrawn',
      dispute({ ...its, status: 'needs_response', moved: 'withdrawn' }),
    ),
    stripeEvent('charge.dispute.closed', dispute({ ...its, status: 'won', moved: 'reinstated' })),
  ]
  await tellInTurn(pool, ordered(events))
  expect(await bookedDays(pool, its.id)).toEqual([
    // Still February in New York.
    { effect: 'dispute_withdrawn', day: '2026-02-28' },
    { effect: 'dispute_reinstated', day: '2026-05-31' },
  ])
})
