import { execFile } from 'node:child_process'
import { chmod, chown, mkdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { serverUser } from '../../../src/db/embedded-place.ts'
import { freePort } from '../../kit/free-port.ts'

const run = promisify(execFile)

/** A PostgreSQL of its own whose data can be destroyed, made by the installed PostgreSQL's own tools. */
export type OwnPostgres = {
  readonly url: string
  start(): Promise<void>
  /** Stops at once, as a machine does that loses its power, and deletes the data. */
  destroy(): Promise<void>
  /** Makes an empty server. */
  initialise(): Promise<void>
  stop(): Promise<void>
  /** Runs any program as the user of PostgreSQL. */
  run(program: string, ...args: readonly string[]): Promise<void>
  /** Runs a program of PostgreSQL with the connection's variables set. */
  tool(name: string, ...args: readonly string[]): Promise<void>
  /** Lets the next start read archived write-ahead logs to their end. */
  recoverFromArchive(): Promise<void>
  readonly data: string
  readonly folder: string
}

/** Where PostgreSQL's programs are: `PG_BIN`, or what `pg_config` says. */
async function programs(): Promise<string> {
  const given = process.env['PG_BIN']
  if (given) return given
  const { stdout } = await run('sh', ['-c', 'ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1']).catch(
    () => ({
      stdout: '',
    }),
  )
  const found =
    stdout.trim() || (await run('pg_config', ['--bindir']).catch(() => ({ stdout: '' }))).stdout.trim()
  if (found === '')
    throw new TypeError(
      'PostgreSQL is not installed (apt install postgresql), or set PG_BIN to the folder of pg_basebackup',
    )
  return found
}

export async function ownPostgres(folder: string): Promise<OwnPostgres> {
  const bin = await programs()
  const user = await serverUser()
  const port = await freePort()
  await chmod(path.dirname(folder), 0o755) // PostgreSQL runs as another user when this runs as root
  const data = path.join(folder, 'data')
  const archive = path.join(folder, 'archive')
  const connection = {
    PGHOST: '127.0.0.1',
    PGPORT: String(port),
    PGUSER: 'postgres',
    PGDATABASE: 'reader_donations',
  }
  const runIt = async (program: string, ...args: readonly string[]): Promise<void> => {
    await run(program, args, { ...user, cwd: '/', env: { PATH: process.env['PATH'], ...connection } })
  }
  const tool: OwnPostgres['tool'] = (name, ...args) => runIt(path.join(bin, name), ...args)
  for (const one of [folder, archive]) {
    await mkdir(one, { recursive: true })
    if (user) await chown(one, user.uid, user.gid)
  }
  // What is archived is whole: the copy gets its name when it is finished.
  const copy = `cp %p "${archive}/%f.part" && mv "${archive}/%f.part" "${archive}/%f"`
  const settings = [
    `port = ${port}`,
    `listen_addresses = '127.0.0.1'`,
    `unix_socket_directories = ''`,
    `archive_mode = on`,
    `archive_command = '${copy}'`,
    `restore_command = 'cp "${archive}/%f" "%p"'`,
  ]
  const initialise = async (): Promise<void> => {
    await tool('initdb', '--auth=trust', '--username=postgres', '--encoding=UTF8', '--locale=C', '-D', data)
    await writeFile(path.join(data, 'postgresql.auto.conf'), `${settings.join('\n')}\n`)
  }
  const start = () => tool('pg_ctl', 'start', '-w', '-D', data, '-l', path.join(folder, 'server.log'))
  return {
    url: `postgres://postgres@127.0.0.1:${port}/reader_donations`,
    data,
    folder,
    tool,
    run: runIt,
    initialise,
    start,
    stop: () => tool('pg_ctl', 'stop', '-w', '-m', 'fast', '-D', data),
    async destroy() {
      await tool('pg_ctl', 'stop', '-w', '-m', 'immediate', '-D', data)
      await rm(data, { recursive: true })
    },
    recoverFromArchive: () => writeFile(path.join(data, 'recovery.signal'), ''),
  }
}
