import { afterAll, beforeAll, expect, test } from 'vitest'
import { all, openCheckout, tellInTurn, withProfile } from '../kit/books.ts'
import { testDatabase, type TestDatabase } from '../kit/database.ts'
import { permutations } from '../kit/orders.ts'
import { checkoutSession, dispute, stripeEvent, stripeId } from '../kit/stripe-events.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
  await withProfile(db.database.pool)
})
afterAll(() => db.drop())

const KINDS = [
  ['an inquiry about all of it that became a dispute about a part', 'warning_needs_response', 500, 300],
  ['a complaint about a part that grew before the money was taken', 'needs_response', 200, 450],
] as const

test.each(KINDS)('%s counts for what was taken, in every order', async (_, first, asked, taken) => {
  const { pool } = db.database
  for (const order of permutations([0, 1, 2, 3])) {
    const { id, sessionId, paymentIntentId } = await openCheckout(pool)
    const its = { id: stripeId('dp'), paymentIntentId }
    const told = [
      stripeEvent(
        'checkout.session.completed',
        checkoutSession({ id: sessionId, checkoutId: id, paymentIntentId }),
      ),
      stripeEvent('charge.dispute.created', dispute({ ...its, amount: asked, status: first })),
      stripeEvent(
        'charge.dispute.funds_withdrawn',
        dispute({ ...its, amount: taken, status: 'needs_response', moved: 'withdrawn' }),
      ),
      // Written over once more after the money had gone: Stripe's movement says what was taken.
      stripeEvent('charge.dispute.closed', {
        ...dispute({ ...its, amount: taken, status: 'lost', moved: 'withdrawn' }),
        amount: 499,
      }),
    ]
    await tellInTurn(pool, told, order)
    expect(
      await all(
        pool,
        `select p.amount_minor as amount, d.status, d.lost_minor as lost, e.amount_minor as booked
         from disputes p join donations d on d.id = p.donation_id
           join ledger_transactions t on t.source = p.id join ledger_entries e on e.ledger_transaction_id = t.id
         where p.id = $1 and e.account = 'disputes'`,
        its.id,
      ),
    ).toEqual([{ amount: BigInt(taken), status: 'dispute_lost', lost: BigInt(taken), booked: BigInt(taken) }])
  }
})
