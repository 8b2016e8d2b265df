import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { pino } from 'pino'
import { inject } from 'vitest'
import { openDatabase, type Database } from '../../src/db/database.ts'

export type TestDatabase = {
  readonly url: string
  readonly database: Database
  /** Closes the connections and removes the database; call it in `afterAll`. */
  drop(): Promise<void>
}

/** A migrated, empty database of its own for one test file, cloned from the run's template. */
export async function testDatabase(): Promise<TestDatabase> {
  const serverUrl = inject('databaseServerUrl')
  const name = `rd_test_${randomBytes(6).toString('hex')}`
  await admin(serverUrl, `create database ${name} template ${inject('templateDatabase')}`)
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  const log = pino({ level: 'silent' })
  const database = openDatabase({ url: url.href, log, applicationName: 'test' })
  return {
    url: url.href,
    database,
    async drop() {
      await database.close()
      await admin(serverUrl, `drop database if exists ${name} with (force)`)
    },
  }
}

async function admin(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query(sql).finally(() => client.end())
}
