import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { promisify } from 'node:util'
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

/** A checkout of a newer release, whose migrations run as well: its schema is then what the tests of this release meet. */
const NEWER = process.env['TEST_ON_SCHEMA_OF']

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
  try {
    await migrate(database.knex)
    if (NEWER === undefined) return
    const own = await database.knex<{ name: string }>('knex_migrations').pluck('name')
    await migrateFurther(NEWER, url)
    // A process that starts on a newer schema is refused. These stand for processes that ran before it was migrated.
    await database.knex('knex_migrations').whereNotIn('name', own).del()
  } finally {
    await database.close()
  }
}

async function migrateFurther(checkout: string, url: string): Promise<void> {
  const migrations = [path.resolve(checkout, 'src/main.ts'), 'migrate']
  await promisify(execFile)(process.execPath, migrations, {
    cwd: path.resolve(checkout),
    env: { ...process.env, DATABASE_URL: url },
  })
}
