import { z } from 'zod'
import { jsonAmount } from '../money/money.ts'
import type { CurrencyCode } from '../money/currency.ts'
import type { FeeSum } from './books/income-statement.ts'
import type { OverviewPeriod } from './report-period.ts'
import { bases } from './totals/grouping.ts'
import type { Amounts, CurrencyFigures, Figures } from './totals/figures.ts'

/** The key figures of a period in the reporting currency. */
export type Summary = Amounts & {
  readonly currency: CurrencyCode
  readonly donations: bigint
  /** Each donor counts once, by address. */
  readonly donors: bigint | null
  readonly feesMinor: bigint
  /** Null without a gift. */
  readonly averageMinor: bigint | null
  /** Shares of the gross, 0 to 1; null without gross. */
  readonly recurringShare: number | null
  readonly feeShare: number | null
  /** Gifts whose charge is not in Stripe's balance yet: their fees are not known. */
  readonly unsettled: bigint
  /** Whether a part was converted at a rate that Stripe used for other gifts. */
  readonly isEstimated: boolean
  readonly notConverted: readonly CurrencyCode[]
}

/** @param figures of the period, by frequency */
export function summaryOf({ rows, total, donors }: Figures): Summary {
  const { converted, currencies } = total
  const { grossMinor, processingFeeMinor, disputeFeeMinor } = converted
  const recurringMinor = rows
    .filter(({ key }) => key !== 'once')
    .reduce((sum, row) => sum + row.converted.grossMinor, 0n)
  const feesMinor = processingFeeMinor + disputeFeeMinor
  return {
    ...converted,
    donations: currencies.reduce((sum, one) => sum + one.donations, 0n),
    donors,
    feesMinor,
    averageMinor: converted.donations > 0n ? dividedHalfUp(grossMinor, converted.donations) : null,
    recurringShare: shareOf(recurringMinor, grossMinor),
    feeShare: shareOf(feesMinor, grossMinor),
    unsettled: currencies.reduce((sum, one) => sum + one.unsettled, 0n),
  }
}

function dividedHalfUp(dividend: bigint, divisor: bigint): bigint {
  return (dividend * 2n + divisor) / (divisor * 2n)
}

/** Null where there is nothing that it could be a share of. */
export function shareOf(part: bigint, whole: bigint): number | null {
  // Four decimals of a percent are more than any page shows.
  return whole > 0n ? Number((part * 1_000_000n) / whole) / 1_000_000 : null
}

/** How a figure has changed. */
export type Change = {
  readonly kind: 'up' | 'down' | 'same'
  /** Never negative; in the figure's own unit. */
  readonly by: bigint
  /** Of the earlier figure, 0.25 for a quarter; null where that was not positive. */
  readonly share: number | null
}

export function changeOf(now: bigint, before: bigint): Change {
  const difference = now - before
  const by = difference < 0n ? -difference : difference
  const kind = difference === 0n ? 'same' : difference > 0n ? 'up' : 'down'
  return { kind, by, share: shareOf(by, before) }
}

/** One bar of the chart over time: gross in minor units of the reporting currency. */
export type TimeBar = {
  /** The first day of the bar. */
  readonly from: string
  readonly onceMinor: bigint
  readonly recurringMinor: bigint
}

/** A story or a campaign. */
export type Ranked = Amounts & {
  /** The article's URL or the campaign's name. */
  readonly key: string
  /** The article's title; null for a campaign, or when it has none. */
  readonly title: string | null
  readonly donations: bigint
  /** The fund for which its gifts are restricted; null: unrestricted. */
  readonly fund: string | null
}

/** What the gifts of one restricted fund came to, in minor units of the reporting currency. */
export type FundFigures = { readonly fund: string; readonly grossMinor: bigint; readonly netMinor: bigint }

export type Overview = {
  readonly period: OverviewPeriod
  readonly now: Summary
  readonly before: Summary
  /** As given, one for each currency, the largest first. */
  readonly currencies: readonly CurrencyFigures[]
  readonly bars: readonly TimeBar[]
  readonly stories: readonly Ranked[]
  readonly campaigns: readonly Ranked[]
  /** By fund; empty: nothing is restricted. */
  readonly restricted: readonly FundFigures[]
  /** What Stripe kept of bank debits that failed in the periods: in no other figure here, since no gift has it. */
  readonly failedDebitFees: { readonly now: readonly FeeSum[]; readonly before: readonly FeeSum[] }
}

const amount = z.int().meta({ description: 'Minor units of the reporting currency' })
const share = z.number().nullable().meta({ description: 'Of the gross, 0 to 1; null without gross' })

const feeSums = z.array(
  z.strictObject({
    currency: z.string(),
    amount: z.int().meta({ description: 'Minor units of this currency' }),
  }),
)

const summaryRecord = z.strictObject({
  from: z.string(),
  to: z.string(),
  donations: z.int(),
  donors: z.int().nullable().meta({ description: 'Each address counts once' }),
  gross: amount,
  refunded: amount,
  disputed: amount,
  processingFee: amount,
  disputeFee: amount,
  net: amount.meta({ description: 'Gross less refunded, disputed and both fees' }),
  average: amount.nullable(),
  recurringShare: share,
  feeShare: share,
  unsettled: z.int().meta({ description: 'Gifts whose fees are not known yet' }),
  isEstimated: z.boolean().meta({
    description: 'Whether a part was converted at a rate that Stripe used for other gifts',
  }),
  notConverted: z.array(z.string()).meta({ description: 'Currencies without a rate; in none of the sums' }),
})

const rankedRecord = z.strictObject({
  key: z.string(),
  title: z.string().nullable(),
  fund: z.string().nullable().meta({ description: 'For which its gifts are restricted; null: unrestricted' }),
  donations: z.int(),
  gross: amount,
  net: amount,
})

export const overviewRecord = z
  .strictObject({
    currency: z.string().meta({ description: 'The reporting currency' }),
    basis: z.enum(bases),
    now: summaryRecord,
    before: summaryRecord,
    currencies: z.array(
      z.strictObject({
        currency: z.string(),
        donations: z.int(),
        gross: z.int().meta({ description: 'Minor units of this currency' }),
        refunded: z.int(),
        disputed: z.int(),
        unsettled: z.int(),
        net: amount.nullable().meta({ description: 'In the reporting currency; null without a rate' }),
      }),
    ),
    bars: z.array(z.strictObject({ from: z.string(), once: amount, recurring: amount })),
    stories: z.array(rankedRecord),
    campaigns: z.array(rankedRecord),
    restricted: z
      .array(z.strictObject({ fund: z.string(), gross: amount, net: amount }))
      .meta({ description: 'Gifts of restricted campaigns and stories, by fund; the rest is unrestricted' }),
    failedDebitFees: z.strictObject({ now: feeSums, before: feeSums }).meta({
      description:
        'What Stripe kept of bank debits that failed, on the day on which it took them back. It belongs to no gift and is in no net here',
    }),
    asOf: z.iso.datetime(),
  })
  .meta({ id: 'Overview' })

/** @throws RangeError for an amount that a JSON number cannot hold */
export function overviewRecordFrom(overview: Overview, asOf: Date): z.output<typeof overviewRecord> {
  const { period, now, before, currencies, bars } = overview
  return {
    currency: now.currency,
    basis: period.basis,
    now: { ...period.days, ...summaryFields(now) },
    before: { ...period.compared, ...summaryFields(before) },
    currencies: currencies.map((one) => ({
      currency: one.currency,
      donations: jsonAmount(one.donations),
      gross: jsonAmount(one.grossMinor),
      refunded: jsonAmount(one.refundedMinor),
      disputed: jsonAmount(one.disputedMinor),
      unsettled: jsonAmount(one.unsettled),
      net: one.converted.notConverted.length > 0 ? null : jsonAmount(one.converted.netMinor),
    })),
    bars: bars.map(({ from, onceMinor, recurringMinor }) => ({
      from,
      once: jsonAmount(onceMinor),
      recurring: jsonAmount(recurringMinor),
    })),
    stories: overview.stories.map(rankedFields),
    campaigns: overview.campaigns.map(rankedFields),
    restricted: overview.restricted.map(({ fund, grossMinor, netMinor }) => ({
      fund,
      gross: jsonAmount(grossMinor),
      net: jsonAmount(netMinor),
    })),
    failedDebitFees: {
      now: overview.failedDebitFees.now.map(feeFields),
      before: overview.failedDebitFees.before.map(feeFields),
    },
    asOf: asOf.toISOString(),
  }
}

function feeFields({ currency, feeMinor }: FeeSum) {
  return { currency, amount: jsonAmount(feeMinor) }
}

function summaryFields(summary: Summary): Omit<z.output<typeof summaryRecord>, 'from' | 'to'> {
  const { recurringShare, feeShare, isEstimated, averageMinor } = summary
  return {
    donations: jsonAmount(summary.donations),
    donors: summary.donors === null ? null : jsonAmount(summary.donors),
    gross: jsonAmount(summary.grossMinor),
    refunded: jsonAmount(summary.refundedMinor),
    disputed: jsonAmount(summary.disputedMinor),
    processingFee: jsonAmount(summary.processingFeeMinor),
    disputeFee: jsonAmount(summary.disputeFeeMinor),
    net: jsonAmount(summary.netMinor),
    average: averageMinor === null ? null : jsonAmount(averageMinor),
    recurringShare,
    feeShare,
    unsettled: jsonAmount(summary.unsettled),
    isEstimated,
    notConverted: [...summary.notConverted],
  }
}

function rankedFields({ key, title, fund, donations, grossMinor, netMinor }: Ranked) {
  return {
    key,
    title,
    fund,
    donations: jsonAmount(donations),
    gross: jsonAmount(grossMinor),
    net: jsonAmount(netMinor),
  }
}
