import type pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { all, applyAll, keep, openCheckout, withProfile } from '../kit/books.ts'
import { testDatabase, type TestDatabase } from '../kit/database.ts'
import { charge, checkoutSession, stripeEvent } from '../kit/stripe-events.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
  await withProfile(db.database.pool)
})
afterAll(() => db.drop())

class Crash extends Error {}

/** The pool of a process that dies at its n-th statement: before Postgres gets it, or before its answer arrives. */
function dyingPool(pool: pg.Pool, diesAt: number, when: 'before' | 'after') {
  const state = { statements: 0, died: false }
  const connect = async () => {
    const client = await pool.connect()
    const query = async (...args: Parameters<pg.PoolClient['query']>): Promise<unknown> => {
      state.statements += 1
      // Dead is dead: not even the rollback goes out. Postgres ends the open transaction with the connection.
      if (state.died || (state.statements >= diesAt && when === 'before')) state.died = true
      if (state.died) throw new Crash()
      const answer: unknown = await client.query(...args)
      if (state.statements < diesAt) return answer
      state.died = true
      throw new Crash()
    }
    return { query, release: () => client.release(state.died) }
  }
  // Only what the apply step uses of a pool.
  return { pool: { connect } as unknown as pg.Pool, state }
}

/** Three gifts, a debit on its way and a charge that came first. */
async function someEvents() {
  const pool = db.database.pool
  const checkouts = await Promise.all(
    [1, 2, 3, 4].map((n) => openCheckout(pool, `https://news.example/${n}`)),
  )
  const events = checkouts.flatMap(({ id, sessionId, paymentIntentId }, at) => {
    const paymentStatus = at === 3 ? 'unpaid' : 'paid'
    const session = checkoutSession({ id: sessionId, checkoutId: id, paymentIntentId, paymentStatus })
    return [
      stripeEvent('charge.succeeded', charge({ paymentIntentId })),
      stripeEvent('checkout.session.completed', session),
    ]
  })
  await keep(pool, ...events)
  return checkouts
}

async function endOf(checkouts: readonly { id: string; paymentIntentId: string }[]) {
  return all(
    db.database.pool,
    `select c.status, d.gross_minor, d.charge_id is not null as charged, count(distinct t.id)::int as postings, count(distinct e)::int as entries,
       count(distinct r.token)::int as receipts, count(distinct o.id)::int as mails
     from checkouts c left join donations d on d.checkout_id = c.id left join ledger_transactions t on t.donation_id = d.id
       left join ledger_entries e on e.ledger_transaction_id = t.id left join receipts r on r.donation_id = d.id
       left join outbox_messages o on o.subject = d.id::text
     where c.id = any($1) group by c.id, d.id order by c.article_url`,
    checkouts.map(({ id }) => id),
  )
}

/** The dead process' locks go when Postgres notices: until then a successor finds its events taken, and looks again. */
async function resume(): Promise<void> {
  const pending = () => all(db.database.pool, `select 1 from inbox_states where outcome = 'pending' limit 1`)
  while ((await pending()).length > 0) await applyAll(db.database.pool)
}

const gift = {
  status: 'succeeded',
  gross_minor: 500n,
  charged: true,
  postings: 1,
  entries: 2,
  receipts: 1,
  mails: 1,
}
const debit = {
  status: 'processing',
  gross_minor: null,
  charged: false,
  postings: 0,
  entries: 0,
  receipts: 0,
  mails: 0,
}

test.each(['before', 'after'] as const)(
  'a process that dies %s any statement of the apply step is resumed to the same end',
  async (when) => {
    let steps = 0
    for (let diesAt = 1; ; diesAt += 1) {
      const checkouts = await someEvents()
      const { pool, state } = dyingPool(db.database.pool, diesAt, when)
      await applyAll(pool).catch((error: unknown) => {
        if (!(error instanceof Crash)) throw error
      })
      if (!state.died) break
      steps = diesAt
      await resume()
      expect(await endOf(checkouts), `died ${when} statement ${diesAt}`).toEqual([gift, gift, gift, debit])
    }
    // begin, claim, lock, load, wait, write ×9, commit and a last empty round: fewer means that the test lost its aim.
    expect(steps).toBeGreaterThan(15)
    const [numbers] = await all(
      db.database.pool,
      'select max(number)::int as last, count(*)::int as n from receipts',
    )
    expect(numbers?.['last']).toBe(numbers?.['n'])
  },
)
