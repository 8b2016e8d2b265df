import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { pino } from 'pino'
import { sweepEvents, type RefillParts } from '../../src/sync/event-sync-worker.ts'
import { sweepObjects } from '../../src/sync/object-sync-worker.ts'
import { completeUpTo } from '../../src/reconciliation/reconciliation-store.ts'
import { completeSweep, sweepState } from '../../src/sync/sync-state-store.ts'
import type { EventPlace } from '../../src/stripe/event-list-gateway.ts'
import { OBJECT_KINDS, type ListedObject } from '../../src/stripe/object-list-gateway.ts'
import { means } from '../kit/books.ts'
import { testDatabase, type TestDatabase } from '../kit/database.ts'
import { count } from '../reconciliation/kit.ts'

/** Where the sweeps of events and objects begin and end, with a Stripe that has nothing, or nothing that can be read. */

const START = new Date('2026-11-20T12:00:00Z')
const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const before = (ms: number) => new Date(START.getTime() - ms)

let own: TestDatabase
/** The service's clock: it goes on by a minute with every page that Stripe gives. */
let nowMs: number
let asked: EventPlace[]
let listed: [kind: string, since: Date | null][]
beforeEach(async () => {
  own = await testDatabase()
  nowMs = START.getTime()
  asked = []
  listed = []
})
afterEach(() => own.drop())
const hot = () => own.database.hot
const mark = async (name: 'events' | 'objects') => (await sweepState(hot(), name)).completeUpTo

function parts(
  its: { unreadable?: number[]; broken?: ListedObject[]; stopping?: () => boolean } = {},
): RefillParts {
  const { unreadable = [], broken = [], stopping } = its
  return {
    hot: hot(),
    events: async (place) => {
      asked.push(place)
      nowMs += MINUTE
      return { rows: [], unreadable: unreadable[asked.length - 1] ?? 0, next: null }
    },
    objects: {
      list: async (kind, { since }) => {
        listed.push([kind, since])
        nowMs += MINUTE
        return { rows: kind === 'sessions' ? broken : [], next: null }
      },
      again: async () => null,
    },
    expected: means.expected,
    means: { ...means, now: () => new Date(nowMs) },
    wake: () => undefined,
    log: pino({ level: 'silent' }),
    ...(stopping ? { stopping } : {}),
  }
}

describe('a sweep of events', () => {
  test('begins a quarter of an hour before its mark and is complete up to its own beginning', async () => {
    await completeSweep(hot(), 'events', before(10 * MINUTE), START)
    await sweepEvents(parts())
    expect(asked.map(({ since }) => since)).toEqual([before(25 * MINUTE), before(25 * MINUTE)])
    expect(await mark('events')).toEqual(START)
    expect(await count(hot(), `sweeps where name = 'objects'`)).toBe(0)
  })

  test('of more than an hour begins with what nobody took', async () => {
    await completeSweep(hot(), 'events', before(46 * MINUTE), START)
    await sweepEvents(parts())
    expect(asked.map(({ deliverySuccess }) => deliverySuccess)).toEqual([false, false, undefined, undefined])
  })

  test('reaches back thirty days; what lies before them only the objects can tell', async () => {
    await completeSweep(hot(), 'events', before(31 * DAY), START)
    await sweepEvents(parts())
    expect(asked[0]?.since).toEqual(before(30 * DAY))
    expect(await count(hot(), `sweeps where name = 'objects'`)).toBe(1)
  })

  test('that misses something, on whichever page, leaves its mark where it was', async () => {
    await completeSweep(hot(), 'events', before(10 * MINUTE), START)
    expect(await sweepEvents(parts({ unreadable: [1, 0] }))).toMatchObject({ missing: 1 })
    expect(await mark('events')).toEqual(before(10 * MINUTE))
    expect(await sweepEvents(parts())).toMatchObject({ missing: 0 })
    expect(await mark('events')).not.toEqual(before(10 * MINUTE))
  })

  test('that is to stop ends after the page in hand', async () => {
    await sweepEvents(parts({ stopping: () => true }))
    expect(asked).toHaveLength(1)
    expect(await mark('events')).toBeNull()
  })
})

describe('a sweep of objects', () => {
  test('looks so far back as each kind may still change, and is complete up to its own beginning', async () => {
    await sweepObjects(parts())
    expect(listed.map(([, since]) => since)).toEqual(OBJECT_KINDS.map(() => null))
    expect(await mark('objects')).toEqual(START)
    listed = []
    await sweepObjects(parts())
    expect(listed).toEqual([
      ['sessions', before(35 * DAY)],
      ['invoices', before(90 * DAY)],
      ['charges', before(90 * DAY)],
      ['refunds', before(180 * DAY)],
      ['disputes', before(550 * DAY)],
      ['warnings', before(7 * DAY)],
    ])
  })

  test('that cannot read one leaves its mark where it was', async () => {
    const broken = [{ id: 'cs_1', events: null }]
    expect(await sweepObjects(parts({ broken }))).toMatchObject({ missing: 1 })
    expect(await mark('objects')).toBeNull()
    await sweepObjects(parts())
    expect(await mark('objects')).not.toBeNull()
  })

  test('that is to stop ends after the page in hand, and goes on with the next kind', async () => {
    await sweepObjects(parts({ stopping: () => true }))
    await sweepObjects(parts({ stopping: () => true }))
    expect(listed.map(([kind]) => kind)).toEqual(['sessions', 'invoices'])
  })
})

test('Stripe has been read as far as the sweep that is furthest behind, once each came to its end', async () => {
  await completeSweep(hot(), 'events', before(2 * MINUTE), START)
  await completeSweep(hot(), 'payouts', before(3 * MINUTE), START)
  expect(await completeUpTo(hot())).toBeNull()
  await completeSweep(hot(), 'balance_transactions', before(MINUTE), START)
  expect(await completeUpTo(hot())).toEqual(before(3 * MINUTE))
  // The list of events closes gaps of thirty days; longer ones of the objects stay.
  await completeSweep(hot(), 'objects', before(31 * DAY), START)
  expect(await completeUpTo(hot())).toEqual(before(31 * DAY))
  await completeSweep(hot(), 'objects', before(29 * DAY), START)
  expect(await completeUpTo(hot())).toEqual(before(3 * MINUTE))
})
