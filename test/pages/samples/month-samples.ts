import type { FinanceFrame } from '../../../src/pages/finance/frame/finance-layout-view.ts'
import {
  comparedFilePage,
  type ComparedFileView,
} from '../../../src/pages/finance/months/compared-file-view.ts'
import { groupPage, itemPage } from '../../../src/pages/finance/months/item-view.ts'
import { monthListPage } from '../../../src/pages/finance/months/month-list-view.ts'
import type { MonthView } from '../../../src/pages/finance/months/month-parts-view.ts'
import { emptyMonthPage, monthPage } from '../../../src/pages/finance/months/month-view.ts'
import { trialClosePage } from '../../../src/pages/finance/months/trial-close-view.ts'
import { unreadableMonthPage } from '../../../src/pages/finance/months/unreadable-month-view.ts'
import { difference } from '../../../src/reconciliation/items/difference.ts'
import type { ReconciliationRecord } from '../../../src/reconciliation/reconciliation-record.ts'
import { currencyNamed, monthNamed } from '../../kit/named.ts'
import { bridge, sheet } from './books-samples.ts'
import { closedMonth, openMonth, priorPeriodAdjustments } from '../reconciliation-samples.ts'
import type { Words } from '../view-samples.ts'
import { refusedForm } from './refused-form.ts'

const months = { month: '2026-01', previousMonth: '2025-12', nextMonth: '2026-02' }
const closedAt = new Date('2026-02-02T14:00:00Z')

/** The list of months, and a month in every state. */
export function monthViews(words: Words, frame: FinanceFrame): Readonly<Record<string, string>> {
  const open: MonthView = {
    ...frame,
    ...months,
    role: 'finance',
    record: openMonth(words),
    obstacles: [
      { kind: 'not_read' },
      { kind: 'events_pending', count: 1 },
      { kind: 'earlier_month_open', month: monthNamed('2025-12') },
      {
        kind: 'unexplained',
        differences: [difference('missing_here', { object: words.name, currency: 'usd', amountMinor: 500n })],
      },
    ],
    end: new Date('2026-02-01T05:00:00Z'),
    facts: new Map([
      [
        words.name,
        {
          donationId: null,
          donorName: words.name,
          day: '2026-01-14',
          recordedOn: null,
          settledOn: '2026-01-14',
          description: words.message,
          type: 'charge',
        },
      ],
      [
        'txn_9',
        {
          donationId: 'don_1',
          donorName: words.name,
          day: '2026-01-15',
          recordedOn: '2026-02-02',
          settledOn: '2026-01-15',
          description: null,
          type: 'adjustment',
        },
      ],
    ]),
    itemDays: { from: '2026-01-01', to: '2026-01-31' },
    priorPeriodAdjustments: priorPeriodAdjustments(words),
    postedLater: null,
    donorNames: new Map([[words.name, words.name]]),
    books: { sheet, bridges: [bridge] },
    atTheBank: { deposits: 2n, onStatement: 1n, missing: 1n, withoutStatement: 0n },
    review: { covers: '2 x', acts: 2, latest: { by: words.email, at: closedAt, isCurrent: false } },
    mayChange: true,
    printedAt: null,
  }
  const closed: MonthView = {
    ...open,
    record: closedMonth(words),
    obstacles: [],
    priorPeriodAdjustments: [],
    postedLater: {
      transactions: 2,
      months: ['2026-02'],
      accounts: [
        { account: 'refunds', currency: 'usd', minor: 500n },
        { account: 'stripe_clearing', currency: 'usd', minor: -500n },
      ],
      postings: priorPeriodAdjustments(words),
    },
  }
  const clean: MonthView = {
    ...closed,
    record: { ...closedMonth(words), closed: false, closedAt: null, closedBy: null },
    postedLater: null,
    books: { sheet, bridges: [bridge] },
  }
  const totals = {
    key: '2026-01',
    currency: currencyNamed('usd'),
    donations: 48n,
    grossMinor: 1284550n,
    refundedMinor: 500n,
    disputedMinor: 0n,
    unsettled: 0n,
    settled: [],
    settlementCurrency: null,
    feeMinor: 65700n,
    netMinor: 1218350n,
  }
  const unknown = { ...totals, currency: currencyNamed('eur'), feeMinor: null, netMinor: null }
  const [item] = open.record.differences
  if (!item) throw new Error('the sample month has no item')
  const standing: ReconciliationRecord['differences'][number] = {
    ...item,
    kind: 'unknown_type',
    type: 'moon_tax',
    amount: -500,
  }
  const compared: ComparedFileView = {
    ...frame,
    month: monthNamed('2026-01'),
    kind: 'deposits',
    frozen: { name: 'deposits-2026-01-01-2026-01-31.csv', sha256: 'ab'.repeat(32) },
    now: {
      sha256: 'cd'.repeat(32),
      lines: 1204,
      headings: ['Arrives on', 'Status'],
      closing: {
        lines: 1203,
        gone: 21,
        added: 22,
        firstAdded: [{ number: 7, line: `2026-01-15,${words.message}` }],
      },
    },
  }
  const many: MonthView = {
    ...open,
    record: {
      ...open.record,
      differences: ['missing_here', 'debit_under_way', 'payout_failed'].flatMap((kind) => [
        ...open.record.differences.filter((one) => one.kind === kind),
        { ...item, kind, object: '123456 further objects', explained: kind !== 'missing_here' },
      ]),
    },
  }
  const settling = { writeOffDay: '2026-01-31', needsApproval: true }
  return {
    reconciliation: monthPage(open),
    'reconciliation-auditor': monthPage({ ...open, role: 'auditor', mayChange: false }),
    'reconciliation-closed': monthPage({
      ...closed,
      ...refusedForm(
        '/finance/months/2026-01/write-offs/wo_1/reverse',
        { reason: words.message },
        { 'reverse-wo_1': words.title },
      ),
    }),
    'reconciliation-reviewed': monthPage({
      ...closed,
      review: { covers: '2 x', acts: 2, latest: { by: words.email, at: closedAt, isCurrent: true } },
    }),
    'reconciliation-not-reviewed': monthPage({ ...open, review: { covers: '2 x', acts: 2, latest: null } }),
    'reconciliation-closed-untouched': monthPage({
      ...closed,
      postedLater: { transactions: 0, months: [], accounts: [], postings: [] },
    }),
    'reconciliation-clean': monthPage(clean),
    'reconciliation-many': monthPage(many),
    'reconciliation-many-printed': monthPage({ ...many, printedAt: closedAt }),
    'reconciliation-printed': monthPage({ ...open, printedAt: closedAt }),
    'reconciliation-unreadable': unreadableMonthPage({
      ...frame,
      ...months,
      unreadable: {
        month: '2026-01',
        closedAt,
        closedBy: words.email,
        version: 9,
        stored: { [words.name]: [words.message, words.title] },
      },
      books: { sheet, bridges: [] },
    }),
    'month-not-begun': emptyMonthPage({ ...frame, month: '2030-01', why: 'not_begun', instead: '2026-02' }),
    'month-before-books': emptyMonthPage({
      ...frame,
      month: '2020-01',
      why: 'before_books',
      instead: '2026-01',
    }),
    months: monthListPage({
      ...frame,
      running: '2026-02',
      months: [
        { month: monthNamed('2026-02'), closed: null, unexplained: 3, deposits: [] },
        {
          month: monthNamed('2026-01'),
          closed: { at: closedAt, by: words.email },
          unexplained: 0,
          deposits: [
            { currency: 'usd', count: 4, minor: 1218350n },
            { currency: 'eur', count: 1, minor: 4300n },
          ],
        },
      ],
      totals: [
        {
          month: '2026-01',
          currency: 'usd',
          grossMinor: 1284550n,
          net: { currency: 'usd', minor: 1218350n },
        },
        { month: '2026-01', currency: 'eur', grossMinor: 5000n, net: { currency: 'usd', minor: null } },
      ],
      older: '2026-01',
      newer: '2027-03',
    }),
    'months-empty': monthListPage({
      ...frame,
      running: '2026-02',
      months: [],
      totals: [],
      older: null,
      newer: null,
    }),
    'month-file': comparedFilePage(compared),
    'month-file-same': comparedFilePage({
      ...compared,
      kind: 'ledger',
      now: { ...compared.now, sha256: compared.frozen.sha256 },
    }),
    'month-file-of-an-earlier-release': comparedFilePage({
      ...compared,
      now: { ...compared.now, closing: null },
    }),
    'trial-close': trialClosePage({ ...open, totals: [totals, unknown] }),
    'trial-close-ready': trialClosePage({ ...clean, totals: [] }),
    'month-item': itemPage({ ...open, ...settling, item: { ...item, object: 'pi_other' } }),
    'month-item-waiting': itemPage({ ...open, ...settling, item }),
    'month-item-refused': itemPage({
      ...open,
      ...settling,
      needsApproval: false,
      item: { ...standing, object: 'txn_other' },
      ...refusedForm(
        '/finance/months/2026-01/write-offs',
        { reason: words.message, toAccount: 'other_income' },
        { 'reason-write-off': words.title },
      ),
    }),
    'month-group': groupPage({
      ...open,
      ...settling,
      kind: 'missing_here',
      items: Array.from({ length: 51 }, () => item),
      page: 2,
      ...refusedForm(
        '/finance/months/2026-01/items/missing_here',
        { reason: words.message },
        { 'reason-group': words.title },
      ),
    }),
  }
}
