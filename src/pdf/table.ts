import { MARGIN_PT, newPageUnless, SIZE_PT, spoken, write, type TaggedDocument } from './document.ts'

const LINE_PT = SIZE_PT.small * 1.9

export type PdfTable = {
  readonly headings: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** Of each column, as a part of the page's width. */
  readonly widths: readonly number[]
  /** The first column whose words stand at the end of the column, as amounts do; unset: none. */
  readonly endsFrom?: number
}

/** Adds a table with a line of headings, on as many pages as it needs. */
export function addTable(made: TaggedDocument, { headings, rows, widths, endsFrom }: PdfTable): void {
  const { doc, root, width, direction } = made
  const table = doc.struct('Table')
  root.add(table)
  // pdfkit reads `scope`, but its published types do not have it yet.
  const heading: PDFKit.Mixins.StructureElementOptions & { scope: string } = { scope: 'Column' }
  const atTheEnd = direction === 'rtl' ? 'ltr' : 'rtl'
  for (const [index, row] of [headings, ...rows].entries()) {
    newPageUnless(doc, LINE_PT * 2)
    const line = doc.struct('TR')
    table.add(line)
    const { y } = doc
    let below = y
    let passed = 0
    for (const [column, words] of row.entries()) {
      const columnWidth = width * (widths[column] ?? 1 / row.length)
      const fromLeft = direction === 'rtl' ? width - passed - columnWidth : passed
      const place = { x: MARGIN_PT + fromLeft, y, width: columnWidth }
      passed += columnWidth
      const draw = () => {
        write(doc, words, place, {
          size: SIZE_PT.small,
          weight: index === 0 ? 700 : 400,
          align: endsFrom !== undefined && column >= endsFrom ? atTheEnd : direction,
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
