import { afterAll, beforeAll, expect, test } from 'vitest'
import { bookedDays, openCheckout, tellInTurn, withProfile } from '../kit/books.ts'
import { testDatabase, type TestDatabase } from '../kit/database.ts'
import { permutations } from '../kit/orders.ts'
import { checkoutSession, refund, stripeEvent, stripeId } from '../kit/stripe-events.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
  await withProfile(db.database.pool)
})
afterAll(() => db.drop())

test('a refund that failed counts as back on the day on which it failed, though it is heard of days later', async () => {
  const { pool } = db.database
  for (const order of permutations([0, 1, 2])) {
    const { id, sessionId, paymentIntentId } = await openCheckout(pool)
    const its = { id: stripeId('re'), paymentIntentId, amount: 200 }
    const session = checkoutSession({ id: sessionId, checkoutId: id, paymentIntentId })
    const told = [
      stripeEvent('checkout.session.completed', session),
      stripeEvent('refund.created', refund({ ...its, status: 'pending' })),
      stripeEvent('refund.failed', refund({ ...its, status: 'failed' }), {
        created: Date.parse('2026-01-20T12:00:00Z') / 1000,
      }),
    ]
    await tellInTurn(pool, told, order)
    expect(await bookedDays(pool, its.id)).toEqual([
      { effect: 'refunded', day: '2026-01-01' },
      { effect: 'refund_failed', day: '2026-01-20' },
    ])
  }
})
