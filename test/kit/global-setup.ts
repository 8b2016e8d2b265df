import { randomBytes } from 'node:crypto'
import { pino } from 'pino'
import type { TestProject } from 'vitest/node'
import { openDatabase } from '../../src/db/database.ts'
import { migrate } from '../../src/db/migrate.ts'
import { openTestServer, query, withDatabase } from './test-server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A server on which databases may be made. */
    databaseServerUrl: string
    /** A migrated, empty database that every test file clones. */
    templateDatabase: string
  }
}

/** Once per run: a server, and on it the template that `testDatabase()` clones. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await openTestServer()
  const template = `rd_template_${randomBytes(6).toString('hex')}`
  await query(server.url, `create database ${template}`)
  await migrateInto(withDatabase(server.url, template))
  project.provide('databaseServerUrl', server.url)
  project.provide('templateDatabase', template)
  return async () => {
    await query(server.url, `drop database if exists ${template} with (force)`)
    await server.stop()
  }
}

async function migrateInto(url: string): Promise<void> {
  const database = openDatabase({ url, log: pino({ level: 'silent' }), applicationName: 'test-setup' })
  await migrate(database.knex).finally(() => database.close())
}
