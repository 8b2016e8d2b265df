// oxlint-disable no-empty-pattern -- Vitest reads from the pattern which other fixtures a fixture uses
import { text } from 'node:stream/consumers'
import { pino, type Logger } from 'pino'
import { expect, onTestFinished, test as base, vi } from 'vitest'
import { z } from 'zod'
import { openDatabaseFor, type DatabaseConnections } from '../../src/database-connections.ts'
import { migrate } from '../../src/db/migrate.ts'
import { openDatabase } from '../../src/db/database.ts'
import { makeExporter } from '../../src/exports/exporter.ts'
import type { ExportTable } from '../../src/exports/formats/export-table.ts'
import { donationsFile } from '../../src/exports/files/donations-file.ts'
import { ledgerFile } from '../../src/exports/files/ledger-file.ts'
import {
  readsFromReplica,
  watchReplica,
  type ReplicaWatch,
} from '../../src/reports/replica/report-reads-gateway.ts'
import { keptSumsAreCurrent } from '../../src/reports/totals/fold-worker.ts'
import { bearer, giveDonation, hireStaff, signInToken } from '../kit/factories.ts'
import { cookiesOf, financeService } from '../kit/finance-service.ts'
import { keptLog } from '../kit/log.ts'
import { withProfile } from '../kit/processing.ts'
import { openReplicated } from '../kit/replica.ts'
import { until } from '../kit/until.ts'

const log = pino({ level: 'silent' })

/**
 * One primary and its replica for all tests of this file. As an operator of production sets it up, the service is a user
 * with few rights, and on the replica one who only reads.
 */
const test = base.extend('pair', { scope: 'file' }, async ({}, { onCleanup }) => {
  const servers = await openReplicated(async (url) => {
    const database = openDatabase({ url, log, applicationName: 'test' })
    await migrate(database.knex)
    await withProfile(database.pool)
    await database.close()
  })
  const urls = {
    databaseUrl: addressOf(servers.primaryUrl, 'donations_app'),
    migrationDatabaseUrl: servers.primaryUrl,
    replicaUrl: addressOf(servers.replicaUrl, REPORTS_USER),
  }
  const connections = await openDatabaseFor({ ...urls, dataDir: '' }, log)
  await connections.migrate()
  onCleanup(async () => {
    await connections.stop()
    await servers.remove()
  })
  return { servers, connections }
})

const REPORTS_USER = 'donations_reports'

function addressOf(serverUrl: string, user: string): string {
  const url = new URL(serverUrl)
  url.username = user
  url.password = 'of this file alone'
  return url.href
}

type Pair = { readonly connections: DatabaseConnections }

/** Everything of finance's side, by a service that reads from the replica as `watch` says. */
async function serviceOf({ connections }: Pair, watch: ReplicaWatch) {
  const { patient, database } = connections
  const replica = replicaOf(connections)
  const reads = readsFromReplica({
    primary: { db: patient.knex, pool: patient.pool },
    replica: { db: replica.knex, pool: replica.pool },
    watch,
    clock: () => now,
  })
  const ofReplica = connections.replica && { exports: connections.replica.exports, watch }
  return financeService(database, { reads, replica: ofReplica })
}

const now = new Date('2026-02-10T12:00:00Z')

/** The report of the overview, over HTTP. */
async function overview(pair: Pair, watch: ReplicaWatch, headers: Record<string, string>) {
  const { database } = pair.connections
  const service = await serviceOf(pair, watch)
  const answer = await service.get('/api/reports/overview', headers)
  const cookies = cookiesOf(
    await service.post(SIGN_IN, {
      token: await signInToken(database.knex, await hireStaff(database.knex, 'viewer'), now),
    }),
  )
  const page = await (await service.get('/finance', cookies)).text()
  await service.close()
  return { status: answer.status, ...overviewAnswer.parse(await answer.json()), page }
}

const SIGN_IN = '/finance/sign-in/confirm'
const overviewAnswer = z.looseObject({ asOf: z.string(), now: z.looseObject({ donations: z.number() }) })
const behind = (behindMs: number): ReplicaWatch => ({
  state: () => Promise.resolve({ use: 'replica', behindMs }),
  failed(error) {
    throw error
  },
})

function replicaOf({ replica }: DatabaseConnections) {
  if (!replica) throw new Error('There is no replica')
  return replica.database
}

/** A gift of the period that the overview shows, folded as the worker does it. */
async function give({ connections }: Pair): Promise<void> {
  await giveDonation(connections.database.knex, { succeededAt: new Date('2026-02-03T12:00:00Z') })
  await keptSumsAreCurrent(connections.database.pool)
}

const watchOf = (connections: DatabaseConnections, options: { nowMs?: () => number; log?: Logger } = {}) =>
  watchReplica({ primary: connections.patient.pool, replica: replicaOf(connections).pool, log, ...options })

test('reads reports from a replica that is level, and says nothing of it', async ({ pair }) => {
  const { servers, connections } = pair
  const headers = await bearer(connections.database.knex, 'viewer')
  await give(pair)
  await servers.level()
  const watch = watchOf(connections)
  expect(await watch.state()).toEqual({ use: 'replica', behindMs: 0 })
  const asked = vi.spyOn(replicaOf(connections).pool, 'connect')
  const read = await overview(pair, watch, headers)
  expect(asked).toHaveBeenCalled()
  expect(read).toMatchObject({ asOf: '2026-02-10T12:00:00.000Z', now: { donations: 1 } })
  expect(read.page).not.toContain('copy of the database')
  asked.mockRestore()
  // Of a gift posted days ago that is not folded yet the replica's sums know nothing, and it cannot fold it.
  await giveDonation(connections.database.knex, { succeededAt: new Date('2026-02-03T12:00:00Z') })
  await servers.level()
  expect(await watchOf(connections).state()).toEqual({ use: 'primary', why: 'too_far_behind' })
  expect(await overview(pair, behind(0), headers)).toMatchObject({ status: 200, now: { donations: 1 } })
})

test('says as of when figures are that come from a replica behind, to people and to programs', async ({
  pair,
}) => {
  const { servers, connections } = pair
  await keptSumsAreCurrent(connections.database.pool)
  await servers.level()
  await servers.whilePaused(async () => {
    // Neither the token nor the session is on the replica: who gets in is decided by the primary.
    const headers = await bearer(connections.database.knex, 'viewer')
    await give(pair)
    const state = await watchOf(connections).state()
    expect(state).toMatchObject({ use: 'replica' })
    expect(state.use === 'replica' && state.behindMs).toBeGreaterThan(0)
    const read = await overview(pair, behind(12_000), headers)
    expect(read).toMatchObject({ status: 200, asOf: '2026-02-10T11:59:48.000Z', now: { donations: 2 } })
    expect(read.page).toMatch(/These figures are as of <time [^>]*>6:59:48/)
    const current = await overview(
      pair,
      { ...behind(0), state: () => Promise.resolve({ use: 'primary', why: 'too_far_behind' }) },
      headers,
    )
    expect(current).toMatchObject({ asOf: '2026-02-10T12:00:00.000Z', now: { donations: 3 } })
    expect(current.page).not.toContain('copy of the database')
  })
})

test('reads the file of donations from the replica and logs its age, and the ledger from the primary', async ({
  pair,
}) => {
  const { servers, connections } = pair
  const { database, exports, replica } = connections
  await servers.level()
  await servers.whilePaused(async () => {
    await give(pair)
    const watch = behind(12_000)
    const exporter = makeExporter({
      exports,
      replica: replica && { exports: replica.exports, watch },
      pool: database.pool,
      clock: () => new Date(),
    })
    const request = { actor: { kind: 'service' }, filters: {}, holdsDonors: false } as const
    const days = { from: '2026-02-01', to: '2026-02-28' }
    const read = async (kind: 'donations' | 'ledger', table: () => ExportTable) =>
      text(await exporter.open({ ...request, kind }, 'csv', table))
    await read('donations', () => donationsFile({}, 'UTC'))
    await read('ledger', () => ledgerFile({ ...days, since: null }, 'UTC'))
    const { rows } = await database.pool.query<{ kind: string; lines: number; behind: number }>(
      `select kind, row_count::int as lines, extract(epoch from finished_at - begun_at)::int as behind from exports order by kind`,
    )
    expect(rows.map(({ kind, lines, behind: seconds }) => [kind, lines, seconds >= 11])).toEqual([
      ['donations', 3, true],
      ['ledger', 8, false],
    ])
  })
})

test('reads every report and file that a replica may answer as a user who only reads', async ({ pair }) => {
  const { servers, connections } = pair
  const { database } = connections
  await keptSumsAreCurrent(database.pool)
  const headers = await bearer(database.knex, 'finance')
  const token = await signInToken(database.knex, await hireStaff(database.knex, 'finance'), now)
  await servers.level()
  const replica = replicaOf(connections)
  const { rows } = await replica.pool.query<{ name: string }>('select current_user as name')
  expect(rows).toEqual([{ name: REPORTS_USER }])
  // What fails on the replica fails here, instead of being asked from the primary.
  const service = await serviceOf(pair, behind(0))
  const cookies = cookiesOf(await service.post(SIGN_IN, { token }))
  const asked = [
    vi.spyOn(replica.pool, 'connect'),
    vi.spyOn(replica.pool, 'query'),
    ...(connections.replica ? [vi.spyOn(connections.replica.exports, 'connect')] : []),
  ]
  onTestFinished(() => {
    for (const spy of asked) spy.mockRestore()
  })
  const askedSoFar = () => asked.reduce((sum, { mock }) => sum + mock.calls.length, 0)
  for (const address of READ_THERE) {
    const before = askedSoFar()
    const answer = await service.get(address, address.startsWith('/api/') ? headers : cookies)
    const body = await answer.text()
    expect([address, answer.status, body.length > 0]).toEqual([address, 200, true])
    expect([address, askedSoFar() > before]).toEqual([address, true])
  }
  await service.close()
})

const YEAR = 'from=2026-01-01&to=2026-12-31'
const READ_THERE = [
  '/finance',
  '/finance/reports/accounts',
  '/finance/reports/accounts/donations',
  '/finance/reports/income',
  '/finance/reports/trial-balance',
  '/finance/reports/receipts',
  '/finance/reports/donors?amount=1',
  '/finance/reports/stories',
  '/finance/reports/campaigns',
  '/finance/reports/recurring',
  '/finance/reports/year',
  '/api/reports/overview',
  '/api/reports/recurring',
  '/api/reports/year',
  `/api/reports/totals?${YEAR}`,
  '/api/donations.csv',
  '/api/donations.xlsx',
  '/api/receipts.csv?year=2026',
  `/api/donors.csv?${YEAR}&currency=usd&above=1`,
]

test('takes a server that takes writes for no replica, and can change nothing there', async ({ pair }) => {
  const { servers } = pair
  const connections = await openDatabaseFor(
    {
      databaseUrl: servers.primaryUrl,
      replicaUrl: servers.primaryUrl,
      migrationDatabaseUrl: null,
      dataDir: '',
    },
    log,
  )
  expect(await watchOf(connections).state()).toEqual({ use: 'primary', why: 'no_replica' })
  await expect(replicaOf(connections).pool.query('delete from report_queue')).rejects.toThrow('read-only')
  const purposes = connections.loads().map(({ purpose }) => purpose)
  expect(purposes).toEqual(expect.arrayContaining(['finance and operators, replica', 'files, replica']))
  await connections.stop()
})

test('reads the primary while the replica is away, without waiting for it', async ({ pair }) => {
  const { servers, connections } = pair
  const headers = await bearer(connections.database.knex, 'viewer')
  await servers.level()
  let nowMs = 0
  const { log: recording, text: logged } = keptLog()
  const watch = watchOf(connections, { nowMs: () => nowMs, log: recording })
  expect(await watch.state()).toEqual({ use: 'replica', behindMs: 0 })
  await servers.stopReplica()
  const read = await overview(pair, watch, headers)
  expect(read).toMatchObject({ status: 200, asOf: '2026-02-10T12:00:00.000Z', now: { donations: 4 } })
  expect(await watch.state()).toEqual({ use: 'primary', why: 'away' })
  const asked = vi.spyOn(replicaOf(connections).pool, 'query')
  nowMs = 4_999
  await watch.state()
  expect(asked).not.toHaveBeenCalled()
  nowMs = 5_000
  expect(await watch.state()).toEqual({ use: 'primary', why: 'away' })
  await until('the replica is asked again', () => Promise.resolve(asked.mock.calls.length > 0))
  asked.mockRestore()
  expect(logged().split('reports are read from the primary instead of the replica')).toHaveLength(2)
})
