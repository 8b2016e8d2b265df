import { giftKind } from '../newsroom/gift-kind.ts'
import { fontRuns, printable, type Weight } from '../receipts/receipt-fonts.ts'
import {
  collect,
  MARGIN_PT,
  SIZE_PT,
  spoken,
  drawable,
  taggedDocument,
  write,
  type Doc,
} from '../receipts/receipt-pdf.ts'
import type { Text } from '../text/text.ts'
import { statementAmount, sumsOf, type Statement } from './statement.ts'

const LINE_PT = SIZE_PT.small * 1.9
const WIDTHS = [0.22, 0.24, 0.18, 0.18, 0.18] as const

/** A donor's statement of a year as a PDF for people and for screen readers (PDF/UA). */
export async function statementPdf(statement: Statement, wanted: Text): Promise<Buffer> {
  const text = drawable(wanted)
  const t = text.statement
  const { profile, gifts, from, to, donorName, madeAt } = statement
  const { language } = text
  const days = { from: dayInWords(from, language), to: dayInWords(to, language) }
  const title = t('title', { ...days, context: giftKind(profile.legalStatus) })
  const doc = taggedDocument(title, { author: profile.name, language, madeAt })
  const bytes = collect(doc)
  const width = doc.page.width - 2 * MARGIN_PT
  const root = doc.struct('Document')
  doc.addStructure(root)
  const block = (type: string, words: string, size: number, weight: Weight = 400) => {
    newPageUnless(doc, size * 4)
    const place = { x: MARGIN_PT, y: doc.y, width }
    root.add(doc.struct(type, spoken(words), () => write(doc, words, place, size, weight)))
    doc.y += size * 0.6
  }

  block('P', profile.name, SIZE_PT.text, 700)
  doc.y += SIZE_PT.title
  block('H1', title, SIZE_PT.title, 700)
  if (donorName !== null) block('P', t('for', { name: donorName }), SIZE_PT.text, 700)
  doc.y += SIZE_PT.text

  const amount = (minor: bigint, currency: string) => statementAmount(minor, currency, language)
  const headings = [t('date'), t('receipt'), t('given'), t('returned'), t('remains')]
  addTable(
    doc,
    root,
    width,
    headings,
    gifts.map(({ givenOn, receipt, currency, grossMinor, returnedMinor }) => [
      dayInWords(givenOn, language),
      receipt ?? t('noReceipt'),
      amount(grossMinor, currency),
      returnedMinor === 0n ? '–' : amount(returnedMinor, currency),
      amount(grossMinor - returnedMinor, currency),
    ]),
  )
  doc.y += SIZE_PT.text
  for (const { currency, gross, returned, remains } of sumsOf(gifts))
    block(
      'P',
      t(returned === 0n ? 'sum' : 'sumLessReturned', {
        gross: amount(gross, currency),
        returned: amount(returned, currency),
        remains: amount(remains, currency),
      }),
      SIZE_PT.text,
      700,
    )
  doc.y += SIZE_PT.text
  block('P', profile.statement, SIZE_PT.text)
  block('P', t('receiptsHold'), SIZE_PT.small)
  doc.y += SIZE_PT.text
  block('P', `${profile.name}, ${profile.address.split(/\s*\n\s*/).join(', ')}`, SIZE_PT.small)
  block('P', t('questions', { email: profile.email }), SIZE_PT.small)
  if (donorName !== null && !fontRuns(printable(donorName), 400).complete)
    block('P', text.receipt('cannotDraw'), SIZE_PT.small)
  root.end()
  doc.end()
  return bytes
}

/** A table with a line of headings, on as many pages as it needs. */
function addTable(
  doc: Doc,
  root: PDFKit.PDFStructureElement,
  width: number,
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  const table = doc.struct('Table')
  root.add(table)
  // pdfkit reads `scope`, but its published types do not have it yet.
  const heading: PDFKit.Mixins.StructureElementOptions & { scope: string } = { scope: 'Column' }
  for (const [index, row] of [headings, ...rows].entries()) {
    newPageUnless(doc, LINE_PT * 2)
    const line = doc.struct('TR')
    table.add(line)
    const { y } = doc
    let x = MARGIN_PT
    for (const [column, words] of row.entries()) {
      const place = { x, y, width: width * (WIDTHS[column] ?? 0.2) }
      x += place.width
      const draw = () => write(doc, words, place, SIZE_PT.small, index === 0 ? 700 : 400)
      line.add(index === 0 ? doc.struct('TH', heading, draw) : doc.struct('TD', spoken(words), draw))
    }
    line.end()
    doc.y = y + LINE_PT
  }
  table.end()
}

function newPageUnless(doc: Doc, fits: number): void {
  if (doc.y + fits > doc.page.height - MARGIN_PT) doc.addPage()
}

function dayInWords(day: string, language: string): string {
  const format = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
    dateStyle: 'medium',
    timeZone: 'UTC',
  })
  return format.format(new Date(`${day}T00:00:00Z`))
}
