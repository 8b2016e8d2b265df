import { giftKind } from '../newsroom/gift-kind.ts'
import { originalStatement, statementIn } from '../newsroom/profile.ts'
import {
  addText,
  beginDocument,
  endDocument,
  MARGIN_PT,
  newPageUnless,
  SIZE_PT,
  spoken,
  write,
  type TaggedDocument,
} from '../pdf/document.ts'
import { canDraw } from '../pdf/lines.ts'
import type { Paper } from '../pdf/paper.ts'
import { dayInWords } from '../receipts/receipt.ts'
import type { Text } from '../text/text.ts'
import { statementAmount, sumsOf, type Statement } from './statement.ts'

const LINE_PT = SIZE_PT.small * 1.9
const WIDTHS = [0.22, 0.24, 0.18, 0.18, 0.18] as const

/** A donor's statement of a year as a PDF for people and for screen readers (PDF/UA). */
export async function statementPdf(statement: Statement, text: Text, paper: Paper = 'a4'): Promise<Buffer> {
  const t = text.statement
  const { profile, gifts, from, to, donorName, madeAt } = statement
  const days = { from: dayInWords(from, text, 'medium'), to: dayInWords(to, text, 'medium') }
  const title = t('title', { ...days, context: giftKind(profile.legalStatus) })
  const made = beginDocument(title, { author: profile.name, text, madeAt, paper })
  const { doc } = made

  addText(made, 'P', profile.name, { size: SIZE_PT.lead, weight: 700 })
  doc.y += SIZE_PT.title
  addText(made, 'H1', title, { size: SIZE_PT.title, weight: 700 })
  if (donorName !== null)
    addText(made, 'P', t('for', { name: donorName }), { size: SIZE_PT.text, weight: 700 })
  doc.y += SIZE_PT.text

  const amount = (minor: bigint, currency: string) => statementAmount(minor, currency, text.locale)
  const headings = [t('date'), t('receipt'), t('given'), t('returned'), t('remains')]
  addTable(
    made,
    headings,
    gifts.map(({ givenOn, receipt, currency, grossMinor, returnedMinor }) => [
      dayInWords(givenOn, text, 'medium'),
      receipt ?? t('noReceipt'),
      amount(grossMinor, currency),
      returnedMinor === 0n ? '–' : amount(returnedMinor, currency),
      amount(grossMinor - returnedMinor, currency),
    ]),
  )
  doc.y += SIZE_PT.text
  for (const { currency, gross, returned, remains } of sumsOf(gifts))
    addText(
      made,
      'P',
      t(returned === 0n ? 'sum' : 'sumLessReturned', {
        gross: amount(gross, currency),
        returned: amount(returned, currency),
        remains: amount(remains, currency),
      }),
      { size: SIZE_PT.text, weight: 700 },
    )
  doc.y += SIZE_PT.text
  addText(made, 'P', statementIn(profile, text), { size: SIZE_PT.text })
  const original = originalStatement(profile, text)
  if (original !== null) addText(made, 'P', original, { size: SIZE_PT.small, direction: 'ltr', lang: 'en' })
  addText(made, 'P', t('receiptsHold'), { size: SIZE_PT.small })
  doc.y += SIZE_PT.text
  for (const line of [profile.name, profile.address.split(/\s*\n\s*/).join(', ')])
    addText(made, 'P', line, { size: SIZE_PT.small })
  addText(made, 'P', t('questions', { email: profile.email }), { size: SIZE_PT.small })
  if (donorName !== null && !canDraw(donorName))
    addText(made, 'P', text.receipt('cannotDraw'), { size: SIZE_PT.small })
  return endDocument(made)
}

/** A table with a line of headings, on as many pages as it needs. */
function addTable(
  { doc, root, width, direction }: TaggedDocument,
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
    let below = y
    let passed = 0
    for (const [column, words] of row.entries()) {
      const columnWidth = width * (WIDTHS[column] ?? 0.2)
      const fromLeft = direction === 'rtl' ? width - passed - columnWidth : passed
      const place = { x: MARGIN_PT + fromLeft, y, width: columnWidth }
      passed += columnWidth
      const draw = () => {
        write(doc, words, place, {
          size: SIZE_PT.small,
          weight: index === 0 ? 700 : 400,
          align: direction,
        })
        below = Math.max(below, doc.y)
      }
      line.add(index === 0 ? doc.struct('TH', heading, draw) : doc.struct('TD', spoken(words), draw))
    }
    line.end()
    doc.y = Math.max(y + LINE_PT, below)
  }
  table.end()
}
