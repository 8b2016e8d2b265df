import type { LocalDate } from '../../../src/calendar/local-date.ts'
import type { LineRow, StatementRow } from '../../../src/bank/uploaded-statement.ts'
import type { DepositRow } from '../../../src/bank/deposit-list.ts'
import { bankStatementPage } from '../../../src/pages/finance/deposits/bank-statement-view.ts'
import { bankStatementsPage } from '../../../src/pages/finance/deposits/bank-statements-view.ts'
import { erasurePage } from '../../../src/pages/finance/donors/erasure-view.ts'
import { depositsPage } from '../../../src/pages/finance/deposits/deposits-view.ts'
import { payoutPage } from '../../../src/pages/finance/deposits/payout-view.ts'
import type { FinanceFrame } from '../../../src/pages/finance/frame/finance-layout-view.ts'
import type { PayoutRecord } from '../../../src/settlement/payouts/payout-record.ts'
import { dayNamed } from '../../kit/named.ts'
import type { Words } from '../view-samples.ts'
import { refusedForm } from './refused-form.ts'

const STATEMENT = '8c5bb2c6-0c3f-4f5e-9d3a-0d9c1a3f5b11'

/** The pages of deposits and bank statements, and the one that erases a donor. */
export function depositViews(
  finance: FinanceFrame,
  words: Words,
  payout: PayoutRecord,
): Record<string, string> {
  const day: LocalDate = dayNamed('2026-01-14')
  const line: LineRow = {
    id: '7',
    statementId: STATEMENT,
    place: 3,
    day,
    currency: 'usd',
    amountMinor: 81_231n,
    description: `STRIPE TRANSFER ${words.message}`,
    match: { payoutId: 'po_1', kind: 'deposit', rule: 'chosen', matchedBy: words.email, arrivalDate: day },
  }
  const returned: LineRow = {
    ...line,
    id: '8',
    match: {
      ...line.match,
      payoutId: 'po_1',
      kind: 'return',
      rule: 'trace',
      matchedBy: words.email,
      arrivalDate: day,
    },
  }
  const statement: StatementRow = {
    id: STATEMENT,
    fileName: words.title,
    format: 'camt053',
    account: words.name,
    firstDay: day,
    lastDay: day,
    uploadedBy: words.email,
    uploadedAt: new Date('2026-02-02T14:00:00Z'),
    fileHash: 'ab'.repeat(32),
    lines: 41n,
    matched: 4n,
  }
  const unread: StatementRow = { ...statement, format: 'csv', account: null, firstDay: null, lastDay: null }
  const row: DepositRow = {
    id: 'po_1',
    status: 'paid',
    currency: 'usd',
    amountMinor: 81_231n,
    arrivalDate: day,
    automatic: true,
    itemised: true,
    bank: 'on_statement',
    bankDay: day,
  }
  const rows: DepositRow[] = [
    row,
    { ...row, id: 'po_2', bank: 'missing', bankDay: null },
    { ...row, id: 'po_3', bank: 'no_statement', bankDay: null, automatic: false },
    { ...row, id: 'po_4', bank: 'not_expected', bankDay: null, status: 'failed' },
    { ...row, id: 'po_5', bank: 'not_expected', bankDay: null, status: 'new_status' },
  ]
  const list = { ...finance, typed: {}, problems: [], later: null, earlier: null }
  const bare: PayoutRecord = { ...payout, itemisation: 'awaited', unexplained: null, parts: [], items: [] }
  const openLine = { ...line, match: null }
  const all = { ...finance, mayChange: true, done: null, problems: [] }
  const table = {
    headings: ['Date', 'Amount', words.title],
    firstRow: 2,
    rows: [['1/14/2026', '812.31', words.message]],
  }
  const donationId = STATEMENT
  return {
    erasure: erasurePage({ ...finance, donationId, name: words.name, gifts: 3, isActive: false }),
    'erasure-active': erasurePage({ ...finance, donationId, name: null, gifts: 1, isActive: true }),
    deposits: depositsPage({
      ...list,
      rows,
      later: '/finance/deposits?before=x',
      earlier: '/finance/deposits?after=x',
    }),
    'deposits-none': depositsPage({ ...list, rows: [] }),
    'deposits-not-found': depositsPage({
      ...list,
      rows: [],
      typed: { amount: words.name, month: words.title, bank: 'missing' },
      problems: [{ fieldId: 'month', message: words.message }],
    }),
    payout: payoutPage({ ...finance, payout, bankLines: [line, returned] }),
    'payout-failed': payoutPage({ ...finance, payout: bare, bankLines: [] }),
    'payout-awaited': payoutPage({ ...finance, payout: { ...bare, status: 'paid' }, bankLines: [line] }),
    'payout-manual': payoutPage({
      ...finance,
      payout: { ...bare, itemisation: 'not_possible' },
      bankLines: [],
    }),
    'bank-statements': bankStatementsPage({
      ...all,
      statements: [statement, unread],
      openLines: [
        {
          line: openLine,
          candidates: [
            {
              payoutId: 'po_1',
              kind: 'deposit',
              arrivalDate: day,
              currency: 'usd',
              amountMinor: 81_231n,
              traceId: null,
            },
          ],
        },
        { line: { ...openLine, id: '9' }, candidates: [] },
      ],
      missing: rows.slice(1, 2),
    }),
    'bank-statements-first': bankStatementsPage({
      ...all,
      statements: [],
      openLines: [],
      missing: [],
      problems: [
        { problem: 'day', place: 3 },
        { problem: 'unknown_format', place: null },
      ],
    }),
    'bank-statements-done': bankStatementsPage({
      ...all,
      mayChange: false,
      statements: [statement],
      openLines: [],
      missing: [],
      done: words.message,
      problems: [],
    }),
    'bank-statement': bankStatementPage({
      ...finance,
      mayChange: true,
      statement,
      content: { kind: 'lines', lines: [line, openLine, returned], next: 3 },
    }),
    'bank-statement-columns': bankStatementPage({
      ...finance,
      mayChange: true,
      statement: unread,
      ...refusedForm(
        `/finance/deposits/bank/${unread.id}/columns`,
        { currency: words.name },
        { currency: words.message },
      ),
      content: {
        kind: 'columns',
        table,
        chosen: { day: '0', currency: words.name },
        fileProblems: [{ problem: 'amount', place: 2 }],
      },
    }),
  }
}
