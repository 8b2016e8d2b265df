import type pg from 'pg'
import { expect } from 'vitest'
import { selectAll, openCheckout, receiveInOrder } from '../kit/processing.ts'
import { processingTest as test } from '../kit/fixtures.ts'
import { cardGiftEvents, monthlyGiftEvents } from '../kit/gift-events.ts'
import { permutations } from '../kit/orders.ts'
import type { OpenCheckout } from '../kit/stripe-events.ts'

/** Processing in Postgres, for a sample of the orders that event-orders.test.ts goes through in memory. */

const ORDERS = permutations([0, 1, 2, 3, 4, 5, 6])
// 251 is coprime to the periods of the orders, so that each event is the first and the last one in some order.
const SAMPLE = ORDERS.filter((_, index) => index % 251 === 0)

async function rowsOf(pool: pg.Pool, paymentIntentId: string) {
  const [row] = await selectAll(
    pool,
    `select d.gross_minor as gross, d.charge_id is not null as charged, d.succeeded_at as at, c.status as checkout,
       (select json_agg(json_build_object('amount', amount_minor, 'status', status)) from refunds where donation_id = d.id) as refunds,
       (select json_agg(json_build_object('amount', amount_minor, 'status', status, 'withdrawn', withdrawn_at is not null, 'reinstated', reinstated_at is not null))
          from disputes where donation_id = d.id) as disputes,
       (select json_agg(effect order by effect) from ledger_transactions where donation_id = d.id) as effects,
       (select json_object_agg(account, minor) from (select account, sum(amount_minor)::int as minor from ledger_entries e
          join ledger_transactions t on t.id = e.ledger_transaction_id where t.donation_id = d.id group by account) as b) as balances,
       (select json_agg(r.gross_minor) from receipts r where r.donation_id = d.id
          and not exists (select from receipt_voidings v where (v.year, v.number) = (r.year, r.number))) as valid,
       (select count(*)::int from inbox_states where correlation_id = $1 and outcome <> 'applied') as unapplied
     from donations d left join checkouts c on c.id = d.checkout_id where d.payment_intent_id = $1`,
    paymentIntentId,
  )
  return row
}

test.for([
  [
    'a card gift with a dispute that is won',
    (checkout: OpenCheckout) => cardGiftEvents(checkout, 'won'),
    {
      gross: 500n,
      refunds: [{ amount: 200, status: 'succeeded' }],
      disputes: [{ amount: 300, status: 'won', withdrawn: true, reinstated: true }],
      effects: ['dispute_reinstated', 'dispute_withdrawn', 'donation_succeeded', 'refunded'],
      balances: { donations: -500, refunds: 200, disputes: 0, stripe_clearing: 300 },
      valid: [300],
    },
  ],
  [
    'a monthly gift',
    monthlyGiftEvents,
    {
      gross: 700n,
      refunds: [{ amount: 300, status: 'succeeded' }],
      disputes: [{ amount: 400, status: 'lost', withdrawn: true, reinstated: false }],
      effects: ['dispute_withdrawn', 'donation_succeeded', 'refunded'],
      balances: { donations: -700, refunds: 300, disputes: 400, stripe_clearing: 0 },
      valid: null,
    },
  ],
] as const)(
  'ends %s in the same rows in a sample of orders',
  { timeout: 60_000 },
  async ([, eventsOf, rows], { pool }) => {
    expect(SAMPLE).toHaveLength(21)
    expect(new Set(SAMPLE.map(([first]) => first)).size).toBe(7)
    for (const order of SAMPLE) {
      const checkout = await openCheckout(pool)
      await receiveInOrder(pool, eventsOf(checkout), order)
      expect(await rowsOf(pool, checkout.paymentIntentId)).toEqual({
        ...rows,
        charged: true,
        at: new Date(1_767_225_600_000),
        checkout: 'succeeded',
        unapplied: 0,
      })
    }
  },
)
