import {
  historyImportStatuses,
  problemReasons,
  skipReasons,
  type HistoryImport,
} from '../../../src/imports/history-import.ts'
import { guessedMapping } from '../../../src/imports/import-mapping.ts'
import { importPage, type ImportView } from '../../../src/pages/finance/imports/import-view.ts'
import { importsPage } from '../../../src/pages/finance/imports/imports-view.ts'
import type { FinanceFrame } from '../../../src/pages/finance/frame/finance-layout-view.ts'
import { currencyNamed } from '../../kit/named.ts'
import type { Words } from '../view-samples.ts'
import { refusedForm } from './refused-form.ts'

const ID = '8c5bb2c6-0c3f-4f5e-9d3a-0d9c1a3f5b11'

/** The pages of imports, in each of their states. */
export function importViews(finance: FinanceFrame, words: Words): Record<string, string> {
  const at = new Date('2026-11-20T15:00:00Z')
  const frame = { ...finance, mayChange: true }
  const one: HistoryImport = {
    id: ID,
    source: 'givewp',
    fileName: words.title,
    status: 'checked',
    fileRows: 1_240,
    rowsRead: 1_240,
    ready: 1_180,
    imported: 0,
    takenBack: 0,
    failure: null,
    uploadedBy: words.email,
    uploadedAt: at,
    endedAt: null,
    hasFile: true,
  }
  const table = {
    headings: ['Donation ID', 'Donation Total', 'Donation Date', words.name],
    rows: [
      ['11', '25.00', '03/04/2023', words.message],
      ['12', '30.00', '04/04/2023', words.email],
    ],
  }
  const { columns, ...others } = guessedMapping(table, {
    currency: currencyNamed('usd'),
    timezone: 'America/New_York',
  })
  const chosen = {
    ...others,
    ...Object.fromEntries(Object.entries(columns).map(([name, place]) => [`column-${name}`, place])),
  }
  const found: ImportView['content'] = {
    kind: 'found',
    counts: [
      ...problemReasons.map((reason) => ({ outcome: 'problem' as const, reason, count: 2 })),
      ...skipReasons.map((reason) => ({ outcome: 'skipped' as const, reason, count: 1 })),
    ],
    noted: { problems: 130, skipped: 10 },
    notes: problemReasons.map((reason, index) => ({
      row: index + 2,
      outcome: 'problem',
      reason,
      heading: index % 2 === 0 ? words.title : '',
    })),
    sums: [
      { year: 2022, currency: 'usd', gifts: 400, grossMinor: 1_240_000n },
      { year: 2023, currency: 'jpy', gifts: 2, grossMinor: 1_500n },
    ],
    samples: [
      { row: 2, givenAt: at, currency: 'usd', grossMinor: 2_500n, donorName: words.name },
      { row: 3, givenAt: at, currency: 'usd', grossMinor: 2_500n, donorName: null },
    ],
  }
  const nothing: ImportView['content'] = { ...found, counts: [], notes: [], sums: [], samples: [] }
  const view = (changed: Partial<HistoryImport>, content: ImportView['content'] = found) =>
    importPage({ ...frame, import: { ...one, ...changed }, content })
  const mapping: ImportView['content'] = { kind: 'mapping', table, chosen }
  return {
    imports: importsPage({
      ...frame,
      imports: historyImportStatuses.map((status, index) => ({ ...one, status, imported: index })),
    }),
    'imports-none': importsPage({ ...frame, imports: [] }),
    'imports-read-only': importsPage({ ...finance, mayChange: false, imports: [one] }),
    'import-columns': view({ status: 'uploaded' }, mapping),
    'import-columns-refused': importPage({
      ...frame,
      ...refusedForm(`/finance/imports/${ID}/columns`, chosen, {
        dateOrder: words.title,
        'column-amount': words.name,
      }),
      import: { ...one, status: 'uploaded' },
      content: mapping,
    }),
    'import-checking': view({ status: 'checking', fileRows: 0, rowsRead: 500 }, nothing),
    'import-checked': view({}),
    'import-nothing-new': view({ ready: 0 }, { ...found, sums: [], samples: [] }),
    'import-importing': view({ status: 'importing', imported: 500 }),
    'import-imported': view({ status: 'imported', imported: 1_180, hasFile: false }),
    'import-stopped': view({ status: 'cancelled', imported: 500, hasFile: false }),
    'import-failed': view({ status: 'failed', failure: 'quote_not_closed', fileRows: 0 }, nothing),
    'import-taking-back': view({ status: 'taking_back', imported: 1_180, takenBack: 500 }),
    'import-taken-back': view({ status: 'taken_back', imported: 1_180, takenBack: 1_180 }),
  }
}
