import { readFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { runAlone } from '../../src/db/advisory-lock.ts'
import { backfillAlone } from '../../src/sync/backfill-worker.ts'
import { syncEvents } from '../../src/sync/event-sync-worker.ts'
import { syncObjects } from '../../src/sync/object-sync-worker.ts'
import { SYNC_LOCK } from '../../src/sync/sync-state-store.ts'
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
import { all, applyAll, keep, processing, withProfile } from '../kit/books.ts'
import { testDatabase, type TestDatabase } from '../kit/database.ts'
import { DAY_MS, forward } from '../kit/sandbox.ts'
import { sandboxForTest } from '../stripe-sandbox/kit.ts'
import { countRows } from '../reconciliation/kit.ts'
import {
  tablesIn,
  deliver,
  eventfulDays,
  notWhole,
  ourGift,
  recoveryOf,
  runBackfill,
  whole,
} from './event-sync-kit.ts'

let own: TestDatabase
beforeEach(async () => {
  own = await testDatabase()
  await withProfile(own.database.pool)
})
afterEach(() => own.drop())
const pool = () => own.database.pool
const MINUTE_MS = 60 * 1000
const lastRecovered = () =>
  all(pool(), `select recovered::int as recovered from sync_states where name = 'events'`)

/** The event list, with each call noted. */
function watched(events: EventList) {
  const calls: Parameters<EventList>[0][] = []
  const list: EventList = (place) => {
    calls.push(place)
    return events(place)
  }
  return { calls, list }
}

/** Short pages, so that a few events already make several. */
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
    expect(() => readEvent(type, new Date(0), { data: { object: {} } })).toThrow(UnreadableEvent)
  for (const type of BALANCE_EVENT_TYPES) expect(readEvent(type, new Date(0), {})).toBeNull()
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
  test('recovers every event type that was lost alone', async () => {
    const box = await sandboxForTest()
    await eventfulDays(pool(), box)
    await deliver(pool(), box)
    const withWebhooks = await tablesIn(pool())
    const seen = new Set(box.events().map(({ type }) => type))
    const used = HANDLED_EVENT_TYPES.filter((type) => [...seen].includes(type as never)) // the sandbox's list is narrower
    expect(used.length).toBeGreaterThan(14)
    for (const lost of used) {
      const other = await testDatabase()
      try {
        const { pool: otherPool } = other.database
        await withProfile(otherPool)
        const { rows } = await pool().query<Record<string, unknown>>(
          `select row_to_json(c) as row from checkouts c`,
        )
        await otherPool.query(
          `insert into checkouts select (json_populate_record(null::checkouts, (value->'row')::json)).* from json_array_elements($1) value`,
          [JSON.stringify(rows)],
        )
        await otherPool.query(`update checkouts set status = 'open'`)
        await deliver(otherPool, box, (type) => type !== lost)
        const { recovered } = await syncEvents(recoveryOf(otherPool, box))
        expect([lost, recovered]).toEqual([lost, box.events().filter(({ type }) => type === lost).length])
        await applyAll(otherPool, { ...processing, now: () => box.now() })
        const { mails, ...same } = withWebhooks
        expect({ lost, ...(await tablesIn(otherPool)) }).toMatchObject({ lost, ...same })
        expect(await countRows(otherPool, `inbox_events where origin = 'event_list'`)).toBe(recovered)
        expect(mails.length).toBeGreaterThan(0)
      } finally {
        await other.drop()
      }
    }
  }, 120_000)

  test('recovers nothing and takes two calls when nothing was lost', async () => {
    const box = await sandboxForTest()
    await eventfulDays(pool(), box)
    await deliver(pool(), box)
    await syncEvents(recoveryOf(pool(), box))
    await forward(box, 10 * MINUTE_MS)
    await deliver(pool(), box)
    const parts = recoveryOf(pool(), box)
    const { calls, list } = watched(parts.events)
    let objectCalls = 0
    const objects: StripeObjects = {
      ...parts.objects,
      retrieveObjectOf: async () => ((objectCalls += 1), []),
    }
    expect(await syncEvents({ ...parts, events: list, objects })).toEqual({ recovered: 0, missing: 0 })
    expect([calls.length, objectCalls]).toEqual([2, 0])
    expect(calls.map(({ since }) => since)).toEqual(
      [0, 1].map(() => new Date(box.now().getTime() - 25 * MINUTE_MS)),
    )
  })

  test('reads undelivered events first when it has to catch up, and no more than thirty days', async () => {
    const box = await sandboxForTest()
    await ourGift(pool(), box)
    const parts = recoveryOf(pool(), box)
    const { calls, list } = watched(parts.events)
    await syncEvents({ ...parts, events: list })
    expect(calls.map(({ deliverySuccess }) => deliverySuccess)).toEqual([false, false, undefined, undefined])
    expect(new Set(calls.map(({ since }) => since?.getTime()))).toEqual(
      new Set([box.now().getTime() - 30 * DAY_MS]),
    )
  })

  test('recovers an event that may still be under way but does not count it as missed', async () => {
    const box = await sandboxForTest()
    await ourGift(pool(), box)
    await forward(box, 10 * MINUTE_MS)
    await ourGift(pool(), box)
    let woken = 0
    const parts = { ...recoveryOf(pool(), box), wake: () => void (woken += 1) }
    expect(await syncEvents(parts)).toEqual({ recovered: 4, missing: 0 })
    expect(woken).toBeGreaterThan(0)
    expect(await lastRecovered()).toEqual([{ recovered: 2 }])
    await keep(pool(), ...box.events())
    expect(
      await countRows(pool(), `inbox_events where origin = 'webhook' and type = 'charge.succeeded'`),
    ).toBe(0)
    await forward(box, 10 * MINUTE_MS)
    await syncEvents(recoveryOf(pool(), box))
    expect(await lastRecovered()).toEqual([{ recovered: 0 }])
  })

  test('resumes after every page at which it was interrupted and is complete only at its end', async () => {
    const box = await sandboxForTest()
    for (let n = 0; n < 6; n += 1) await ourGift(pool(), box)
    await forward(box, DAY_MS)
    const parts = recoveryOf(pool(), box)
    const list = inShortPages(parts.events)
    let cuts = 0
    let recovered = 0
    const cutting: EventList = async (place) => {
      if (recovered++ % 2 === 1) throw new Error('cut')
      return list(place)
    }
    for (;;) {
      const done = await syncEvents({ ...parts, events: cutting }).catch((error: Error) => {
        if (error.message !== 'cut') throw error
        return null
      })
      if (done) break
      cuts += 1
      expect(await countRows(pool(), `sync_states where complete_up_to is not null`)).toBe(0)
    }
    expect(cuts).toBeGreaterThan(5)
    expect(await countRows(pool(), 'inbox_events')).toBe(12)
    expect(await lastRecovered()).toEqual([{ recovered: 12 }])
    expect(
      await countRows(
        pool(),
        `sync_states where name = 'events' and complete_up_to is not null and cursor is null`,
      ),
    ).toBe(1)
  })

  test('starts again when Stripe no longer knows the cursor’s event', async () => {
    const box = await sandboxForTest()
    for (let n = 0; n < 4; n += 1) await ourGift(pool(), box)
    const parts = recoveryOf(pool(), box)
    let calls = 0
    const list = inShortPages(parts.events)
    const cut: EventList = (place) => (
      (calls += 1),
      calls === 2 ? Promise.reject(new Error('cut')) : list(place)
    )
    await expect(syncEvents({ ...parts, events: cut })).rejects.toThrow('cut')
    const place = { since: null, after: 'evt_of_long_ago' }
    await expect(parts.events(place)).rejects.toThrow(UnknownCursor)
    await pool().query(`update sync_states set cursor = jsonb_set(cursor, '{after}', '"evt_of_long_ago"')`)
    await syncEvents(parts)
    expect(await countRows(pool(), 'inbox_events')).toBe(8)
  })

  test('stores every event once beside another sync, and a late webhook adds nothing', async () => {
    const box = await sandboxForTest()
    await eventfulDays(pool(), box)
    const runs = await Promise.all([1, 2, 3].map(() => syncEvents(recoveryOf(pool(), box))))
    const used = box.events().filter(({ type }) => HANDLED_EVENT_TYPES.includes(type)).length
    expect(runs.reduce((sum, { recovered }) => sum + recovered, 0)).toBe(used)
    await runBackfill(pool(), box)
    const before = await tablesIn(pool())
    await deliver(pool(), box, (type) => HANDLED_EVENT_TYPES.includes(type))
    expect(await countRows(pool(), 'inbox_events')).toBe(used)
    expect(await tablesIn(pool())).toEqual(before)
  })

  test('keeps its complete time and counts a missing event when a listed one cannot be read', async () => {
    const box = await sandboxForTest()
    await ourGift(pool(), box)
    const parts = recoveryOf(pool(), box)
    const events: EventList = async (place) => ({ ...(await parts.events(place)), unreadable: 1 })
    expect(await syncEvents({ ...parts, events })).toEqual({ recovered: 2, missing: 4 })
    expect(await countRows(pool(), `sync_states where complete_up_to is not null`)).toBe(0)
    expect(await syncEvents(parts)).toEqual({ recovered: 0, missing: 0 })
    expect(await countRows(pool(), `sync_states where complete_up_to is not null`)).toBe(1)
  })
})

describe('events of the account’s own API version', () => {
  test('are recovered as events of their objects in our version and never quarantined', async () => {
    const box = await sandboxForTest({ accountVersion: '2020-08-27' })
    await eventfulDays(pool(), box)
    expect(await runBackfill(pool(), box)).toMatchObject({ missing: 0, completeUpTo: box.now() })
    expect(await notWhole(pool())).toEqual(whole)
    expect(await all(pool(), `select distinct origin, api_version from inbox_events`)).toEqual([
      { origin: 'object_list', api_version: processing.expected.apiVersion },
    ])
    const before = await tablesIn(pool())
    expect(before.donations).toHaveLength(7)
    // The webhooks bring the same in the endpoint's version: nothing is booked a second time.
    await deliver(pool(), box)
    expect({ ...(await tablesIn(pool())), subscriptions: [] }).toEqual({ ...before, subscriptions: [] })
  })

  test('are not fetched again when they came by webhook', async () => {
    const box = await sandboxForTest({ accountVersion: '2020-08-27' })
    await eventfulDays(pool(), box)
    await deliver(pool(), box)
    const parts = recoveryOf(pool(), box)
    const objects: StripeObjects = {
      ...parts.objects,
      retrieveObjectOf: () => Promise.reject(new Error('asked for')),
    }
    expect(await syncEvents({ ...parts, objects })).toEqual({ recovered: 0, missing: 0 })
  })

  test('count as missing when their object cannot be read, and the sync is not complete', async () => {
    const box = await sandboxForTest({ accountVersion: '2020-08-27' })
    await ourGift(pool(), box)
    const parts = recoveryOf(pool(), box)
    const objects: StripeObjects = { ...parts.objects, retrieveObjectOf: async () => null }
    expect((await syncEvents({ ...parts, objects })).missing).toBeGreaterThan(0)
    expect(await countRows(pool(), `sync_states where complete_up_to is not null`)).toBe(0)
  })
})

describe('the sync of objects with the offline Stripe', () => {
  test('recovers nothing when nothing was lost, and adds nothing when it runs again', async () => {
    const box = await sandboxForTest()
    await eventfulDays(pool(), box)
    await deliver(pool(), box)
    expect(await syncObjects(recoveryOf(pool(), box))).toEqual({ recovered: 0, missing: 0 })
    const other = await testDatabase()
    try {
      const parts = recoveryOf(other.database.pool, box)
      const { recovered } = await syncObjects(parts)
      expect(recovered).toBeGreaterThan(10)
      // Nothing was applied, so that everything is as unknown as before.
      expect(await syncObjects(parts)).toEqual({ recovered: 0, missing: 0 })
    } finally {
      await other.drop()
    }
  })

  test('leaves a young object to its webhook and recovers it later', async () => {
    const box = await sandboxForTest()
    await ourGift(pool(), box)
    expect(await syncObjects(recoveryOf(pool(), box))).toEqual({ recovered: 0, missing: 0 })
    await forward(box, 16 * MINUTE_MS)
    expect(await syncObjects(recoveryOf(pool(), box))).toEqual({ recovered: 2, missing: 0 })
  })

  test('resumes where it was interrupted', async () => {
    const box = await sandboxForTest()
    await eventfulDays(pool(), box)
    const parts = recoveryOf(pool(), box)
    const seen: string[] = []
    const cutAt = (kind: string): StripeObjects => ({
      ...parts.objects,
      list: (asked, place) => {
        if (asked === kind) return Promise.reject(new Error('cut'))
        seen.push(asked)
        return parts.objects.list(asked, place)
      },
    })
    await expect(syncObjects({ ...parts, objects: cutAt('refunds') })).rejects.toThrow('cut')
    await syncObjects({ ...parts, objects: cutAt('nothing') })
    expect(seen).toEqual(['sessions', 'invoices', 'charges', 'refunds', 'disputes', 'warnings'])
    await applyAll(pool(), { ...processing, now: () => box.now() })
    expect(await countRows(pool(), 'refunds')).toBe(2)
    expect(await countRows(pool(), 'disputes')).toBe(2)
  })

  test('recovers the failure of an old refund and the end of an old dispute', async () => {
    const box = await sandboxForTest()
    const refunded = await ourGift(pool(), box)
    const disputed = await ourGift(pool(), box)
    const refund = await box.refund(refunded.charge)
    const dispute = await box.dispute(disputed.charge)
    await runBackfill(pool(), box)
    await forward(box, 15 * DAY_MS)
    await box.settleRefund(refund, 'failed')
    await box.closeDispute(dispute, 'won')
    await forward(box, 40 * DAY_MS)
    await runBackfill(pool(), box)
    expect(await all(pool(), `select status from refunds union all select status from disputes`)).toEqual([
      { status: 'failed' },
      { status: 'won' },
    ])
    expect(await notWhole(pool())).toEqual(whole)
  })
})

test('makes a backfill wait for a running sync and refuses it when that takes too long', async () => {
  const box = await sandboxForTest()
  await ourGift(pool(), box)
  const parts = recoveryOf(pool(), box)
  await runAlone(own.url, SYNC_LOCK, async () => {
    expect(await backfillAlone(parts, own.url, 0)).toBeNull()
    expect(await countRows(pool(), 'inbox_events')).toBe(0)
  })
  expect(await backfillAlone(parts, own.url, 0)).toMatchObject({ recovered: 2, missing: 0 })
})
