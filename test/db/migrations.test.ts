import { readdir, readFile } from 'node:fs/promises'
import { expect, onTestFinished, test } from 'vitest'
import { migrationSettings, type Database } from '../../src/db/database.ts'
import { ForeignSchema, migrate, schemaProblem } from '../../src/db/migrate.ts'
import { selectAll } from '../kit/processing.ts'
import { databaseWithoutTables, recordMigrations, testDatabase } from '../kit/database.ts'
import { until } from '../kit/until.ts'

/** How migrations run, and what none may contain. docs/migrations.md explains each rule. */

/** Two migrations like those to come: a table, and an index on it after it was filled. */
const examples = {
  ...migrationSettings,
  directory: new URL('fixtures/migrations', import.meta.url).pathname,
}

const every = (await readdir(migrationSettings.directory)).filter((name) => name.endsWith('.ts')).toSorted()

async function emptyDatabase(): Promise<Database> {
  const { database, drop } = await databaseWithoutTables()
  onTestFinished(drop)
  return database
}

test('an empty database gets the whole schema, and a second run changes nothing', async () => {
  const { knex } = await emptyDatabase()
  expect(await schemaProblem(knex)).toBe('The database lacks migrations: run npm run migrate.')
  expect(await migrate(knex)).toEqual(every)
  expect(await schemaProblem(knex)).toBeNull()
  expect(await migrate(knex)).toEqual([])
})

test('processes that migrate at once wait for one another', async () => {
  const { knex } = await emptyDatabase()
  const ran = await Promise.all([migrate(knex), migrate(knex), migrate(knex)])
  expect(ran.flat()).toEqual(every)
})

test('a migration has as much time as it needs, and gives up a lock that somebody holds', async () => {
  const { knex } = await emptyDatabase()
  await migrate(knex, examples)
  expect(await knex('limits').select()).toEqual([
    { migration: '0001_table', statement_timeout: '0', lock_timeout: '10s' },
  ])
  // Only in the migrations: the connections are the service's again.
  const { rows } = await knex.raw<{ rows: unknown[] }>('show statement_timeout')
  expect(rows).toEqual([{ statement_timeout: '15s' }])
})

test('an index is built while others write to its table', async () => {
  const { knex, pool } = await emptyDatabase()
  await migrate(knex, examples)
  const state = `select indisvalid from pg_index where indexrelid = 'limits_by_migration'::regclass`
  expect(await selectAll(pool, state)).toEqual([{ indisvalid: true }])

  // A build that was interrupted leaves an invalid index, which `if not exists` alone would accept.
  await pool.query(
    `update pg_index set indisvalid = false where indexrelid = 'limits_by_migration'::regclass`,
  )
  await pool.query(`delete from knex_migrations where name = '0002_index.ts'`)
  const writer = await pool.connect()
  await writer.query('begin')
  await writer.query(`insert into limits values ('a writer', '', '')`)
  const building = migrate(knex, examples)
  await until('the build to wait for the writer', async () => {
    const builds = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like '% index concurrently %'
      and datname = current_database()`
    return (await selectAll(pool, builds)).length === 1
  })
  await pool.query(`insert into limits values ('another writer', '', '')`)
  await writer.query('commit')
  writer.release()
  expect(await building).toEqual(['0002_index.ts'])
  expect(await selectAll(pool, state)).toEqual([{ indisvalid: true }])
  const { rows } = await knex.raw<{ rows: unknown[] }>('show statement_timeout')
  expect(rows).toEqual([{ statement_timeout: '15s' }])
})

test('a database of an older version is refused, and left as it is', async () => {
  const database = await emptyDatabase()
  await recordMigrations(database, '0001_immutability.ts', '0002_checkouts.ts')
  const refusal =
    /^An older version of this service made the database \(0001_immutability\.ts\).* export .* DATA_DIR .* DATABASE_URL .*\.$/
  await expect(migrate(database.knex)).rejects.toThrow(ForeignSchema)
  await expect(migrate(database.knex)).rejects.toThrow(refusal)
  expect(await schemaProblem(database.knex)).toMatch(refusal)
  expect(await selectAll(database.pool, `select to_regclass('donations') as donations`)).toEqual([
    { donations: null },
  ])
})

test('a database of a newer version is refused at start, and named', async () => {
  const { database, drop } = await testDatabase()
  onTestFinished(drop)
  await recordMigrations(database, '9999_later.ts')
  await expect(migrate(database.knex)).rejects.toThrow(
    'The database was migrated by a newer version of this service (9999_later.ts): start that version.',
  )
  // A process that runs already goes on until the newer version replaces it.
  expect(await schemaProblem(database.knex)).toBeNull()
})

const statements = await Promise.all(
  (await readdir(migrationSettings.directory, { recursive: true }))
    .filter((file) => /\.(ts|sql)$/.test(file))
    .map(async (file) => ({
      file,
      text: (await readFile(`${migrationSettings.directory}/${file}`, 'utf8'))
        .replaceAll(/--.*|\/\/.*|\/\*[^]*?\*\//g, '')
        .replaceAll(/\s+/g, ' ')
        .toLowerCase(),
    })),
)

test('no migration disables a trigger or drops a table', () => {
  expect(statements.length).toBeGreaterThan(10)
  const forbidden = /disable trigger|drop table|drop trigger|session_replication_role/
  expect(statements.filter(({ text }) => forbidden.test(text)).map(({ file }) => file)).toEqual([])
})

test('no migration builds an index on a table that another one made, but concurrently', () => {
  const found = statements.flatMap(({ file, text }) => {
    const ownTables = new Set(
      Array.from(text.matchAll(/create (?:unlogged )?table (\w+)/g), ([, table]) => table),
    )
    return Array.from(
      text.matchAll(/create (?:unique )?index (?!concurrently)(?:if not exists )?\w+ on (\w+)/g),
    )
      .filter(([, table]) => !ownTables.has(table))
      .map(([index]) => `${file}: ${index}`)
  })
  expect(found).toEqual([])
})
