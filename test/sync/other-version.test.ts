import type pg from 'pg'
import { describe, expect } from 'vitest'
import type { Stripe } from 'stripe'
import { countReadAsObjects, inboxNeedsAttention } from '../../src/inbox/inbox-store.ts'
import type { StripeObjects } from '../../src/stripe/object-list-gateway.ts'
import type { Sandbox } from '../../src/stripe-sandbox/sandbox.ts'
import { applyAll as applyPending } from '../../src/sync/backfill-worker.ts'
import { readQuarantinedEvents } from '../../src/sync/other-version-worker.ts'
import { startSyncWorker } from '../../src/sync/sync-worker.ts'
import { openRows } from '../../src/sync/unreadable-rows-store.ts'
import { verified } from '../verification/kit.ts'
import { newsroomTest as test } from '../kit/fixtures.ts'
import { applyAll, processing, receive, selectAll } from '../kit/processing.ts'
import { until } from '../kit/until.ts'
import { countRows, stripeListsOf } from '../reconciliation/kit.ts'
import { sandboxForTest } from '../stripe-sandbox/kit.ts'
import {
  backfillDepsOf,
  deliver,
  eventfulDays,
  ourGift,
  tablesIn,
  withSameCheckouts,
} from './event-sync-kit.ts'

/** Webhooks of an endpoint that has another API version than this service. */

/** The event as such an endpoint sends it: of its object only the id and the kind are as in our version. */
function inAnotherVersion(event: Stripe.Event): object {
  const { id, object } = event.data.object as unknown as { id: string; object: string } // every object of Stripe has both
  const named = object === 'invoice_payment' ? event.data.object : { id, object, amount: 'of another shape' }
  return { ...event, api_version: '2020-08-27', data: { object: named } }
}

async function deliverInAnotherVersion(pool: pg.Pool, box: Sandbox): Promise<void> {
  await receive(pool, ...box.events().map(inAnotherVersion))
  await applyAll(pool, { ...processing, now: () => box.now() })
}

const quarantined = (pool: pg.Pool) => countRows(pool, `inbox_states where outcome = 'quarantined'`)

type Deps = ReturnType<typeof backfillDepsOf>
const readQuarantined = (deps: Deps) => readQuarantinedEvents(deps, () => applyPending(deps))

/** The objects of Stripe, and which were asked for. */
function watched(objects: StripeObjects): { calls: string[]; objects: StripeObjects } {
  const calls: string[] = []
  return {
    calls,
    objects: {
      ...objects,
      retrieveObjectOf: (event) => {
        calls.push(event.body)
        return objects.retrieveObjectOf(event)
      },
    },
  }
}

describe('webhooks in another API version', () => {
  test('are read as objects at the next sync, and the tables are those of our own version', async ({
    pool,
    db,
  }) => {
    const box = await sandboxForTest()
    await eventfulDays(pool, box)
    await deliverInAnotherVersion(pool, box)
    expect(await countRows(pool, 'donations')).toBe(0)
    expect(await readQuarantined(backfillDepsOf(pool, box))).toBeGreaterThan(10)
    await applyAll(pool, { ...processing, now: () => box.now() })
    const tables = await tablesIn(pool)
    expect(tables.donations).toHaveLength(7)
    await withSameCheckouts(pool, async (second) => {
      await deliver(second, box)
      const { donations, ledger, refunds, disputes, checkouts } = await tablesIn(second)
      expect(tables).toMatchObject({ donations, ledger, refunds, disputes, checkouts })
    })
    // The events themselves stay quarantined, and need no attention any more.
    expect(await quarantined(pool)).toBeGreaterThan(10)
    expect(await countReadAsObjects(pool)).toBe(
      await countRows(pool, `inbox_states where object_read_at > now() - interval '1 day'`),
    )
    expect((await verified(db, null)).findings).toEqual([])
  })

  test('are asked for once', async ({ pool }) => {
    const box = await sandboxForTest()
    await ourGift(pool, box)
    await deliverInAnotherVersion(pool, box)
    const deps = backfillDepsOf(pool, box)
    const { calls, objects } = watched(deps.objects)
    await readQuarantined({ ...deps, objects })
    expect(calls.length).toBeGreaterThan(0)
    const asked = calls.length
    expect(await readQuarantined({ ...deps, objects })).toBe(0)
    expect(calls).toHaveLength(asked)
    // Types that the service does not use are left alone.
    expect(asked).toBeLessThan(await quarantined(pool))
  })

  test('are kept and named while their object cannot be read', async ({ pool }) => {
    const box = await sandboxForTest()
    await ourGift(pool, box)
    await deliverInAnotherVersion(pool, box)
    const deps = backfillDepsOf(pool, box)
    await readQuarantined({ ...deps, objects: { ...deps.objects, retrieveObjectOf: async () => null } })
    const open = await openRows(pool)
    expect(open.length).toBeGreaterThan(0)
    expect(open[0]).toMatchObject({ list: 'events', reason: expect.stringContaining('2020-08-27') })
    expect(await countRows(pool, 'donations')).toBe(0)
  })
})

test('leaves events of the other mode and of another account alone', async ({ pool }) => {
  const box = await sandboxForTest()
  await ourGift(pool, box)
  const [event] = box.events().filter(({ type }) => type === 'checkout.session.completed')
  const foreign = { api_version: '2020-08-27', account: 'acct_other' }
  await receive(
    pool,
    { ...event, id: 'evt_live', livemode: true, api_version: '2020-08-27' },
    { ...event, id: 'evt_foreign', ...foreign },
  )
  await applyAll(pool)
  const deps = backfillDepsOf(pool, box)
  const { calls, objects } = watched(deps.objects)
  expect(await readQuarantined({ ...deps, objects })).toBe(0)
  expect(calls).toEqual([])
  expect(await inboxNeedsAttention(pool)).toEqual({ quarantined: 2 })
})

test('a worker that syncs books such a gift without a backfill', async ({ pool, db }) => {
  const box = await sandboxForTest()
  await ourGift(pool, box)
  await deliverInAnotherVersion(pool, box)
  const deps = backfillDepsOf(pool, box)
  const worker = startSyncWorker({
    ...deps,
    // Nothing but the webhooks shows the gift.
    events: async () => ({ rows: [], unreadable: [], next: null }),
    objects: { ...deps.objects, list: async () => ({ rows: [], unreadable: [], next: null }) },
    lists: stripeListsOf(box),
    databaseUrl: db.url,
    processing: { ...deps.processing, now: () => box.now() },
  })
  try {
    await until(
      'an event made of the gift’s object',
      async () => (await countRows(pool, `inbox_events where origin = 'object_list'`)) > 0,
    )
  } finally {
    await worker.stop()
  }
  await applyAll(pool, { ...processing, now: () => box.now() })
  expect(await selectAll(pool, `select gross_minor from donations`)).toEqual([{ gross_minor: 1000n }])
})
