import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { pino } from 'pino'
import { runAdmin } from '../../../src/admin/admin.ts'
import { localDate } from '../../../src/calendar/local-date.ts'
import { openDatabaseFor } from '../../../src/database-connections.ts'
import { openDatabase, type Database } from '../../../src/db/database.ts'
import { adminDeps, written } from '../../kit/admin.ts'
import { databaseWithoutTables, testDatabase, type TestDatabase } from '../../kit/database.ts'
import { withRoles } from '../../kit/database-roles.ts'
import { hireStaff, signInToken } from '../../kit/factories.ts'
import { cookiesOf } from '../../kit/finance-service.ts'
import { keptLog } from '../../kit/log.ts'
import { selectAll } from '../../kit/processing.ts'
import { ARRIVED, startTestService, type TestService } from '../../kit/service.ts'
import { until } from '../../kit/until.ts'

/** The whole service as a user of the database who owns nothing, and what that user and the one for reports cannot do. */

const log = pino({ level: 'silent' })
const NOT_ALLOWED = '42501'
const kept = keptLog()
const lastMonth = (() => {
  const now = new Date()
  return localDate(new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 15)), 'UTC').slice(0, 7)
})()

let owned: TestDatabase
let roles: Awaited<ReturnType<typeof withRoles>>
let service: TestService
let reports: Database
beforeAll(async () => {
  owned = await testDatabase()
  roles = await withRoles(owned)
  reports = openDatabase({ url: roles.reportsUrl, log, applicationName: 'test' })
  service = await startTestService(
    { DATABASE_URL: roles.appUrl, MIGRATION_DATABASE_URL: owned.url, BOOKS_OPEN_ON: `${lastMonth}-01` },
    { log: kept.log },
  )
})
afterAll(async () => {
  await service?.stop()
  await reports?.close()
  await roles?.remove()
  await owned?.drop()
})

const admin = (...args: string[]) => {
  const deps = adminDeps({ ...owned, url: roles.appUrl, database: service.database }, () => new Date())
  return written((output) => runAdmin(args, { ...deps, operator: 'root' }, output))
}

test('checkout, receipt, refund, files, erasure and the closing of a month need no owner', async () => {
  expect(await selectAll(service.database.pool, 'select current_user as name')).toEqual([
    { name: roles.names.app },
  ])
  const session = await service.session({ amount: 2500 })
  await service.pay(session)
  const page = await service.thankYou(session, ARRIVED)
  const receipt = /href="(\/receipts\/[^"]+)"/.exec(page)?.[1] ?? ''
  expect((await service.get(receipt)).status).toBe(200)
  expect((await service.get(`${receipt}.pdf`)).status).toBe(200)
  await until('the receipt is mailed', async () =>
    (await service.mails.list()).some(({ mail }) => mail.to.includes('ada@reader.example')) ? true : null,
  )

  const { knex } = service.database
  const staff = await hireStaff(knex, 'admin')
  const headers = { 'Sec-Fetch-Site': 'same-origin' }
  const post = (at: string, form: Record<string, string>, cookies: Record<string, string> = {}) => {
    const body = new URLSearchParams(form)
    return fetch(service.url + at, {
      method: 'POST',
      body,
      headers: { ...headers, ...cookies },
      redirect: 'manual',
    })
  }
  const cookies = cookiesOf(
    await post('/finance/sign-in/confirm', { token: await signInToken(knex, staff, new Date()) }),
  )
  const [donation] = await selectAll(service.database.pool, 'select id from donations')
  const at = `/finance/donations/${String(donation?.['id'])}`
  const shown = await (await service.get(at, cookies)).text()
  const request = /name="request"[^>]*\svalue="([^"]+)"/.exec(shown)?.[1] ?? ''
  const refund = { request, amount: '25.00', reason: 'requested_by_customer', step: 'confirm' }
  expect((await post(`${at}/refunds`, refund, cookies)).status).toBe(303)
  await until('the refund is booked', async () => {
    const [row] = await selectAll(service.database.pool, 'select status from donations')
    return row?.['status'] === 'refunded' ? true : null
  })
  // A wrong token is counted, and the count is taken back by a right one.
  const wrong = { Authorization: `Bearer rd_${'a'.repeat(43)}` }
  expect((await service.get('/api/donations', wrong)).status).toBe(401)
  // COPY writes the files.
  const files = await service.get('/api/donations.csv', await service.token())
  expect([files.status, (await files.text()).split('\r\n').length]).toEqual([200, expect.any(Number)])

  const by = ['--by', staff.email]
  expect(await admin('erase-donor', '--email', 'ada@reader.example', ...by)).toMatchObject({ code: 0 })
  const closing = await until('the month is closed', async () => {
    const closed = await admin('close-month', '--month', lastMonth, ...by)
    return closed.code === 0 || !closed.err.includes('has not been read') ? closed : null
  })
  expect(closing).toMatchObject({ code: 0 })
  expect(await admin('verify', '--offline')).toMatchObject({ code: 0 })
  expect(await admin('audit-verify')).toMatchObject({ code: 0 })
  expect(kept.lines.filter((line) => line.includes(NOT_ALLOWED))).toEqual([])
})

const DENIED = /permission denied|must be owner|donations is append-only/

test.each([
  ['change the ledger', `update ledger_entries set account = account`],
  ['delete from the ledger', `delete from ledger_entries`],
  ['empty the ledger', `truncate ledger_entries`],
  ['change what was posted', `update ledger_transactions set effect = effect`],
  ['change the audit trail', `update audit_trail set act = act`],
  ['delete from the audit trail', `delete from audit_trail`],
  ['delete what Stripe sent', `delete from inbox_events`],
  ['change what Stripe sent', `update inbox_events set type = type`],
  ['change a receipt', `update receipts set number = number`],
  ['delete a gift', `delete from donations`],
  ['change a closed month', `update month_closings set closed_at = closed_at`],
  ['change what staff did to get in', `delete from authentication_log`],
  ['switch a guard off', `alter table ledger_entries disable trigger all`],
  ['drop a guard', `drop trigger ledger_entries_are_evidence on ledger_entries`],
  [
    'replace a guard',
    `create or replace function refuse_change() returns trigger language plpgsql as 'begin return new; end'`,
  ],
  ['pass the guards as a replica does', `set session_replication_role = replica`],
  ['add a table', `create table mine (id int)`],
  ['drop a table', `drop table ledger_entries`],
  ['say which migrations ran', `insert into knex_migrations (name, batch) values ('x', 1)`],
  ['give itself rights', `insert into database_roles values ('x', 'app')`],
])('the user of the service cannot %s', async (_, sql) => {
  await expect(service.database.pool.query(sql)).rejects.toThrow(DENIED)
})

test('the user for reports reads what is reported, writes nothing and sees nothing that opens a door', async () => {
  for (const table of ['donations', 'ledger_entries', 'audit_trail', 'balance_transactions', 'goals'])
    await reports.pool.query(`select from ${table}`)
  const tables = await selectAll(
    owned.database.pool,
    `select c.relname as name from pg_class c where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
        and (has_table_privilege($1, c.oid, 'insert, update, delete, truncate, references, trigger')
          or has_any_column_privilege($1, c.oid, 'insert, update'))`,
    roles.names.reports,
  )
  expect(tables).toEqual([])
  for (const table of ['staff_sessions', 'api_tokens', 'donor_links', 'outbox_messages', 'webhook_endpoints'])
    await expect(reports.pool.query(`select from ${table}`)).rejects.toThrow(DENIED)
})

test('the user of the service cannot make users, and the owner’s command can be repeated', async () => {
  const refused = await admin('database-roles', '--app', 'rd_other_a', '--reports', 'rd_other_b')
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('Only the owner') })
  expect(await roles.again()).toMatchObject({ code: 0, out: expect.stringContaining(roles.names.app) })
})

/** A database of its own with users that do not exist yet, by the addresses that an operator would write. */
async function unmadeUsers() {
  const empty = await databaseWithoutTables()
  const mark = `rd_${randomBytes(6).toString('hex')}`
  const addressOf = (user: string, password: string) => {
    const url = new URL(empty.url)
    url.username = user
    url.password = password
    return url.href
  }
  const { pool } = empty.database
  onTestFinished(async () => {
    for (const { name } of await selectAll(
      pool,
      `select rolname as name from pg_roles where rolname like '${mark}%'`,
    )) {
      await pool.query(`drop owned by ${String(name)} cascade`)
      await pool.query(`drop role ${String(name)}`)
    }
    await empty.drop()
  })
  const migrateWith = async (addresses: {
    readonly databaseUrl: string
    readonly migrationDatabaseUrl: string
    readonly replicaUrl?: string
  }) => {
    const connections = await openDatabaseFor({ ...addresses, dataDir: '' }, log)
    await connections.migrate().finally(connections.stop)
  }
  return { pool, mark, ownerUrl: empty.url, addressOf, migrateWith }
}

async function signsIn(url: string, sql: string) {
  const database = openDatabase({ url, log, applicationName: 'test' })
  await database.pool.query(sql).finally(() => database.close())
}

test('npm run migrate makes the users of the service’s addresses, with their passwords and rights', async () => {
  const { pool, mark, ownerUrl, addressOf, migrateWith } = await unmadeUsers()
  const addresses = {
    databaseUrl: addressOf(`${mark}_app`, 'p@ss/wörd'),
    migrationDatabaseUrl: ownerUrl,
    replicaUrl: addressOf(`${mark}_reports`, 'other'),
  }
  // Of two processes that start at once one makes them.
  await Promise.all([migrateWith(addresses), migrateWith(addresses)])
  await signsIn(addresses.databaseUrl, 'select from staff_sessions')
  await signsIn(addresses.replicaUrl, 'select from donations')
  await expect(signsIn(addresses.replicaUrl, 'select from staff_sessions')).rejects.toThrow(DENIED)
  await expect(signsIn(addresses.databaseUrl, 'delete from ledger_entries')).rejects.toThrow(DENIED)
  // The password of a user who exists is the operator's business.
  await migrateWith({ ...addresses, databaseUrl: addressOf(`${mark}_app`, 'mistyped') })
  await signsIn(addresses.databaseUrl, 'select from donations')
  // Whoever could do all that the owner can keeps it.
  await pool.query(`create role ${mark}_second superuser login password 'x'`)
  await migrateWith({ ...addresses, databaseUrl: addressOf(`${mark}_second`, 'x') })
  expect(await selectAll(pool, 'select role_name as name from database_roles order by name')).toEqual([
    { name: `${mark}_app` },
    { name: `${mark}_reports` },
  ])
})

test('an owner who may not make users learns what to do, and needs no further right where the users exist', async () => {
  const { pool, mark, addressOf, migrateWith } = await unmadeUsers()
  await pool.query(`create role ${mark}_owner login password 'x'`)
  await pool.query(`grant all on schema public to ${mark}_owner`)
  await pool.query(
    `grant create on database ${new URL(addressOf('', '')).pathname.slice(1)} to ${mark}_owner`,
  )
  const addresses = {
    databaseUrl: addressOf(`${mark}_app`, 'y'),
    migrationDatabaseUrl: addressOf(`${mark}_owner`, 'x'),
  }
  await expect(migrateWith(addresses)).rejects.toThrow(/may not make it\. Make the user at your provider/)
  await pool.query(`create role ${mark}_app login password 'y'`)
  await migrateWith(addresses)
  await signsIn(addresses.databaseUrl, 'select from donations')
})
