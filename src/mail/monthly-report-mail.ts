import { html } from 'hono/html'
import type { Month } from '../calendar/month.ts'
import { monthlyReportFileName, type MonthFigures } from '../exports/monthly-report.ts'
import type { Html } from '../html/layout.ts'
import type { CurrencyCode } from '../money/currency.ts'
import { amountInWords } from '../receipts/receipt.ts'
import { dateFormat } from '../text/date-format.ts'
import type { Text } from '../text/text.ts'
import {
  mailButton,
  mailDocument,
  mailHeading,
  mailLink,
  mailParagraph,
  mailSmallPrint,
} from './mail-frame.ts'
import { oneLine, type Mail, type Mailbox } from './mail.ts'

export type ReportToMail = MonthFigures & {
  readonly month: Month
  /** What the overview lists for this reader, each with the address of its page. */
  readonly attention: readonly { readonly words: string; readonly url: string }[]
  /** The newsroom's mailbox. */
  readonly from: Mailbox
  readonly to: string
  /** What the link says. */
  readonly link: 'link' | 'linkReports'
  readonly url: string
  readonly accountUrl: string
  readonly messageId: string
  /** The report as a file; null when it could not be drawn now. */
  readonly pdf: Buffer | null
  readonly logoUrl: string | null
}

type Table = { readonly heads: readonly string[]; readonly rows: readonly (readonly string[])[] }

/** The figures of a month for a member of staff. Viewers get it too: it names no donor. */
export function monthlyReportMail(report: ReportToMail, text: Text): Mail {
  const t = text.mail
  const { from, to, url, accountUrl, stories, messageId } = report
  const month = monthInWords(report.month, text)
  const newsroom = oneLine(from.name)
  const title = t('monthlyReport.title', { month })
  const sums = sumsTable(report, text)
  const all = convertedTable(report, text)
  const storyTable = {
    heads: [t('monthlyReport.story'), t('monthlyReport.net')],
    rows: stories.map((story) => [oneLine(story.title), money(report, story.netMinor, text)]),
  }
  const lines = attentionLines(report, text)
  const notes = lines.length + report.attention.length === 0 ? [t('monthlyReport.nothing')] : lines
  const needs = [...notes, ...report.attention.map((item) => `${item.words}\n  ${item.url}`)]
  const link = t(`monthlyReport.${report.link}`)
  const why = t('monthlyReport.why')
  const isEmpty = sums.rows.length === 0
  const heading = (words: string) => html`<h2 style="margin:24px 0 8px;font-size:18px">${words}</h2>`
  const body = html`${mailHeading(title)}
    ${isEmpty ? mailParagraph(t('monthlyReport.none')) : html`${tableOf(all)} ${tableOf(sums)}`}
    ${stories.length === 0 ? '' : html`${heading(t('monthlyReport.stories'))} ${tableOf(storyTable)}`}
    ${heading(t('monthlyReport.attention'))}
    <ul>
      ${notes.map((line) => html`<li>${line}</li>`)}
      ${report.attention.map(({ words, url: page }) => html`<li>${mailLink(page, words)}</li>`)}
    </ul>
    ${report.pdf === null ? '' : mailParagraph(t('monthlyReport.attached'))}
    ${mailButton({ words: link, url }, text)}
    ${mailSmallPrint(html`${why} ${mailLink(accountUrl, accountUrl)}`)}`
  const letterhead = { name: newsroom, address: null, logoUrl: report.logoUrl }
  const plain = [
    title,
    ...(isEmpty ? [t('monthlyReport.none')] : [linesOf(all, text), linesOf(sums, text)]),
    ...(stories.length === 0 ? [] : [`${t('monthlyReport.stories')}\n${linesOf(storyTable, text)}`]),
    `${t('monthlyReport.attention')}\n${needs.map((line) => `- ${line}`).join('\n')}`,
    ...(report.pdf === null ? [] : [t('monthlyReport.attached')]),
    `${link}\n${url}`,
    `${why}\n${accountUrl}`,
  ]
  return {
    from: { name: newsroom, address: from.address },
    to: { name: '', address: to },
    subject: oneLine(t('monthlyReport.subject', { month, newsroom })),
    text: plain.join('\n\n'),
    html: mailDocument({ text, title, letterhead, body }),
    messageId,
    ...(report.pdf === null
      ? {}
      : {
          attachments: [
            {
              filename: monthlyReportFileName(report.month),
              contentType: 'application/pdf',
              content: report.pdf,
            },
          ],
        }),
  }
}

function sumsTable({ total }: ReportToMail, text: Text): Table {
  const t = text.mail
  return {
    heads: [
      t('monthlyReport.currency'),
      t('monthlyReport.gifts'),
      t('monthlyReport.received'),
      t('monthlyReport.refunded'),
      t('monthlyReport.disputed'),
    ],
    rows: total.currencies.map(({ currency, donations, grossMinor, refundedMinor, disputedMinor }) => [
      currency.toUpperCase(),
      String(donations),
      ...[grossMinor, refundedMinor, disputedMinor].map((minor) => inWords(minor, currency, text)),
    ]),
  }
}

/** Everything in the reporting currency, one amount a row. */
function convertedTable(report: ReportToMail, text: Text): Table {
  const t = text.mail
  const { converted } = report.total
  return {
    heads: [t('monthlyReport.all', { currency: converted.currency.toUpperCase() }), ''],
    rows: [
      [t('monthlyReport.received'), money(report, converted.grossMinor, text)],
      [t('monthlyReport.refunded'), money(report, converted.refundedMinor, text)],
      [t('monthlyReport.disputed'), money(report, converted.disputedMinor, text)],
      [
        t('monthlyReport.fees'),
        money(report, converted.processingFeeMinor + converted.disputeFeeMinor, text),
      ],
      [t('monthlyReport.net'), money(report, converted.netMinor, text)],
    ],
  }
}

function attentionLines({ total, isClosed }: ReportToMail, text: Text): string[] {
  const t = text.mail
  const { unsettled, isEstimated, notConverted } = total.converted
  const currencies = notConverted.map((code) => code.toUpperCase()).join(', ')
  return [
    ...(isClosed ? [] : [t('monthlyReport.open')]),
    ...(unsettled > 0n ? [t('monthlyReport.unsettled', { count: Number(unsettled) })] : []),
    ...(isEstimated ? [t('monthlyReport.estimated')] : []),
    ...(notConverted.length > 0 ? [t('monthlyReport.notConverted', { currencies })] : []),
  ]
}

function tableOf({ heads, rows }: Table): Html {
  const align = (index: number) => (index === 0 ? 'left' : 'right')
  const cell = (index: number) => `padding:4px 16px 4px 0;text-align:${align(index)}`
  return html`<table style="border-collapse:collapse;margin:0 0 16px;font-variant-numeric:tabular-nums">
    <tr>
      ${heads.map((head, index) => html`<th scope="col" style="${cell(index)}">${head}</th>`)}
    </tr>
    ${rows.map(
      (row) =>
        html`<tr>
          ${row.map((value, index) => html`<td style="${cell(index)}">${value}</td>`)}
        </tr>`,
    )}
  </table>`
}

/** A table as lines: the first cell, then each other one with its head. */
function linesOf({ heads, rows }: Table, { mail: t }: Text): string {
  return rows
    .map(([label = '', ...values]) => {
      const named = values.map((value, index) => {
        const head = heads[index + 1] ?? ''
        return head === '' || values.length === 1 ? value : t('receipt.fact', { label: head, value })
      })
      return t('receipt.fact', { label, value: named.join(' · ') })
    })
    .join('\n')
}

function money({ total }: ReportToMail, minor: bigint, text: Text): string {
  return inWords(minor, total.converted.currency, text)
}

const inWords = (minor: bigint, currency: CurrencyCode, text: Text): string =>
  amountInWords({ minor, currency }, text)

function monthInWords(month: Month, { language }: Text): string {
  return dateFormat(language, { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    new Date(`${month}-01T00:00:00Z`),
  )
}
