import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runAlone } from '../../src/db/advisory-lock.ts'
import { listen } from '../../src/db/listen.ts'
import { openOwnConnection } from '../../src/db/own-connection.ts'
import { cuttable, type Cuttable } from '../kit/cuttable.ts'
import { testDatabase, type TestDatabase } from '../kit/database.ts'
import { until } from '../kit/until.ts'

let db: TestDatabase
let road: Cuttable
beforeAll(async () => {
  db = await testDatabase()
  road = await cuttable(db.url)
})
afterAll(async () => {
  await road?.close()
  await db?.drop()
})

const log = pino({ level: 'silent' })
const BEAT_MS = 50

test('listens again over a new connection when its own answers no more', async () => {
  let woken = 0
  const listener = await listen(road.url, { news: () => void (woken += 1) }, log, BEAT_MS)
  expect(woken).toBe(1)
  road.silence()
  const before = road.connections()
  await until('the listener to open a new connection', () => road.connections() > before)
  road.speak()
  await until('the listener to listen again', () => woken > 1)
  const seen = woken
  await until('a notification', async () => {
    await db.database.pool.query(`notify news`)
    return woken > seen
  })
  await listener.close()
})

test('closes soon although the database is silent', async () => {
  const connections = await Promise.all([openOwnConnection(road.url, 'a'), openOwnConnection(road.url, 'b')])
  road.silence()
  const stuck = connections[1].client.query('select 1').catch((error: unknown) => error)
  await Promise.all(connections.map((connection) => connection.close()))
  expect(await stuck).toBeInstanceOf(Error)
  road.speak()
})

test('frees the lock of a holder that is cut off without a word, and lets the holder end', async () => {
  const done: string[] = []
  const second = () => runAlone(db.url, 4711, async () => void done.push('second'))
  const first = runAlone(
    road.url,
    4711,
    async () => {
      expect(await second()).toBe(false)
      road.silence()
      // The server still has its side of the connection.
      await until('the lock to be free', second)
      done.push('first')
    },
    300,
  )
  expect(await first).toBe(true)
  expect(done).toEqual(['second', 'first'])
  road.speak()
})

test('keeps the lock of a holder that is busy for longer than the lease', async () => {
  const { pool } = db.database
  const connection = await openOwnConnection(db.url, 'busy', () => undefined, BEAT_MS)
  await connection.client.query(`set idle_session_timeout = 300; select pg_advisory_lock(4712)`)
  await pool.query('select pg_sleep(1)')
  expect(await runAlone(db.url, 4712, async () => undefined)).toBe(false)
  await connection.close()
  expect(await runAlone(db.url, 4712, async () => undefined)).toBe(true)
})
