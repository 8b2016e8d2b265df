import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { pino } from 'pino'
import { inject } from 'vitest'
import { openDatabase, type Database } from '../../src/db/database.ts'
import { withDatabase } from './test-server.ts'

export type TestDatabase = {
  readonly url: string
  readonly database: Database
  /** Closes the connections and removes the database; call it in `afterAll`. */
  drop(): Promise<void>
}

/** A migrated, empty database of its own for one test file, cloned from the run's template. */
export async function testDatabase(): Promise<TestDatabase> {
  return createDatabase(copyOf(inject('templateDatabase')))
}

/** Closes a database that a test has filled, so that others are made like it. Call `drop` of the result, not the original's. */
export async function asTemplate(
  filled: TestDatabase,
): Promise<{ copy(): Promise<TestDatabase>; drop(): Promise<void> }> {
  await filled.database.close()
  const name = new URL(filled.url).pathname.slice(1)
  return { copy: () => createDatabase(copyOf(name)), drop: () => dropDatabase(name) }
}

/** A database without any table, on which no migration has run. */
export async function databaseWithoutTables(): Promise<TestDatabase> {
  return createDatabase('')
}

/** Makes the database one of an older or newer version, in which these migrations have run. */
export async function recordMigrations({ knex }: Database, ...names: readonly string[]): Promise<void> {
  await knex.migrate.list() // makes the table
  const at = new Date()
  await knex('knex_migrations').insert(names.map((name) => ({ name, batch: 1, migration_time: at })))
}

/** Copied file by file, which takes half the processor time of writing each page to the log, the default. */
function copyOf(template: string): string {
  return `template ${template} strategy = file_copy`
}

async function createDatabase(options: string): Promise<TestDatabase> {
  const serverUrl = inject('databaseServerUrl')
  const name = `rd_test_${randomBytes(6).toString('hex')}`
  await asOwner(`create database ${name} ${options}`)
  const url = withDatabase(serverUrl, name)
  const log = pino({ level: 'silent' })
  const database = openDatabase({ url, log, applicationName: 'test' })
  return {
    url,
    database,
    async drop() {
      await database.close()
      await dropDatabase(name)
    },
  }
}

async function dropDatabase(name: string): Promise<void> {
  await asOwner(`drop database if exists ${name} with (force)`)
}

let owner: Promise<Client> | null = null

/** One connection of this process makes and removes all its databases. */
async function asOwner(sql: string): Promise<void> {
  owner ??= connected(inject('databaseServerUrl'))
  await (await owner).query(sql)
}

async function connected(url: string): Promise<Client> {
  const client = new Client({ connectionString: url })
  await client.connect()
  return client
}
