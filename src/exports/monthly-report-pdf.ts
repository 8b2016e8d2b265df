import type { CurrencyCode } from '../money/currency.ts'
import { formatMoney, money, storedMoney } from '../money/money.ts'
import { addText, beginDocument, endDocument, SIZE_PT, type TaggedDocument } from '../pdf/document.ts'
import type { Paper } from '../pdf/paper.ts'
import { addTable } from '../pdf/table.ts'
import { dayInWords } from '../receipts/receipt.ts'
import { dateFormat } from '../text/date-format.ts'
import type { Text } from '../text/text.ts'
import type { MonthlyReport } from './monthly-report.ts'

type Books = NonNullable<MonthlyReport['books']>
const TWO_COLUMNS = [0.7, 0.3]

/** The report of a month as a PDF for people and for screen readers (PDF/UA). It names no donor. */
export async function monthlyReportPdf(
  report: MonthlyReport,
  text: Text,
  paper: Paper = 'a4',
): Promise<Buffer> {
  const t = text.finance
  const { newsroomName, month, madeAt, timeZone, isClosed, total, stories, books, attention } = report
  const title = text.mail('monthlyReport.title', {
    month: dateFormat(text.language, { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
      new Date(`${month}-01T00:00:00Z`),
    ),
  })
  const made = beginDocument(title, { author: newsroomName, text, madeAt, paper })
  const time = dateFormat(text.language, { dateStyle: 'long', timeStyle: 'short', timeZone }).format(madeAt)
  addText(made, 'P', newsroomName, { size: SIZE_PT.lead, weight: 700 })
  addText(made, 'H1', title, { size: SIZE_PT.title, weight: 700 })
  addText(made, 'P', t('monthReport.asOf', { time, timeZone }), { size: SIZE_PT.small })
  if (!isClosed) addText(made, 'P', text.mail('monthlyReport.open'), { size: SIZE_PT.text })

  if (total.currencies.length === 0)
    addText(made, 'P', text.mail('monthlyReport.none'), { size: SIZE_PT.text })
  else addFigures(made, report, text)
  if (stories.length > 0) {
    heading(made, text.mail('monthlyReport.stories'))
    addTable(made, {
      headings: [text.mail('monthlyReport.story'), text.mail('monthlyReport.net')],
      rows: stories.map((story) => [story.title, inCurrency(story.netMinor, total.converted.currency, text)]),
      widths: TWO_COLUMNS,
      endsFrom: 1,
    })
  }
  if (books !== null) addBooks(made, books, text)
  heading(made, text.mail('monthlyReport.attention'))
  const notes = [...notesOf(report, text), ...attention]
  for (const words of notes.length === 0 ? [text.mail('monthlyReport.nothing')] : notes)
    addText(made, 'P', words, { size: SIZE_PT.text })
  return endDocument(made)
}

function heading(made: TaggedDocument, words: string): void {
  made.doc.y += SIZE_PT.text
  addText(made, 'H2', words, { size: SIZE_PT.lead, weight: 700 })
}

/** What the amounts leave out, or how they were converted. */
function notesOf({ total }: MonthlyReport, text: Text): string[] {
  const t = text.mail
  const { unsettled, isEstimated, notConverted } = total.converted
  const currencies = notConverted.map((code) => code.toUpperCase()).join(', ')
  return [
    ...(unsettled > 0n ? [t('monthlyReport.unsettled', { count: Number(unsettled) })] : []),
    ...(isEstimated ? [t('monthlyReport.estimated')] : []),
    ...(notConverted.length > 0 ? [t('monthlyReport.notConverted', { currencies })] : []),
  ]
}

function addFigures(made: TaggedDocument, { total }: MonthlyReport, text: Text): void {
  const t = text.mail
  const { converted } = total
  const all = (minor: bigint) => inCurrency(minor, converted.currency, text)
  heading(made, t('monthlyReport.all', { currency: converted.currency.toUpperCase() }))
  addTable(made, {
    headings: [text.finance('overview.figure'), text.finance('column.amount')],
    rows: [
      [t('monthlyReport.received'), all(converted.grossMinor)],
      [t('monthlyReport.refunded'), all(converted.refundedMinor)],
      [t('monthlyReport.disputed'), all(converted.disputedMinor)],
      [text.finance('overview.processingFee'), all(converted.processingFeeMinor)],
      [text.finance('overview.disputeFee'), all(converted.disputeFeeMinor)],
      [t('monthlyReport.net'), all(converted.netMinor)],
    ],
    widths: TWO_COLUMNS,
    endsFrom: 1,
  })
  heading(made, text.finance('overview.byCurrency'))
  addTable(made, {
    headings: [
      t('monthlyReport.currency'),
      t('monthlyReport.gifts'),
      t('monthlyReport.received'),
      t('monthlyReport.refunded'),
      t('monthlyReport.disputed'),
    ],
    rows: total.currencies.map(({ currency, donations, grossMinor, refundedMinor, disputedMinor }) => [
      currency.toUpperCase(),
      donations.toLocaleString(text.language),
      ...[grossMinor, refundedMinor, disputedMinor].map((minor) => inCurrency(minor, currency, text)),
    ]),
    widths: [0.15, 0.15, 0.24, 0.23, 0.23],
    endsFrom: 1,
  })
}

/** The income statement, the bridge of Stripe's balance and the deposits. */
function addBooks(made: TaggedDocument, { income, bridges, deposits }: Books, text: Text): void {
  const t = text.finance
  const amountHead = t('column.amount')
  const figure = t('overview.figure')
  const amount = (minor: number | bigint, currency: string) =>
    formatMoney(storedMoney(BigInt(minor), currency), text.language)
  for (const { currency, lines, result } of income.currencies) {
    heading(made, t('books.income.caption', { currency: currency.toUpperCase() }))
    addTable(made, {
      headings: [figure, amountHead],
      rows: [
        ...lines.map((line) => [t(`books.income.line.${line.line}`), amount(line.amount, currency)]),
        [t('books.income.result'), amount(result, currency)],
      ],
      widths: TWO_COLUMNS,
      endsFrom: 1,
    })
  }
  for (const { currency, opening, lines, closing, stripe } of bridges) {
    heading(made, t('books.bridge.caption', { currency: currency.toUpperCase() }))
    addTable(made, {
      headings: [figure, amountHead],
      rows: [
        [t('books.bridge.opening'), amount(opening, currency)],
        ...lines.map((line) => [t(`books.bridge.line.${line.line}`), amount(line.amount, currency)]),
        [t('books.bridge.closing'), amount(closing, currency)],
        [t('monthReport.stripeSays'), amount(stripe.closing, currency)],
      ],
      widths: TWO_COLUMNS,
      endsFrom: 1,
    })
  }
  heading(made, t('month.deposits'))
  if (deposits.length === 0) return addText(made, 'P', t('month.noDeposits'), { size: SIZE_PT.text })
  addTable(made, {
    headings: [t('column.arrival'), t('column.status'), amountHead],
    rows: deposits.map(({ arrivalDate, status, currency, amountMinor }) => [
      dayInWords(arrivalDate, text, 'medium'),
      statusInWords(status, text),
      amount(amountMinor, currency),
    ]),
    widths: [0.4, 0.3, 0.3],
    endsFrom: 2,
  })
}

/** Stripe's list of states is open. */
function statusInWords(status: string, text: Text): string {
  const known = (['pending', 'in_transit', 'paid', 'failed', 'canceled'] as const).find(
    (one) => one === status,
  )
  return known ? text.finance(`deposits.status.${known}`) : status.replaceAll('_', ' ')
}

function inCurrency(minor: bigint, currency: CurrencyCode, text: Text): string {
  return formatMoney(money(minor, currency), text.language)
}
