import { readFile } from 'node:fs/promises'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openEmbeddedPostgres } from '../../../src/db/embedded.ts'
import { query, withDatabase } from '../../kit/test-server.ts'
import { isAlive } from '../../kit/process.ts'
import { until } from '../../kit/until.ts'

export type TorturedPostgres = {
  /** The server's own address at this moment, past the roads. */
  url(): string
  port(): number
  /** SIGQUIT: every session ends at once, nothing is written out, and the next start recovers from the log. */
  stopImmediately(): Promise<void>
  start(): Promise<void>
  remove(): Promise<void>
}

/** A PostgreSQL with its default, durable settings: what it has acknowledged must survive. */
export async function openPostgres(): Promise<TorturedPostgres> {
  const folder = await mkdtemp(path.join(tmpdir(), 'reader-donations-torture-'))
  await chmod(folder, 0o755) // Postgres runs as another user when we run as root
  let server = await openEmbeddedPostgres(folder)
  const [row] = await query(withDatabase(server.url, 'postgres'), 'show data_directory')
  const data = String(row?.['data_directory'])
  const pidOf = async () => Number((await readFile(path.join(data, 'postmaster.pid'), 'utf8')).split('\n')[0])
  return {
    url: () => server.url,
    port: () => Number(new URL(server.url).port),
    async stopImmediately() {
      const pid = await pidOf()
      process.kill(pid, 'SIGQUIT')
      await until('PostgreSQL is gone', async () => !(await isAlive(pid)), 30_000)
    },
    async start() {
      server = await openEmbeddedPostgres(folder)
    },
    async remove() {
      await server.stop()
      for (const place of [folder, path.dirname(data)]) await rm(place, { recursive: true, force: true })
    },
  }
}
