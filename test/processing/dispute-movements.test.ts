import type pg from 'pg'
import { expect } from 'vitest'
import { selectAll, openCheckout, receiveInOrder } from '../kit/processing.ts'
import { processingTest as test } from '../kit/fixtures.ts'
import { permutations } from '../kit/orders.ts'
import { dispute, sessionOf, stripeEvent, stripeId } from '../kit/stripe-events.ts'

/** A dispute's money is the sum of what Stripe moved. Its status says only whether it is still open. */

type Report = readonly [status: string, moved: readonly number[]]

/** A gift of 1000, with one event for each report about its dispute. */
async function disputedGift(pool: pg.Pool, reports: readonly Report[]) {
  const checkout = await openCheckout(pool)
  const { paymentIntentId } = checkout
  const id = stripeId('dp')
  const events = [
    stripeEvent('checkout.session.completed', sessionOf(checkout, { amount: 1000 })),
    ...reports.map(([status, moved]) =>
      stripeEvent('charge.dispute.updated', dispute({ id, paymentIntentId, amount: 1000, status, moved })),
    ),
  ]
  return { paymentIntentId, id, events }
}

async function endOf(pool: pg.Pool, payment: string, disputeId: string) {
  const [donation] = await selectAll(
    pool,
    `select status, disputed_minor as disputed, lost_minor as lost,
       (select -sum(e.amount_minor) from ledger_transactions t join ledger_entries e on e.ledger_transaction_id = t.id
        where t.clears = $2 and e.account = 'stripe_clearing')::int as booked,
       (select string_agg(r.gross_minor || case when v.year is null then '' else ' void' end, ', ' order by r.revision)
        from receipts r left join receipt_voidings v using (year, number) where r.donation_id = d.id) as receipts
     from donations d where payment_intent_id = $1`,
    payment,
    disputeId,
  )
  return donation
}

const taken: Report = ['needs_response', [-1000]]

test.for<readonly [name: string, reports: readonly Report[], end: object]>([
  [
    'is lost and partly given back',
    [taken, ['lost', [-1000, 300]]],
    { status: 'dispute_lost', disputed: 700n, lost: 700n, booked: 700 },
  ],
  [
    'is won and withdrawn once more',
    [taken, ['won', [-1000, 1000]], ['lost', [-1000, 1000, -1000]]],
    { status: 'dispute_lost', disputed: 1000n, lost: 1000n, booked: 1000 },
  ],
  [
    'is withdrawn once more and still called won',
    [taken, ['won', [-1000, 1000]], ['won', [-1000, 1000, -1000]]],
    { status: 'dispute_lost', disputed: 1000n, lost: 1000n, booked: 1000 },
  ],
  [
    'is won and given back in part',
    [taken, ['won', [-1000, 400]]],
    { status: 'dispute_lost', disputed: 600n, lost: 600n, booked: 600 },
  ],
  [
    'is given back in two parts',
    [taken, ['under_review', [-1000, 400]], ['won', [-1000, 400, 600]]],
    { status: 'succeeded', disputed: 0n, lost: 0n, booked: 0, receipts: '1000' },
  ],
  [
    'is given back in part and still open',
    [taken, ['under_review', [-1000, 400]]],
    { status: 'disputed', disputed: 600n, lost: 0n, booked: 600, receipts: '1000' },
  ],
  [
    'is won and not yet given back',
    [taken, ['won', [-1000]]],
    { status: 'disputed', disputed: 1000n, lost: 0n, booked: 1000, receipts: '1000' },
  ],
])(
  'books what is gone when a dispute %s, whatever the order of the events',
  async ([, reports, end], { pool }) => {
    for (const order of permutations([...reports.keys(), reports.length])) {
      const { paymentIntentId, id, events } = await disputedGift(pool, reports)
      await receiveInOrder(pool, events, order)
      expect(await endOf(pool, paymentIntentId, id)).toMatchObject(end)
    }
  },
)

test('voids the receipt of a partly lost gift and replaces it with what remains', async ({ pool }) => {
  const reports = [taken, ['lost', [-1000, 300]]] as const
  const { paymentIntentId, id, events } = await disputedGift(pool, reports)
  await receiveInOrder(pool, events)
  expect(await endOf(pool, paymentIntentId, id)).toMatchObject({ receipts: '1000 void, 300' })
})

test('voids the receipt of a gift whose dispute was won and is withdrawn once more', async ({ pool }) => {
  const reports = [taken, ['won', [-1000, 1000]], ['lost', [-1000, 1000, -1000]]] as const
  const { paymentIntentId, id, events } = await disputedGift(pool, reports)
  await receiveInOrder(pool, events.slice(0, 3))
  expect(await endOf(pool, paymentIntentId, id)).toMatchObject({ status: 'succeeded', receipts: '1000' })
  await receiveInOrder(pool, events.slice(3))
  expect(await endOf(pool, paymentIntentId, id)).toMatchObject({ receipts: '1000 void' })
  expect(
    await selectAll(
      pool,
      `select source, effect, to_char(booked_on, 'YYYY-MM-DD') as day from ledger_transactions
       where clears = $1 order by occurred_at`,
      id,
    ),
  ).toEqual([
    { source: id, effect: 'dispute_withdrawn', day: '2026-01-02' },
    { source: id, effect: 'dispute_reinstated', day: '2026-01-03' },
    { source: `${id}#2`, effect: 'dispute_withdrawn', day: '2026-01-04' },
  ])
})

test('counts the two times of a dispute that an earlier release stored, and adds what is moved later', async ({
  pool,
}) => {
  const reports = [taken, ['won', [-1000, 1000]], ['lost', [-1000, 1000, -1000]]] as const
  const { paymentIntentId, id, events } = await disputedGift(pool, reports)
  await receiveInOrder(pool, events.slice(0, 3))
  await pool.query('delete from dispute_movements where dispute_id = $1', [id])
  await receiveInOrder(pool, events.slice(1))
  expect(await endOf(pool, paymentIntentId, id)).toMatchObject({
    status: 'dispute_lost',
    lost: 1000n,
    booked: 1000,
  })
})
