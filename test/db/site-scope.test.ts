import { afterAll, beforeAll, expect, test } from 'vitest'
import { runAlone } from '../../src/db/advisory-lock.ts'
import { listen } from '../../src/db/listen.ts'
import { notifier } from '../../src/db/notify.ts'
import { channelName, lockKey } from '../../src/db/site-scope.ts'
import { inSchema } from '../../src/db/site-database.ts'
import { openDatabase, type Database } from '../../src/db/database.ts'
import { closedMonths, holdPostings } from '../../src/ledger/closing-store.ts'
import { testDatabase, type TestDatabase } from '../kit/database.ts'
import { pino } from 'pino'
import { until } from '../kit/until.ts'

const log = pino({ level: 'silent' })
let db: TestDatabase
let herald: Database
let gazette: Database
const urlOf = (site: string) => inSchema(db.url, site)
const open = (site: string) => openDatabase({ url: urlOf(site), log, applicationName: site, connections: 2 })

beforeAll(async () => {
  db = await testDatabase()
  await db.database.pool.query('create schema herald; create schema gazette')
  for (const schema of ['herald', 'gazette'])
    await db.database.pool.query(`create table ${schema}.month_closings (month text)`)
  herald = open('herald')
  gazette = open('gazette')
})

afterAll(async () => {
  await Promise.all([herald.close(), gazette.close()])
  await db.drop()
})

test('a lock that one site holds does not stop another site, and stops a second process of its own', async () => {
  const ran: string[] = []
  const lock = 7_465_612_003
  await runAlone(urlOf('herald'), lock, async () => {
    ran.push(`herald ${await runAlone(urlOf('herald'), lock, async () => undefined)}`)
    ran.push(`gazette ${await runAlone(urlOf('gazette'), lock, async () => undefined)}`)
    ran.push(`public ${await runAlone(db.url, lock, async () => undefined)}`)
  })
  expect(ran).toEqual(['herald false', 'gazette true', 'public true'])
})

test('one site posts while another one closes a month', async () => {
  const closing = await herald.pool.connect()
  try {
    await closing.query('begin')
    await holdPostings(closing)
    expect(await closedMonths(gazette.pool)).toEqual(new Set())
  } finally {
    await closing.query('rollback')
    closing.release()
  }
})

test('wakes the listeners of the site that notified, and no other', async () => {
  const woken = { herald: 0, gazette: 0, public: 0 }
  const listeners = await Promise.all([
    listen(urlOf('herald'), { outbox: () => void (woken.herald += 1) }, log),
    listen(urlOf('gazette'), { outbox: () => void (woken.gazette += 1) }, log),
    listen(db.url, { outbox: () => void (woken.public += 1) }, log),
  ])
  // Each is called once after it has connected.
  expect(woken).toEqual({ herald: 1, gazette: 1, public: 1 })
  notifier(herald.pool, 'outbox', () => undefined)()
  await until('the notification', () => woken.herald === 2)
  notifier(db.database.pool, 'outbox', () => undefined)()
  await until('the notification', () => woken.public === 2)
  expect(woken.gazette).toBe(1)
  await Promise.all(listeners.map((listener) => listener.close()))
})

test('in public the names are those that earlier versions use, so that both may run during an upgrade', async () => {
  const { rows } = await db.database.pool.query(
    `select ${channelName('inbox')} as channel, ${lockKey("'audit_trail'")} = hashtextextended('audit_trail', 0) as same`,
  )
  expect(rows).toEqual([{ channel: 'inbox', same: true }])
})
