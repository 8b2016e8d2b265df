import { expect } from 'vitest'
import { selectAll, bookedDays, openCheckout, receiveInOrder } from '../kit/processing.ts'
import { processingTest as test } from '../kit/fixtures.ts'
import { permutations } from '../kit/orders.ts'
import { dispute, refund, sessionOf, stripeEvent, stripeId } from '../kit/stripe-events.ts'

/** The amounts and days of reversals, whatever the order in which their events arrive. */

test.for([
  ['an inquiry about the whole gift becomes a dispute about a part', 'warning_needs_response', 500, 300],
  ['a dispute about a part grows before the withdrawal', 'needs_response', 200, 450],
] as const)(
  'books the amount that Stripe withdrew when %s',
  async ([, status, disputed, withdrawn], { pool }) => {
    for (const order of permutations([0, 1, 2, 3])) {
      const checkout = await openCheckout(pool)
      const ids = { id: stripeId('dp'), paymentIntentId: checkout.paymentIntentId }
      const afterWithdrawal = { ...ids, amount: withdrawn, moved: 'withdrawn' } as const
      const events = [
        stripeEvent('checkout.session.completed', sessionOf(checkout)),
        stripeEvent('charge.dispute.created', dispute({ ...ids, amount: disputed, status })),
        stripeEvent(
          'charge.dispute.funds_withdrawn',
          dispute({ ...afterWithdrawal, status: 'needs_response' }),
        ),
        // The dispute names another amount after the withdrawal. The balance transaction says what was withdrawn.
        stripeEvent('charge.dispute.closed', {
          ...dispute({ ...afterWithdrawal, status: 'lost' }),
          amount: 499,
        }),
      ]
      await receiveInOrder(pool, events, order)
      const minor = BigInt(withdrawn)
      expect(
        await selectAll(
          pool,
          `select p.amount_minor as amount, d.status, d.lost_minor as lost, e.amount_minor as booked
         from disputes p join donations d on d.id = p.donation_id
           join ledger_transactions t on t.source = p.id join ledger_entries e on e.ledger_transaction_id = t.id
         where p.id = $1 and e.account = 'disputes'`,
          ids.id,
        ),
      ).toEqual([{ amount: minor, status: 'dispute_lost', lost: minor, booked: minor }])
    }
  },
)

test.for([
  ['in the order in which they happened', (events: object[]) => events],
  ['in the opposite order', (events: object[]) => events.toReversed()],
] as const)(
  'books a dispute on the days on which Stripe moved the money, with events %s',
  async ([, ordered], { pool }) => {
    const checkout = await openCheckout(pool)
    const movedAt = ['2026-03-01T04:30:00Z', '2026-05-31T12:00:00Z'] as const
    const { paymentIntentId } = checkout
    const fields = { id: stripeId('dp'), amount: 500, paymentIntentId, movedAt }
    const events = [
      stripeEvent('checkout.session.completed', sessionOf(checkout)),
      stripeEvent('charge.dispute.created', dispute({ ...fields, status: 'warning_needs_response' })),
      stripeEvent(
        'charge.dispute.funds_withdrawn',
        dispute({ ...fields, status: 'needs_response', moved: 'withdrawn' }),
      ),
      stripeEvent('charge.dispute.closed', dispute({ ...fields, status: 'won', moved: 'reinstated' })),
    ]
    await receiveInOrder(pool, ordered(events))
    expect(await bookedDays(pool, fields.id)).toEqual([
      { effect: 'dispute_withdrawn', day: '2026-02-28' }, // it is still February in New York
      { effect: 'dispute_reinstated', day: '2026-05-31' },
    ])
  },
)

test('books a failed refund on the day on which it failed, although its event arrives days later', async ({
  pool,
}) => {
  for (const order of permutations([0, 1, 2])) {
    const checkout = await openCheckout(pool)
    const fields = { id: stripeId('re'), paymentIntentId: checkout.paymentIntentId, amount: 200 }
    const failedAt = Date.parse('2026-01-20T12:00:00Z') / 1000
    const events = [
      stripeEvent('checkout.session.completed', sessionOf(checkout)),
      stripeEvent('refund.created', refund({ ...fields, status: 'pending' })),
      stripeEvent('refund.failed', refund({ ...fields, status: 'failed' }), { created: failedAt }),
    ]
    await receiveInOrder(pool, events, order)
    expect(await bookedDays(pool, fields.id)).toEqual([
      { effect: 'refunded', day: '2026-01-01' },
      { effect: 'refund_failed', day: '2026-01-20' },
    ])
  }
})
