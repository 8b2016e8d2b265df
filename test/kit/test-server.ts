import { access, chmod, constants, mkdtemp, readdir, readFile, rm, statfs, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Client } from 'pg'
import { openEmbeddedPostgres } from '../../src/db/embedded.ts'

export type TestServer = { readonly url: string; stop(): Promise<void> }

const PREFIX = 'reader-donations-test-'
/** Holds the id of the process that will remove the folder. */
const OWNER_FILE = 'owner'

/** The server that `TEST_DATABASE_URL` names, or an embedded one in a folder that vanishes with it. */
export async function openTestServer(): Promise<TestServer> {
  const given = process.env['TEST_DATABASE_URL']
  if (given) return { url: given, stop: async () => {} }
  await removeOrphans()
  const folder = await mkdtemp(path.join(await quickFolder(), PREFIX))
  await chmod(folder, 0o755) // Postgres runs as another user when the tests run as root
  await writeFile(path.join(folder, OWNER_FILE), String(process.pid))
  const server = await openEmbeddedPostgres(folder)
  const url = withDatabase(server.url, 'postgres')
  // The data is thrown away, so it need not survive a crash. The benchmarks run on a server with its default settings.
  for (const setting of ['fsync', 'synchronous_commit', 'full_page_writes', 'autovacuum', 'jit'])
    await query(url, `alter system set ${setting} = off`)
  // Thousands of connections prove the same password. Once is enough rounds for it.
  await query(url, 'alter system set scram_iterations = 1')
  await query(url, 'select pg_reload_conf()')
  await query(url, `alter user postgres password '${new URL(url).password}'`)
  return {
    url,
    async stop() {
      const [row] = await query(url, 'show data_directory')
      await server.stop()
      for (const used of [folder, path.dirname(String(row?.['data_directory']))])
        await rm(used, { recursive: true, force: true })
    },
  }
}

const MEMORY = '/dev/shm'
const ENOUGH_BYTES = 2 ** 31

/**
 * Where test data is written: in memory where Linux offers it, since a test database has about a thousand files, whose
 * making and removing takes ext4 longer than most tests. Otherwise the folder for temporary files.
 */
export async function quickFolder(): Promise<string> {
  try {
    await access(MEMORY, constants.W_OK)
    const { bavail, bsize } = await statfs(MEMORY)
    return bavail * bsize >= ENOUGH_BYTES ? MEMORY : tmpdir()
  } catch {
    return tmpdir()
  }
}

/** A run that was killed leaves its server running: the next one ends it. */
async function removeOrphans(): Promise<void> {
  const places = new Set([tmpdir(), await quickFolder()])
  const found = await Promise.all(
    [...places].map(async (place) => (await readdir(place)).map((name) => path.join(place, name))),
  )
  for (const folder of found.flat().filter((each) => path.basename(each).startsWith(PREFIX))) {
    const owner = await readFile(path.join(folder, OWNER_FILE), 'utf8').catch(() => null)
    if (owner === null || isRunning(Number(owner))) continue
    const server = await openEmbeddedPostgres(folder).catch(() => null)
    await server?.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0)
    return true
  } catch (error) {
    // Another user's process exists although we may not signal it.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

export async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql)
    return rows
  } finally {
    await client.end()
  }
}

export function withDatabase(url: string, name: string): string {
  const changed = new URL(url)
  changed.pathname = `/${name}`
  return changed.href
}
