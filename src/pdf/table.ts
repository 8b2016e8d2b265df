import {
  asArtifact,
  MARGIN_PT,
  newPageUnless,
  SIZE_PT,
  spoken,
  write,
  type TaggedDocument,
} from './document.ts'

const LINE_PT = SIZE_PT.small * 1.9

export type PdfTable = {
  readonly headings: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** Of each column, as a part of the page's width. */
  readonly widths: readonly number[]
  /** The first column whose words stand at the end of the column, as amounts do; unset: none. */
  readonly endsFrom?: number
  /** The first row of sums, which stand below a line in bold letters; unset: none. */
  readonly totalsFrom?: number
}

/** Adds a table with a line of headings, on as many pages as it needs. Each page shows the headings. */
export function addTable(
  made: TaggedDocument,
  { headings, rows, widths, endsFrom, totalsFrom }: PdfTable,
): void {
  const { doc, root, width, direction } = made
  const table = doc.struct('Table')
  root.add(table)
  // pdfkit reads `scope`, but its published types do not have it yet.
  const heading: PDFKit.Mixins.StructureElementOptions & { scope: string } = { scope: 'Column' }
  const atTheEnd = direction === 'rtl' ? 'ltr' : 'rtl'
  const draw = (
    row: readonly string[],
    weight: 400 | 700,
    add: (words: string, writeCell: () => void) => void,
  ) => {
    const { y } = doc
    let below = y
    let passed = 0
    for (const [column, words] of row.entries()) {
      const columnWidth = width * (widths[column] ?? 1 / row.length)
      const fromLeft = direction === 'rtl' ? width - passed - columnWidth : passed
      const place = { x: MARGIN_PT + fromLeft, y, width: columnWidth }
      const align = endsFrom !== undefined && column >= endsFrom ? atTheEnd : direction
      passed += columnWidth
      add(words, () => {
        write(doc, words, place, { size: SIZE_PT.small, weight, align })
        below = Math.max(below, doc.y)
      })
    }
    doc.y = Math.max(y + LINE_PT, below)
  }
  for (const [index, row] of [headings, ...rows].entries()) {
    const page = doc.page
    newPageUnless(doc, LINE_PT * 2)
    // A screen reader has read them at the table's beginning.
    if (doc.page !== page && index > 0)
      draw(headings, 700, (_, writeCell) => asArtifact(doc, writeCell, 'Pagination'))
    const isTotal = totalsFrom !== undefined && index > totalsFrom
    if (index - 1 === totalsFrom) line(made)
    const tr = doc.struct('TR')
    table.add(tr)
    draw(row, index === 0 || isTotal ? 700 : 400, (words, writeCell) =>
      tr.add(index === 0 ? doc.struct('TH', heading, writeCell) : doc.struct('TD', spoken(words), writeCell)),
    )
    tr.end()
  }
  table.end()
}

/** The line above the sums. */
function line({ doc, width }: TaggedDocument): void {
  const y = doc.y - LINE_PT * 0.15
  asArtifact(doc, () =>
    doc
      .moveTo(MARGIN_PT, y)
      .lineTo(MARGIN_PT + width, y)
      .lineWidth(0.6)
      .stroke('#8a857c'),
  )
}
