// oxlint-disable no-empty-pattern -- Vitest reads from the pattern which other fixtures a fixture uses
import { test } from 'vitest'
import { withProfile } from './books.ts'
import { testDatabase } from './database.ts'
import { bearer } from './factories.ts'
import { financeService } from './finance-service.ts'

/** A test with a migrated, empty database of its own. */
export const databaseTest = test
  .extend('db', async ({}, { onCleanup }) => {
    const db = await testDatabase()
    onCleanup(() => db.drop())
    return db
  })
  .extend('pool', ({ db }) => db.database.pool)

/** The same, in which the newsroom has recorded its profile. */
export const newsroomTest = databaseTest.extend('pool', async ({ db }) => {
  await withProfile(db.database.pool)
  return db.database.pool
})

/** A file's tests of processing. They share one database, in which the newsroom has a profile. */
export const processingTest = test
  .extend('db', { scope: 'file' }, async ({}, { onCleanup }) => {
    const db = await testDatabase()
    await withProfile(db.database.pool)
    onCleanup(() => db.drop())
    return db
  })
  .extend('pool', { scope: 'file' }, ({ db }) => db.database.pool)

/** A file's tests of finance's pages and API over HTTP; they share one database, in which the newsroom has a profile. */
export const financeTest = test
  .extend('db', { scope: 'file' }, async ({}, { onCleanup }) => {
    const db = await testDatabase()
    await withProfile(db.database.pool)
    onCleanup(() => db.drop())
    return db
  })
  .extend('service', { scope: 'file' }, async ({ db }, { onCleanup }) => {
    const service = await financeService(db.database)
    onCleanup(() => service.close())
    return service
  })
  // The headers of a program with the role finance.
  .extend('headers', { scope: 'file' }, ({ db }) => bearer(db.database.knex, 'finance'))
