import { html } from 'hono/html'
import { monthlyReportFileName, type MonthlyReport } from '../../exports/monthly-report/monthly-report.ts'
import {
  monthlyReportNotes,
  monthlyReportSections,
  monthlyReportTitle,
  reportAsOf,
  reportedMonth,
  type ReportSection,
} from '../../exports/monthly-report/monthly-report-sections.ts'
import type { Html } from '../../html/layout.ts'
import type { Text } from '../../text/text.ts'
import {
  mailButton,
  mailDocument,
  mailHeading,
  mailLink,
  mailParagraph,
  mailSmallPrint,
} from './mail-frame.ts'
import { oneLine, type Mail, type Mailbox } from '../mail.ts'

export type ReportToMail = Omit<MonthlyReport, 'attention'> & {
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

/** The report of a month for a member of staff, as full as its file. Viewers get it too: it names no donor. */
export function monthlyReportMail(mailed: ReportToMail, text: Text): Mail {
  const t = text.mail
  const { from, to, url, accountUrl, messageId } = mailed
  const report = { ...mailed, attention: [] }
  const newsroom = oneLine(from.name)
  const title = monthlyReportTitle(report, text)
  const asOf = reportAsOf(report, text)
  const intro = [
    ...(report.isClosed ? [] : [t('monthlyReport.open')]),
    ...(report.total.currencies.length === 0 ? [t('monthlyReport.none')] : []),
  ]
  const sections = monthlyReportSections(report, text).map(onOneLineEach)
  const found = monthlyReportNotes(report, text)
  const notes = found.length + mailed.attention.length === 0 ? [t('monthlyReport.nothing')] : found
  const needs = [...notes, ...mailed.attention.map((item) => `${item.words}\n  ${item.url}`)]
  const link = t(`monthlyReport.${mailed.link}`)
  const why = t('monthlyReport.why')
  const body = html`${mailHeading(title)}
    <p style="margin:0 0 16px;font-size:14px">${asOf}</p>
    ${intro.map((words) => mailParagraph(words))} ${headingOf(t('monthlyReport.attention'))}
    <ul>
      ${notes.map((line) => html`<li>${line}</li>`)}
      ${mailed.attention.map(({ words, url: page }) => html`<li>${mailLink(page, words)}</li>`)}
    </ul>
    ${mailButton({ words: link, url }, text)} ${sections.map(sectionOf)}
    ${mailed.pdf === null ? '' : mailParagraph(t('monthlyReport.attached'))}
    ${mailSmallPrint(html`${why} ${mailLink(accountUrl, accountUrl)}`)}`
  const letterhead = { name: newsroom, address: null, logoUrl: mailed.logoUrl }
  const plain = [
    `${title}\n${asOf}`,
    ...intro,
    `${t('monthlyReport.attention')}\n${needs.map((line) => `- ${line}`).join('\n')}`,
    `${link}\n${url}`,
    ...sections.map((section) => `${section.heading}\n${linesOf(section, text)}`),
    ...(mailed.pdf === null ? [] : [t('monthlyReport.attached')]),
    `${why}\n${accountUrl}`,
  ]
  return {
    from: { name: newsroom, address: from.address },
    to: { name: '', address: to },
    subject: oneLine(t('monthlyReport.subject', { month: reportedMonth(report, text), newsroom })),
    text: plain.join('\n\n'),
    html: mailDocument({ text, title, letterhead, body }),
    messageId,
    ...(mailed.pdf === null
      ? {}
      : {
          attachments: [
            {
              filename: monthlyReportFileName(report.month),
              contentType: 'application/pdf',
              content: mailed.pdf,
            },
          ],
        }),
  }
}

/** A story's title may have line breaks, which would be lines of their own in the text. */
function onOneLineEach(section: ReportSection): ReportSection {
  return { ...section, rows: section.rows.map((row) => row.map(oneLine)) }
}

const headingOf = (words: string) => html`<h2 style="margin:24px 0 8px;font-size:18px">${words}</h2>`

function sectionOf(section: ReportSection): Html {
  const { heading, heads, rows, empty } = section
  if (rows.length === 0 && empty !== undefined) return html`${headingOf(heading)} ${mailParagraph(empty)}`
  // A phone has no room for more columns: each row is a group of lines then.
  const lines = heads.length > 3 ? rows.map((row) => groupOf(heads, row)) : linesUnder(section)
  return html`${headingOf(heading)}
    <table
      width="100%"
      style="width:100%;border-collapse:collapse;margin:0 0 16px;font-variant-numeric:tabular-nums"
    >
      ${lines}
    </table>`
}

const START = 'padding:4px 12px 4px 0;text-align:left;vertical-align:top'
/** A group stands apart from the lines of the one before. */
const GROUP = 'padding:16px 12px 4px 0;text-align:left;vertical-align:top'
const END = 'padding:4px 0;text-align:right;vertical-align:top;white-space:nowrap'

const SUM = ';font-weight:bold;border-top-style:solid;border-top-width:1px;border-top-color:#8a857c'

function linesUnder({ heads, rows, endsFrom, totalsFrom = rows.length }: ReportSection): readonly Html[] {
  const styleOf = (index: number) => (index < endsFrom ? START : END)
  return [
    html`<tr>
      ${heads.map((head, index) => html`<th scope="col" style="${styleOf(index)}">${head}</th>`)}
    </tr>`,
    ...rows.map(
      (row, place) =>
        html`<tr>
          ${row.map((value, index) => html`<td style="${styleOf(index)}${place < totalsFrom ? '' : SUM}">${value}</td>`)}
        </tr>`,
    ),
  ]
}

function groupOf(heads: readonly string[], [label = '', ...values]: readonly string[]): Html {
  return html`<tr>
      <th scope="colgroup" colspan="2" style="${GROUP}">${label}</th>
    </tr>
    ${values.map(
      (value, index) =>
        html`<tr>
          <td style="${START}">${heads[index + 1]}</td>
          <td style="${END}">${value}</td>
        </tr>`,
    )}`
}

/** A table as lines: the first cell, then each other one, with its head where there are several. */
function linesOf({ heads, rows, empty }: ReportSection, { mail: t }: Text): string {
  if (rows.length === 0 && empty !== undefined) return empty
  return rows
    .map(([label = '', ...values]) => {
      const named = values.map((value, index) =>
        values.length === 1 ? value : t('receipt.fact', { label: heads[index + 1] ?? '', value }),
      )
      return t('receipt.fact', { label, value: named.join(' · ') })
    })
    .join('\n')
}
