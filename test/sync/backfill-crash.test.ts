import { pino } from 'pino'
import { expect } from 'vitest'
import { backfill } from '../../src/sync/backfill-worker.ts'
import { createApplier } from '../../src/processing/processing-worker.ts'
import { processing } from '../kit/processing.ts'
import { newsroomTest as test } from '../kit/fixtures.ts'
import { dyingAt, KILLED } from '../kit/dying-pool.ts'
import { DAY_MS, forward, paidGift } from '../kit/sandbox.ts'
import { sandboxForTest } from '../stripe-sandbox/kit.ts'
import { countRows } from '../reconciliation/kit.ts'
import { problemsIn, ourGift, backfillDepsOf, runBackfill } from './event-sync-kit.ts'

test('resumes a backfill that was killed at any statement and ends with complete tables', async ({
  pool,
}) => {
  const box = await sandboxForTest()
  let deaths = 0
  let gifts = 0
  let spared = 0
  for (let n = 1; spared < 3; n += 1) {
    // Every run finds a new gift. Every fifth one is older than the events that Stripe still lists.
    const { charge } = await ourGift(pool, box)
    if (n % 4 === 0) await box.refund(charge, { amount: 100 })
    if (n % 9 === 0) await paidGift(box, 300) // somebody else's
    gifts += 1
    await forward(box, n % 5 === 0 ? 31 * DAY_MS : 60_000)
    const { pool: dyingPool } = dyingAt(pool, n)
    const deps = backfillDepsOf(dyingPool, box)
    const log = pino({ level: 'silent' })
    const applier = createApplier({
      pool: dyingPool,
      processing: { ...processing, now: () => box.now() },
      log,
      count: () => undefined,
    })
    const died = await backfill({ ...deps, applier }).then(
      () => false,
      (error: Error) => {
        if (error.message !== KILLED) throw error
        return true
      },
    )
    if (died) deaths += 1
    else spared += 1
  }
  expect(deaths).toBeGreaterThan(60)
  // Stripe lists a balance transaction some seconds after the payment.
  await forward(box, DAY_MS)
  await runBackfill(pool, box)
  expect(await countRows(pool, 'donations')).toBe(gifts)
  expect(await countRows(pool, 'receipts where revision = 1')).toBe(gifts)
  const theirs = await countRows(pool, `balance_transactions where type = 'charge'`)
  expect(theirs).toBeGreaterThan(gifts)
  const { unapplied, ...tablesIn } = await problemsIn(pool)
  expect(tablesIn).toMatchObject({ offBalance: [], numbers: [] })
  // Somebody else's charges wait for payments that never become known here; nothing of ours waits or fails.
  const ours = ({ type, outcome }: Record<string, unknown>) =>
    type !== 'charge.succeeded' || outcome !== 'waiting'
  expect(unapplied.filter(ours)).toEqual([])
  expect(unapplied.length).toBeLessThanOrEqual(theirs - gifts)
  expect(await countRows(pool, `sync_states where complete_up_to is not null and cursor is null`)).toBe(4)
}, 120_000)
