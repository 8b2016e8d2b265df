import type { FinanceFrame } from '../../../src/pages/finance/frame/finance-layout-view.ts'
import { rankingPage, type RankingView } from '../../../src/pages/finance/reports/ranking-view.ts'
import { recurringPage } from '../../../src/pages/finance/reports/recurring-view.ts'
import type { Recurring, RecurringMonth } from '../../../src/reports/recurring.ts'
import { reportPeriod } from '../../../src/reports/report-period.ts'
import { volumesOf, type Year } from '../../../src/reports/year.ts'
import { fundsPage } from '../../../src/pages/finance/settings/funds-view.ts'
import { yearPage } from '../../../src/pages/finance/reports/year-view.ts'
import { figuresOf } from '../../../src/reports/totals/figures.ts'
import { currencyNamed } from '../../kit/named.ts'
import type { Words } from '../view-samples.ts'
import { ranked, total } from './overview-samples.ts'
import { refusedForm } from './refused-form.ts'

const usd = currencyNamed('usd')
const asOf = new Date('2026-03-31T18:42:00Z')

const month = (at: number, started: bigint): RecurringMonth => ({
  month: `2026-${String(at).padStart(2, '0')}`,
  started,
  ended: [
    { reason: 'payment_failed', agreements: 2n },
    { reason: 'cancellation_requested', agreements: 1n },
    { reason: null, agreements: 1n },
    { reason: 'new_word', agreements: 1n },
  ],
  running: 40n,
  grossMinor: 40_000n,
  netMinor: 37_120n,
})

/** The reports about giving. */
export function givingViews(words: Words, frame: FinanceFrame): Readonly<Record<string, string>> {
  const recurring: Recurring = {
    currency: usd,
    nextMonth: '2026-04',
    running: [
      {
        frequency: 'monthly',
        currency: usd,
        agreements: 1204n,
        ending: 3n,
        paused: 1n,
        amountMinor: 602_000n,
        expected: 1201n,
        expectedMinor: 600_500n,
        expectedConverted: 600_500n,
      },
      {
        frequency: 'yearly',
        currency: currencyNamed('kwd'),
        agreements: 2n,
        ending: 0n,
        paused: 1n,
        amountMinor: 9000n,
        expected: 1n,
        expectedMinor: 4500n,
        expectedConverted: null,
      },
    ],
    expectedMinor: null,
    months: { monthly: [month(1, 2n), month(2, 9n)], yearly: [] },
    failing: [
      {
        id: 'sub_1',
        frequency: 'monthly',
        currency: usd,
        amountMinor: 500n,
        status: 'past_due',
        lastPaidAt: asOf,
        lastFailureAt: asOf,
        since: asOf,
        articleTitle: words.title,
        donationId: words.name,
        donorName: words.name,
        donorEmail: words.email,
      },
      {
        id: 'sub_2',
        frequency: null,
        currency: null,
        amountMinor: null,
        status: null,
        lastPaidAt: null,
        lastFailureAt: asOf,
        since: asOf,
        articleTitle: null,
        donationId: null,
        donorName: null,
        donorEmail: null,
      },
    ],
    failingCount: 3,
  }
  const ranking = (over: Partial<RankingView>) =>
    rankingPage({
      ...frame,
      kind: 'stories',
      period: reportPeriod({ period: 'last_month', basis: 'booked' }, '2026-03-31', 1),
      sort: 'net',
      rows: [
        ranked(words.url, words.title, 4_123_450n, words.campaign),
        ranked('https://harbour.example/roads', null, 900n),
        { ...ranked('', null, -1200n), key: null },
      ],
      total: total.converted,
      totalDonations: 1762n,
      nextCursor: words.name,
      isLaterPage: true,
      ...over,
    })
  const year: Year = {
    year: 2026,
    restricted: [{ fund: words.campaign, grossMinor: 5_000n, netMinor: 4_500n }],
    days: { from: '2025-07-01', to: '2026-06-30' },
    currencies: total.currencies,
    total: total.converted,
    volumes: volumesOf(
      2026,
      [
        { month: '2026-01', currency: usd, type: 'charge', charges: 40n, grossMinor: 40_000n },
        { month: '2026-01', currency: usd, type: 'payment', charges: 1n, grossMinor: 900n },
      ],
      { rows: [{ key: '2026-01', ...total }], total, next: null, donors: 1n },
    ),
  }
  const funds = {
    ...frame,
    restrictions: [],
    typed: { kind: 'campaign', key: '', fund: '' },
    problems: [],
    done: null,
    mayChange: true,
  } as const
  return {
    year: yearPage({ ...frame, year, asOf }),
    'year-empty': yearPage({
      ...frame,
      year: { ...year, currencies: [], restricted: [], volumes: [] },
      asOf,
    }),
    funds: fundsPage({
      ...funds,
      restrictions: [
        { kind: 'campaign', key: words.campaign, fund: words.title },
        { kind: 'article', key: words.url, fund: words.name },
      ],
      done: 'marked',
    }),
    'funds-none': fundsPage({ ...funds, mayChange: false }),
    'funds-problems': fundsPage({
      ...funds,
      ...refusedForm(
        '/finance/settings/funds',
        { kind: 'article', key: words.message, fund: '' },
        { fund: words.message },
      ),
    }),
    stories: ranking({}),
    'stories-viewer': ranking({ role: 'viewer', sort: 'key', nextCursor: null, isLaterPage: false }),
    campaigns: ranking({ kind: 'campaigns', rows: [ranked(words.campaign, null, 3_000_000n)] }),
    'campaigns-none': ranking({
      kind: 'campaigns',
      rows: [],
      total: figuresOf([], usd).converted,
      nextCursor: null,
      isLaterPage: false,
    }),
    recurring: recurringPage({ ...frame, recurring, asOf }),
    'recurring-viewer': recurringPage({ ...frame, role: 'viewer', recurring, asOf }),
    'recurring-none': recurringPage({
      ...frame,
      asOf,
      recurring: {
        ...recurring,
        running: [],
        months: { monthly: [], yearly: [] },
        failing: [],
        failingCount: 0,
      },
    }),
  }
}
