import { describe, expect } from 'vitest'
import { subscriptionRound } from '../../src/subscriptions/subscription-worker.ts'
import { backfill } from '../../src/sync/backfill-worker.ts'
import { syncTransactions } from '../../src/sync/balance-sync-worker.ts'
import { syncEvents } from '../../src/sync/event-sync-worker.ts'
import { syncObjects } from '../../src/sync/object-sync-worker.ts'
import { syncPayouts } from '../../src/sync/payout-sync-worker.ts'
import { completeUpTo } from '../../src/sync/sync-state-store.ts'
import { selectAll } from '../kit/processing.ts'
import { newsroomTest as test } from '../kit/fixtures.ts'
import { DAY_MS, forward, paidGift, sdk } from '../kit/sandbox.ts'
import { sandboxForTest } from '../stripe-sandbox/kit.ts'
import { countRows } from '../reconciliation/kit.ts'
import {
  tablesIn,
  deliver,
  eventfulDays,
  problemsIn,
  ourGift,
  backfillDepsOf,
  runBackfill,
  NO_PROBLEMS,
  withSameCheckouts,
} from './event-sync-kit.ts'

describe('a backfill after four days without webhooks', () => {
  test('recovers everything in one run and finds nothing in a second one', async ({ pool }) => {
    const box = await sandboxForTest()
    await ourGift(pool, box, 'card', { monthly: true, amount: 900 })
    await forward(box, 28 * DAY_MS)
    await deliver(pool, box)
    await runBackfill(pool, box)
    // From here on no webhook arrives. The renewal falls into these days.
    await eventfulDays(pool, box)
    const done = await runBackfill(pool, box)
    expect(done).toMatchObject({ missing: 0, completeUpTo: box.now() })
    expect(done.recovered).toBeGreaterThan(25)
    expect(await problemsIn(pool)).toEqual(NO_PROBLEMS)
    expect(await countRows(pool, `donations where stripe_invoice_id is not null`)).toBe(3)
    expect(
      await selectAll(pool, `select status, count(*)::int from donations group by 1 order by 1`),
    ).toEqual([
      { status: 'dispute_lost', count: 1 },
      { status: 'partially_refunded', count: 1 },
      { status: 'returned', count: 1 },
      { status: 'succeeded', count: 6 },
    ])
    // Everything came from events, so no event was synthesised from an object.
    expect(await countRows(pool, `inbox_events where origin = 'object_list'`)).toBe(0)
    const before = await tablesIn(pool)
    expect(await runBackfill(pool, box)).toMatchObject({ recovered: 0, missing: 0, balanceTransactions: 0 })
    expect(await tablesIn(pool)).toEqual(before)
  })

  test('ends as if every webhook had arrived, and a webhook that arrives later changes nothing', async ({
    pool,
  }) => {
    const box = await sandboxForTest()
    await eventfulDays(pool, box)
    await runBackfill(pool, box)
    const recovered = await tablesIn(pool)
    const events = await countRows(pool, 'inbox_events')
    await deliver(
      pool,
      box,
      (type) => !/^(payment_intent|customer\.created|invoice\.(created|final))/.test(type),
    )
    expect(await tablesIn(pool)).toEqual(recovered)
    // Only events of types that the service ignores were still missing.
    const late = await selectAll(
      pool,
      `select distinct type from inbox_events where id > $1 order by 1`,
      events,
    )
    expect(late.map(({ type }) => type)).toEqual(
      expect.not.arrayContaining(['charge.succeeded', 'invoice.paid']),
    )
    expect(await problemsIn(pool)).toEqual(NO_PROBLEMS)

    await withSameCheckouts(pool, async (second) => {
      await deliver(second, box)
      const { subscriptions: _read, ...expected } = recovered // only a backfill reads subscriptions again
      expect(await tablesIn(second)).toMatchObject(expected)
    })
  })
})

describe('a backfill after forty days without webhooks', () => {
  test('recovers everything once from objects, with the times of the charges', async ({ pool }) => {
    const box = await sandboxForTest()
    await eventfulDays(pool, box, 40)
    const done = await runBackfill(pool, box)
    expect(done).toMatchObject({ missing: 0, completeUpTo: box.now() })
    expect(await problemsIn(pool)).toEqual(NO_PROBLEMS)
    expect(await countRows(pool, `inbox_events where origin = 'object_list'`)).toBeGreaterThan(10)
    const expected = new Map<string, number>()
    for (const charge of box.state().charge.values())
      expected.set(String(charge.payment_intent), charge.created)
    const given = await selectAll(pool, `select payment_intent_id, succeeded_at, charge_id from donations`)
    expect(given).toHaveLength(8) // seven first gifts and a renewal
    for (const { payment_intent_id: payment, succeeded_at: at, charge_id: charge } of given) {
      const gap = Number(at) / 1000 - (expected.get(String(payment)) ?? 0)
      expect(gap).toBeGreaterThanOrEqual(0)
      expect(gap).toBeLessThanOrEqual(10)
      expect(charge).not.toBeNull()
    }
    expect(
      await selectAll(pool, `select status, count(*)::int from checkouts group by 1 order by 1`),
    ).toEqual([
      { status: 'expired', count: 1 },
      { status: 'failed', count: 1 },
      { status: 'succeeded', count: 7 },
    ])
    const before = await tablesIn(pool)
    expect(before.warnings).toHaveLength(1)
    expect(await runBackfill(pool, box)).toMatchObject({ recovered: 0, balanceTransactions: 0 })
    // The webhooks of all forty days arrive after all.
    await deliver(pool, box)
    expect({ ...(await tablesIn(pool)), subscriptions: [] }).toEqual({ ...before, subscriptions: [] })
  })

  test('is not complete by the sync of events alone', async ({ pool }) => {
    const box = await sandboxForTest()
    await ourGift(pool, box)
    const deps = backfillDepsOf(pool, box)
    await runBackfill(pool, box)
    const then = box.now()
    expect(await completeUpTo(pool)).toEqual(then)
    // The service was down for longer than Stripe lists events.
    await forward(box, 40 * DAY_MS)
    await syncTransactions(deps)
    await syncPayouts(deps)
    await syncEvents(deps)
    expect(await completeUpTo(pool)).toEqual(then)
    await syncObjects(deps)
    expect(await completeUpTo(pool)).toEqual(box.now())
  })

  test('is not complete by the sync of events alone when these were the first days', async ({ pool }) => {
    const box = await sandboxForTest()
    const deps = backfillDepsOf(pool, box)
    await syncTransactions(deps)
    await syncPayouts(deps)
    await syncEvents(deps)
    expect(await completeUpTo(pool)).toBeNull()
    await syncObjects(deps)
    expect(await completeUpTo(pool)).toEqual(box.now())
  })
})

test('synthesises no events for payments of another program on the same account, however often they are read', async ({
  pool,
}) => {
  const box = await sandboxForTest()
  const theirs = await paidGift(box, 5000)
  await box.refund(theirs, { amount: 100 })
  await box.createEarlyFraudWarning(theirs)
  await box.dispute(await paidGift(box, 900))
  await forward(box, 40 * DAY_MS)
  await runBackfill(pool, box)
  // The dispute was lost twenty days ago, which the event list still has.
  expect(await countRows(pool, `inbox_events where origin = 'object_list'`)).toBe(0)
  expect(await countRows(pool, 'donations')).toBe(0)
})

test('reads a subscription that ended in the dashboard on the next day, without any event', async ({
  pool,
}) => {
  const box = await sandboxForTest()
  await ourGift(pool, box, 'card', { monthly: true })
  await runBackfill(pool, box)
  const states = () => selectAll(pool, `select status, ended_at is not null as ended from subscriptions`)
  expect(await states()).toEqual([{ status: 'active', ended: false }])
  const [{ id = '' } = {}] = (await sdk(box).subscriptions.list()).data
  await box.cancelSubscription(id, 'now')
  await pool.query(`update subscriptions set stale = false`)
  const round = subscriptionRound({
    ...backfillDepsOf(pool, box),
    clock: () => box.now(),
    report: ({ error }) => expect.fail(String(error)),
  })
  await round()
  expect(await states()).toEqual([{ status: 'active', ended: false }])
  await forward(box, DAY_MS + 1000)
  await round()
  expect(await states()).toEqual([{ status: 'canceled', ended: true }])
})

test('names a subscription that cannot be read, and ends all the same', async ({ pool }) => {
  const box = await sandboxForTest()
  await ourGift(pool, box, 'card', { monthly: true })
  await ourGift(pool, box, 'card', { monthly: true })
  await forward(box, DAY_MS)
  const deps = backfillDepsOf(pool, box)
  const [{ id = '' } = {}] = (await sdk(box).subscriptions.list()).data
  const done = await backfill({
    ...deps,
    retrieveSubscription: (asked) =>
      asked === id ? Promise.reject(new Error('No such price')) : deps.retrieveSubscription(asked),
  })
  expect(done).toMatchObject({ missing: 0, completeUpTo: box.now() })
  expect(done.unreadSubscriptions).toEqual([{ id, reason: 'No such price' }])
  expect(
    await selectAll(pool, `select status from subscriptions where stripe_subscription_id <> $1`, id),
  ).toEqual([{ status: 'active' }])
  // The operator does not wait for the next try.
  expect((await backfill(deps)).unreadSubscriptions).toEqual([])
  expect(await countRows(pool, `subscriptions where status = 'active'`)).toBe(2)
})
