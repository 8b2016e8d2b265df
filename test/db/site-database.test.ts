import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabaseFor } from '../../src/database-connections.ts'
import { inSchema } from '../../src/db/site-database.ts'
import { databaseWithoutTables, testDatabase, type TestDatabase } from '../kit/database.ts'

const log = pino({ level: 'silent' })
let single: TestDatabase
let empty: TestDatabase
beforeAll(async () => {
  single = await testDatabase()
  empty = await databaseWithoutTables()
})
afterAll(async () => {
  await single.drop()
  await empty.drop()
})

test('a replica of several sites shows each its own tables and changes nothing', async () => {
  const connections = await openDatabaseFor(
    {
      databaseUrl: empty.url,
      replicaUrl: empty.url,
      migrationDatabaseUrl: null,
      dataDir: '',
      site: { name: 'herald', of: 2, databaseDir: '' },
    },
    log,
  )
  const pool = connections.replica?.database.pool
  expect((await pool?.query('show search_path'))?.rows).toEqual([{ search_path: 'herald' }])
  await expect(connections.replica?.exports.query('create table t ()')).rejects.toThrow('read-only')
  await connections.stop()
})

const openSite = (url: string, name: string) =>
  openDatabaseFor(
    {
      databaseUrl: url,
      migrationDatabaseUrl: null,
      dataDir: '',
      site: { name, of: 2, databaseDir: '' },
    },
    log,
  )

test('a single site becomes one of several by renaming its schema, with everything in it', async () => {
  const { pool } = single.database
  await pool.query(
    `insert into audit_trail (at, actor_kind, act, subject) values (now(), 'service', 'made', 'month/2026-03')`,
  )
  await pool.query('alter schema public rename to herald; create schema public')
  for (const [name, acts] of [
    ['herald', 1],
    ['gazette', 0],
  ] as const) {
    const site = await openSite(single.url, name)
    try {
      const ran = await site.migrate()
      expect(ran.length > 0).toBe(name === 'gazette')
      const { rows } = await site.database.pool.query('select count(*)::int as acts from audit_trail')
      expect(rows).toEqual([{ acts }])
      // The index of searching is of the extension that both find nowhere but at its making.
      await site.database.pool.query(
        `insert into report_search_texts values (gen_random_uuid(), 'ada reader')`,
      )
      const found = await site.database.pool.query(
        `select from report_search_texts where words like '%ada rea%'`,
      )
      expect(found.rowCount).toBe(1)
    } finally {
      await site.stop()
    }
  }
  const { rows } = await pool.query(
    `select count(*)::int as tables from pg_tables where schemaname = 'public'`,
  )
  expect(rows).toEqual([{ tables: 0 }])
}, 120_000)

test('a site finds its own tables alone, not those of public or of another site', async () => {
  const { pool } = empty.database
  await pool.query('create table public.of_public (); create schema other; create table other.of_other ()')
  const site = await openSite(empty.url, 'herald')
  try {
    await site.migrate()
    const { rows } = await site.database.pool.query(
      `select to_regclass('of_public') as public, to_regclass('of_other') as other, to_regclass('donations') is not null as own`,
    )
    expect(rows).toEqual([{ public: null, other: null, own: true }])
  } finally {
    await site.stop()
  }
}, 120_000)

test('a user of the database who owns one schema runs that site and is refused everywhere else', async () => {
  const { pool } = empty.database
  const name = `site_user_${process.pid}`
  await pool.query(
    `create role ${name} login password 'of this test alone'; create schema alone authorization ${name}`,
  )
  const url = new URL(empty.url)
  url.username = name
  url.password = 'of this test alone'
  const site = await openSite(url.href, 'alone')
  try {
    expect((await site.migrate()).length).toBeGreaterThan(100)
    const ask = (sql: string) => site.database.pool.query(sql)
    expect((await ask('select from donations')).rowCount).toBe(0)
    await expect(ask('select from herald.donations')).rejects.toThrow('permission denied')
  } finally {
    await site.stop()
    await pool.query(`drop schema alone cascade; drop role ${name}`)
  }
}, 120_000)

test('the other options of an address stay, and a password may hold any character', () => {
  const url = inSchema('postgres://app:p%2Bw+d@db/x?sslmode=require&options=-c%20geqo%3Doff', 'herald')
  expect(url).toContain('app:p%2Bw+d@db')
  expect(url).toContain('sslmode=require')
  expect(new URL(url).searchParams.get('options')).toBe('-c geqo=off -c search_path=herald')
})
