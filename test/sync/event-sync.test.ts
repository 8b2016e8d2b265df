import type pg from 'pg'
import { readFile } from 'node:fs/promises'
import { describe, expect } from 'vitest'
import { runAlone } from '../../src/db/advisory-lock.ts'
import { backfillAlone } from '../../src/sync/backfill-worker.ts'
import { syncEvents } from '../../src/sync/event-sync-worker.ts'
import { syncObjects } from '../../src/sync/object-sync-worker.ts'
import { SYNC_LOCK } from '../../src/sync/sync-state-store.ts'
import { readKeptRows } from '../../src/sync/unreadable-rows-worker.ts'
import { STRIPE_API_VERSION } from '../../src/stripe/stripe-gateway.ts'
import { UnknownCursor, type EventList } from '../../src/stripe/event-list-gateway.ts'
import type { StripeObjects } from '../../src/stripe/object-list-gateway.ts'
import { UnreadableEvent } from '../../src/stripe/events/event-reader.ts'
import {
  readEvent,
  BALANCE_EVENT_TYPES,
  HANDLED_EVENT_TYPES,
  HANDLED_EVENT_GROUPS,
} from '../../src/stripe/handled-event-types.ts'
import { selectAll, applyAll, receive, processing } from '../kit/processing.ts'
import { newsroomTest as test } from '../kit/fixtures.ts'
import { DAY_MS, forward } from '../kit/sandbox.ts'
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
  withSecondDatabase,
} from './event-sync-kit.ts'
import { ownership } from '../kit/marks.ts'

const MINUTE_MS = 60 * 1000
const lastRecovered = (pool: pg.Pool) =>
  selectAll(pool, `select recovered::int as recovered from sync_states where name = 'events'`)

/** The event list, and the places of the calls to it. */
function watched(events: EventList) {
  const calls: Parameters<EventList>[0][] = []
  const list: EventList = (place) => {
    calls.push(place)
    return events(place)
  }
  return { calls, list }
}

/** The event list in short pages, so that a few events need several pages. */
function inShortPages(events: EventList, size = 3): EventList {
  return async (place) => {
    const { rows, unreadable } = await events({ ...place, after: null })
    const from = place.after === null ? 0 : rows.findIndex(({ eventId }) => eventId === place.after) + 1
    const page = rows.slice(from, from + size)
    return { rows: page, unreadable, next: from + size < rows.length ? (page.at(-1)?.eventId ?? null) : null }
  }
}

test('groups exactly the event types that are read, in groups that Stripe accepts', () => {
  for (const type of HANDLED_EVENT_TYPES)
    expect(() => readEvent(type, new Date(0), { data: { object: {} } }, ownership)).toThrow(UnreadableEvent)
  for (const type of BALANCE_EVENT_TYPES) expect(readEvent(type, new Date(0), {}, ownership)).toBeNull()
  expect(Math.max(...HANDLED_EVENT_GROUPS.map((group) => group.length))).toBeLessThanOrEqual(20)
})

test('the guide for going live lists exactly the event types that the service handles, and our API version', async () => {
  const guide = await readFile(new URL('../../docs/going-live.md', import.meta.url), 'utf8')
  const [, apiVersion, list = ''] =
    /API version `([^`]+)` and\sthese events:\s+```\n([^`]*)```/.exec(guide) ?? []
  expect(apiVersion).toBe(STRIPE_API_VERSION)
  expect(list.trim().split('\n').toSorted()).toEqual(
    [...HANDLED_EVENT_TYPES, ...BALANCE_EVENT_TYPES].toSorted(),
  )
})

describe('the sync of events with the offline Stripe', () => {
  test('recovers every event type that was lost alone', async ({ pool }) => {
    const box = await sandboxForTest()
    await eventfulDays(pool, box)
    await deliver(pool, box)
    const withWebhooks = await tablesIn(pool)
    const seen = new Set(box.events().map(({ type }) => type))
    const used = HANDLED_EVENT_TYPES.filter((type) => [...seen].includes(type as never)) // the sandbox's list is narrower
    expect(used.length).toBeGreaterThan(14)
    for (const lost of used)
      await withSameCheckouts(pool, async (second) => {
        await deliver(second, box, (type) => type !== lost)
        const { recovered } = await syncEvents(backfillDepsOf(second, box))
        expect([lost, recovered]).toEqual([lost, box.events().filter(({ type }) => type === lost).length])
        await applyAll(second, { ...processing, now: () => box.now() })
        const { mails, ...expected } = withWebhooks
        expect({ lost, ...(await tablesIn(second)) }).toMatchObject({ lost, ...expected })
        expect(await countRows(second, `inbox_events where origin = 'event_list'`)).toBe(recovered)
        expect(mails.length).toBeGreaterThan(0)
      })
  }, 120_000)

  test('recovers nothing and takes two calls when nothing was lost', async ({ pool }) => {
    const box = await sandboxForTest()
    await eventfulDays(pool, box)
    await deliver(pool, box)
    await syncEvents(backfillDepsOf(pool, box))
    await forward(box, 10 * MINUTE_MS)
    await deliver(pool, box)
    const deps = backfillDepsOf(pool, box)
    const { calls, list } = watched(deps.events)
    let objectCalls = 0
    const objects: StripeObjects = {
      ...deps.objects,
      retrieveObjectOf: async () => ((objectCalls += 1), []),
    }
    expect(await syncEvents({ ...deps, events: list, objects })).toEqual({ recovered: 0, missing: 0 })
    expect([calls.length, objectCalls]).toEqual([2, 0])
    expect(calls.map(({ since }) => since)).toEqual(
      [0, 1].map(() => new Date(box.now().getTime() - 25 * MINUTE_MS)),
    )
  })

  test('reads undelivered events first when it has to catch up, and no more than thirty days', async ({
    pool,
  }) => {
    const box = await sandboxForTest()
    await ourGift(pool, box)
    const deps = backfillDepsOf(pool, box)
    const { calls, list } = watched(deps.events)
    await syncEvents({ ...deps, events: list })
    expect(calls.map(({ deliverySuccess }) => deliverySuccess)).toEqual([false, false, undefined, undefined])
    expect(new Set(calls.map(({ since }) => since?.getTime()))).toEqual(
      new Set([box.now().getTime() - 30 * DAY_MS]),
    )
  })

  test('recovers an event that may still be under way but does not count it as missed', async ({ pool }) => {
    const box = await sandboxForTest()
    await ourGift(pool, box)
    await forward(box, 10 * MINUTE_MS)
    await ourGift(pool, box)
    let woken = 0
    const deps = { ...backfillDepsOf(pool, box), wake: () => void (woken += 1) }
    expect(await syncEvents(deps)).toEqual({ recovered: 4, missing: 0 })
    expect(woken).toBeGreaterThan(0)
    expect(await lastRecovered(pool)).toEqual([{ recovered: 2 }])
    await receive(pool, ...box.events())
    expect(await countRows(pool, `inbox_events where origin = 'webhook' and type = 'charge.succeeded'`)).toBe(
      0,
    )
    await forward(box, 10 * MINUTE_MS)
    await syncEvents(backfillDepsOf(pool, box))
    expect(await lastRecovered(pool)).toEqual([{ recovered: 0 }])
  })

  test('resumes after every page at which it was interrupted and is complete only at its end', async ({
    pool,
  }) => {
    const box = await sandboxForTest()
    for (let n = 0; n < 6; n += 1) await ourGift(pool, box)
    await forward(box, DAY_MS)
    const deps = backfillDepsOf(pool, box)
    const list = inShortPages(deps.events)
    let cuts = 0
    let recovered = 0
    const cutting: EventList = async (place) => {
      if (recovered++ % 2 === 1) throw new Error('cut')
      return list(place)
    }
    for (;;) {
      const done = await syncEvents({ ...deps, events: cutting }).catch((error: Error) => {
        if (error.message !== 'cut') throw error
        return null
      })
      if (done) break
      cuts += 1
      expect(await countRows(pool, `sync_states where complete_up_to is not null`)).toBe(0)
    }
    expect(cuts).toBeGreaterThan(5)
    expect(await countRows(pool, 'inbox_events')).toBe(12)
    expect(await lastRecovered(pool)).toEqual([{ recovered: 12 }])
    expect(
      await countRows(
        pool,
        `sync_states where name = 'events' and complete_up_to is not null and cursor is null`,
      ),
    ).toBe(1)
  })

  test('starts again when Stripe no longer knows the cursor’s event', async ({ pool }) => {
    const box = await sandboxForTest()
    for (let n = 0; n < 4; n += 1) await ourGift(pool, box)
    const deps = backfillDepsOf(pool, box)
    let calls = 0
    const list = inShortPages(deps.events)
    const cut: EventList = (place) => (
      (calls += 1),
      calls === 2 ? Promise.reject(new Error('cut')) : list(place)
    )
    await expect(syncEvents({ ...deps, events: cut })).rejects.toThrow('cut')
    const place = { since: null, after: 'evt_of_long_ago' }
    await expect(deps.events(place)).rejects.toThrow(UnknownCursor)
    await pool.query(`update sync_states set cursor = jsonb_set(cursor, '{after}', '"evt_of_long_ago"')`)
    await syncEvents(deps)
    expect(await countRows(pool, 'inbox_events')).toBe(8)
  })

  test('stores every event once beside another sync, and a late webhook adds nothing', async ({ pool }) => {
    const box = await sandboxForTest()
    await eventfulDays(pool, box)
    const runs = await Promise.all([1, 2, 3].map(() => syncEvents(backfillDepsOf(pool, box))))
    const used = box.events().filter(({ type }) => HANDLED_EVENT_TYPES.includes(type)).length
    expect(runs.reduce((sum, { recovered }) => sum + recovered, 0)).toBe(used)
    await runBackfill(pool, box)
    const before = await tablesIn(pool)
    await deliver(pool, box, (type) => HANDLED_EVENT_TYPES.includes(type))
    expect(await countRows(pool, 'inbox_events')).toBe(used)
    expect(await tablesIn(pool)).toEqual(before)
  })

  test('stores the other events when a listed one cannot be read, keeps that one and counts it as missing', async ({
    pool,
  }) => {
    const box = await sandboxForTest()
    await ourGift(pool, box)
    const deps = backfillDepsOf(pool, box)
    const unreadable = [
      { list: 'events', id: 'evt_1', text: '{}', reason: 'type (Invalid input)', createdAt: null },
    ] as const
    const events: EventList = async (place) => ({ ...(await deps.events(place)), unreadable })
    expect(await syncEvents({ ...deps, events })).toEqual({ recovered: 2, missing: 4 })
    expect(await countRows(pool, `sync_states where complete_up_to is not null`)).toBe(1)
    expect(await countRows(pool, `unreadable_rows where id = 'evt_1'`)).toBe(1)
  })
})

describe('events of the account’s own API version', () => {
  test('are recovered as events of their objects in our version and never quarantined', async ({ pool }) => {
    const box = await sandboxForTest({ accountVersion: '2020-08-27' })
    await eventfulDays(pool, box)
    expect(await runBackfill(pool, box)).toMatchObject({ missing: 0, completeUpTo: box.now() })
    expect(await problemsIn(pool)).toEqual(NO_PROBLEMS)
    expect(await selectAll(pool, `select distinct origin, api_version from inbox_events`)).toEqual([
      { origin: 'object_list', api_version: processing.expected.apiVersion },
    ])
    const before = await tablesIn(pool)
    expect(before.donations).toHaveLength(7)
    // The webhooks bring the same events in the endpoint's version. Nothing is posted twice.
    await deliver(pool, box)
    expect({ ...(await tablesIn(pool)), subscriptions: [] }).toEqual({ ...before, subscriptions: [] })
  })

  test('are not fetched again when they came by webhook', async ({ pool }) => {
    const box = await sandboxForTest({ accountVersion: '2020-08-27' })
    await eventfulDays(pool, box)
    await deliver(pool, box)
    const deps = backfillDepsOf(pool, box)
    const objects: StripeObjects = {
      ...deps.objects,
      retrieveObjectOf: () => Promise.reject(new Error('asked for')),
    }
    expect(await syncEvents({ ...deps, objects })).toEqual({ recovered: 0, missing: 0 })
  })

  test('are kept and count as missing while their object cannot be read, and are read once it can', async ({
    pool,
  }) => {
    const box = await sandboxForTest({ accountVersion: '2020-08-27' })
    await ourGift(pool, box)
    const deps = backfillDepsOf(pool, box)
    const objects: StripeObjects = { ...deps.objects, retrieveObjectOf: async () => null }
    expect((await syncEvents({ ...deps, objects })).missing).toBeGreaterThan(0)
    expect(await countRows(pool, `unreadable_rows where list = 'events' and readable_since is null`)).toBe(2)
    expect(await readKeptRows({ ...deps, objects })).toBe(0)
    // Postponed: the next round asks Stripe for none of them.
    const refusing = { ...deps.objects, retrieveObjectOf: () => Promise.reject(new Error('asked for')) }
    expect(await readKeptRows({ ...deps, objects: refusing })).toBe(0)
    expect(await readKeptRows(deps, true)).toBe(2)
    await applyAll(pool, { ...processing, now: () => box.now() })
    expect(await countRows(pool, 'donations')).toBe(1)
    expect(await countRows(pool, 'unreadable_rows where readable_since is null')).toBe(0)
  })
})

describe('the sync of objects with the offline Stripe', () => {
  test('recovers nothing when nothing was lost, and adds nothing when it runs again', async ({ pool }) => {
    const box = await sandboxForTest()
    await eventfulDays(pool, box)
    await deliver(pool, box)
    expect(await syncObjects(backfillDepsOf(pool, box))).toEqual({ recovered: 0, missing: 0, refused: [] })
    await withSecondDatabase(async (second) => {
      const deps = backfillDepsOf(second, box)
      const { recovered } = await syncObjects(deps)
      expect(recovered).toBeGreaterThan(10)
      // Nothing was applied, so every object still looks unknown.
      expect(await syncObjects(deps)).toEqual({ recovered: 0, missing: 0, refused: [] })
    })
  })

  test('leaves a young object to its webhook and recovers it later', async ({ pool }) => {
    const box = await sandboxForTest()
    await ourGift(pool, box)
    expect(await syncObjects(backfillDepsOf(pool, box))).toEqual({ recovered: 0, missing: 0, refused: [] })
    await forward(box, 16 * MINUTE_MS)
    expect(await syncObjects(backfillDepsOf(pool, box))).toEqual({ recovered: 2, missing: 0, refused: [] })
  })

  test('resumes where it was interrupted', async ({ pool }) => {
    const box = await sandboxForTest()
    await eventfulDays(pool, box)
    const deps = backfillDepsOf(pool, box)
    const seen: string[] = []
    const cutAt = (kind: string): StripeObjects => ({
      ...deps.objects,
      list: (asked, place) => {
        if (asked === kind) return Promise.reject(new Error('cut'))
        seen.push(asked)
        return deps.objects.list(asked, place)
      },
    })
    await expect(syncObjects({ ...deps, objects: cutAt('refunds') })).rejects.toThrow('cut')
    await syncObjects({ ...deps, objects: cutAt('nothing') })
    expect(seen).toEqual(['sessions', 'invoices', 'charges', 'refunds', 'disputes', 'warnings'])
    await applyAll(pool, { ...processing, now: () => box.now() })
    expect(await countRows(pool, 'refunds')).toBe(2)
    expect(await countRows(pool, 'disputes')).toBe(2)
  })

  test('recovers the failure of an old refund and the end of an old dispute', async ({ pool }) => {
    const box = await sandboxForTest()
    const refunded = await ourGift(pool, box)
    const disputed = await ourGift(pool, box)
    const refund = await box.refund(refunded.charge)
    const dispute = await box.dispute(disputed.charge)
    await runBackfill(pool, box)
    await forward(box, 15 * DAY_MS)
    await box.settleRefund(refund, 'failed')
    await box.closeDispute(dispute, 'won')
    await forward(box, 40 * DAY_MS)
    await runBackfill(pool, box)
    expect(await selectAll(pool, `select status from refunds union all select status from disputes`)).toEqual(
      [{ status: 'failed' }, { status: 'won' }],
    )
    expect(await problemsIn(pool)).toEqual(NO_PROBLEMS)
  })
})

test('makes a backfill wait for a running sync and refuses it when that takes too long', async ({
  pool,
  db,
}) => {
  const box = await sandboxForTest()
  await ourGift(pool, box)
  const deps = backfillDepsOf(pool, box)
  await runAlone(db.url, SYNC_LOCK, async () => {
    expect(await backfillAlone(deps, db.url, 0)).toBeNull()
    expect(await countRows(pool, 'inbox_events')).toBe(0)
  })
  expect(await backfillAlone(deps, db.url, 0)).toMatchObject({ recovered: 2, missing: 0 })
})
