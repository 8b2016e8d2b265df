import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inTransaction, openDatabase, openPool } from '../../src/db/database.ts'
import { isDatabaseAway } from '../../src/db/errors.ts'
import { cuttable } from '../kit/cuttable.ts'
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

const silent = pino({ level: 'silent' })
const OWN_DEADLINE = { connectMs: 3_000, lockMs: 0, statementMs: 60_000, answerMs: 300 }
const lasting = `select pg_sleep(60)`

test('gives a statement up that is not answered in time, and lends its connection to nobody else', async () => {
  const options = {
    url: db.url,
    log: silent,
    applicationName: 'late',
    deadlines: OWN_DEADLINE,
    connections: 1,
  }
  const database = openDatabase(options)
  const { pool, knex } = database
  const waysToWait: Record<string, () => PromiseLike<unknown>> = {
    pool: () => pool.query(lasting),
    transaction: () => inTransaction(pool, (tx) => tx.query(lasting)),
    knex: () => knex.raw(lasting),
    knexTransaction: () => knex.transaction((tx) => tx.raw(lasting)),
  }
  for (const [way, wait] of Object.entries(waysToWait)) {
    const late = Promise.resolve(wait())
    // The next in line for the only connection must get a new one.
    const next = pool.query(`select 'answered' as outcome`)
    const error: unknown = await late.catch((failed: unknown) => failed)
    expect([way, isDatabaseAway(error)]).toEqual([way, true])
    expect([way, ...(await next).rows]).toEqual([way, { outcome: 'answered' }])
  }
  await database.close()
})

test('opens a new connection after a failure that the next server may not have', async () => {
  const pool = openPool({ url: db.url, log: silent, applicationName: 'standby', connections: 1 })
  const pidIn = async () => (await pool.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid
  const first = await pidIn()
  const writing = inTransaction(pool, async (tx) => {
    await tx.query('set transaction read only')
    await tx.query('create table written (id int)')
  })
  await expect(writing).rejects.toThrow(/read-only/)
  expect(await pidIn()).not.toBe(first)
  await pool.end()
})

test('does not wait for ever for a connection that a silent database opens', async () => {
  const road = await cuttable(db.url)
  const deadlines = { ...OWN_DEADLINE, connectMs: 300 }
  const pool = openPool({ url: road.url, log: silent, applicationName: 'silent', deadlines })
  road.silence()
  await expect(pool.query('select 1')).rejects.toThrow(/timeout/)
  road.speak()
  expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  await pool.end()
  await road.close()
})

describe('a transaction that another one is in the way of', () => {
  test('is done again after a deadlock, and both are done once', async () => {
    const pool = openPool({ url: db.url, log: silent, applicationName: 'deadlock', connections: 2 })
    await pool.query('create table counters (id int primary key, n int not null)')
    await pool.query('insert into counters values (1, 0), (2, 0)')
    const { promise: bothHoldOne, resolve } = Promise.withResolvers<void>()
    let holding = 0
    let runs = 0
    const count = (first: number, second: number) =>
      inTransaction(pool, async (tx) => {
        runs += 1
        await tx.query(`set local deadlock_timeout = '20ms'`)
        const add = (id: number) => tx.query('update counters set n = n + 1 where id = $1', [id])
        await add(first)
        holding += 1
        if (holding === 2) resolve()
        await bothHoldOne
        await add(second)
      })
    await Promise.all([count(1, 2), count(2, 1)])
    expect((await pool.query('select n from counters order by id')).rows).toEqual([{ n: 2 }, { n: 2 }])
    expect(runs).toBeGreaterThan(2)
    await pool.end()
  })

  test('is done again where it gives rights on a table that another one empties', async () => {
    const { pool } = db.database
    await pool.query('create table emptied (id int)')
    const other = await pool.connect()
    await other.query('begin')
    await other.query('truncate emptied')
    let runs = 0
    const granting = inTransaction(pool, async (tx) => {
      runs += 1
      await tx.query('grant select on all tables in schema public to public')
    })
    const waiting = `select from pg_stat_activity where wait_event_type = 'Lock' and query like 'grant select on all%'`
    await until('the grant waits', async () => (await pool.query(waiting)).rowCount === 1)
    await other.query('commit')
    await granting.finally(() => other.release())
    expect(
      (await pool.query(`select has_table_privilege('public', 'emptied', 'select') as may`)).rows,
    ).toEqual([{ may: true }])
    expect(runs).toBe(2)
  })

  test.each(['40P01', '40001'])('is given up after four tries (%s)', async (state) => {
    let tries = 0
    const work = inTransaction(db.database.pool, async (tx) => {
      tries += 1
      await tx.query(`do $$ begin raise exception 'in the way' using errcode = '${state}'; end $$`)
    })
    await expect(work).rejects.toThrow('in the way')
    expect(tries).toBe(4)
  })

  test('is not done again after another error', async () => {
    let tries = 0
    const work = inTransaction(db.database.pool, async (tx) => {
      tries += 1
      await tx.query('select 1 / 0')
    })
    await expect(work).rejects.toThrow('division by zero')
    expect(tries).toBe(1)
  })
})
