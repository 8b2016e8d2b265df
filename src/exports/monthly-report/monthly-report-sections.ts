import { formatMoney, storedMoney } from '../../money/money.ts'
import { dateFormat } from '../../text/date-format.ts'
import type { Text } from '../../text/text.ts'
import type { MonthlyReport } from './monthly-report.ts'

/** A table of the report with its heading. */
export type ReportSection = {
  readonly heading: string
  readonly heads: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** Of each column, as a part of the whole. */
  readonly widths: readonly number[]
  /** The first column of amounts and numbers, which stand at its end. */
  readonly endsFrom: number
  /** The first row of sums; unset: there is none. */
  readonly totalsFrom?: number
  /** What is said where there are no rows. */
  readonly empty?: string
}

type Books = NonNullable<MonthlyReport['books']>
const TWO_COLUMNS = { widths: [0.7, 0.3], endsFrom: 1 }

/**
 * The tables of the report of a month, in their order: gifts in the reporting currency and in their own, stories,
 * restricted funds, and for
 * whoever may read the books the income statement, the bridge of Stripe's balance and the deposits. The file and the mail
 * have the same ones.
 */
export function monthlyReportSections(
  { total, stories, restricted, books }: MonthlyReport,
  text: Text,
): ReportSection[] {
  return [
    ...(total.currencies.length === 0 ? [] : [inOneCurrency(total, text), byCurrency(total, text)]),
    ...(stories.length === 0
      ? []
      : [
          {
            ...TWO_COLUMNS,
            heading: text.mail('monthlyReport.stories'),
            heads: [text.mail('monthlyReport.story'), text.mail('monthlyReport.net')],
            rows: stories.map((story) => [
              story.title,
              inWords(story.netMinor, total.converted.currency, text),
            ]),
          },
        ]),
    ...(restricted.length === 0 ? [] : [byFund(total.converted, restricted, text)]),
    ...(books === null ? [] : ofBooks(books, text)),
  ]
}

/** What the amounts leave out, or how they were converted. */
export function monthlyReportNotes({ total }: Pick<MonthlyReport, 'total'>, text: Text): string[] {
  const t = text.mail
  const { unsettled, isEstimated, notConverted } = total.converted
  const currencies = notConverted.map((code) => code.toUpperCase()).join(', ')
  return [
    ...(unsettled > 0n ? [t('monthlyReport.unsettled', { count: Number(unsettled) })] : []),
    ...(isEstimated ? [t('monthlyReport.estimated')] : []),
    ...(notConverted.length > 0 ? [t('monthlyReport.notConverted', { currencies })] : []),
  ]
}

/** `Gifts in March 2026`. */
export function monthlyReportTitle({ month }: Pick<MonthlyReport, 'month'>, text: Text): string {
  return text.mail('monthlyReport.title', { month: reportedMonth({ month }, text) })
}

export function reportedMonth({ month }: Pick<MonthlyReport, 'month'>, { language }: Text): string {
  return dateFormat(language, { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    new Date(`${month}-01T00:00:00Z`),
  )
}

/** When the report was made, in the newsroom's time. */
export function reportAsOf({ madeAt, timeZone }: MonthlyReport, text: Text): string {
  const time = dateFormat(text.language, { dateStyle: 'long', timeStyle: 'short', timeZone }).format(madeAt)
  return text.finance('monthReport.asOf', { time, timeZone })
}

function inOneCurrency({ converted }: MonthlyReport['total'], text: Text): ReportSection {
  const t = text.mail
  const all = (minor: bigint) => inWords(minor, converted.currency, text)
  return {
    ...TWO_COLUMNS,
    heading: t('monthlyReport.all', { currency: converted.currency.toUpperCase() }),
    heads: [text.finance('overview.figure'), text.finance('column.amount')],
    rows: [
      [t('monthlyReport.received'), all(converted.grossMinor)],
      [t('monthlyReport.refunded'), all(-converted.refundedMinor)],
      [t('monthlyReport.disputed'), all(-converted.disputedMinor)],
      [text.finance('overview.processingFee'), all(-converted.processingFeeMinor)],
      [text.finance('overview.disputeFee'), all(-converted.disputeFeeMinor)],
      [t('monthlyReport.net'), all(converted.netMinor)],
    ],
    totalsFrom: 5,
  }
}

function byCurrency({ currencies }: MonthlyReport['total'], text: Text): ReportSection {
  const t = text.mail
  return {
    heading: text.finance('overview.byCurrency'),
    heads: [
      t('monthlyReport.currency'),
      t('monthlyReport.gifts'),
      t('monthlyReport.received'),
      t('monthlyReport.refunded'),
      t('monthlyReport.disputed'),
    ],
    rows: currencies.map(({ currency, donations, grossMinor, refundedMinor, disputedMinor }) => [
      currency.toUpperCase(),
      donations.toLocaleString(text.language),
      ...[grossMinor, -refundedMinor, -disputedMinor].map((minor) => inWords(minor, currency, text)),
    ]),
    widths: [0.15, 0.15, 0.24, 0.23, 0.23],
    endsFrom: 1,
  }
}

function byFund(
  all: MonthlyReport['total']['converted'],
  restricted: MonthlyReport['restricted'],
  text: Text,
): ReportSection {
  const t = text.finance
  const row = (name: string, grossMinor: bigint, netMinor: bigint) => [
    name,
    inWords(grossMinor, all.currency, text),
    inWords(netMinor, all.currency, text),
  ]
  const left = (of: 'grossMinor' | 'netMinor') => restricted.reduce((rest, fund) => rest - fund[of], all[of])
  return {
    heading: t('overview.funds'),
    heads: [t('overview.fund'), t('overview.gross'), t('overview.net')],
    rows: [
      ...restricted.map(({ fund, grossMinor, netMinor }) => row(fund, grossMinor, netMinor)),
      row(t('overview.unrestricted'), left('grossMinor'), left('netMinor')),
      row(t('overview.total'), all.grossMinor, all.netMinor),
    ],
    widths: [0.5, 0.25, 0.25],
    endsFrom: 1,
    totalsFrom: restricted.length + 1,
  }
}

function ofBooks({ income, bridges, deposits }: Books, text: Text): ReportSection[] {
  const t = text.finance
  const heads = [t('overview.figure'), t('column.amount')]
  return [
    ...income.currencies.map(({ currency, lines, result }) => ({
      ...TWO_COLUMNS,
      heading: t('books.income.caption', { currency: currency.toUpperCase() }),
      heads,
      rows: [
        ...lines.map((line) => [t(`books.income.line.${line.line}`), inWords(line.amount, currency, text)]),
        [t('books.income.result'), inWords(result, currency, text)],
      ],
      totalsFrom: lines.length,
    })),
    ...bridges.map(({ currency, opening, lines, closing, stripe }) => ({
      ...TWO_COLUMNS,
      heading: t('books.bridge.caption', { currency: currency.toUpperCase() }),
      heads,
      rows: [
        [t('books.bridge.opening'), inWords(opening, currency, text)],
        ...lines.map((line) => [t(`books.bridge.line.${line.line}`), inWords(line.amount, currency, text)]),
        [t('books.bridge.closing'), inWords(closing, currency, text)],
        [t('monthReport.stripeSays'), inWords(stripe.closing, currency, text)],
      ],
      totalsFrom: lines.length + 1,
    })),
    {
      heading: t('month.deposits'),
      heads: [t('column.arrival'), t('column.status'), t('column.amount')],
      rows: deposits.map(({ arrivalDate, status, currency, amountMinor }) => [
        dateFormat(text.language, { dateStyle: 'medium', timeZone: 'UTC' }).format(
          new Date(`${arrivalDate}T00:00:00Z`),
        ),
        statusInWords(status, text),
        inWords(amountMinor, currency, text),
      ]),
      widths: [0.4, 0.3, 0.3],
      endsFrom: 2,
      empty: t('month.noDeposits'),
    },
  ]
}

/** Stripe's list of states is open. */
function statusInWords(status: string, text: Text): string {
  const known = (['pending', 'in_transit', 'paid', 'failed', 'canceled'] as const).find(
    (one) => one === status,
  )
  return known ? text.finance(`deposits.status.${known}`) : status.replaceAll('_', ' ')
}

function inWords(minor: number | bigint, currency: string, text: Text): string {
  return formatMoney(storedMoney(BigInt(minor), currency), text.language)
}
