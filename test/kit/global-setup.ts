import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Client } from 'pg'
import { pino } from 'pino'
import type { TestProject } from 'vitest/node'
import { openDatabase } from '../../src/db/database.ts'
import { openEmbeddedPostgres } from '../../src/db/embedded.ts'
import { migrate } from '../../src/db/migrate.ts'

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
  const server = await openServer()
  const template = `rd_template_${randomBytes(6).toString('hex')}`
  await admin(server.url, `create database ${template}`)
  await migrateInto(withDatabase(server.url, template))
  project.provide('databaseServerUrl', server.url)
  project.provide('templateDatabase', template)
  return async () => {
    await admin(server.url, `drop database if exists ${template} with (force)`)
    await server.stop()
  }
}

type Server = { readonly url: string; stop(): Promise<void> }

async function openServer(): Promise<Server> {
  const given = process.env['TEST_DATABASE_URL']
  if (given) return { url: given, stop: async () => {} }
  const folder = await mkdtemp(path.join(tmpdir(), 'reader-donations-test-'))
  await chmod(folder, 0o755) // Postgres runs as another user when the tests run as root
  const server = await openEmbeddedPostgres(folder)
  const url = withDatabase(server.url, 'postgres')
  // The data is thrown away, so it need not survive a crash. The benchmarks run on a server with its default settings.
  for (const setting of ['fsync', 'synchronous_commit', 'full_page_writes'])
    await admin(url, `alter system set ${setting} = off`)
  await admin(url, 'select pg_reload_conf()')
  const [row] = await admin(url, 'show data_directory')
  const place = path.dirname(String(row?.['data_directory']))
  return {
    url,
    async stop() {
      await server.stop()
      for (const used of [folder, place]) await rm(used, { recursive: true, force: true })
    },
  }
}

async function migrateInto(url: string): Promise<void> {
  const database = openDatabase({ url, log: pino({ level: 'silent' }), applicationName: 'test-setup' })
  await migrate(database.knex).finally(() => database.close())
}

async function admin(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql)
    return rows
  } finally {
    await client.end()
  }
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url)
  changed.pathname = `/${name}`
  return changed.href
}
