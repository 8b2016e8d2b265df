import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { all, applyAll, keep, openCheckout, withProfile } from '../kit/books.ts'
import { testDatabase, type TestDatabase } from '../kit/database.ts'
import { charge, checkoutSession, stripeEvent, stripeId } from '../kit/stripe-events.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
  await withProfile(db.database.pool)
})
afterAll(() => db.drop())

const endings = ['card', 'debit', 'failed_debit', 'expired', 'charge_only'] as const
type Ending = (typeof endings)[number]

/** Everything Stripe says of one checkout, each change also by a second Event object. */
async function story(ending: Ending) {
  const { id, sessionId, paymentIntentId } = await openCheckout(db.database.pool)
  const session = (paymentStatus: 'paid' | 'unpaid') =>
    checkoutSession({
      id: sessionId,
      checkoutId: id,
      paymentIntentId: ending === 'expired' ? null : paymentIntentId,
      paymentStatus,
    })
  const charged = charge({ id: stripeId('ch'), paymentIntentId })
  const changes: Record<Ending, [type: string, object: object][]> = {
    card: [
      ['charge.succeeded', charged],
      ['checkout.session.completed', session('paid')],
    ],
    debit: [
      ['checkout.session.completed', session('unpaid')],
      ['charge.succeeded', charged],
      ['checkout.session.async_payment_succeeded', session('paid')],
    ],
    failed_debit: [
      ['checkout.session.completed', session('unpaid')],
      ['checkout.session.async_payment_failed', session('unpaid')],
    ],
    expired: [['checkout.session.expired', session('unpaid')]],
    charge_only: [['charge.succeeded', charged]],
  }
  const events = changes[ending].flatMap(([type, object], at) =>
    [0, 1].map((again) => stripeEvent(type, object, { created: 1_767_225_600 + at * 10 + again })),
  )
  return { id, paymentIntentId, events }
}

async function rowsOf(ids: readonly string[], payments: readonly string[]) {
  const pool = db.database.pool
  return {
    checkouts: await all(
      pool,
      `select status, count(*) from checkouts where id = any($1) group by 1 order by 1`,
      ids,
    ),
    donations: await all(
      pool,
      `select d.gross_minor, d.currency, d.succeeded_at, d.charge_id is not null as charged, sum(e.amount_minor)::int as balance, count(e.*)::int as entries,
         (select count(*)::int from receipts r where r.donation_id = d.id) as receipts,
         (select count(*)::int from outbox_messages o where o.subject = d.id::text) as mails
       from donations d join ledger_transactions t on t.donation_id = d.id join ledger_entries e on e.ledger_transaction_id = t.id
       where payment_intent_id = any($1) group by d.id order by d.succeeded_at, d.id`,
      payments,
    ),
    outcomes: await all(
      pool,
      `select e.type, s.outcome, count(*)::int as n from inbox_states s join inbox_events e on e.id = s.inbox_event_id
       where s.correlation_id = any($1) or s.correlation_id in (select stripe_session_id from checkouts where id = any($2)) group by 1, 2 order by 1, 2`,
      payments,
      ids,
    ),
  }
}

test('every order, repetition and batching of an event set ends in the same rows', async () => {
  const run = async (chosen: readonly Ending[], twist: (events: object[]) => object[][]) => {
    const stories = await Promise.all(chosen.map(story))
    for (const batch of twist(stories.flatMap(({ events }) => events))) {
      await keep(db.database.pool, ...batch)
      await applyAll(db.database.pool)
    }
    return rowsOf(
      stories.map(({ id }) => id),
      stories.map(({ paymentIntentId }) => paymentIntentId),
    )
  }
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...endings), { minLength: 1, maxLength: 4 }),
      fc.infiniteStream(fc.nat()),
      fc.integer({ min: 1, max: 6 }),
      async (chosen, chance, size) => {
        const random = () => chance.next().value ?? 0
        const straight = await run(chosen, (events) => [events])
        const twisted = await run(chosen, (events) => {
          const repeated = [...events, ...events.filter(() => random() % 3 === 0)]
          const shuffled = repeated
            .map((event) => ({ event, key: random() }))
            .toSorted((a, b) => a.key - b.key)
          return shuffled.flatMap((_, at) =>
            at % size === 0 ? [shuffled.slice(at, at + size).map(({ event }) => event)] : [],
          )
        })
        expect(twisted).toEqual(straight)
      },
    ),
    { numRuns: 40 },
  )
}, 60_000)
