import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Sandbox } from '../../src/stripe-sandbox/sandbox.ts'
import { testDatabase, type TestDatabase } from '../kit/database.ts'
import { query } from '../kit/test-server.ts'
import { giftTamperings } from './tamperings/gifts.ts'
import { ledgerTamperings } from './tamperings/ledger.ts'
import { receiptTamperings } from './tamperings/receipts.ts'
import { stripeBooksTamperings } from './tamperings/stripe-books.ts'
import { asItComes, openStripe, richLife, verified } from './kit.ts'

/** Books that agree, and then one thing in them that somebody changed. Each is found and named, and nothing else. */

let db: TestDatabase
let box: Sandbox
beforeAll(async () => {
  db = await testDatabase()
  box = await openStripe()
  await richLife(db.database.pool, box, asItComes)
  await query(db.url, UNGUARD)
  await query(db.url, COPY)
})
afterEach(() => query(db.url, RESTORE))
afterAll(async () => {
  await box.close()
  await db.drop()
})

const TABLES = `select tablename as name from pg_tables where schemaname = 'public'`

/** Takes the database's own guards away, which would refuse all of this. */
const UNGUARD = `do $$ declare one record; begin
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

const tamperings = [...giftTamperings, ...ledgerTamperings, ...receiptTamperings, ...stripeBooksTamperings]

test.each(tamperings.map((one) => [one.name, one] as const))('%s', async (_, { of, sql, finds, offline }) => {
  const [row] = await query(db.url, of)
  const object = String(row?.['object'])
  expect(object).not.toBe('undefined')
  await query(db.url, sql(object))
  expect(await found(box)).toEqual(finds(object).map(startingWith))
  expect(await found(null)).toEqual((offline ?? finds)(object).map(startingWith))
})

test('and nothing else: restored, they agree', async () => {
  expect(await found(box)).toEqual([])
})

async function found(stripe: Sandbox | null): Promise<string[]> {
  return (await verified(db, stripe)).differences.map(({ kind, object }) => `${kind} ${object}`)
}

/** Ids that a tampering does not know beforehand are told by how they begin. */
function startingWith(text: string): unknown {
  return expect.stringMatching(new RegExp(`^${text}${/[-_]$/.test(text) ? '' : '$'}`))
}
