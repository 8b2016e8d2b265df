// oxlint-disable no-empty-pattern -- Vitest reads from the pattern which other fixtures a fixture uses
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { expect } from 'vitest'
import { runAdmin } from '../../src/admin/admin.ts'
import { adminDeps, written } from '../kit/admin.ts'
import { processingTest } from '../kit/fixtures.ts'
import { openSandbox } from '../kit/sandbox.ts'
import { inOrder, twoRichMonths, verified } from './kit.ts'

/**
 * One value after the other is changed at random, taken from another row, emptied or filled in, or its row is removed, as a
 * superuser can with every guard off: verifying finds each. `EDITS=1000`
 * tries a thousand, `SEED` other ones. The audit trail has its own thousand in test/access/audit/audit-verification.test.ts.
 */

const EDITS = Number(process.env['EDITS'] ?? 10)
const SEED = Number(process.env['SEED'] ?? 20_261_129)

/** What verifying derives again from Stripe's events, Stripe's lists and imported files. */
const DERIVED: Readonly<Record<string, string>> = {
  donations: `id payment_intent_id checkout_id stripe_session_id charge_id stripe_invoice_id stripe_subscription_id currency gross_minor
    article_url article_title campaign_source campaign_medium campaign_name frequency presentment_currency presentment_minor
    succeeded_at succeeded_on status refunded_minor disputed_minor lost_minor charged_at covered_fee_minor`,
  refunds: 'id donation_id kind currency amount_minor status created_at failed_at',
  disputes: 'id donation_id currency amount_minor status',
  dispute_movements: 'dispute_id amount_minor moved_at',
  ledger_transactions: 'id source effect donation_id clears occurred_at booked_on period',
  ledger_entries: 'ledger_transaction_id account currency amount_minor',
  receipts:
    'year donation_id newsroom_profile_id currency gross_minor given_on revision replaces_year replaces_number',
  receipt_voidings: 'year number',
  receipt_counters: 'year last_number',
  receipt_counts: 'year receipts',
  balance_transactions: `id type reporting_category currency amount_minor fee_minor net_minor created_at available_on source clears
    payment_intent_id presentment_currency presentment_minor exchange_rate`,
  payouts: `id currency amount_minor status automatic arrival_date created_at balance_transaction_id failure_balance_transaction_id
    failure_code items_minor`,
  payout_items: 'payout_id balance_transaction_id',
  imported_gifts: 'donation_id gift_key currency gross_minor given_on frequency campaign_name',
  charge_volumes: 'month currency type charges gross_minor',
  stripe_balance_days: 'day currency net_minor movements',
  subscriptions: 'stripe_subscription_id',
  fraud_warnings: 'id',
  month_closings: 'month',
}

/**
 * Columns that verifying takes for rows of an earlier release, which did not fill them in, or which Stripe fills in later:
 * emptied, they are as those were. `docs/operating.md` names them.
 */
const EMPTY_IN_FORMER_ROWS = [
  'donations.charged_at',
  'imported_gifts.frequency',
  'ledger_transactions.donation_id',
  'payouts.balance_transaction_id',
  'payouts.failure_balance_transaction_id',
  'payouts.items_minor',
]
/** A dispute without movements is read by its two times, as an earlier release kept it. */
const REMOVED_IN_FORMER_ROWS = ['dispute_movements']

/** Tables of which another test shows that changes are found. */
const FOUND_ELSEWHERE = [
  'agreement_changes', // these: test/verification/kept-tables.test.ts
  'agreement_totals',
  'audit_trail', // test/access/audit/audit-verification.test.ts
  'ledger_account_totals', // these: test/verification/kept-tables.test.ts and kept-totals.test.ts
  'ledger_month_end_items',
  'ledger_open_item_sums',
  'ledger_open_items',
  'report_donor_counts',
  'report_donor_totals',
  'report_donors',
  'report_lines',
  'report_totals',
  'write_off_decisions', // these, by what they post: test/reconciliation/write-off.test.ts
  'write_offs',
]

const test = processingTest
  .extend('box', { scope: 'file' }, async ({}, { onCleanup }) => {
    const box = await openSandbox()
    onCleanup(() => box.close())
    return box
  })
  .extend('superuser', { scope: 'file' }, async ({ db, box }, { onCleanup }) => {
    await twoRichMonths(db.database.pool, box, inOrder)
    const folder = await mkdtemp(path.join(tmpdir(), 'edits-'))
    const file = path.join(folder, 'gifts.csv')
    await writeFile(file, IMPORTED)
    const deps = adminDeps(db, () => box.now())
    const imported = await written((output) => runAdmin(['import', '--file', file], deps, output))
    if (imported.code !== 0) throw new Error(imported.err)
    const client = new pg.Client({ connectionString: db.url })
    await client.connect()
    await client.query(UNGUARDED)
    onCleanup(async () => {
      await client.end()
      await rm(folder, { recursive: true })
    })
    return client
  })

const IMPORTED = [
  'Donation ID,First Name,Last Name,Email Address,Company Name,Donation Total,Currency Code,Donation Status,Payment Gateway,Form Title,Donation Date,Donation Time',
  '11,Ada,Reader,ada@reader.example,,"1,250.00",USD,Complete,Stripe - Credit Card,Drive,"April 3, 2023",5:54 pm',
  '12,Bo,Ng,,,500,JPY,Complete,PayPal Standard,Drive,"December 31, 2023",11:30 pm',
].join('\r\n')

/** Neither triggers, nor foreign keys, nor checks stand in the way, and every table has a copy. */
const UNGUARDED = `do $$ declare one record; begin
  for one in select tgrelid::regclass as t, tgname from pg_trigger where not tgisinternal loop
    execute format('alter table %s disable trigger %I', one.t, one.tgname); end loop;
  for one in select conrelid::regclass as t, conname from pg_constraint
              where contype in ('f', 'c') and connamespace = 'public'::regnamespace and conrelid <> 0 loop
    execute format('alter table %s drop constraint %I', one.t, one.conname); end loop;
  create schema before;
  for one in select tablename as name from pg_tables where schemaname = 'public' loop
    execute format('create table before.%I as table public.%I', one.name, one.name); end loop;
end $$`

/** A value of the type that is another one. */
function otherThan(column: string, type: string): string {
  if (column.endsWith('currency')) return `case ${column} when 'cad' then 'eur' else 'cad' end`
  if (type === 'date' || /int|numeric/.test(type)) return `${column} + 1`
  if (type.startsWith('timestamp')) return `${column} + interval '1 hour'`
  if (type === 'boolean') return `not ${column}`
  return type === 'uuid' ? 'gen_random_uuid()' : `${column} || 'x'`
}

/** How a value or its row is tampered with: `$1` says in which row. */
function editsOf(table: string, column: string, type: string): readonly (readonly [string, string])[] {
  const row = (which: string) =>
    `ctid = (select ctid from ${table} where ${which} order by md5(ctid::text || $1) limit 1)`
  const ofAnother = `(select o.${column} from ${table} o where o.${column} is distinct from ${table}.${column} and o.${column} is not null
    order by md5(o.ctid::text || $1) limit 1)`
  return [
    [
      'changed',
      `update ${table} set ${column} = ${otherThan(column, type)} where ${row(`${column} is not null`)}`,
    ],
    [
      'swapped',
      `update ${table} set ${column} = coalesce(${ofAnother}, ${otherThan(column, type)}) where ${row(`${column} is not null`)}`,
    ],
    ['emptied', `update ${table} set ${column} = null where ${row(`${column} is not null`)}`],
    [
      'filled',
      `update ${table} set ${column} = ${ofAnother} where ${row(`${column} is null`)} and ${ofAnother} is not null`,
    ],
    ['removed', `delete from ${table} where ${row('true')}`],
  ]
}
const KINDS = 5

test('every random edit of a derived value is found', async ({ db, box, superuser }) => {
  expect((await verified(db, box)).findings).toEqual([])
  let state = SEED
  const random = (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return (state >> 8) % below
  }
  const types = new Map(
    (
      await superuser.query<{ name: string; type: string }>(
        `select c.relname || '.' || a.attname as name, format_type(a.atttypid, null) as type
           from pg_attribute a join pg_class c on c.oid = a.attrelid where c.relnamespace = 'public'::regnamespace`,
      )
    ).rows.map(({ name, type }) => [name, type]),
  )
  const places = Object.entries(DERIVED).flatMap(([table, columns]) =>
    columns.split(/\s+/).map((column) => ({ table, column })),
  )
  const missed: string[] = []
  let tried = 0
  while (tried < EDITS) {
    const { table = '', column = '' } = places[random(places.length)] ?? {}
    const type = types.get(`${table}.${column}`) ?? ''
    const [kind, sql] = editsOf(table, column, type)[random(KINDS)] ?? []
    if (sql === undefined) continue
    if (kind === 'emptied' && EMPTY_IN_FORMER_ROWS.includes(`${table}.${column}`)) continue
    if (kind === 'removed' && REMOVED_IN_FORMER_ROWS.includes(table)) continue
    const { rowCount } = await superuser.query(sql, [String(random(1_000_000))]).catch((error: unknown) => {
      // Another row has that key already, or the column takes no null: nothing was changed.
      if (error instanceof pg.DatabaseError && ['23505', '23502'].includes(error.code ?? ''))
        return { rowCount: 0 }
      throw error
    })
    if (rowCount === 0) continue
    tried += 1
    if ((await verified(db, box)).findings.length === 0) {
      const { rows } = await superuser.query<{ row: string }>(
        `select e::text as row from (select * from ${table} except all select * from before.${table}) e`,
      )
      missed.push(`${table}.${column} ${kind}: ${rows.map(({ row }) => row).join(' ')}`)
    }
    await superuser.query(
      `begin; delete from ${table}; insert into ${table} overriding system value select * from before.${table}; commit`,
    )
  }
  expect(missed).toEqual([])
}, 3_600_000)

test('every table is derived, found by another test, or named as one that verifying does not cover', async ({
  superuser,
}) => {
  const { rows } = await superuser.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'public' order by 1`,
  )
  const guide = readFileSync(new URL('../../docs/operating.md', import.meta.url), 'utf8')
  const [, section = ''] = /### What verify does not cover\n([\s\S]*?)\n## /.exec(guide) ?? []
  const named = [...section.matchAll(/`([a-z_]+)`/g)].map(([, name = '']) => name)
  const known = [...Object.keys(DERIVED), ...FOUND_ELSEWHERE, ...named]
  expect(rows.map(({ name }) => name).filter((name) => !known.includes(name))).toEqual([])
})
