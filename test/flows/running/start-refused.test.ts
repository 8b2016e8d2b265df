import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readConfig } from '../../../src/config/read-config.ts'
import { takeDataFolder } from '../../../src/data-folder.ts'
import { databaseProblem, prepareDatabase } from '../../../src/database-checks.ts'
import { startProblem } from '../../../src/start-problems.ts'
import { databaseWithoutTables, recordMigrations, testDatabase } from '../../kit/database.ts'
import { keptLog } from '../../kit/log.ts'
import { query } from '../../kit/test-server.ts'

/** A start that cannot go well is refused in sentences that say what to do. */

const silent = pino({ level: 'silent' })
const NOT_MIGRATED = async () => []

let folder: string
const cleanUps: (() => unknown)[] = []
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'reader-donations-start-'))
})
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp()
  await rm(folder, { recursive: true, force: true })
})

/** A database whose server answers commits before they are written, whatever the settings of the server. */
async function forgetfulDatabase() {
  const own = await testDatabase()
  cleanUps.push(own.drop)
  const name = new URL(own.url).pathname.slice(1)
  await query(own.url, `alter database ${name} set synchronous_commit = off`)
  return { database: own.database, migrate: NOT_MIGRATED }
}

const PRODUCTION = { deployment: 'production', testMode: false, databaseDurability: 'storage' } as const

it.each(['both', 'web', 'worker'] as const)(
  'refuses to start %s in production on a database that may lose what it has committed',
  async (half) => {
    const connections = await forgetfulDatabase()
    await expect(prepareDatabase(PRODUCTION, connections, half, silent)).rejects.toThrow(
      /^PostgreSQL has synchronous_commit off: .* Switch it on/,
    )
    expect(await databaseProblem(PRODUCTION, connections)).toContain('synchronous_commit')
  },
)

it.each([
  ['development', { ...PRODUCTION, deployment: 'development' }],
  ['a test of production', { ...PRODUCTION, testMode: true }],
] as const)('only warns of such a database in %s', async (_, config) => {
  const connections = await forgetfulDatabase()
  const { log, text } = keptLog()
  await prepareDatabase(config, connections, 'both', log)
  expect(text()).toContain('PostgreSQL has synchronous_commit off')
  expect(await databaseProblem(config, connections)).toBeNull()
})

it('leaves the settings of the disk to the provider when DATABASE_DURABILITY says so', () => {
  expect(readConfig({ DATABASE_DURABILITY: 'storage' }).databaseDurability).toBe('storage')
  expect(readConfig({}).databaseDurability).toBe('postgres')
  expect(() => readConfig({ DATABASE_DURABILITY: 'off' })).toThrow(
    'DATABASE_DURABILITY: must be postgres or storage',
  )
})

it.each(['web', 'worker'] as const)(
  'refuses to start %s before migrations have run, and after those of a newer version',
  async (half) => {
    const config = { ...PRODUCTION, testMode: true }
    const empty = await databaseWithoutTables()
    cleanUps.push(empty.drop)
    await expect(
      prepareDatabase(config, { database: empty.database, migrate: NOT_MIGRATED }, half, silent),
    ).rejects.toThrow('The database lacks migrations: run npm run migrate.')
    const newer = await testDatabase()
    cleanUps.push(newer.drop)
    await recordMigrations(newer.database, '9999_of_a_newer_version.ts')
    await expect(
      prepareDatabase(config, { database: newer.database, migrate: NOT_MIGRATED }, half, silent),
    ).rejects.toThrow(/newer version of this service \(9999_of_a_newer_version\.ts\): start that version/)
  },
)

const onFolder = (dataDir: string) => readConfig({ DATA_DIR: dataDir })

it('refuses a second instance on the same data folder, until the first one has stopped', async () => {
  const release = await takeDataFolder(onFolder(folder), 'both')
  for (const half of ['both', 'web'] as const)
    await expect(takeDataFolder(onFolder(folder), half)).rejects.toThrow(
      `Another instance of this service runs on the data folder ${folder}. Stop it, or set DATA_DIR to another folder.`,
    )
  // A worker belongs to the web process of the same folder.
  await takeDataFolder(onFolder(folder), 'worker')
  await release()
  await (
    await takeDataFolder(onFolder(folder), 'both')
  )()
})

it('takes the data folder of an instance that was killed', async () => {
  const socket = path.join(folder, 'running.sock')
  const killed = spawn(process.execPath, [
    '-e',
    `require('node:net').createServer().listen(${JSON.stringify(socket)}, () => process.kill(process.pid, 'SIGKILL'))`,
  ])
  const [, signal] = await once(killed, 'exit')
  expect(signal).toBe('SIGKILL')
  await (
    await takeDataFolder(onFolder(folder), 'both')
  )()
})

it.each([
  [
    'a file stands in its place',
    async () => {
      await writeFile(path.join(folder, 'file'), '')
      return path.join(folder, 'file')
    },
  ],
  ['the system takes no files there', async () => '/sys/reader-donations'],
])('refuses a data folder that cannot be written: %s', async (_, make) => {
  const dataDir = await make()
  await expect(takeDataFolder(onFolder(dataDir), 'worker')).rejects.toThrow(
    new RegExp(
      `^The data folder ${dataDir} cannot be written \\(E[A-Z]+\\)\\. Let the user of this service write there`,
    ),
  )
})

it('asks for no data folder where the variables give everything', async () => {
  const config = {
    ...onFolder('/sys/reader-donations'),
    databaseUrl: 'postgres://x',
    smtpUrl: 'smtp://x',
    secrets: { common: ['x'], own: {} },
  } as const
  const release = takeDataFolder({ ...config, stripe: { ...config.stripe, secretKey: 'sk_test_x' } }, 'both')
  await expect(release).resolves.toBeTypeOf('function')
})

const failure = (code: string, more: object = {}) => Object.assign(new Error('no'), { code, ...more })
const listening = (code: string, port: number) =>
  failure(code, { syscall: 'listen', address: '192.0.2.1', port })

it.each([
  [listening('EADDRINUSE', 3000), /^Port 3000 is taken by another program .* set PORT to a free port\.$/],
  [listening('EADDRINUSE', 12_111), /^Port 12111, where the offline Stripe .* set STRIPE_SANDBOX_PORT to/],
  [listening('EACCES', 80), /^This user may not listen on port 80 .* Set PORT to a port above 1023/],
  [listening('EADDRNOTAVAIL', 3000), /^192\.0\.2\.1 is no address of this machine .* Correct HOST\.$/],
  [
    failure('ECONNREFUSED'),
    /^The database does not answer \(ECONNREFUSED\)\. Start PostgreSQL, or correct DATABASE_URL\.$/,
  ],
  [
    failure('28P01'),
    /^The database refuses the user or the password .* Correct DATABASE_URL\. .* npm run migrate first\.$/,
  ],
  [failure('3D000'), /^The database that DATABASE_URL names does not exist/],
  [failure('42501'), /MIGRATION_DATABASE_URL/],
])('says of %o what is to be done', (error, words) => {
  expect(startProblem(error, onFolder(folder))).toMatch(words)
})

it('has no sentence of its own for what nobody foresaw', () => {
  expect(startProblem(new TypeError('x is undefined'), null)).toBeNull()
})
