// oxlint-disable no-empty-pattern -- Vitest reads from the pattern which other fixtures a fixture uses
import type pg from 'pg'
import { expect } from 'vitest'
import { inTransaction } from '../../src/db/database.ts'
import { processingTest } from '../kit/fixtures.ts'
import { openSandbox } from '../kit/sandbox.ts'
import { donationTamperings } from './tamperings/donations.ts'
import { ledgerTamperings } from './tamperings/ledger.ts'
import { receiptTamperings } from './tamperings/receipts.ts'
import { settlementTamperings } from './tamperings/settlement.ts'
import { inOrder, twoRichMonths, verified } from './kit.ts'

/** In tables that agree with Stripe one thing is changed at a time: verifying finds it, and nothing else. */

const test = processingTest
  .extend('box', { scope: 'file' }, async ({}, { onCleanup }) => {
    const box = await openSandbox()
    onCleanup(() => box.close())
    return box
  })
  // What verifying finds, with or without asking the offline Stripe.
  .extend('found', { scope: 'file' }, ({ db, box }) => async (how: 'online' | 'offline') => {
    const { findings } = await verified(db, how === 'online' ? box : null)
    return findings.map(({ kind, object }) => `${kind} ${object}`)
  })

test.beforeAll(async ({ pool, box }) => {
  await twoRichMonths(pool, box, inOrder)
  await pool.query(REMOVE_GUARDS)
  await pool.query(COPY)
})

const TABLES = `select tablename as name from pg_tables where schemaname = 'public'`

/** Removes the triggers and foreign keys, which would refuse the changes. */
const REMOVE_GUARDS = `do $$ declare one record; begin
  for one in select tgrelid::regclass as t, tgname from pg_trigger where not tgisinternal loop
    execute format('alter table %s disable trigger %I', one.t, one.tgname); end loop;
  for one in select conrelid::regclass as t, conname from pg_constraint where contype = 'f' loop
    execute format('alter table %s drop constraint %I', one.t, one.conname); end loop;
end $$`
const COPY = `create schema before; do $$ declare one record; begin
  for one in ${TABLES} loop
    execute format('create table before.%I as table public.%I', one.name, one.name); end loop;
end $$`

/** Changes something and says which tables it has changed: putting all of them back takes longer than verifying them. */
function tamper(pool: pg.Pool, sql: string): Promise<string[]> {
  return inTransaction(pool, async (tx) => {
    await tx.query(sql)
    const { rows } = await tx.query<{ name: string }>(
      `select relname as name from pg_stat_xact_user_tables
        where schemaname = 'public' and n_tup_ins + n_tup_upd + n_tup_del > 0`,
    )
    return rows.map(({ name }) => name)
  })
}

async function restore(pool: pg.Pool, tables: readonly string[]): Promise<void> {
  for (const name of tables)
    await pool.query(
      `delete from public.${name}; insert into public.${name} overriding system value table before.${name}`,
    )
}

const tamperings = [...donationTamperings, ...ledgerTamperings, ...receiptTamperings, ...settlementTamperings]

test.for(tamperings.map((tampering) => [tampering.name, tampering] as const))(
  'names exactly what was changed when %s',
  async ([, { select, sql, finds, offline }], { pool, found, onTestFinished }) => {
    const { rows } = await pool.query<{ object: unknown }>(select)
    const object = String(rows[0]?.object)
    expect(object).not.toBe('undefined')
    const changed = await tamper(pool, sql(object))
    expect(changed).not.toEqual([])
    onTestFinished(() => restore(pool, changed))
    expect(await found('online')).toEqual(finds(object).map(startingWith))
    expect(await found('offline')).toEqual((offline ?? finds)(object).map(startingWith))
  },
)

test('finds nothing once the tables are restored', async ({ found }) => {
  expect(await found('online')).toEqual([])
})

/** A text that ends in `_` or `-` stands for every id that begins with it. */
function startingWith(text: string): unknown {
  return expect.stringMatching(new RegExp(`^${text}${/[-_]$/.test(text) ? '' : '$'}`))
}
