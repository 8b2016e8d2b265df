import type pg from 'pg'
import { expect } from 'vitest'
import { selectAll, openCheckout, receiveInOrder } from '../kit/processing.ts'
import { processingTest as test } from '../kit/fixtures.ts'
import { permutations } from '../kit/orders.ts'
import { refund, sessionOf, stripeEvent, stripeId } from '../kit/stripe-events.ts'

/** A gift of 500 and a refund of 200 whose first event has a status that we do not know. */
async function refundedGift(
  pool: pg.Pool,
  unknown: string | null | undefined,
  known: string,
  { isUnknownLater = false } = {},
) {
  const checkout = await openCheckout(pool)
  const { paymentIntentId } = checkout
  const fields = { id: stripeId('re'), paymentIntentId, amount: 200, status: known }
  const events = [
    stripeEvent('checkout.session.completed', sessionOf(checkout)),
    stripeEvent(
      'refund.created',
      { ...refund(fields), status: unknown },
      { created: isUnknownLater ? 1_767_400_000 : 1_767_350_000 },
    ),
    stripeEvent('refund.updated', refund(fields), { created: 1_767_360_000 }),
  ]
  return { paymentIntentId, events }
}

const donationOf = (pool: pg.Pool, payment: string) =>
  selectAll(
    pool,
    `select status, refunded_minor as refunded from donations where payment_intent_id = $1`,
    payment,
  )
const eventsOf = (pool: pg.Pool, payment: string) =>
  selectAll(
    pool,
    `select outcome, reason from inbox_states where correlation_id = $1 order by inbox_event_id`,
    payment,
  )

test.for([
  ['null', null],
  ['a new word', 'frozen'],
  ['left out', undefined],
] as const)(
  'keeps a refund waiting, with the reason, when its status is %s',
  async ([, status], { pool }) => {
    const { paymentIntentId, events } = await refundedGift(pool, status, 'succeeded')
    await receiveInOrder(pool, events.slice(0, 2))
    expect(await donationOf(pool, paymentIntentId)).toEqual([{ status: 'succeeded', refunded: 0n }])
    expect(await eventsOf(pool, paymentIntentId)).toEqual([
      { outcome: 'applied', reason: null },
      { outcome: 'waiting', reason: 'reports a refund with a status that is not known' },
    ])
  },
)

test.for([
  ['succeeded', 200n],
  ['failed', 0n],
] as const)(
  'lets no event wait once the refund has %s, whatever the order of the events',
  async ([known, refunded], { pool }) => {
    for (const order of permutations([0, 1, 2])) {
      const { paymentIntentId, events } = await refundedGift(pool, null, known)
      await receiveInOrder(pool, events, order)
      expect(await donationOf(pool, paymentIntentId)).toMatchObject([{ refunded }])
      const outcomes = await eventsOf(pool, paymentIntentId)
      expect(outcomes.map(({ outcome }) => outcome)).toEqual(['applied', 'applied', 'applied'])
    }
  },
)

test('keeps a new word for a refund waiting that Stripe reports after a status that we know, in every order', async ({
  pool,
}) => {
  for (const order of permutations([0, 1, 2])) {
    const { paymentIntentId, events } = await refundedGift(pool, 'frozen', 'succeeded', {
      isUnknownLater: true,
    })
    await receiveInOrder(pool, events, order)
    expect(await donationOf(pool, paymentIntentId)).toEqual([
      { status: 'partially_refunded', refunded: 200n },
    ])
    const outcomes = await eventsOf(pool, paymentIntentId)
    expect(outcomes.filter(({ outcome }) => outcome === 'waiting')).toHaveLength(1)
  }
})
