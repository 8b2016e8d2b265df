import { expect, test } from 'vitest'
import { DELETED_FROM } from '../../src/db/database-roles.ts'
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
// By a trigger, and by a statement whose table is a value.
const OTHERWISE = ['receipt_pdfs', 'report_donor_counts', 'report_donors']

test('the code deletes from no table but those from which the service’s user may', () => {
  expect(inSql.length).toBeGreaterThan(20)
  expect([...new Set([...inSql, ...byKnex, ...OTHERWISE])].toSorted()).toEqual([...DELETED_FROM].toSorted())
})
