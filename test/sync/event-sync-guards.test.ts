import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { beforeEach, describe, expect } from 'vitest'
import { pino } from 'pino'
import { Stripe } from 'stripe'
import { syncEvents, type EventSyncDeps } from '../../src/sync/event-sync-worker.ts'
import { syncObjects } from '../../src/sync/object-sync-worker.ts'
import { completeUpTo, completeSync, syncState } from '../../src/sync/sync-state-store.ts'
import type { EventPlace } from '../../src/stripe/event-list-gateway.ts'
import { OBJECT_KINDS } from '../../src/stripe/object-list-gateway.ts'
import type { UnreadableRow } from '../../src/settlement/unreadable-row.ts'
import { processing } from '../kit/processing.ts'
import { databaseTest as test } from '../kit/fixtures.ts'
import { countRows } from '../reconciliation/kit.ts'
import { openRows } from '../../src/sync/unreadable-rows-store.ts'
import { markedFor } from '../kit/marks.ts'

/** Where the syncs of events and objects begin and end, with a Stripe that has nothing or nothing that can be read. */

const START = new Date('2026-11-20T12:00:00Z')
const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const before = (ms: number) => new Date(START.getTime() - ms)

/** The service's clock: it advances by a minute with every page that Stripe answers. */
let nowMs: number
let asked: EventPlace[]
let listed: [kind: string, since: Date | null][]
beforeEach(() => {
  nowMs = START.getTime()
  asked = []
  listed = []
})
const completeTime = async (pool: pg.Pool, name: 'events' | 'objects') =>
  (await syncState(pool, name)).completeUpTo

const unreadableRow = (list: UnreadableRow['list'], id: string): UnreadableRow => ({
  list,
  id,
  text: JSON.stringify({ id, metadata: markedFor(randomUUID()) }),
  reason: 'created (Invalid input)',
  createdAt: null,
})

function depsWith(
  pool: pg.Pool,
  stripe: { unreadable?: UnreadableRow[][]; broken?: UnreadableRow[]; stopping?: () => boolean } = {},
): EventSyncDeps {
  const { unreadable = [], broken = [], stopping } = stripe
  return {
    pool,
    events: async (place) => {
      asked.push(place)
      nowMs += MINUTE
      return { rows: [], unreadable: unreadable[asked.length - 1] ?? [], next: null }
    },
    objects: {
      list: async (kind, { since }) => {
        listed.push([kind, since])
        nowMs += MINUTE
        return { rows: [], unreadable: kind === 'sessions' ? broken : [], next: null }
      },
      readRow: () => ({ reason: 'nothing' }),
      retrieveObjectOf: async () => null,
    },
    expected: processing.expected,
    processing: { ...processing, now: () => new Date(nowMs) },
    wake: () => undefined,
    log: pino({ level: 'silent' }),
    ...(stopping ? { stopping } : {}),
  }
}

describe('the sync of events', () => {
  test('begins fifteen minutes before its last complete time and is complete up to its start time', async ({
    pool,
  }) => {
    await completeSync(pool, 'events', before(10 * MINUTE), START)
    await syncEvents(depsWith(pool))
    expect(asked.map(({ since }) => since)).toEqual([before(25 * MINUTE), before(25 * MINUTE)])
    expect(await completeTime(pool, 'events')).toEqual(START)
    expect(await countRows(pool, `sync_states where name = 'objects'`)).toBe(0)
  })

  test('begins with undelivered events when it has more than an hour to catch up with', async ({ pool }) => {
    await completeSync(pool, 'events', before(46 * MINUTE), START)
    await syncEvents(depsWith(pool))
    expect(asked.map(({ deliverySuccess }) => deliverySuccess)).toEqual([false, false, undefined, undefined])
  })

  test('reads thirty days back and leaves what is older to the sync of objects', async ({ pool }) => {
    await completeSync(pool, 'events', before(31 * DAY), START)
    await syncEvents(depsWith(pool))
    expect(asked[0]?.since).toEqual(before(30 * DAY))
    expect(await countRows(pool, `sync_states where name = 'objects'`)).toBe(1)
  })

  test('keeps a row that it cannot read, and moves its complete time on', async ({ pool }) => {
    await completeSync(pool, 'events', before(10 * MINUTE), START)
    const unreadable = [[unreadableRow('events', 'evt_1')], []]
    expect(await syncEvents(depsWith(pool, { unreadable }))).toMatchObject({ missing: 1 })
    expect(await completeTime(pool, 'events')).toEqual(START)
    expect(await openRows(pool)).toMatchObject([{ list: 'events', id: 'evt_1' }])
  })

  test('ends after the present page when the service stops', async ({ pool }) => {
    await syncEvents(depsWith(pool, { stopping: () => true }))
    expect(asked).toHaveLength(1)
    expect(await completeTime(pool, 'events')).toBeNull()
  })
})

describe('the sync of objects', () => {
  test('reads back as long as each kind may still change, and is complete up to its start time', async ({
    pool,
  }) => {
    await syncObjects(depsWith(pool))
    expect(listed.map(([, since]) => since)).toEqual(OBJECT_KINDS.map(() => null))
    expect(await completeTime(pool, 'objects')).toEqual(START)
    listed = []
    await syncObjects(depsWith(pool))
    expect(listed).toEqual([
      ['sessions', before(35 * DAY)],
      ['invoices', before(90 * DAY)],
      ['charges', before(90 * DAY)],
      ['refunds', before(180 * DAY)],
      ['disputes', before(550 * DAY)],
      ['warnings', before(7 * DAY)],
    ])
  })

  test('keeps an object that it cannot read, and moves its complete time on', async ({ pool }) => {
    const broken = [unreadableRow('sessions', 'cs_1')]
    expect(await syncObjects(depsWith(pool, { broken }))).toMatchObject({ missing: 1 })
    expect(await completeTime(pool, 'objects')).toEqual(START)
    expect(await openRows(pool)).toMatchObject([{ list: 'sessions', id: 'cs_1' }])
  })

  test('keeps nothing of another program’s object, whatever its shape', async ({ pool }) => {
    const broken = [{ ...unreadableRow('sessions', 'cs_2'), text: '{"id":"cs_2","amount_total":"five"}' }]
    expect(await syncObjects(depsWith(pool, { broken }))).toMatchObject({ missing: 0 })
    expect(await openRows(pool)).toEqual([])
  })

  test('reads the other kinds when Stripe refuses to list one, and is not complete then', async ({
    pool,
  }) => {
    const deps = depsWith(pool)
    const refusing: typeof deps = {
      ...deps,
      objects: {
        ...deps.objects,
        list: (kind, place) =>
          kind === 'charges'
            ? Promise.reject(new Stripe.errors.StripePermissionError({ type: 'invalid_request_error' }))
            : deps.objects.list(kind, place),
      },
    }
    expect(await syncObjects(refusing)).toMatchObject({ refused: ['charges'] })
    expect(listed.map(([kind]) => kind)).toEqual(OBJECT_KINDS.filter((kind) => kind !== 'charges'))
    expect(await completeTime(pool, 'objects')).toBeNull()
    expect(await syncObjects(deps)).toMatchObject({ refused: [] })
    expect(await completeTime(pool, 'objects')).not.toBeNull()
  })

  test('fails when Stripe is away, and resumes with the same kind', async ({ pool }) => {
    const deps = depsWith(pool)
    const away = { ...deps.objects, list: () => Promise.reject(new Error('Stripe is away')) }
    await expect(syncObjects({ ...deps, objects: away })).rejects.toThrow('away')
    expect(await completeTime(pool, 'objects')).toBeNull()
  })

  test('ends after the present page when the service stops, and resumes with the next kind', async ({
    pool,
  }) => {
    await syncObjects(depsWith(pool, { stopping: () => true }))
    await syncObjects(depsWith(pool, { stopping: () => true }))
    expect(listed.map(([kind]) => kind)).toEqual(['sessions', 'invoices'])
  })
})

test('reports the complete time of the sync that is furthest behind, once each has ended', async ({
  pool,
}) => {
  await completeSync(pool, 'events', before(2 * MINUTE), START)
  await completeSync(pool, 'payouts', before(3 * MINUTE), START)
  expect(await completeUpTo(pool)).toBeNull()
  await completeSync(pool, 'balance_transactions', before(MINUTE), START)
  expect(await completeUpTo(pool)).toEqual(before(3 * MINUTE))
  // The event list covers thirty days, so only an older sync of objects counts.
  await completeSync(pool, 'objects', before(31 * DAY), START)
  expect(await completeUpTo(pool)).toEqual(before(31 * DAY))
  await completeSync(pool, 'objects', before(29 * DAY), START)
  expect(await completeUpTo(pool)).toEqual(before(3 * MINUTE))
})
