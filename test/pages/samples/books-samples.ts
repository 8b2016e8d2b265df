import type { FinanceFrame } from '../../../src/pages/finance/frame/finance-layout-view.ts'
import { accountSheetPage } from '../../../src/pages/finance/reports/account-sheet-view.ts'
import type { BooksPeriod } from '../../../src/pages/finance/reports/books-period-view.ts'
import { incomePage } from '../../../src/pages/finance/reports/income-view.ts'
import { journalPage } from '../../../src/pages/finance/reports/journal-view.ts'
import { trialBalancePage } from '../../../src/pages/finance/reports/trial-balance-view.ts'
import type { JournalTransaction } from '../../../src/reports/books/journal.ts'
import type { Words } from '../view-samples.ts'

const MARCH = { from: '2026-03-01', to: '2026-03-31' }
const period: BooksPeriod = { ...MARCH, problems: [] }

const line = (account: string, opening: number, debits: number, credits: number) => ({
  account,
  currency: 'usd',
  opening,
  debits,
  credits,
  closing: opening + debits - credits,
  entries: 12,
})
export const sheet = {
  ...MARCH,
  rows: [
    line('bank', 1_218_850, 412_012, 0),
    line('payouts_in_transit', 81_231, 412_012, 412_012),
    line('stripe_balance', 92_100, 530_400, 427_700),
    line('donations', -1_405_000, 0, 548_300),
    line('stripe_fees', 12_819, 18_288, 0),
    line('petty_cash_drawer', 0, 15_300, 0),
  ],
  sums: [{ currency: 'usd', opening: 0, debits: 1_388_012, credits: 1_388_012 }],
}
const stripe = { source: 'balance_transactions' as const, adjustedLater: 0, difference: 0, complete: true }
export const bridge = {
  currency: 'usd',
  opening: 92_100,
  lines: [
    { line: 'gifts' as const, amount: 548_300 },
    { line: 'processing_fees' as const, amount: -18_288 },
    { line: 'deposits' as const, amount: -412_012 },
    { line: 'not_settled' as const, amount: -15_300 },
  ],
  closing: 194_800,
  stripe: { ...stripe, closing: 194_800 },
}

const GIFT = '0197a0f0-0000-7000-8000-000000000001'

const posting = (over: Partial<JournalTransaction>): JournalTransaction => ({
  id: '01980000-0000-7000-8000-000000000000',
  bookedOn: '2026-03-14',
  period: null,
  postedAt: '2026-03-14T12:00:00Z',
  occurredAt: '2026-03-14T12:00:00Z',
  effect: 'arrived',
  source: 'po_1PaidOnTheFourteenthOfMarch',
  object: 'po_1PaidOnTheFourteenthOfMarch',
  donationId: null,
  entries: [
    { account: 'bank', currency: 'usd', amount: 81_231 },
    { account: 'payouts_in_transit', currency: 'usd', amount: -81_231 },
  ],
  ...over,
})

/** The reports of the books. */
export function booksViews({ title, name }: Words, frame: FinanceFrame): Readonly<Record<string, string>> {
  const view = { ...frame, period }
  const withProblems: BooksPeriod = {
    from: title,
    to: '2026-03-01',
    problems: [{ fieldId: 'from', message: title }],
  }
  const nothing = { data: [], nextCursor: null, previousCursor: null }
  return {
    accounts: accountSheetPage({
      ...view,
      sheet,
      bridges: [
        bridge,
        { ...bridge, currency: 'eur', stripe: { ...stripe, closing: 195_000, adjustedLater: 200 } },
        { ...bridge, currency: 'jpy', stripe: { ...stripe, closing: 194_900, difference: 100 } },
        { ...bridge, currency: 'gbp', stripe: { ...stripe, closing: 0, complete: false } },
      ],
    }),
    'accounts-of-no-day': accountSheetPage({
      ...view,
      period: withProblems,
      sheet: { ...MARCH, rows: [], sums: [] },
      bridges: [],
    }),
    'accounts-empty': accountSheetPage({
      ...view,
      period: { ...period, from: '2026-03-05' },
      sheet: { ...MARCH, rows: [], sums: [] },
      bridges: [],
    }),
    'account-postings': journalPage({
      ...view,
      account: 'bank',
      donorNames: new Map([[GIFT, name]]),
      page: {
        data: [
          posting({}),
          posting({ source: title, period: '2026-02', effect: 'arrival_undone' }),
          posting({ donationId: GIFT, effect: 'donation_succeeded' }),
          posting({ object: 'txn_1', effect: 'settled' }),
        ],
        nextCursor: 'after.2026-03-14.x',
        previousCursor: 'before.2026-03-14.x',
      },
    }),
    'account-postings-empty': journalPage({ ...view, account: 'fx', page: nothing, donorNames: new Map() }),
    income: incomePage({
      ...view,
      covered: [
        {
          currency: 'usd',
          gifts: 41n,
          coveredMinor: 2501n,
          settledGifts: 40n,
          settledCoveredMinor: 2440n,
          feeMinor: 2471n,
        },
      ],
      income: {
        ...MARCH,
        currencies: [
          {
            currency: 'usd',
            lines: [
              { line: 'gifts', amount: 548_300 },
              { line: 'refunds', amount: -12_500 },
              { line: 'processing_fees', amount: -17_288 },
              { line: 'dispute_fees', amount: -1500 },
              { line: 'failed_debit_fees', amount: -400 },
              { line: 'other_stripe_fees', amount: -1000 },
              { line: 'exchange', amount: 2712 },
            ],
            result: 518_724,
            apart: [{ line: 'other_programs', amount: 4510 }],
            restricted: [{ fund: title, gifts: 48_300, reversals: -2500, fees: -1800, result: 44_000 }],
            unrestricted: {
              gifts: 500_000,
              reversals: -10_000,
              fees: -18_388,
              other: 2712,
              result: 474_724,
            },
          },
        ],
      },
    }),
    'income-empty': incomePage({ ...view, covered: [], income: { ...MARCH, currencies: [] } }),
    'trial-balance': trialBalancePage({
      ...view,
      accounts: sheet.rows.map(({ account, currency, closing }) => ({ account, currency, balance: closing })),
    }),
    'trial-balance-empty': trialBalancePage({ ...view, accounts: [] }),
    'trial-balance-of-no-day': trialBalancePage({ ...view, period: withProblems, accounts: [] }),
  }
}
