import { rmSync } from 'node:fs'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Client } from 'pg'
import { openEmbeddedPostgres } from '../../src/db/embedded.ts'
import { atEnd } from './at-end.ts'

export type TemporaryServer = {
  /** A folder that Postgres' user may enter; removed at the end, unless it is kept. */
  readonly folder: string
  readonly postmasterPid: number
  /** The address of one of its databases. */
  urlOf(database: string): string
  run(sql: string, database?: string): Promise<Record<string, unknown>[]>
  stop(): Promise<void>
}

/**
 * A Postgres of our own with its default, durable settings, in a temporary folder.
 * @param settings what differs from the defaults, by name
 */
export async function temporaryServer(
  settings: Readonly<Record<string, string>> = {},
): Promise<TemporaryServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'reader-donations-bench-'))
  await chmod(folder, 0o755) // Postgres runs as another user when we run as root
  return serverIn(folder, settings, true)
}

/** A server whose data stays in a folder, for another run. */
export function keptServer(
  folder: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<TemporaryServer> {
  return serverIn(path.resolve(folder), settings, false)
}

async function serverIn(
  folder: string,
  settings: Readonly<Record<string, string>>,
  isTemporary: boolean,
): Promise<TemporaryServer> {
  const server = await serverWith(folder, settings)
  const urlOf = (database: string): string => {
    const url = new URL(server.url)
    url.pathname = `/${database}`
    return url.href
  }
  const run = async (sql: string, database = 'postgres') => {
    const client = new Client({ connectionString: urlOf(database) })
    await client.connect()
    return client
      .query<Record<string, unknown>>(sql)
      .then(({ rows }) => rows)
      .finally(() => client.end())
  }
  const data = String((await run('show data_directory'))[0]?.['data_directory'])
  const [pid = ''] = (await readFile(path.join(data, 'postmaster.pid'), 'utf8')).split('\n')
  const places = isTemporary ? [folder, path.dirname(data)] : []
  const isStopped = atEnd(() => {
    process.kill(Number(pid), 'SIGINT') // Postgres' fast shutdown; nothing of it is wanted any more
    for (const place of places) rmSync(place, { recursive: true, force: true, maxRetries: 5 })
  })
  return {
    folder,
    postmasterPid: Number(pid),
    urlOf,
    run,
    async stop() {
      isStopped()
      await server.stop()
      for (const place of places) await rm(place, { recursive: true, force: true })
    },
  }
}

/** Some settings hold only from the next start on. */
async function serverWith(folder: string, settings: Readonly<Record<string, string>>) {
  const server = await openEmbeddedPostgres(folder)
  if (Object.keys(settings).length === 0) return server
  const client = new Client({ connectionString: server.url })
  await client.connect()
  for (const [name, value] of Object.entries(settings))
    await client.query(`alter system set ${name} = ${client.escapeLiteral(value)}`)
  await client.end()
  await server.stop()
  return openEmbeddedPostgres(folder)
}
