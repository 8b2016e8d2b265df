import { execFile } from 'node:child_process'
import { access, chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { openEmbeddedPostgres } from '../../src/db/embedded.ts'
import { serverUser } from '../../src/db/embedded-place.ts'
import { quickFolder } from './test-server.ts'
import { until } from './until.ts'

const run = promisify(execFile)

export type ReplicatedPostgres = {
  readonly primaryUrl: string
  readonly replicaUrl: string
  /** Meanwhile changes of the primary arrive on the replica and are not shown there. */
  whilePaused(work: () => Promise<void>): Promise<void>
  /** Resolves when the replica shows everything that the primary has committed. */
  level(): Promise<void>
  stopReplica(): Promise<void>
  remove(): Promise<void>
}

/**
 * A PostgreSQL and a standby that streams and can be read from it, both embedded.
 * @param fill what the primary holds before its base backup is taken
 */
export async function openReplicated(
  fill: (primaryUrl: string) => Promise<void>,
): Promise<ReplicatedPostgres> {
  const folder = await mkdtemp(path.join(await quickFolder(), 'reader-donations-replica-'))
  await chmod(folder, 0o755) // Postgres runs as another user when we run as root
  const folders = { primary: path.join(folder, 'primary'), replica: path.join(folder, 'replica') }
  const primary = await openEmbeddedPostgres(folders.primary)
  await fill(primary.url)
  const replica = await openStandby(primary.url, folders)
  const onReplica = (sql: string) => ask(replica.url, sql)
  return {
    primaryUrl: primary.url,
    replicaUrl: replica.url,
    async whilePaused(work) {
      await onReplica('select pg_wal_replay_pause()')
      await until('replay has paused', async () => {
        const [row] = await onReplica('select pg_get_wal_replay_pause_state() as state')
        return row?.['state'] === 'paused'
      })
      await work().finally(() => onReplica('select pg_wal_replay_resume()'))
    },
    async level() {
      const [row] = await ask(primary.url, 'select pg_current_wal_flush_lsn()::text as place')
      const sql = `select pg_last_wal_replay_lsn() >= '${String(row?.['place'])}' as "isLevel"`
      await until('the replica is level', async () => (await onReplica(sql))[0]?.['isLevel'] === true)
    },
    stopReplica: replica.stop,
    async remove() {
      await replica.stop()
      await primary.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export type Standby = {
  readonly url: string
  readonly postmasterPid: number
  /** A fast shutdown, whoever is connected. */
  stop(): Promise<void>
}

type Folders = { readonly primary: string; readonly replica: string }

/** A standby of an embedded server that can be read. @param folders the data directories that both were or will be started with */
export async function openStandby(primaryUrl: string, folders: Folders): Promise<Standby> {
  await baseBackup(primaryUrl, folders)
  const { url } = await openEmbeddedPostgres(folders.replica)
  const pidFile = path.join(folders.replica, 'postgres', 'postmaster.pid')
  const isRunning = () =>
    access(pidFile).then(
      () => true,
      () => false,
    )
  const postmasterPid = Number((await readFile(pidFile, 'utf8')).split('\n')[0])
  return {
    url,
    postmasterPid,
    async stop() {
      if (!(await isRunning())) return
      process.kill(postmasterPid, 'SIGINT')
      await until('the replica has stopped', async () => !(await isRunning()))
    },
  }
}

/** What `pg_basebackup -R` does, which the embedded Postgres comes without. */
async function baseBackup(primaryUrl: string, folders: Folders) {
  const client = new Client({ connectionString: primaryUrl })
  await client.connect()
  try {
    await client.query(`select pg_backup_start('replica', fast => true)`)
    const data = path.join(folders.replica, 'postgres')
    await mkdir(folders.replica)
    await run('cp', ['-a', path.join(folders.primary, 'postgres'), data])
    await run('cp', ['-a', path.join(folders.primary, 'postgres-password'), folders.replica])
    const { rows } = await client.query<{ labelfile: string }>(
      'select labelfile from pg_backup_stop(wait_for_archive => false)',
    )
    const { hostname, port, password } = new URL(primaryUrl)
    const conninfo = `host=${hostname} port=${port} user=postgres password=${password}`
    const files = {
      backup_label: rows[0]?.labelfile ?? '',
      'standby.signal': '',
      'postgresql.auto.conf': `primary_conninfo = '${conninfo}'\nwal_retrieve_retry_interval = '100ms'\n`,
    }
    for (const [name, text] of Object.entries(files)) await writeFile(path.join(data, name), text)
    await rm(path.join(data, 'postmaster.pid'), { force: true })
    await access(path.join(data, 'PG_VERSION'))
    const user = await serverUser()
    if (user) await run('chown', ['-R', `${user.uid}:${user.gid}`, data])
  } finally {
    await client.end()
  }
}

async function ask(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  return client
    .query<Record<string, unknown>>(sql)
    .then(({ rows }) => rows)
    .finally(() => client.end())
}
