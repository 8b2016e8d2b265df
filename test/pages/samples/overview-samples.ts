import { QUIET } from '../../../src/protection/attack-mode.ts'
import { attentionItems, type AttentionFacts } from '../../../src/reports/attention/attention-items.ts'
import { overviewPage } from '../../../src/pages/finance/overview/overview-view.ts'
import type { FinanceFrame } from '../../../src/pages/finance/frame/finance-layout-view.ts'
import type { Overview, Ranked, Summary } from '../../../src/reports/overview.ts'
import { barsOf } from '../../../src/reports/period.ts'
import { overviewPeriod, overviewQuery } from '../../../src/reports/report-period.ts'
import { figuresOf, type FigureGroup } from '../../../src/reports/totals/figures.ts'
import { currencyNamed } from '../../kit/named.ts'
import type { Words } from '../view-samples.ts'

const asOf = new Date('2026-03-31T18:42:00Z')
const usd = currencyNamed('usd')

/** Of one currency; what is not settled in dollars has no rate. */
function group(code: string, donations: bigint, gross: bigint, inDollars: bigint | null): FigureGroup {
  return {
    key: null,
    currency: currencyNamed(code),
    settlement_currency: usd,
    donations,
    gross_minor: gross,
    refunded_minor: gross / 40n,
    disputed_minor: gross / 90n,
    cleared_gross_minor: gross,
    cleared_refunded_minor: gross / 40n,
    cleared_disputed_minor: gross / 90n,
    settled_gross_minor: inDollars ?? 0n,
    settled_refunded_minor: (inDollars ?? 0n) / 40n,
    settled_disputed_minor: (inDollars ?? 0n) / 90n,
    processing_fee_minor: (inDollars ?? 0n) / 20n,
    dispute_fee_minor: 1500n,
    unsettled: 0n,
    gross: inDollars,
    refunded: inDollars === null ? null : inDollars / 40n,
    disputed: inDollars === null ? null : inDollars / 90n,
    processing_fee: inDollars === null ? null : inDollars / 20n,
    dispute_fee: inDollars === null ? null : 1500n,
    is_estimated: false,
  }
}

const GROUPS = [
  group('usd', 1204n, 12845500n, 12845500n),
  group('eur', 310n, 2301000n, 2490100n),
  group('gbp', 120n, 901000n, 1180000n),
  group('jpy', 44n, 120000n, 81000n),
  group('cad', 40n, 88000n, 64000n),
  group('aud', 31n, 61000n, 40000n),
  group('chf', 12n, 24000n, 27000n),
  group('kwd', 1n, 5000n, null),
]

export const total = figuresOf(GROUPS, usd)
const summary: Summary = {
  ...total.converted,
  donations: 1762n,
  donors: 903n,
  feesMinor: total.converted.processingFeeMinor + total.converted.disputeFeeMinor,
  averageMinor: 9493n,
  recurringShare: 0.3124,
  feeShare: 0.0513,
  unsettled: 3n,
  isEstimated: true,
}

const nothing: Summary = {
  ...figuresOf([], usd).converted,
  donations: 0n,
  donors: 0n,
  feesMinor: 0n,
  averageMinor: null,
  recurringShare: null,
  feeShare: null,
  unsettled: 0n,
  isEstimated: false,
}

export function ranked(
  key: string,
  title: string | null,
  netMinor: bigint,
  fund: string | null = null,
): Ranked {
  return { ...total.converted, key, title, netMinor, donations: 12n, fund }
}

const facts: AttentionFacts = {
  protection: {
    mode: {
      ...QUIET,
      step: 2,
      armed: { since: new Date('2026-03-31T09:12:00Z'), stepSince: asOf, cause: 'declines' },
    },
    control: 'automatic',
    givingOffSince: new Date('2026-03-31T10:02:00Z'),
  },
  disputes: { count: 2, firstDueBy: new Date('2026-04-03T22:00:00Z'), firstDonationId: 'don_1' },
  payouts: { count: 1, latestId: 'po_1' },
  missingDeposits: {
    count: 2,
    sums: [
      { currency: 'eur', minor: 12_000n },
      { currency: 'usd', minor: 81_231n },
    ],
  },
  writeOffs: { count: 1, sums: [{ currency: 'usd', minor: 1250n }], firstMonth: '2026-02' },
  unexplained: 4,
  failedEvents: 1,
  readUpTo: new Date('2026-03-31T02:00:00Z'),
  clockIsWrong: true,
  undelivered: 2,
  questions: 3,
  entries: 2,
  failing: 3,
  tokens: { count: 2, first: { name: 'Warehouse', by: new Date('2026-04-20T12:00:00Z') } },
  now: asOf,
  month: '2026-03',
}

const calm: AttentionFacts = {
  protection: null,
  disputes: null,
  payouts: null,
  missingDeposits: null,
  writeOffs: null,
  unexplained: 0,
  failedEvents: 0,
  readUpTo: asOf,
  clockIsWrong: false,
  undelivered: 0,
  questions: 0,
  entries: 0,
  failing: 0,
  tokens: null,
  now: asOf,
  month: '2026-03',
}

/** The overview of a rich month, of a month with one gift, and of nothing. */
export function overviewViews(words: Words, frame: FinanceFrame): Readonly<Record<string, string>> {
  const periodOf = (query: object) => overviewPeriod(overviewQuery.parse(query), '2026-03-31', 7)
  const period = periodOf({ period: 'this_month' })
  const rich: Overview = {
    period,
    now: summary,
    before: {
      ...summary,
      netMinor: summary.netMinor + 12_000n,
      grossMinor: summary.grossMinor - 4_000_000n,
      refundedMinor: summary.refundedMinor - 10_000n,
      feeShare: 0.0413,
    },
    currencies: total.currencies,
    bars: barsOf(period.days, period.grain).map((from, index) => ({
      from,
      onceMinor: BigInt(((index * 7919) % 31) * 12_000),
      recurringMinor: BigInt(((index * 104729) % 17) * 9_000),
    })),
    stories: [
      ranked(words.url, words.title, 4_123_450n, words.campaign),
      ranked('https://harbour.example/schools', null, 2_000_000n),
      ranked('https://harbour.example/roads', 'Short', -1200n),
    ],
    campaigns: [ranked(words.campaign, null, 3_000_000n), ranked('spring', null, 20_000n)],
    restricted: [{ fund: words.campaign, grossMinor: 5_000_000n, netMinor: 4_123_450n }],
    failedDebitFees: {
      now: [
        { currency: 'usd', feeMinor: 400n },
        { currency: 'eur', feeMinor: 35n },
      ],
      before: [],
    },
  }
  const view = (overview: Overview, attention: AttentionFacts, over: Partial<FinanceFrame> = {}) =>
    overviewPage({
      ...frame,
      ...over,
      overview,
      expectedMinor: 512_300n,
      attention: attentionItems(attention, frame.timeZone, frame.text),
      asOf,
    })
  const empty: Overview = {
    period: periodOf({ from: '2020-01-01', to: '2024-12-31', basis: 'given', compare: 'year_before' }),
    now: nothing,
    before: nothing,
    currencies: [],
    bars: [{ from: '2020-01-01', onceMinor: 0n, recurringMinor: 0n }],
    stories: [],
    campaigns: [],
    restricted: [],
    failedDebitFees: { now: [], before: [] },
  }
  const one: Overview = {
    ...rich,
    period: periodOf({ period: 'last_12_months', grain: 'month' }),
    now: {
      ...nothing,
      donations: 1n,
      donors: 1n,
      grossMinor: 500n,
      netMinor: 500n,
      averageMinor: 500n,
      unsettled: 1n,
      recurringShare: 0,
      feeShare: 0,
    },
    before: nothing,
    currencies: figuresOf([group('usd', 1n, 500n, 500n)], usd).currencies,
    bars: [
      { from: '2026-02-01', onceMinor: 0n, recurringMinor: 0n },
      { from: '2026-03-01', onceMinor: 500n, recurringMinor: -200n },
    ],
    stories: [],
    campaigns: [],
    restricted: [],
    failedDebitFees: { now: [], before: [] },
  }
  return {
    overview: view(rich, facts),
    'overview-one-gift': view(one, calm),
    'overview-from-a-replica': view(one, calm, { figuresAsOf: new Date(asOf.getTime() - 12_000) }),
    'overview-empty': view(
      empty,
      { ...facts, readUpTo: null, disputes: { count: 1, firstDueBy: null, firstDonationId: 'don_1' } },
      { role: 'viewer' },
    ),
  }
}
