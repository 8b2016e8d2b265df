import { afterAll, beforeAll, expect, test } from 'vitest'
import { changeRole, dismissByColleague } from '../../src/access/manage-staff.ts'
import { putStaff } from '../../src/access/staff-store.ts'
import { testDatabase, type TestDatabase } from '../kit/database.ts'
import { selectAll } from '../kit/processing.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
})
afterAll(() => db.drop())

test('of two admins who take each other’s access away at once one stays', async () => {
  const { knex, pool } = db.database
  const one = await putStaff(knex, { email: 'one@news.example', role: 'admin' })
  const other = await putStaff(knex, { email: 'other@news.example', role: 'admin' })
  const decision = (self: typeof one) => ({
    by: { kind: 'staff', id: self.id, name: self.email } as const,
    self: self.id,
    at: new Date('2026-02-10T12:00:00Z'),
  })
  let second: Promise<unknown> | undefined
  await knex.transaction(async (tx) => {
    expect(await dismissByColleague(tx, other.email, decision(one))).toHaveProperty('staff')
    // It begins before the first one is committed, and must not decide by what was there before.
    second = knex.transaction((late) => changeRole(late, { person: one, role: 'viewer' }, decision(other)))
    second.catch(() => undefined)
    await new Promise((resolve) => setTimeout(resolve, 200))
  })
  expect(await second).toEqual({ problem: 'last_admin' })
  expect(
    await selectAll(pool, `select email from staff where role = 'admin' and removed_at is null`),
  ).toEqual([{ email: 'one@news.example' }])
})
