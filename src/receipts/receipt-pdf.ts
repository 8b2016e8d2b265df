import Pdf from 'pdfkit'
import { fontFile, fontRuns, printable, type Weight } from './receipt-fonts.ts'
import { statementIn } from '../newsroom/profile.ts'
import { textFor, type Text } from '../text/text.ts'
import { receiptRows, voidNotice, type Receipt, type ReceiptRow } from './receipt.ts'

export type Doc = InstanceType<typeof Pdf>
export type Place = { readonly x: number; readonly y: number; readonly width: number }

export const MARGIN_PT = 64
const LABEL_WIDTH_PT = 140
export const SIZE_PT = { title: 22, text: 11, small: 9 } as const

/**
 * The receipt as a PDF for people and for screen readers (PDF/UA): tagged, titled, and with its language. The bytes
 * depend on the receipt and the language alone, as long as the version of the service is the same.
 */
export async function receiptPdf(receipt: Receipt, wanted: Text): Promise<Buffer> {
  const text = drawable(wanted)
  const t = text.receipt
  const { name, address, email } = receipt.profile
  const statement = statementIn(receipt.profile, text)
  const title = t('title', { number: receipt.number })
  const rows = receiptRows(receipt, text)
  const doc = taggedDocument(title, { author: name, language: text.language, madeAt: receipt.issuedAt })
  const bytes = collect(doc)
  const width = doc.page.width - 2 * MARGIN_PT
  const root = doc.struct('Document')
  doc.addStructure(root)
  const block = (type: string, words: string, size: number, weight: Weight = 400) => {
    const place = { x: MARGIN_PT, y: doc.y, width }
    root.add(doc.struct(type, spoken(words), () => write(doc, words, place, size, weight)))
    doc.y += size * 0.6
  }

  block('P', name, SIZE_PT.text, 700)
  doc.y += SIZE_PT.title
  block('H1', title, SIZE_PT.title, 700)
  const notice = voidNotice(receipt, text)
  if (notice !== null) block('P', notice, SIZE_PT.text, 700)
  doc.y += SIZE_PT.text
  addFacts(doc, root, rows, width)
  doc.y += SIZE_PT.text
  block('P', statement, SIZE_PT.text)
  doc.y += SIZE_PT.text
  block('P', `${name}, ${address.split(/\s*\n\s*/).join(', ')}`, SIZE_PT.small)
  block('P', t('questions', { email }), SIZE_PT.small)
  if (rows.some(({ value }) => !fontRuns(printable(value), 400).complete))
    block('P', t('cannotDraw'), SIZE_PT.small)
  root.end()
  doc.end()
  return bytes
}

/** The words themselves where the fonts can draw their letters, otherwise English ones: boxes say nothing to anybody. */
export function drawable(text: Text): Text {
  return fontRuns(printable(text.receipt('from')), 400).complete ? text : textFor('en')
}

/** An empty document on A4 for people and for screen readers (PDF/UA). */
export function taggedDocument(
  title: string,
  { author, language, madeAt }: { readonly author: string; readonly language: string; readonly madeAt: Date },
): Doc {
  return new Pdf({
    size: 'A4',
    margin: MARGIN_PT,
    // @ts-expect-error pdfkit writes PDF/UA, but its published types name only PDF/A
    subset: 'PDF/UA',
    pdfVersion: '1.7',
    tagged: true,
    lang: language,
    displayTitle: true,
    font: fontFile('latin 400'), // PDF/UA requires embedded fonts; pdfkit's default, Helvetica, is not embedded
    info: { Title: title, Author: printable(author), CreationDate: madeAt, ModDate: madeAt },
  })
}

/** Adds a table with a row for each fact. The label is the row's heading, which screen readers announce with the value. */
function addFacts(
  doc: Doc,
  root: PDFKit.PDFStructureElement,
  rows: readonly ReceiptRow[],
  width: number,
): void {
  const table = doc.struct('Table')
  root.add(table)
  for (const { label, value } of rows) {
    const row = doc.struct('TR')
    table.add(row)
    const y = doc.y
    const left = { x: MARGIN_PT, y, width: LABEL_WIDTH_PT }
    const right = { x: MARGIN_PT + LABEL_WIDTH_PT, y, width: width - LABEL_WIDTH_PT }
    // pdfkit reads `scope`, but its published types do not have it yet.
    const heading: PDFKit.Mixins.StructureElementOptions & { scope: string } = { scope: 'Row' }
    row.add(doc.struct('TH', heading, () => write(doc, label, left, SIZE_PT.text, 400)))
    row.add(doc.struct('TD', spoken(value), () => write(doc, value, right, SIZE_PT.text, 700)))
    row.end()
    doc.y += SIZE_PT.text * 0.5
  }
  table.end()
}

/** Attaches the original text where a font cannot draw it, so that it can be read aloud, searched and copied. */
export function spoken(text: string): PDFKit.Mixins.StructureElementOptions {
  return fontRuns(printable(text), 400).complete ? {} : { actual: printable(text) }
}

export function write(doc: Doc, text: string, place: Place, size: number, weight: Weight): void {
  const { runs } = fontRuns(printable(text), weight)
  doc.fontSize(size)
  for (const [index, run] of runs.entries()) {
    doc.font(fontFile(run.font))
    const options = { width: place.width, lineGap: size * 0.3, continued: index < runs.length - 1 }
    if (index === 0) doc.text(run.text, place.x, place.y, options)
    else doc.text(run.text, options)
  }
}

export async function collect(doc: Doc): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of doc) chunks.push(chunk)
  return Buffer.concat(chunks)
}
