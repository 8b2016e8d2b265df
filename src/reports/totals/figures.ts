import type { CurrencyCode } from '../../money/currency.ts'
import type { Basis, Grouping } from './grouping.ts'

/** What is asked of the kept sums. Days are the newsroom's, both included. */
export type FiguresQuery = {
  readonly from: string
  readonly to: string
  readonly by: Grouping
  readonly basis: Basis
  /** The currency into which every amount is converted as well. */
  readonly reportingCurrency: CurrencyCode
  /** Only what belongs to some keys of a dimension. The grouping is then a period, `all` or that dimension. */
  readonly only?: FiguresFilter | undefined
  /** Unset: by key. Otherwise by the converted amount, the largest first; only for keys that are no period. */
  readonly order?: FiguresOrder | undefined
  readonly limit?: number | undefined
  /** The last row of the page before: the page goes on after it. */
  readonly after?: FiguresCursor | undefined
  /** Set to false by who does not show the number of donors: in ranges that are no whole period, counting takes longest. */
  readonly countsDonors?: boolean | undefined
}

export type FiguresFilter = {
  readonly dimension: 'frequency' | 'article' | 'campaign'
  readonly keys: readonly string[]
}

export type FiguresOrder = 'key' | 'net' | 'gross' | 'donations'
export type FiguresCursor = { readonly key: string | null; readonly value: bigint }

/** Sums in minor units of one currency. */
export type Amounts = {
  readonly grossMinor: bigint
  readonly refundedMinor: bigint
  /** Withdrawn by disputes less reinstated. */
  readonly disputedMinor: bigint
  readonly processingFeeMinor: bigint
  readonly disputeFeeMinor: bigint
  /** Gross less refunded, disputed and both fees. */
  readonly netMinor: bigint
}

/** What gifts of one currency came to. */
export type CurrencyFigures = {
  readonly currency: CurrencyCode
  readonly donations: bigint
  /** In the gifts' currency. */
  readonly grossMinor: bigint
  readonly refundedMinor: bigint
  readonly disputedMinor: bigint
  /** Gifts whose charge is not in Stripe's balance yet. */
  readonly unsettled: bigint
  /** What Stripe's balance shows of them so far, in each currency in which Stripe settled. */
  readonly settled: readonly (Amounts & {
    readonly currency: CurrencyCode
    /** What of the sums in the gifts' currency it settles. */
    readonly ofGrossMinor: bigint
    readonly ofRefundedMinor: bigint
    readonly ofDisputedMinor: bigint
  })[]
  /** The same in the reporting currency. */
  readonly converted: ConvertedFigures
}

/**
 * Everything in the reporting currency, at the rate at which Stripe settled each gift. What is not settled yet, and what
 * was settled in a third currency, is converted at the last rate that Stripe used: the figures are then estimated.
 */
export type ConvertedFigures = Amounts & {
  readonly currency: CurrencyCode
  readonly donations: bigint
  /** Gifts whose charge is not in Stripe's balance yet: their fees are not known and not in the net. */
  readonly unsettled: bigint
  readonly isEstimated: boolean
  /** Currencies that Stripe never exchanged for the reporting currency: their gifts are in none of these amounts. */
  readonly notConverted: readonly CurrencyCode[]
}

export type FiguresRow = {
  /** The period, frequency, article's URL, campaign's name or donor; null: gifts without one. */
  readonly key: string | null
  readonly currencies: readonly CurrencyFigures[]
  readonly converted: ConvertedFigures
}

export type Figures = {
  readonly rows: readonly FiguresRow[]
  /** Null on the last page. */
  readonly next: FiguresCursor | null
  /** Of all rows, also of those on other pages. */
  readonly total: Omit<FiguresRow, 'key'>
  /**
   * Donors of the whole range; each counts once, by address. Gifts without one are not counted. Null where only some keys
   * were asked about, or nobody wants the number.
   */
  readonly donors: bigint | null
}

/** A group of sums as the database gives it: of one key, gift currency and settlement currency. */
export type FigureGroup = {
  readonly key: string | null
  readonly currency: CurrencyCode
  readonly settlement_currency: CurrencyCode | null
  readonly donations: bigint
  readonly gross_minor: bigint
  readonly refunded_minor: bigint
  readonly disputed_minor: bigint
  readonly cleared_gross_minor: bigint
  readonly cleared_refunded_minor: bigint
  readonly cleared_disputed_minor: bigint
  readonly settled_gross_minor: bigint
  readonly settled_refunded_minor: bigint
  readonly settled_disputed_minor: bigint
  readonly processing_fee_minor: bigint
  readonly dispute_fee_minor: bigint
  readonly unsettled: bigint
  /** Null where there is no rate. */
  readonly gross: bigint | null
  readonly refunded: bigint | null
  readonly disputed: bigint | null
  readonly processing_fee: bigint | null
  readonly dispute_fee: bigint | null
  readonly is_estimated: boolean
}

/** Groups in the order of their keys, as rows. */
export function rowsOf(groups: readonly FigureGroup[], reportingCurrency: CurrencyCode): FiguresRow[] {
  const byKey = Map.groupBy(groups, ({ key }) => key)
  return [...byKey].map(([key, ofKey]) => ({ key, ...figuresOf(ofKey, reportingCurrency) }))
}

export function figuresOf(
  groups: readonly FigureGroup[],
  reportingCurrency: CurrencyCode,
): Omit<FiguresRow, 'key'> {
  const byCurrency = Map.groupBy(groups, ({ currency }) => currency)
  const currencies = [...byCurrency].map(([currency, ofCurrency]) => ({
    ...currencyFigures(currency, ofCurrency),
    converted: convertedFigures(ofCurrency, reportingCurrency),
  }))
  return { currencies, converted: convertedFigures(groups, reportingCurrency) }
}

function currencyFigures(
  currency: CurrencyCode,
  groups: readonly FigureGroup[],
): Omit<CurrencyFigures, 'converted'> {
  return {
    currency,
    donations: sumOf(groups, ({ donations }) => donations),
    grossMinor: sumOf(groups, ({ gross_minor }) => gross_minor),
    refundedMinor: sumOf(groups, ({ refunded_minor }) => refunded_minor),
    disputedMinor: sumOf(groups, ({ disputed_minor }) => disputed_minor),
    unsettled: sumOf(groups, ({ unsettled }) => unsettled),
    settled: groups.flatMap((group) => {
      if (group.settlement_currency === null) return []
      return [
        {
          currency: group.settlement_currency,
          ...amounts(
            group.settled_gross_minor,
            group.settled_refunded_minor,
            group.settled_disputed_minor,
            group.processing_fee_minor,
            group.dispute_fee_minor,
          ),
          ofGrossMinor: group.cleared_gross_minor,
          ofRefundedMinor: group.cleared_refunded_minor,
          ofDisputedMinor: group.cleared_disputed_minor,
        },
      ]
    }),
  }
}

function convertedFigures(groups: readonly FigureGroup[], currency: CurrencyCode): ConvertedFigures {
  const known = groups.filter((group) => isConverted(group))
  const notConverted = groups.filter((group) => !isConverted(group)).map((group) => group.currency)
  const of = (amount: (group: FigureGroup) => bigint | null) => sumOf(known, (group) => amount(group) ?? 0n)
  return {
    currency,
    donations: sumOf(known, ({ donations }) => donations),
    unsettled: sumOf(known, ({ unsettled }) => unsettled),
    ...amounts(
      of(({ gross }) => gross),
      of(({ refunded }) => refunded),
      of(({ disputed }) => disputed),
      of(({ processing_fee }) => processing_fee),
      of(({ dispute_fee }) => dispute_fee),
    ),
    isEstimated: known.some(({ is_estimated }) => is_estimated),
    notConverted: [...new Set(notConverted)],
  }
}

function isConverted({ gross, refunded, disputed, processing_fee, dispute_fee }: FigureGroup): boolean {
  return [gross, refunded, disputed, processing_fee, dispute_fee].every((amount) => amount !== null)
}

function amounts(
  grossMinor: bigint,
  refundedMinor: bigint,
  disputedMinor: bigint,
  processingFeeMinor: bigint,
  disputeFeeMinor: bigint,
): Amounts {
  const netMinor = grossMinor - refundedMinor - disputedMinor - processingFeeMinor - disputeFeeMinor
  return { grossMinor, refundedMinor, disputedMinor, processingFeeMinor, disputeFeeMinor, netMinor }
}

function sumOf(groups: readonly FigureGroup[], amount: (group: FigureGroup) => bigint): bigint {
  return groups.reduce((sum, group) => sum + amount(group), 0n)
}
