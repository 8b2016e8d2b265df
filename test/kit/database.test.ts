import { afterAll, beforeAll, expect, it } from 'vitest'
import { schemaProblem } from '../../src/db/migrate.ts'
import { testDatabase, type TestDatabase } from './database.ts'

let one: TestDatabase
let other: TestDatabase

beforeAll(async () => {
  ;[one, other] = await Promise.all([testDatabase(), testDatabase()])
})

afterAll(async () => {
  await Promise.all([one.drop(), other.drop()])
})

it('gives every caller a migrated database of its own', async () => {
  expect(await schemaProblem(one.database.knex)).toBeNull()
  await one.database.knex('rate_limits').insert({ key: 'mine', points: 1 })
  expect(await other.database.knex('rate_limits').select()).toEqual([])
})
