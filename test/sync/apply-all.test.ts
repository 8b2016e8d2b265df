import { expect } from 'vitest'
import { applyAll } from '../../src/sync/backfill-worker.ts'
import { receive } from '../kit/processing.ts'
import { databaseTest as test } from '../kit/fixtures.ts'
import { stripeEvent } from '../kit/stripe-events.ts'

test('applies the events that are pending at the start and does not wait for those that arrive meanwhile', async ({
  pool,
}) => {
  const arrive = () => receive(pool, stripeEvent('charge.updated', {}))
  await arrive()
  await arrive()
  let applied = 0
  const applyNext = async (): Promise<number> => {
    applied += 1
    if (applied > 10) throw new Error('it goes on for ever')
    await arrive()
    await pool.query(
      `update inbox_states set outcome = 'ignored', decided_at = now() where inbox_event_id =
         (select min(inbox_event_id) from inbox_states where outcome = 'pending')`,
    )
    return 1
  }
  await applyAll({ pool, applier: { applyNext } })
  expect(applied).toBe(2)
})
