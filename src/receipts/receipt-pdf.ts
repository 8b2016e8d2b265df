import {
  addFigure,
  addText,
  beginDocument,
  endDocument,
  heightOf,
  MARGIN_PT,
  newPageUnless,
  rule,
  SIZE_PT,
  spoken,
  write,
  type TaggedDocument,
} from '../pdf/document.ts'
import { canDraw } from '../pdf/lines.ts'
import { addLetterhead } from '../pdf/logo.ts'
import type { PrintedOn } from '../pdf/paper.ts'
import { qrModules } from '../pdf/qr-code.ts'
import type { Text } from '../text/text.ts'
import {
  legalWords,
  receiptRows,
  voidNotice,
  type Receipt,
  type ReceiptProof,
  type ReceiptRow,
} from './receipt.ts'

/** A receipt with what proves to others that it is genuine. */
export type DrawnReceipt = Receipt & { readonly proof?: ReceiptProof }

const LABEL_WIDTH_PT = 140
const QR_PT = 84

/**
 * The receipt as a PDF for people and for screen readers (PDF/UA): tagged, titled, and with its language. The bytes
 * depend on the content, the language, the paper and the logo alone, as long as the version of the service is the same.
 */
export async function receiptPdf(
  receipt: DrawnReceipt,
  text: Text,
  { paper, logo }: PrintedOn = { paper: 'a4', logo: null },
): Promise<Buffer> {
  const t = text.receipt
  const { name, address, email } = receipt.profile
  const title = t('title', { number: receipt.number })
  const rows = receiptRows(receipt, text)
  const made = beginDocument(title, { author: name, text, madeAt: receipt.issuedAt, paper })
  const { doc } = made

  addLetterhead(made, name, logo)
  rule(made)
  doc.y += SIZE_PT.text
  addText(made, 'H1', title, { size: SIZE_PT.title, weight: 700 })
  const notice = voidNotice(receipt, text)
  if (notice !== null) addText(made, 'P', notice, { size: SIZE_PT.lead, weight: 700, boxed: true })
  doc.y += SIZE_PT.text
  addFacts(made, rows)
  doc.y += SIZE_PT.text
  const { paragraphs, english } = legalWords(receipt, text)
  for (const words of paragraphs) addText(made, 'P', words, { size: SIZE_PT.text })
  if (english !== null) addText(made, 'P', english, { size: SIZE_PT.small, direction: 'ltr', lang: 'en' })
  doc.y += SIZE_PT.text
  if (receipt.proof) {
    addProof(made, receipt.proof, text)
    doc.y += SIZE_PT.text
  }
  rule(made)
  for (const line of [name, address.split(/\s*\n\s*/).join(', ')])
    addText(made, 'P', line, { size: SIZE_PT.small })
  addText(made, 'P', t('questions', { email }), { size: SIZE_PT.small })
  if (rows.some(({ value }) => !canDraw(value))) addText(made, 'P', t('cannotDraw'), { size: SIZE_PT.small })
  return endDocument(made)
}

/** Adds a table with a row for each fact. The label is the row's heading, which screen readers announce with the value. */
function addFacts(made: TaggedDocument, rows: readonly ReceiptRow[]): void {
  const { doc, root, width, direction } = made
  const table = doc.struct('Table')
  root.add(table)
  const label = { width: LABEL_WIDTH_PT, style: { size: SIZE_PT.text, align: direction } }
  const value = {
    width: width - LABEL_WIDTH_PT,
    style: { size: SIZE_PT.text, weight: 700 as const, align: direction },
  }
  const [labelX, valueX] =
    direction === 'rtl'
      ? [MARGIN_PT + value.width + SIZE_PT.text, MARGIN_PT]
      : [MARGIN_PT, MARGIN_PT + LABEL_WIDTH_PT]
  for (const fact of rows) {
    newPageUnless(doc, SIZE_PT.text * 2)
    const row = doc.struct('TR')
    table.add(row)
    const { y } = doc
    // pdfkit reads `scope`, but its published types do not have it yet.
    const heading: PDFKit.Mixins.StructureElementOptions & { scope: string } = { scope: 'Row' }
    row.add(
      doc.struct('TH', heading, () =>
        write(doc, fact.label, { x: labelX, y, width: label.width - SIZE_PT.text }, label.style),
      ),
    )
    const belowLabel = y + heightOf(fact.label, label.width - SIZE_PT.text, label.style)
    row.add(
      doc.struct('TD', spoken(fact.value), () =>
        write(doc, fact.value, { x: valueX, y, width: value.width }, value.style),
      ),
    )
    row.end()
    doc.y = Math.max(doc.y, belowLabel < doc.page.height - MARGIN_PT ? belowLabel : 0) + SIZE_PT.text * 0.4
  }
  table.end()
}

/** How anybody can check that the receipt is genuine: the code, and a picture that a telephone's camera reads. */
function addProof(made: TaggedDocument, { code, url, pageUrl }: ReceiptProof, text: Text): void {
  const { doc, width, direction } = made
  const t = text.receipt
  newPageUnless(doc, QR_PT + SIZE_PT.text)
  const { y } = doc
  const gap = SIZE_PT.title
  const textX = direction === 'rtl' ? MARGIN_PT : MARGIN_PT + QR_PT + gap
  const pictureX = direction === 'rtl' ? MARGIN_PT + width - QR_PT : MARGIN_PT
  addFigure(made, t('proof.picture'), () => {
    const modules = qrModules(url)
    const module = QR_PT / modules.length
    for (const [row, line] of modules.entries())
      for (const [column, dark] of line.entries())
        if (dark) doc.rect(pictureX + column * module, y + row * module, module, module)
    doc.fill('black')
  })
  doc.y = y
  const place = { x: textX, width: width - QR_PT - gap }
  addText(made, 'P', t('proof.code', { code }), { size: SIZE_PT.text, weight: 700, ...place })
  addText(made, 'P', t('proof.how', { page: pageUrl.replace(/^https?:\/\//, '') }), {
    size: SIZE_PT.small,
    ...place,
  })
  doc.y = Math.max(doc.y, y + QR_PT)
}
