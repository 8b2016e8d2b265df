import type pg from 'pg'
import { expect } from 'vitest'
import { selectAll, applyAll, openCheckout, receive } from '../kit/processing.ts'
import { processingTest as test } from '../kit/fixtures.ts'
import { charge, sessionOf, stripeEvent } from '../kit/stripe-events.ts'

class Crash extends Error {
  override readonly message = 'Connection terminated unexpectedly'
}

/** The pool of a process that dies at its n-th statement: before Postgres receives it, or before the answer arrives. */
function dyingPool(pool: pg.Pool, diesAt: number, when: 'before' | 'after') {
  const state = { statements: 0, died: false }
  const connect = async () => {
    const client = await pool.connect()
    const query = async (...args: Parameters<pg.PoolClient['query']>): Promise<unknown> => {
      state.statements += 1
      // Not even the rollback is sent.
      if (state.died || (state.statements >= diesAt && when === 'before')) state.died = true
      if (state.died) throw new Crash()
      const answer: unknown = await client.query(...args)
      if (state.statements < diesAt) return answer
      state.died = true
      throw new Crash()
    }
    // Postgres ends the open transaction with the connection. A rollback does the same, and the connection serves again.
    const release = () =>
      void (state.died ? client.query('rollback') : Promise.resolve()).finally(() => client.release())
    return { query, release }
  }
  // Processing uses nothing else of a pool.
  return { pool: { connect } as unknown as pg.Pool, state }
}

/** Receives the events of three gifts and of a bank debit on its way; each charge comes before its session. */
async function receiveGifts(pool: pg.Pool) {
  const checkouts = await Promise.all(
    [1, 2, 3, 4].map((n) => openCheckout(pool, `https://news.example/${n}`)),
  )
  const events = checkouts.flatMap((checkout, index) => {
    const { paymentIntentId } = checkout
    const paymentStatus = index === 3 ? 'unpaid' : 'paid'
    return [
      stripeEvent('charge.succeeded', charge({ paymentIntentId })),
      stripeEvent('checkout.session.completed', sessionOf(checkout, { paymentStatus })),
    ]
  })
  await receive(pool, ...events)
  return checkouts
}

function rowsOf(pool: pg.Pool, checkouts: readonly { id: string }[]) {
  return selectAll(
    pool,
    `select c.status, d.gross_minor, d.charge_id is not null as charged, count(distinct t.id)::int as postings, count(distinct e)::int as entries,
       count(distinct r.token)::int as receipts, count(distinct o.id)::int as mails
     from checkouts c left join donations d on d.checkout_id = c.id left join ledger_transactions t on t.donation_id = d.id
       left join ledger_entries e on e.ledger_transaction_id = t.id left join receipts r on r.donation_id = d.id
       left join outbox_messages o on o.subject = d.id::text
     where c.id = any($1) group by c.id, d.id order by c.article_url`,
    checkouts.map(({ id }) => id),
  )
}

/** Until Postgres notices that the process is dead, its events stay locked and another process has to look again. */
async function resume(pool: pg.Pool): Promise<void> {
  const pending = () => selectAll(pool, `select 1 from inbox_states where outcome = 'pending' limit 1`)
  while ((await pending()).length > 0) await applyAll(pool)
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

test.for(['before', 'after'] as const)(
  'ends in the same rows when a process dies %s any statement of a batch and another continues',
  async (when, { pool }) => {
    let deaths = 0
    for (let diesAt = 1; ; diesAt += 1) {
      const checkouts = await receiveGifts(pool)
      const { pool: dying, state } = dyingPool(pool, diesAt, when)
      await applyAll(dying).catch((error: unknown) => {
        if (!(error instanceof Crash)) throw error
      })
      if (!state.died) break
      deaths = diesAt
      await resume(pool)
      expect(await rowsOf(pool, checkouts), `died ${when} statement ${diesAt}`).toEqual([
        gift,
        gift,
        gift,
        debit,
      ])
    }
    // Begin, claim, lock, load, wait, nine writes, commit and a last empty batch: fewer deaths would miss some of them.
    expect(deaths).toBeGreaterThan(15)
    const [numbers] = await selectAll(
      pool,
      'select max(number)::int as last, count(*)::int as n from receipts',
    )
    expect(numbers?.['last']).toBe(numbers?.['n'])
  },
)
