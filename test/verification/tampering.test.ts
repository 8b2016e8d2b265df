import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Sandbox } from '../../src/stripe-sandbox/sandbox.ts'
import { testDatabase, type TestDatabase } from '../kit/database.ts'
import { query } from '../kit/test-server.ts'
import { donationTamperings } from './tamperings/donations.ts'
import { ledgerTamperings } from './tamperings/ledger.ts'
import { receiptTamperings } from './tamperings/receipts.ts'
import { settlementTamperings } from './tamperings/settlement.ts'
import { openSandbox } from '../kit/sandbox.ts'
import { inOrder, twoRichMonths, verified } from './kit.ts'

/** In tables that agree with Stripe one thing is changed at a time: verifying finds it, and nothing else. */

let db: TestDatabase
let box: Sandbox
beforeAll(async () => {
  db = await testDatabase()
  box = await openSandbox()
  await twoRichMonths(db.database.pool, box, inOrder)
  await query(db.url, REMOVE_GUARDS)
  await query(db.url, COPY)
})
afterEach(() => query(db.url, RESTORE))
afterAll(async () => {
  await box.close()
  await db.drop()
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
const RESTORE = `do $$ declare one record; begin
  for one in ${TABLES} loop
    execute format('delete from public.%I', one.name);
    execute format('insert into public.%I overriding system value table before.%I', one.name, one.name); end loop;
end $$`

const tamperings = [...donationTamperings, ...ledgerTamperings, ...receiptTamperings, ...settlementTamperings]

test.each(tamperings.map((tampering) => [tampering.name, tampering] as const))(
  'names exactly what was changed when %s',
  async (_, { select, sql, finds, offline }) => {
    const [row] = await query(db.url, select)
    const object = String(row?.['object'])
    expect(object).not.toBe('undefined')
    await query(db.url, sql(object))
    expect(await found(box)).toEqual(finds(object).map(startingWith))
    expect(await found(null)).toEqual((offline ?? finds)(object).map(startingWith))
  },
)

test('finds nothing once the tables are restored', async () => {
  expect(await found(box)).toEqual([])
})

async function found(stripe: Sandbox | null): Promise<string[]> {
  return (await verified(db, stripe)).findings.map(({ kind, object }) => `${kind} ${object}`)
}

/** A text that ends in `_` or `-` stands for every id that begins with it. */
function startingWith(text: string): unknown {
  return expect.stringMatching(new RegExp(`^${text}${/[-_]$/.test(text) ? '' : '$'}`))
}
