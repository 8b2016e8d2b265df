import { ledgerAccounts } from '../../../src/exports/accounts.ts'
import { exportKinds, type LoggedExport } from '../../../src/exports/export-log.ts'
import { exportsPage, type ExportsView } from '../../../src/pages/finance/exports/exports-view.ts'
import type { FinanceFrame } from '../../../src/pages/finance/frame/finance-layout-view.ts'
import { donorsPage, type DonorsView } from '../../../src/pages/finance/reports/donors-view.ts'
import { registerPageView, type RegisterView } from '../../../src/pages/finance/reports/register-view.ts'
import { accountCodesPage } from '../../../src/pages/finance/settings/accounts-view.ts'
import { statementsPage } from '../../../src/pages/finance/statements/statements-view.ts'
import { monthNamed } from '../../kit/named.ts'
import type { Words } from '../view-samples.ts'
import { refusedForm } from './refused-form.ts'

const at = new Date('2026-02-14T18:42:00Z')
const ID = '0b5f3a52-8d1c-4a4e-9f6a-2f6f0d3b7c11'

function logOf(words: Words): LoggedExport[] {
  return exportKinds.map((kind, index) => ({
    id: ID,
    kind,
    format: index % 2 === 0 ? 'csv' : 'xlsx',
    filters: { from: '2026-01-01', to: '2026-01-31', currency: 'usd' },
    by: words.email,
    begunAt: at,
    outcome: index === 1 ? null : index === 4 ? 'broken_off' : 'complete',
    rows: index === 1 || index === 4 ? null : 1204n,
    sha256: index === 1 || index === 4 ? null : Buffer.alloc(32, 0xab),
  }))
}

/** Exports, account codes, the receipts register and the donors above an amount. */
export function handoverViews(words: Words, frame: FinanceFrame): Readonly<Record<string, string>> {
  const exported: ExportsView = {
    ...frame,
    typed: { from: '2026-01-01', to: '2026-01-31', year: '2026', currency: 'usd', q: words.message },
    currencies: ['eur', 'usd'],
    log: [...logOf(words), ...logOf(words).filter(({ kind }) => kind === 'ledger')],
    frozen: new Map([
      [monthNamed('2026-01'), [{ name: 'ledger-2026-01-01-2026-01-31.csv', sha256: 'cd'.repeat(32) }]],
    ]),
    hasEarlier: true,
    refused: null,
  }
  const lines = ledgerAccounts.map((account, index) => ({
    account,
    code: index % 3 === 0 ? '' : `4${index}0`,
    name: index % 3 === 0 ? '' : words.title,
  }))
  const codes = { ...frame, lines, isSaved: true, mayChange: true }
  const row = {
    void_reason: null,
    revision: 1,
    given_on: '2026-01-15',
    currency: 'usd',
    gross_minor: 125_000n,
    donation_id: ID,
    donor_name: words.name,
    replaces_year: null,
    replaces_number: null,
    replaced_by_year: null,
    replaced_by_number: null,
    is_recovered: false,
  }
  const lost = {
    ...row,
    revision: null,
    given_on: null,
    currency: null,
    gross_minor: null,
    donation_id: null,
    donor_name: null,
  }
  const register: RegisterView = {
    ...frame,
    year: 2026,
    typed: {},
    from: 1,
    proof: { last: 1204n, issued: 1204n, reserved: 0n, missing: 0n, firstMissing: [] },
    rows: [
      { ...row, number: 1n, state: 'valid' },
      { ...row, number: 2n, state: 'voided', void_reason: 'refunded' },
      {
        ...row,
        number: 3n,
        state: 'replaced',
        void_reason: 'corrected',
        replaced_by_year: 2026,
        replaced_by_number: 4n,
      },
      {
        ...row,
        number: 4n,
        state: 'valid',
        revision: 2,
        replaces_year: 2026,
        replaces_number: 3n,
        is_recovered: true,
      },
      { ...lost, number: 5n, state: 'reserved', is_recovered: true },
      { ...lost, number: 6n, state: 'missing' },
    ],
    codeOf: () => '7K3M-9QTX-0B5E-WZ4H',
    next: 101,
    problems: [],
  }
  const donors: DonorsView = {
    ...frame,
    typed: { from: '2026-01-01', to: '2026-12-31', currency: 'usd', amount: '250', measure: 'single' },
    currencies: ['usd'],
    donors: [
      {
        email: words.email,
        name: words.name,
        gifts: 3n,
        remains_minor: 1_250_000n,
        largest_minor: 500_000n,
        last_on: '2026-01-15',
        donation_id: ID,
      },
      {
        email: words.email,
        name: null,
        gifts: 1n,
        remains_minor: 25_000n,
        largest_minor: 25_000n,
        last_on: '2026-01-15',
        donation_id: ID,
      },
    ],
    count: 240,
    problems: [],
  }
  const job = {
    id: ID,
    from: '2025-01-01',
    to: '2025-12-31',
    by: words.email,
    requestedAt: at,
    donors: 1204,
    made: 312,
    endedAt: null,
    removedAt: null,
  }
  return {
    statements: statementsPage({
      ...frame,
      jobs: [
        { ...job, status: 'waiting' },
        { ...job, status: 'done', endedAt: at },
        { ...job, status: 'done', endedAt: at, removedAt: at },
        { ...job, status: 'failed', endedAt: at },
        { ...job, status: 'cancelled', endedAt: at, removedAt: at },
      ],
      year: '2025',
      hasFiscalYear: true,
      ...refusedForm('/finance/statements', { year: words.name, kind: 'fiscal' }, { year: words.message }),
    }),
    exports: exportsPage(exported),
    'exports-refused': exportsPage({
      ...exported,
      log: [],
      hasEarlier: false,
      refused: { form: 'journal', problems: [words.message, words.title] },
    }),
    'account-codes': accountCodesPage(codes),
    'account-codes-problem': accountCodesPage({
      ...codes,
      isSaved: false,
      ...refusedForm(
        '/finance/settings/accounts',
        { 'code-bank': words.name, 'name-bank': words.title },
        { 'code-bank': words.message },
      ),
    }),
    'account-codes-auditor': accountCodesPage({ ...codes, isSaved: false, mayChange: false }),
    'receipts-register': registerPageView(register),
    'receipts-register-holes': registerPageView({
      ...register,
      next: null,
      proof: { last: 1204n, issued: 1001n, reserved: 2n, missing: 201n, firstMissing: [6n, 9n] },
      problems: [{ fieldId: 'year', message: words.message }],
    }),
    'receipts-register-empty': registerPageView({
      ...register,
      rows: [],
      next: null,
      proof: { last: 0n, issued: 0n, reserved: 0n, missing: 0n, firstMissing: [] },
    }),
    'donors-above': donorsPage(donors),
    'donors-above-none': donorsPage({
      ...donors,
      donors: [],
      count: 0,
      typed: { ...donors.typed, measure: 'total' },
      problems: [{ fieldId: 'from', message: words.message }],
    }),
  }
}
