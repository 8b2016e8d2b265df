import fc from 'fast-check'
import type pg from 'pg'
import { expect } from 'vitest'
import { selectAll, applyAll, openCheckout, receive } from '../kit/processing.ts'
import { processingTest as test } from '../kit/fixtures.ts'
import { charge, sessionOf, stripeEvent } from '../kit/stripe-events.ts'

const ENDINGS = ['card', 'debit', 'failed_debit', 'expired', 'charge_only'] as const
type Ending = (typeof ENDINGS)[number]

/** A checkout and every event about it. Two events report each change. */
async function checkoutEndingAs(ending: Ending, pool: pg.Pool) {
  const checkout = await openCheckout(pool)
  const { id, paymentIntentId } = checkout
  const paid = sessionOf(checkout)
  const unpaid = sessionOf(checkout, { paymentStatus: 'unpaid' })
  const unstarted = sessionOf(checkout, { paymentIntentId: null, paymentStatus: 'unpaid' })
  const charged = charge({ paymentIntentId })
  const changes: Record<Ending, [type: string, object: object][]> = {
    card: [
      ['charge.succeeded', charged],
      ['checkout.session.completed', paid],
    ],
    debit: [
      ['checkout.session.completed', unpaid],
      ['charge.succeeded', charged],
      ['checkout.session.async_payment_succeeded', paid],
    ],
    failed_debit: [
      ['checkout.session.completed', unpaid],
      ['checkout.session.async_payment_failed', unpaid],
    ],
    expired: [['checkout.session.expired', unstarted]],
    charge_only: [['charge.succeeded', charged]],
  }
  const events = changes[ending].flatMap(([type, object], index) =>
    [0, 1].map((second) => stripeEvent(type, object, { created: 1_767_225_600 + index * 10 + second })),
  )
  return { id, paymentIntentId, events }
}

async function rowsOf(pool: pg.Pool, checkoutIds: readonly string[], payments: readonly string[]) {
  return {
    checkouts: await selectAll(
      pool,
      `select status, count(*) from checkouts where id = any($1) group by 1 order by 1`,
      checkoutIds,
    ),
    donations: await selectAll(
      pool,
      `select d.gross_minor, d.currency, d.succeeded_at, d.charge_id is not null as charged, sum(e.amount_minor)::int as balance, count(e.*)::int as entries,
         (select count(*)::int from receipts r where r.donation_id = d.id) as receipts,
         (select count(*)::int from outbox_messages o where o.subject = d.id::text) as mails
       from donations d join ledger_transactions t on t.donation_id = d.id join ledger_entries e on e.ledger_transaction_id = t.id
       where payment_intent_id = any($1) group by d.id order by d.succeeded_at, d.id`,
      payments,
    ),
    outcomes: await selectAll(
      pool,
      `select e.type, s.outcome, count(*)::int as n from inbox_states s join inbox_events e on e.id = s.inbox_event_id
       where s.correlation_id = any($1) or s.correlation_id in (select stripe_session_id from checkouts where id = any($2)) group by 1, 2 order by 1, 2`,
      payments,
      checkoutIds,
    ),
  }
}

test(
  'ends in the same rows for every order, repetition and batching of the same events',
  {
    timeout: 60_000,
  },
  async ({ pool }) => {
    const rowsAfter = async (
      endings: readonly Ending[],
      batchesOf: (events: object[]) => (readonly object[])[],
    ) => {
      const checkouts = await Promise.all(endings.map((ending) => checkoutEndingAs(ending, pool)))
      for (const batch of batchesOf(checkouts.flatMap(({ events }) => events))) {
        await receive(pool, ...batch)
        await applyAll(pool)
      }
      return rowsOf(
        pool,
        checkouts.map(({ id }) => id),
        checkouts.map(({ paymentIntentId }) => paymentIntentId),
      )
    }
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...ENDINGS), { minLength: 1, maxLength: 4 }),
        fc.infiniteStream(fc.nat()),
        fc.integer({ min: 1, max: 6 }),
        async (endings, numbers, size) => {
          const random = () => numbers.next().value ?? 0
          const inOneBatch = await rowsAfter(endings, (events) => [events])
          const shuffled = await rowsAfter(endings, (events) => {
            const repeated = [...events, ...events.filter(() => random() % 3 === 0)]
            const inRandomOrder = repeated
              .map((event) => ({ event, place: random() }))
              .toSorted((a, b) => a.place - b.place)
              .map(({ event }) => event)
            return inRandomOrder.flatMap((_, index) =>
              index % size === 0 ? [inRandomOrder.slice(index, index + size)] : [],
            )
          })
          expect(shuffled).toEqual(inOneBatch)
        },
      ),
      { numRuns: 40 },
    )
  },
)
