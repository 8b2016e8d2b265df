import {
  addText,
  beginDocument,
  endDocument,
  newPageUnless,
  SIZE_PT,
  type TaggedDocument,
} from '../../pdf/document.ts'
import type { Paper } from '../../pdf/paper.ts'
import { addTable } from '../../pdf/table.ts'
import type { Text } from '../../text/text.ts'
import {
  monthlyReportNotes,
  monthlyReportSections,
  monthlyReportTitle,
  reportAsOf,
} from './monthly-report-sections.ts'
import type { MonthlyReport } from './monthly-report.ts'

/** The report of a month as a PDF for people and for screen readers (PDF/UA). It names no donor. */
export async function monthlyReportPdf(
  report: MonthlyReport,
  text: Text,
  paper: Paper = 'a4',
): Promise<Buffer> {
  const { newsroomName, madeAt, isClosed, total, attention } = report
  const title = monthlyReportTitle(report, text)
  const made = beginDocument(title, { author: newsroomName, text, madeAt, paper })
  addText(made, 'P', newsroomName, { size: SIZE_PT.lead, weight: 700 })
  addText(made, 'H1', title, { size: SIZE_PT.title, weight: 700 })
  addText(made, 'P', reportAsOf(report, text), { size: SIZE_PT.small })
  if (!isClosed) addText(made, 'P', text.mail('monthlyReport.open'), { size: SIZE_PT.text })
  if (total.currencies.length === 0)
    addText(made, 'P', text.mail('monthlyReport.none'), { size: SIZE_PT.text })
  heading(made, text.mail('monthlyReport.attention'))
  const notes = [...monthlyReportNotes(report, text), ...attention]
  for (const words of notes.length === 0 ? [text.mail('monthlyReport.nothing')] : notes)
    addText(made, 'P', words, { size: SIZE_PT.text })
  for (const { heading: words, heads, rows, widths, endsFrom, totalsFrom, empty } of monthlyReportSections(
    report,
    text,
  )) {
    heading(made, words)
    if (rows.length === 0 && empty !== undefined) addText(made, 'P', empty, { size: SIZE_PT.text })
    else
      addTable(made, {
        headings: heads,
        rows,
        widths,
        endsFrom,
        ...(totalsFrom === undefined ? {} : { totalsFrom }),
      })
  }
  return endDocument(made)
}

/** Stands on the page of what it is for: at least the headings and three rows of a table. */
function heading(made: TaggedDocument, words: string): void {
  made.doc.y += SIZE_PT.text
  newPageUnless(made.doc, SIZE_PT.lead * 3 + SIZE_PT.small * 1.9 * 4)
  addText(made, 'H2', words, { size: SIZE_PT.lead, weight: 700 })
}
