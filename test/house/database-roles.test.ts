import { expect, test } from 'vitest'
import { readFileSync, readdirSync } from 'node:fs'
import { CREDENTIALS, DELETED_FROM } from '../../src/db/database-roles.ts'
import { sourceFiles } from './source-files.ts'

/** The service's user of the database may delete from exactly the tables from which the code deletes. */

const code = sourceFiles
  .filter(({ name }) => !name.startsWith('db/database-roles') && !name.startsWith('stripe-sandbox/'))
  .map((file) => file.code)
  .join('\n')

// SQL as it is written in stores, and Knex: `tx('staff_sessions').where(…).delete()`.
const inSql = [...code.matchAll(/\bdelete\s+from\s+([a-z_]+)/g)].map(([, table]) => table)
const byKnex = [
  ...code.matchAll(/\b(?:tx|db|knex)\('([a-z_]+)'\)(?:\s*\.where\([^;]*?\))+\s*\.delete\(\)/g),
].map(([, table]) => table)
// By the limiter's library, by a trigger, and by a statement whose table is a value.
const OTHERWISE = [
  'ledger_open_item_sums',
  'rate_limits',
  'receipt_pdfs',
  'report_donor_counts',
  'report_donors',
]

test('the code deletes from no table but those from which the service’s user may', () => {
  expect(inSql.length).toBeGreaterThan(20)
  expect([...new Set([...inSql, ...byKnex, ...OTHERWISE])].toSorted()).toEqual([...DELETED_FROM].toSorted())
})

// Hashes that open nothing: of a request, a file, a picture's or a row's content, the trail's chain.
const NO_SECRETS = [
  'audit_trail',
  'bank_csv_layouts',
  'bank_statements',
  'checkouts',
  'history_import_layouts',
  'history_import_staged',
  'history_imports',
  'imported_gifts',
  'inbox_redactions',
  'receipt_pdfs',
  'report_donor_totals',
  'report_donors',
  'supporter_entries',
]

test('the user for reports reads no table with a hash, a sealed secret or a token in it, but for hashes that open nothing', () => {
  const folder = new URL('../../migrations/', import.meta.url)
  const migrations = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(new URL(name, folder), 'utf8').split(/export (?:async )?function down/)[0])
    .join('\n')
  const tables = [...migrations.matchAll(/create table ([a-z_]+) \(([\s\S]*?)\n\s*\);?/g)]
    .filter(([, , columns = '']) => /^\s*\w*(hash|sealed|secret|password)\w* /m.test(columns))
    .map(([, table = '']) => table)
  expect(tables).toContain('staff_unsent_forms')
  expect(tables.filter((table) => ![...CREDENTIALS, ...NO_SECRETS].includes(table))).toEqual([])
})
