// oxlint-disable no-empty-pattern -- Vitest reads from the pattern which other fixtures a fixture uses
import { test } from 'vitest'
import { withProfile } from './processing.ts'
import { testDatabase, type TestDatabase } from './database.ts'
import { bearer } from './factories.ts'
import { financeService } from './finance-service.ts'

type OnCleanup = (cleanup: () => Promise<void>) => void

async function emptyDatabase(onCleanup: OnCleanup): Promise<TestDatabase> {
  const db = await testDatabase()
  onCleanup(() => db.drop())
  return db
}

async function newsroomDatabase(onCleanup: OnCleanup): Promise<TestDatabase> {
  const db = await emptyDatabase(onCleanup)
  await withProfile(db.database.pool)
  return db
}

/** A test with a migrated, empty database of its own. */
export const databaseTest = test
  .extend('db', ({}, { onCleanup }) => emptyDatabase(onCleanup))
  .extend('pool', ({ db }) => db.database.pool)

/** A test with a database of its own, in which the newsroom has recorded its profile. */
export const newsroomTest = test
  .extend('db', ({}, { onCleanup }) => newsroomDatabase(onCleanup))
  .extend('pool', ({ db }) => db.database.pool)

/** A file's tests of processing. They share one database, in which the newsroom has a profile. */
export const processingTest = test
  .extend('db', { scope: 'file' }, ({}, { onCleanup }) => newsroomDatabase(onCleanup))
  .extend('pool', { scope: 'file' }, ({ db }) => db.database.pool)

/** A file's tests of finance's pages and API over HTTP, on the same kind of database. */
export const financeTest = processingTest
  .extend('service', { scope: 'file' }, async ({ db }, { onCleanup }) => {
    const service = await financeService(db.database)
    onCleanup(() => service.close())
    return service
  })
  // The headers of a program with the role finance.
  .extend('headers', { scope: 'file' }, ({ db }) => bearer(db.database.knex, 'finance'))
