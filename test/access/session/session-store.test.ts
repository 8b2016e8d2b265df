import { afterAll, beforeAll, expect, test } from 'vitest'
import { sessionStore } from '../../../src/access/session/session-store.ts'
import { testDatabase, type TestDatabase } from '../../kit/database.ts'

let db: TestDatabase
let now = new Date('2026-02-01T12:00:00Z')

beforeAll(async () => {
  db = await testDatabase()
})
afterAll(() => db.drop())

const store = () => sessionStore(db.database.knex, () => now)

test('does not bring back a session that was signed out while it was being prolonged', async () => {
  await store().set('key', { staffId: 'x' }, 1_000, { changed: true })
  await store().set('key', { staffId: 'x' }, 5_000, { changed: false })
  now = new Date(now.getTime() + 4_000)
  expect(await store().get('key')).toEqual({ staffId: 'x' })
  await store().destroy('key')
  await store().set('key', { staffId: 'x' }, 5_000, { changed: false })
  expect(await store().get('key')).toBeUndefined()
})

test('deletes expired sessions when the next session begins', async () => {
  await store().set('old', {}, 1_000, { changed: true })
  now = new Date(now.getTime() + 2_000)
  expect(await store().get('old')).toBeUndefined()
  await store().set('new', {}, 1_000, { changed: true })
  expect(await db.database.knex('staff_sessions').count()).toEqual([{ count: 1n }])
})
