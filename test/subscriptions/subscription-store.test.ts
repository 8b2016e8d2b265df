import { expect } from 'vitest'
import type { Queryable } from '../../src/db/database.ts'
import { staleSubscriptions } from '../../src/subscriptions/subscription-store.ts'
import { databaseTest as test } from '../kit/fixtures.ts'

test('finds the subscriptions to read by an index, without a scan of the table', async ({ pool }) => {
  // Only the rows matter here: their triggers take ten times as long as the rows themselves.
  await pool.query('alter table subscriptions disable trigger user')
  await pool.query(
    `insert into subscriptions (stripe_subscription_id, stale, read_at, ended_at)
     select 'sub_' || n, false, now() - n * interval '5 seconds', case when n % 2 = 0 then now() end
     from generate_series(1, 20000) n`,
  )
  await pool.query('analyze subscriptions')
  const plan: string[] = []
  const explaining = {
    query: async (text: string, values: unknown[]) => {
      const { rows } = await pool.query<Record<'QUERY PLAN', string>>(`explain ${text}`, values)
      plan.push(...rows.map((row) => row['QUERY PLAN']))
      return { rows: [] }
    },
  }
  await staleSubscriptions(
    explaining as unknown as Queryable,
    10,
    new Date(Date.now() - 86_400_000),
    new Date(),
  ) // the store passes text and values
  expect(plan.join('\n')).toContain('subscriptions_by_read_at')
  expect(plan.join('\n')).not.toContain('Seq Scan')
})
