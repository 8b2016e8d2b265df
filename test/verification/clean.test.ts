import type pg from 'pg'
import { describe, expect } from 'vitest'
import { runAdmin } from '../../src/admin/admin.ts'
import { recordProfile } from '../../src/newsroom/profile-store.ts'
import { localDate } from '../../src/calendar/local-date.ts'
import { adminDeps, written } from '../kit/admin.ts'
import { selectAll, applyAll, receive, processing, openCheckout, profile } from '../kit/processing.ts'
import { charge, checkoutSession, stripeEvent } from '../kit/stripe-events.ts'
import { verify } from '../../src/verification/verify.ts'
import { stripeListsOf, syncBalance, syncDepsOf } from '../reconciliation/kit.ts'
import { deliver, ourGift, runBackfill } from '../sync/event-sync-kit.ts'
import { DAY_MS, forward, paidGift, sdk } from '../kit/sandbox.ts'
import { inOrder, inReverse, twoRichMonths, verificationTest, verified } from './kit.ts'

const test = verificationTest.extend(
  'admin',
  ({ db, box }) =>
    (...argv: string[]) =>
      written((output) =>
        runAdmin(argv, { ...adminDeps(db, () => box.now()), stripe: async () => sdk(box) }, output),
      ),
)

describe('verifying finds nothing', () => {
  test('after two rich months that were received in order, with or without asking Stripe', async ({
    db,
    pool,
    box,
    findings,
  }) => {
    await twoRichMonths(pool, box, inOrder)
    const { counts } = await verified(db, box)
    expect(await findings()).toEqual([])
    expect((await verified(db, null)).findings).toEqual([])
    // The two months contain what the check is to be tried on.
    expect(counts.donations).toBeGreaterThan(10)
    expect(counts.receipts).toBeGreaterThan(counts.donations + 2)
    expect(counts.balanceTransactions).toBeGreaterThan(25)
    expect(counts.payouts).toBeGreaterThan(3)
    const rich = [
      `ledger_transactions where period is not null and effect <> 'settled'`,
      `ledger_transactions where period is null and booked_on < '2026-12-01'`,
      `receipts where revision > 2`,
      `donations where currency = 'eur' and disputed_minor > gross_minor`,
      `donations where status = 'dispute_lost' and disputed_minor between 1 and gross_minor - 1 and currency = 'usd'`,
      `donations where status = 'dispute_lost' and disputed_minor between 1 and gross_minor - 1 and currency = 'eur'`,
      `dispute_movements where direction = 'withdrawn' and place = 2`,
      `refunds where status = 'failed'`,
      `refunds where kind = 'bank_return'`,
      `balance_transactions where presentment_minor is not null`,
      `payouts where status = 'failed'`,
    ]
    for (const rows of rich)
      expect([rows, await selectAll(pool, `select 1 from ${rows}`)]).not.toEqual([rows, []])
  })

  test('after two rich months that were received in reverse, and after everything is processed again', async ({
    pool,
    box,
    findings,
  }) => {
    await twoRichMonths(pool, box, inReverse)
    expect(await findings()).toEqual([])
    await pool.query(`update inbox_states set outcome = 'pending', reason = null, decided_at = null`)
    await applyAll(pool, { ...processing, now: () => box.now() })
    expect(await findings()).toEqual([])
  })

  test('after a backfill from Stripe’s lists', async ({ pool, box, findings }) => {
    for (const method of ['card', 'bank_debit'] as const) await ourGift(pool, box, method)
    const gift = await ourGift(pool, box)
    await ourGift(pool, box, 'card', { monthly: true })
    await box.refund(gift.charge, { amount: 300 })
    // Past Stripe's thirty days: only the objects are left.
    await forward(box, 40 * DAY_MS)
    await runBackfill(pool, box)
    expect(await selectAll(pool, `select 1 from inbox_events where origin = 'object_list'`)).not.toEqual([])
    expect(await selectAll(pool, `select 1 from donations`)).toHaveLength(5)
    expect(await findings()).toEqual([])
  })
})

/** The pool, which runs the action just before each query of that name. */
function withActionBefore(realPool: pg.Pool, name: string, action: () => Promise<void>): pg.Pool {
  const watched = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(from, key) {
        const value: unknown = Reflect.get(from, key)
        if (typeof value !== 'function') return value
        if (key === 'connect') return async () => watched(await realPool.connect())
        return async (...args: unknown[]): Promise<unknown> => {
          const [query] = args
          if (typeof query === 'object' && query !== null && 'name' in query && query.name === name)
            await action()
          return Reflect.apply(value, from, args) as unknown // whatever the pool itself answers
        }
      },
    })
  return watched(realPool)
}

describe('verifying finds nothing wrong', () => {
  test('in an empty database, before and after a gift at Stripe that was not synced', async ({
    box,
    findings,
    admin,
  }) => {
    expect(await admin('verify')).toEqual({
      code: 0,
      out: 'Everything agrees: 0 events, 0 donations, 0 ledger transactions, 0 receipts, 0 balance transactions, 0 payouts.\n',
      err: 'Stripe was asked.\n',
    })
    await paidGift(box)
    await forward(box, DAY_MS)
    expect(await findings()).toEqual([])
  })

  test('with what Stripe moved since the last sync', async ({ pool, box, findings }) => {
    await ourGift(pool, box)
    await forward(box, 2 * DAY_MS)
    await deliver(pool, box)
    await syncBalance(syncDepsOf(pool, box))
    expect(await selectAll(pool, `select status from payouts`)).not.toEqual([{ status: 'paid' }])
    await ourGift(pool, box)
    await forward(box, 5 * DAY_MS)
    expect((await sdk(box).payouts.list()).data[1]).toMatchObject({ status: 'paid' })
    expect(await findings()).toEqual([])
  })

  test('with a donation that is booked while the tables are read', async ({ pool, box }) => {
    await ourGift(pool, box)
    await deliver(pool, box)
    let meanwhile = 0
    const watchedPool = withActionBefore(pool, 'verify-donations', async () => {
      meanwhile += 1
      await ourGift(pool, box)
      await deliver(pool, box)
    })
    const { findings: found } = await verify({
      pool: watchedPool,
      lists: stripeListsOf(box),
      timezone: profile.timezone,
      ownership: processing.ownership,
    })
    expect([meanwhile, found]).toEqual([1, []])
    expect(await selectAll(pool, `select 1 from donations`)).toHaveLength(2)
  })

  test('with gifts of another program on the same Stripe account, whose events are ignored', async ({
    pool,
    box,
    findings,
  }) => {
    const theirs = await paidGift(box)
    await box.refund(theirs)
    await forward(box, DAY_MS)
    await deliver(pool, box)
    await syncBalance(syncDepsOf(pool, box))
    expect(await selectAll(pool, `select distinct outcome from inbox_states`)).toEqual([
      { outcome: 'ignored' },
    ])
    expect(await findings()).toEqual([])
  })

  test('with an earlier time of success that became known after the donation was booked', async ({
    pool,
    findings,
  }) => {
    const { id, sessionId, paymentIntentId } = await openCheckout(pool)
    const session = checkoutSession({ id: sessionId, checkoutId: id, paymentIntentId })
    // New Year in New York: 05:00 UTC.
    const newYear = Date.UTC(2026, 0, 1, 5) / 1000
    for (const created of [newYear + 60, newYear - 60]) {
      await receive(pool, stripeEvent('checkout.session.completed', session, { created }))
      await applyAll(pool)
    }
    await receive(pool, stripeEvent('charge.succeeded', charge({ paymentIntentId })))
    await applyAll(pool)
    expect(
      await selectAll(
        pool,
        `select succeeded_on, given_on, year, (select array_agg(effect || ' ' || booked_on order by effect)
           from ledger_transactions t where t.donation_id = d.id) as booked
         from donations d join receipts r on r.donation_id = d.id and r.revision = 2`,
      ),
    ).toEqual([
      {
        succeeded_on: '2025-12-31',
        given_on: '2025-12-31',
        year: 2026,
        booked: [
          'donation_redated_from 2026-01-01',
          'donation_redated_to 2025-12-31',
          'donation_succeeded 2026-01-01',
        ],
      },
    ])
    expect(await findings()).toEqual([])
  })

  test('with days in a timezone that the newsroom no longer uses', async ({ pool, box, findings }) => {
    await ourGift(pool, box)
    await forward(box, 14 * 60 * 60 * 1000) // after midnight in London, before it in New York
    await ourGift(pool, box)
    await deliver(pool, box)
    await forward(box, DAY_MS)
    const timezone = 'Pacific/Auckland'
    await recordProfile(pool, { ...profile, timezone }, box.now())
    await ourGift(pool, box)
    const moved = {
      ...processing,
      now: () => box.now(),
      localDate: (instant: Date) => localDate(instant, timezone),
    }
    await receive(pool, ...box.events())
    await applyAll(pool, moved)
    expect(await findings()).toEqual([])
    await pool.query(`update donations set succeeded_on = '2026-11-01'`)
    const wrong = (await findings()).filter(({ kind }) => kind === 'donation_differs')
    expect(wrong).toHaveLength(3)
  })

  test('with failed and quarantined events', async ({ pool, box, findings }) => {
    await ourGift(pool, box)
    await deliver(pool, box)
    const [gift] = await selectAll(pool, `select payment_intent_id as payment from donations`)
    await receive(
      pool,
      stripeEvent('refund.created', { id: 're_1', payment_intent: gift?.['payment'] }),
      stripeEvent('charge.succeeded', {}, { livemode: true }),
    )
    await applyAll(pool)
    expect(
      await selectAll(
        pool,
        `select outcome from inbox_states where outcome in ('failed', 'quarantined') order by 1`,
      ),
    ).toEqual([{ outcome: 'failed' }, { outcome: 'quarantined' }])
    expect(await findings()).toEqual([])
  })
})

describe('npm run admin -- verify', () => {
  test('prints one line when everything agrees, also without asking Stripe', async ({
    db,
    pool,
    box,
    admin,
  }) => {
    await twoRichMonths(pool, box, inOrder)
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

  test('prints one line for each finding without donor data, and exits with 1', async ({
    pool,
    box,
    admin,
  }) => {
    await ourGift(pool, box)
    await deliver(pool, box)
    await pool.query(
      `update donations set status = 'refunded', campaign_name = E'two\\nlines', donor_name = 'Jane'`,
    )
    const { code, out, err } = await admin('verify')
    expect(code).toBe(1)
    expect(out).toMatch(
      /^donation differs {2}pi_\w+ {2}expected campaign nothing, status succeeded {2}found campaign "two\\nlines", status refunded\n$/,
    )
    expect(err).toMatch(/^1 difference in \d+ events, 1 donation, .*\. Stripe was asked\.\n$/)
  })

  test('prints the events that are still to be processed', async ({ pool, box, admin }) => {
    await ourGift(pool, box)
    await receive(pool, ...box.events())
    const { code, out } = await admin('verify')
    expect(code).toBe(1)
    expect(out).toMatch(
      /^events are still to be processed {2}evt_\w+ {2}expected none pending {2}found \d+ since this one\n$/,
    )
  })

  test.for([[['verify', '--offline', 'yes']], [['verify', '--month', '2026-01']]])(
    'refuses %j',
    async ([argv = []], { admin }) => expect((await admin(...argv)).code).toBe(2),
  )
})
