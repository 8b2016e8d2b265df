import { expect, test } from 'vitest'
import { fileOfMonth } from '../../src/exports/frozen-export.ts'

test.each([
  ['2026-01-01', '2026-01-31', '2026-01'],
  ['2026-01-01', '2026-01-30', null],
  // Somebody asked for everything: the list of exports is shown for ever after.
  ['0001-01-01', '9999-12-31', null],
])('an export of the ledger from %s to %s is the file of the month %s', (from, to, month) => {
  const file = fileOfMonth({
    kind: 'ledger',
    format: 'csv',
    filters: { from, to },
    outcome: 'complete',
    sha256: null,
  })
  expect(file?.month ?? null).toBe(month)
})
