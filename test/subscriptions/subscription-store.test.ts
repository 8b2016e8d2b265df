import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Queryable } from '../../src/db/database.ts'
import { staleSubscriptions } from '../../src/subscriptions/subscription-store.ts'
import { testDatabase, type TestDatabase } from '../kit/database.ts'

let own: TestDatabase
beforeAll(async () => void (own = await testDatabase()))
afterAll(() => own.drop())

test('looking for the few agreements that are to be asked about walks through none of the others', async () => {
  const { pool } = own.database
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
  await staleSubscriptions(explaining as unknown as Queryable, 10, new Date(Date.now() - 86_400_000)) // asks by text only
  expect(plan.join('\n')).toContain('subscriptions_by_read_at')
  expect(plan.join('\n')).not.toContain('Seq Scan')
})
