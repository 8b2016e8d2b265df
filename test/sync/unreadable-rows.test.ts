import type pg from 'pg'
import { describe, expect } from 'vitest'
import { closeMonth, signOff } from '../../src/reconciliation/months/close-month.ts'
import { reconcile } from '../../src/reconciliation/months/month-close-store.ts'
import { stripeReaders } from '../../src/stripe/stripe-readers.ts'
import { pacedCalls } from '../../src/stripe/paced-calls-gateway.ts'
import type { Stripe } from '../../src/stripe/stripe-gateway.ts'
import type { Sandbox } from '../../src/stripe-sandbox/sandbox.ts'
import { backfill } from '../../src/sync/backfill-worker.ts'
import { completeUpTo } from '../../src/sync/sync-state-store.ts'
import { openRows } from '../../src/sync/unreadable-rows-store.ts'
import { verify } from '../../src/verification/verify.ts'
import { inboxCommands } from '../../src/admin/inbox-commands.ts'
import { verificationCommands } from '../../src/admin/verification-commands.ts'
import { adminDeps } from '../kit/admin.ts'
import { newsroomTest as test } from '../kit/fixtures.ts'
import { monthNamed } from '../kit/named.ts'
import { profile, processing, selectAll } from '../kit/processing.ts'
import { DAY_MS, forward, sdk } from '../kit/sandbox.ts'
import { account, countRows, offBalance } from '../reconciliation/kit.ts'
import { sandboxForTest } from '../stripe-sandbox/kit.ts'
import { backfillDepsOf, ourGift } from './event-sync-kit.ts'
import { operator } from '../kit/admin.ts'

/** Rows of Stripe's lists that this service cannot read: kept, named, in no book, and in nobody's way. */

type Row = Record<string, unknown>
type Change = (row: Row) => Row
type Listed = { readonly data: readonly Row[] }
type Changes = Partial<Record<'transactions' | 'payouts' | 'events' | 'charges', Change>>

/** The offline Stripe, in whose answers every row of a list is changed first. */
function changedStripe(box: Sandbox, changes: Changes): Stripe {
  const real = sdk(box)
  const changing = (list: (...given: never[]) => Promise<unknown>, change: Change = (row) => row) => ({
    list: async (...given: never[]) => {
      const answer = (await list(...given)) as Listed // what the SDK's lists answer
      return { ...answer, data: answer.data.map(change) }
    },
  })
  return {
    checkout: real.checkout,
    radar: real.radar,
    invoices: real.invoices,
    refunds: real.refunds,
    disputes: real.disputes,
    subscriptions: real.subscriptions,
    paymentIntents: real.paymentIntents,
    balanceTransactions: changing(
      real.balanceTransactions.list.bind(real.balanceTransactions),
      changes.transactions,
    ),
    payouts: changing(real.payouts.list.bind(real.payouts), changes.payouts),
    events: changing(real.events.list.bind(real.events), changes.events),
    charges: changing(real.charges.list.bind(real.charges), changes.charges),
  } as unknown as Stripe // the readers use nothing else of the SDK
}

function run(pool: pg.Pool, box: Sandbox, changes: Changes = {}) {
  const readers = stripeReaders(
    changedStripe(box, changes),
    pacedCalls({ callsPerSecond: 10_000 }),
    processing.expected,
  )
  return backfill({ ...backfillDepsOf(pool, box), ...readers })
}

const november = monthNamed('2026-11')
const differencesIn = async (pool: pg.Pool, box: Sandbox) =>
  (await reconcile(pool, november, box.now())).differences
const only =
  (id: string, change: Change): Change =>
  (row) =>
    row['id'] === id ? change(row) : row

const without =
  (field: string): Change =>
  (row) =>
    Object.fromEntries(Object.entries(row).filter(([name]) => name !== field))

describe('a balance transaction that cannot be read', () => {
  test.for<[what: string, field: string, change: Change]>([
    ['in a currency that we do not know', 'currency', (row) => ({ ...row, currency: 'usdc' })],
    ['whose net is not its amount less its fee', 'net', (row) => ({ ...row, net: 1 })],
    ['whose amount is a fraction', 'amount', (row) => ({ ...row, amount: 1.5 })],
    ['without a time', 'created', without('created')],
  ])('%s is kept and named, and the rows beside it are booked', async ([, field, change], { pool }) => {
    const box = await sandboxForTest()
    const { charge } = await ourGift(pool, box)
    const odd = await box.injectBalanceTransaction({ type: 'stripe_fee', amount: -25 })
    await forward(box, DAY_MS)
    const done = await run(pool, box, { transactions: only(odd, change) })

    expect(done).toMatchObject({ missing: 1, completeUpTo: box.now() })
    expect(done.unreadable).toMatchObject([{ list: 'balance_transactions', id: odd }])
    expect(done.unreadable[0]?.reason).toMatch(new RegExp(`^${field} \\(`))
    expect(charge).not.toBe('')
    expect(await account(pool, 'stripe_fees')).toEqual({ usd: 59n })
    expect(await offBalance(pool)).toEqual([])
    expect(await differencesIn(pool, box)).toMatchObject([
      { kind: 'unreadable_row', object: odd, currency: 'xxx', amountMinor: 0n },
    ])
  })

  test('is booked once it can be read, and is named no more', async ({ pool }) => {
    const box = await sandboxForTest()
    const odd = await box.injectBalanceTransaction({ type: 'stripe_fee', amount: -25 })
    await run(pool, box, { transactions: only(odd, (row) => ({ ...row, currency: 'usdc' })) })
    expect(await account(pool, 'stripe_fees')).toEqual({})
    // The mark has moved on, so the list no longer shows the row: the kept text is read.
    await forward(box, DAY_MS)
    await pool.query(`update unreadable_rows set body = replace(body, '"usdc"', '"usd"')`)
    expect(await run(pool, box)).toMatchObject({ missing: 0 })
    expect(await account(pool, 'stripe_fees')).toEqual({ usd: 25n })
    expect(await differencesIn(pool, box)).toEqual([])
  })

  test('is named by a verification, which checks the rest', async ({ pool }) => {
    const box = await sandboxForTest()
    await ourGift(pool, box)
    const odd = await box.injectBalanceTransaction({ type: 'stripe_fee', amount: -25 })
    await forward(box, DAY_MS)
    const changes = { transactions: only(odd, (row) => ({ ...row, currency: 'usdc' })) }
    await run(pool, box, changes)
    const readers = stripeReaders(
      changedStripe(box, changes),
      pacedCalls({ callsPerSecond: 10_000 }),
      processing.expected,
    )
    const verified = () =>
      verify({
        pool,
        lists: readers.lists,
        timezone: profile.timezone,
        ownership: processing.ownership,
      })
    expect(await verified()).toMatchObject({ findings: [], unreadable: [{ id: odd }] })
    await pool.query('delete from unreadable_rows')
    expect(await verified()).toMatchObject({ findings: [{ kind: 'unreadable_row_missing', object: odd }] })
  })

  test('keeps its month open until it is signed off without an amount', async ({ pool }) => {
    const box = await sandboxForTest()
    const odd = await box.injectBalanceTransaction({ type: 'stripe_fee', amount: -25 })
    await forward(box, 40 * DAY_MS)
    await run(pool, box, { transactions: only(odd, (row) => ({ ...row, currency: 'usdc' })) })
    const deps = { pool, timezone: profile.timezone, now: () => box.now() }
    await expect(closeMonth(deps, november, operator('finance@news.example'))).rejects.toThrow(
      `${odd} (unreadable_row)`,
    )
    const by = operator('finance@news.example')
    await signOff(deps, {
      month: november,
      object: odd,
      kind: 'unreadable_row',
      reason: 'paid in a stablecoin',
      by,
    })
    await closeMonth(deps, november, by)
    expect(await countRows(pool, 'month_closings')).toBe(1)
  })
})

describe('a payout', () => {
  async function paidOut(pool: pg.Pool): Promise<[box: Sandbox, payout: string]> {
    const box = await sandboxForTest()
    await ourGift(pool, box)
    await forward(box, 8 * DAY_MS)
    const [{ id = '' } = {}] = (await sdk(box).payouts.list()).data
    return [box, id]
  }

  test('in a currency that we do not know is kept and named, and the gift’s fee is booked', async ({
    pool,
  }) => {
    const [box, id] = await paidOut(pool)
    const done = await run(pool, box, { payouts: only(id, (row) => ({ ...row, currency: 'usdc' })) })
    expect(done).toMatchObject({ missing: 1, completeUpTo: box.now() })
    expect(done.unreadable).toMatchObject([{ list: 'payouts', id, reason: 'currency (unknown currency)' }])
    expect((await account(pool, 'stripe_fees'))['usd']).toBeGreaterThan(0n)
  })

  test('made before 2017 keeps the id of a transfer', async ({ pool }) => {
    const [box, id] = await paidOut(pool)
    const old = id.replace(/^po_/, 'tr_')
    const changes = {
      payouts: only(id, (row) => ({ ...row, id: old, reconciliation_status: 'in_progress' })),
    }
    expect(await run(pool, box, changes)).toMatchObject({ missing: 0 })
    expect(await selectAll(pool, 'select id from payouts')).toEqual([{ id: old }])
  })

  test('without a reconciliation status is read and never itemised', async ({ pool }) => {
    const [box, id] = await paidOut(pool)
    const changes = { payouts: only(id, without('reconciliation_status')) }
    expect(await run(pool, box, changes)).toMatchObject({ missing: 0 })
    expect(await selectAll(pool, 'select itemisation from payouts')).toEqual([
      { itemisation: 'not_possible' },
    ])
  })
})

test('an event and an object that cannot be read are kept, and the others are stored', async ({ pool }) => {
  const box = await sandboxForTest()
  await ourGift(pool, box)
  await forward(box, 40 * DAY_MS)
  const recent = await ourGift(pool, box)
  const [oldest] = (await sdk(box).charges.list({ limit: 100 })).data.toReversed()
  const [newest] = (await sdk(box).events.list({ type: 'charge.succeeded' })).data
  const done = await run(pool, box, {
    charges: only(oldest?.id ?? '', without('created')),
    events: only(newest?.id ?? '', without('livemode')),
  })
  expect(done.completeUpTo).toEqual(box.now())
  expect(done.unreadable.map(({ list, id }) => [list, id]).toSorted()).toEqual([
    ['charges', oldest?.id],
    ['events', newest?.id],
  ])
  expect(await completeUpTo(pool)).toEqual(box.now())
  expect(recent.charge).not.toBe('')
  expect(await countRows(pool, 'donations')).toBe(2)
})

test('a row without an id is kept once, however often it comes', async ({ pool }) => {
  const box = await sandboxForTest()
  const odd = await box.injectBalanceTransaction({ type: 'stripe_fee', amount: -25 })
  const changes = { transactions: only(odd, without('id')) }
  await run(pool, box, changes)
  await run(pool, box, changes)
  expect(await openRows(pool)).toMatchObject([{ id: expect.stringMatching(/^unreadable_[0-9a-f]{16}$/) }])
})

test('the commands name the row and end with 0', async ({ pool, db }) => {
  const box = await sandboxForTest()
  await ourGift(pool, box)
  const odd = await box.injectBalanceTransaction({ type: 'stripe_fee', amount: -25, currency: 'usdc' })
  await forward(box, DAY_MS)
  const deps = { ...adminDeps(db, () => box.now()), stripe: async () => sdk(box) }
  const backfilled = await inboxCommands['backfill']?.run(deps, {})
  expect(backfilled?.code ?? 0).toBe(0)
  expect(backfilled?.note).toContain('1 missing')
  expect(backfilled?.out).toBe(`cannot be read: balance_transactions ${odd}: currency (unknown currency)`)
  const verifiedNow = await verificationCommands['verify']?.run(deps, {})
  expect(verifiedNow?.code ?? 0).toBe(0)
  expect(verifiedNow?.out).toContain(odd)
  expect(verifiedNow?.out).toContain('Everything agrees')
  expect((await account(pool, 'stripe_fees'))['usd']).toBeGreaterThan(0n)
})
