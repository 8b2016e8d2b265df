import type pg from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { runAdmin } from '../../src/admin/admin.ts'
import { recordProfile } from '../../src/newsroom/profile-store.ts'
import { localDate } from '../../src/calendar/local-date.ts'
import type { Sandbox } from '../../src/stripe-sandbox/sandbox.ts'
import { adminDeps, written } from '../kit/admin.ts'
import { all, applyAll, keep, processing, openCheckout, profile, withProfile } from '../kit/books.ts'
import { testDatabase, type TestDatabase } from '../kit/database.ts'
import { charge, checkoutSession, stripeEvent } from '../kit/stripe-events.ts'
import { verify } from '../../src/verification/verify.ts'
import { stripeListsOf, syncBalance, syncDepsOf } from '../reconciliation/kit.ts'
import { deliver, ourGift, runBackfill } from '../sync/event-sync-kit.ts'
import { DAY_MS, forward, paidGift, sdk } from '../stripe-sandbox/kit.ts'
import { asItComes, inReverse, openStripe, richLife, verified } from './kit.ts'

let db: TestDatabase
let box: Sandbox
beforeEach(async () => {
  db = await testDatabase()
  box = await openStripe()
})
afterEach(async () => {
  await box.close()
  await db.drop()
})
const pool = () => db.database.pool
const differences = async () => (await verified(db, box)).differences

const admin = (...argv: string[]) =>
  written((output) =>
    runAdmin(argv, { ...adminDeps(db, () => box.now()), stripe: async () => sdk(box) }, output),
  )

describe('a rich life', () => {
  test('heard as it came agrees with what is derived from nothing', async () => {
    await richLife(pool(), box, asItComes)
    const { looked } = await verified(db, box)
    expect(await differences()).toEqual([])
    expect((await verified(db, null)).differences).toEqual([])
    // It was as rich as it is said to be.
    expect(looked.donations).toBeGreaterThan(10)
    expect(looked.receipts).toBeGreaterThan(looked.donations + 2)
    expect(looked.balanceTransactions).toBeGreaterThan(25)
    expect(looked.payouts).toBeGreaterThan(3)
    const rich = [
      `ledger_transactions where period is not null and effect <> 'settled'`,
      `ledger_transactions where period is null and booked_on < '2026-12-01'`,
      `receipts where revision > 2`,
      `donations where currency = 'eur' and disputed_minor > gross_minor`,
      `refunds where status = 'failed'`,
      `refunds where kind = 'bank_return'`,
      `balance_transactions where presentment_minor is not null`,
      `payouts where status = 'failed'`,
    ]
    for (const some of rich)
      expect([some, await all(pool(), `select 1 from ${some}`)]).not.toEqual([some, []])
  })

  test('heard in reverse agrees too, and so it does after everything is heard once more', async () => {
    await richLife(pool(), box, inReverse)
    expect(await differences()).toEqual([])
    await pool().query(`update inbox_states set outcome = 'pending', reason = null, decided_at = null`)
    await applyAll(pool(), { ...processing, now: () => box.now() })
    expect(await differences()).toEqual([])
  })

  test('refilled from Stripe’s lists agrees', async () => {
    await withProfile(pool())
    for (const how of ['card', 'bank_debit'] as const) await ourGift(pool(), box, how)
    const gift = await ourGift(pool(), box)
    await ourGift(pool(), box, 'card', { monthly: true })
    await box.refund(gift.charge, { amount: 300 })
    // Past Stripe's thirty days: only the objects are left.
    await forward(box, 40 * DAY_MS)
    await runBackfill(pool(), box)
    expect(await all(pool(), `select 1 from inbox_events where origin = 'object_list'`)).not.toEqual([])
    expect(await all(pool(), `select 1 from donations`)).toHaveLength(5)
    expect(await differences()).toEqual([])
  })
})

/** The pool, on which something else happens just before the statement of that name. */
function before(realPool: pg.Pool, name: string, happens: () => Promise<void>): pg.Pool {
  const watched = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(from, key) {
        const value: unknown = Reflect.get(from, key)
        if (typeof value !== 'function') return value
        if (key === 'connect') return async () => watched(await realPool.connect())
        return async (...given: unknown[]): Promise<unknown> => {
          const [asked] = given
          if (typeof asked === 'object' && asked !== null && 'name' in asked && asked.name === name)
            await happens()
          return Reflect.apply(value, from, given) as unknown // whatever the pool itself answers
        }
      },
    })
  return watched(realPool)
}

describe('no alarm', () => {
  beforeEach(() => withProfile(pool()))

  test('for empty books, swept or not', async () => {
    expect(await admin('verify')).toEqual({
      code: 0,
      out: 'Everything agrees: 0 events, 0 donations, 0 ledger transactions, 0 receipts, 0 balance transactions, 0 payouts.\n',
      err: 'Stripe was asked.\n',
    })
    await paidGift(box)
    await forward(box, DAY_MS)
    expect(await differences()).toEqual([])
  })

  test('for what Stripe moved since the last sweep', async () => {
    await ourGift(pool(), box)
    await forward(box, 2 * DAY_MS)
    await deliver(pool(), box)
    await syncBalance(syncDepsOf(pool(), box))
    expect(await all(pool(), `select status from payouts`)).not.toEqual([{ status: 'paid' }])
    await ourGift(pool(), box)
    await forward(box, 5 * DAY_MS)
    expect((await sdk(box).payouts.list()).data[1]).toMatchObject({ status: 'paid' })
    expect(await differences()).toEqual([])
  })

  test('for a gift that is booked while the tables are read', async () => {
    await ourGift(pool(), box)
    await deliver(pool(), box)
    let meanwhile = 0
    const watchedPool = before(pool(), 'verify-donations', async () => {
      meanwhile += 1
      await ourGift(pool(), box)
      await deliver(pool(), box)
    })
    const { differences: alarms } = await verify({
      pool: watchedPool,
      books: stripeListsOf(box),
      timezone: profile.timezone,
    })
    expect([meanwhile, alarms]).toEqual([1, []])
    expect(await all(pool(), `select 1 from donations`)).toHaveLength(2)
  })

  test('for gifts of another program on the same Stripe account, and what waits', async () => {
    const theirs = await paidGift(box)
    await box.refund(theirs)
    await forward(box, DAY_MS)
    await deliver(pool(), box)
    await syncBalance(syncDepsOf(pool(), box))
    expect(await all(pool(), `select 1 from inbox_states where outcome = 'waiting'`)).not.toEqual([])
    expect(await differences()).toEqual([])
  })

  test('for an earlier proof that came after the gift was booked', async () => {
    const { id, sessionId, paymentIntentId } = await openCheckout(pool())
    const session = checkoutSession({ id: sessionId, checkoutId: id, paymentIntentId })
    // New Year in New York: 05:00 UTC.
    const at = Date.UTC(2026, 0, 1, 5) / 1000
    for (const created of [at + 60, at - 60]) {
      await keep(pool(), stripeEvent('checkout.session.completed', session, { created }))
      await applyAll(pool())
    }
    await keep(pool(), stripeEvent('charge.succeeded', charge({ paymentIntentId })))
    await applyAll(pool())
    expect(
      await all(
        pool(),
        `select succeeded_on, booked_on, given_on, year from donations d
      join ledger_transactions t on t.donation_id = d.id join receipts r on r.donation_id = d.id`,
      ),
    ).toEqual([{ succeeded_on: '2025-12-31', booked_on: '2026-01-01', given_on: '2026-01-01', year: 2026 }])
    expect(await differences()).toEqual([])
  })

  test('for days of a timezone that the newsroom has left', async () => {
    await ourGift(pool(), box)
    await forward(box, 14 * 60 * 60 * 1000) // after midnight in London, before it in New York
    await ourGift(pool(), box)
    await deliver(pool(), box)
    await forward(box, DAY_MS)
    const timezone = 'Pacific/Auckland'
    await recordProfile(pool(), { ...profile, timezone }, box.now())
    await ourGift(pool(), box)
    const moved = { ...processing, now: () => box.now(), localDate: (at: Date) => localDate(at, timezone) }
    await keep(pool(), ...box.events())
    await applyAll(pool(), moved)
    expect(await differences()).toEqual([])
    await pool().query(`update donations set succeeded_on = '2026-11-01'`)
    const wrong = (await differences()).filter(({ kind }) => kind === 'donation_differs')
    expect(wrong).toHaveLength(3)
  })

  test('for events that are set apart', async () => {
    await ourGift(pool(), box)
    await deliver(pool(), box)
    await keep(
      pool(),
      stripeEvent('refund.created', { id: 're_1' }),
      stripeEvent('charge.succeeded', {}, { livemode: true }),
    )
    await applyAll(pool())
    expect(
      await all(
        pool(),
        `select outcome from inbox_states where outcome in ('failed', 'quarantined') order by 1`,
      ),
    ).toEqual([{ outcome: 'failed' }, { outcome: 'quarantined' }])
    expect(await differences()).toEqual([])
  })
})

describe('npm run admin -- verify', () => {
  test('says on one line that everything agrees, and without asking Stripe too', async () => {
    await richLife(pool(), box, asItComes)
    const { code, out, err } = await admin('verify')
    expect([code, err]).toEqual([0, 'Stripe was asked.\n'])
    expect(out).toMatch(
      /^Everything agrees: \d+ events, \d+ donations, \d+ ledger transactions, \d+ receipts, /,
    )
    const offline = await written((output) =>
      runAdmin(
        ['verify', '--offline'],
        adminDeps(db, () => box.now()),
        output,
      ),
    )
    expect(offline).toEqual({ code: 0, out, err: 'Stripe was not asked.\n' })
  })

  test('prints a line a difference and exits with 1; nothing of a donor is in it', async () => {
    await withProfile(pool())
    await ourGift(pool(), box)
    await deliver(pool(), box)
    await pool().query(
      `update donations set status = 'refunded', campaign_name = E'two\\nlines', donor_name = 'Jane'`,
    )
    const { code, out, err } = await admin('verify')
    expect(code).toBe(1)
    expect(out).toMatch(
      /^donation differs {2}pi_\w+ {2}expected campaign nothing, status succeeded {2}found campaign "two\\nlines", status refunded\n$/,
    )
    expect(err).toMatch(/^1 difference in \d+ events, 1 donation, .*\. Stripe was asked\.\n$/)
  })

  test('says what is still to be applied', async () => {
    await withProfile(pool())
    await ourGift(pool(), box)
    await keep(pool(), ...box.events())
    const { code, out } = await admin('verify')
    expect(code).toBe(1)
    expect(out).toMatch(
      /^events still to be applied {2}evt_\w+ {2}expected none pending {2}found \d+ since this one\n$/,
    )
  })

  test.each([[['verify', '--offline', 'yes']], [['verify', '--month', '2026-01']]])(
    '%j is refused',
    async (argv) => expect((await admin(...argv)).code).toBe(2),
  )
})
