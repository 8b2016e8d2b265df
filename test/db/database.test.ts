import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction, openDatabase } from '../../src/db/database.ts'
import { testDatabase, type TestDatabase } from '../kit/database.ts'
import { until } from '../kit/until.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
})
afterAll(() => db.drop())

test('fails the transaction, not the process, when a connection is lost between two statements', async () => {
  const { pool, knex } = db.database
  const lost = inTransaction(pool, async (tx) => {
    const { rows } = await tx.query<{ pid: number }>('select pg_backend_pid() as pid')
    const pid = rows[0]?.pid ?? 0
    await knex.raw('select pg_terminate_backend(?)', [pid])
    await until('the connection to be gone', async () => {
      const found = await knex('pg_stat_activity').where({ pid }).first()
      return found === undefined
    })
    await tx.query('select 1')
  })
  await expect(lost).rejects.toThrow(/terminat|connection|queryable/i)
  expect(await inTransaction(pool, async (tx) => (await tx.query('select 1 as one')).rows)).toEqual([
    { one: 1 },
  ])
})

test('closes after the queries under way, those of Knex included', async () => {
  const { url } = db
  const database = openDatabase({ url, log: pino({ level: 'silent' }), applicationName: 'closing' })
  const query = database.knex.raw(`select pg_sleep(0.3), 'done' as outcome`)
  const answered = query.then(({ rows }) => rows[0].outcome)
  await until('the query to run', async () => database.pool.totalCount > database.pool.idleCount)
  await database.close()
  expect(await answered).toBe('done')
})
