import { PassThrough, Readable } from 'node:stream'
import yazl from 'yazl'
import { headingsXml, xmlText } from './sheet-sql.ts'
import type { ExportColumn } from './export-table.ts'

// The parts of a workbook of one sheet, as ECMA-376 (Office Open XML) prescribes them. No shared strings: a sheet that
// streams cannot know them beforehand.
const DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const RELATIONSHIPS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006'
const SHEET_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml'

const CONTENT_TYPES = `${DECLARATION}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${SHEET_TYPE}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${SHEET_TYPE}.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="${SHEET_TYPE}.styles+xml"/></Types>`
const ROOT = `${DECLARATION}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${RELATIONSHIPS}/officeDocument" Target="xl/workbook.xml"/></Relationships>`
const WORKBOOK_PARTS = `${DECLARATION}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${RELATIONSHIPS}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${RELATIONSHIPS}/styles" Target="styles.xml"/></Relationships>`

// The styles that sheet-sql.ts names by their place: text, whole number, exact number, day, time, heading. An exact number
// shows the decimals that it has, since a sheet may hold several currencies.
const FORMATS = ['General', '0', 'General', 'yyyy-mm-dd', 'yyyy-mm-dd hh:mm:ss']
const STYLES = `${DECLARATION}<styleSheet xmlns="${MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="${FORMATS[3]}"/><numFmt numFmtId="165" formatCode="${FORMATS[4]}"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="6">${[0, 1, 0, 164, 165].map((id) => `<xf numFmtId="${id}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>`).join('')}<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`

/**
 * A workbook of one sheet, written while its rows are read: it needs the same memory for a row and for a million.
 * @param rows lines of `<row>…</row>`, as `sheetSql` gives them
 */
export function workbook(
  { sheet, columns }: { readonly sheet: string; readonly columns: readonly ExportColumn[] },
  rows: AsyncIterable<Buffer>,
): Readable {
  const widths = columns.map(({ kind }) => (kind === 'text' ? 28 : kind === 'time' ? 20 : 16))
  const opening = `${DECLARATION}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>${widths.map((width, index) => `<col min="${index + 1}" max="${index + 1}" width="${width}" customWidth="1"/>`).join('')}</cols><sheetData>\n`
  async function* sheetXml() {
    yield Buffer.from(opening + headingsXml({ columns }))
    yield* rows
    yield Buffer.from('</sheetData></worksheet>')
  }
  const book = `${DECLARATION}<workbook xmlns="${MAIN}" xmlns:r="${RELATIONSHIPS}"><sheets><sheet name="${xmlText(sheet)}" sheetId="1" r:id="rId1"/></sheets></workbook>`
  const zip = new yazl.ZipFile()
  const mtime = new Date(Date.UTC(2000, 0, 1)) // the same rows make the same bytes
  for (const [name, xml] of [
    ['[Content_Types].xml', CONTENT_TYPES],
    ['_rels/.rels', ROOT],
    ['xl/workbook.xml', book],
    ['xl/_rels/workbook.xml.rels', WORKBOOK_PARTS],
    ['xl/styles.xml', STYLES],
  ] as const)
    zip.addBuffer(Buffer.from(xml), name, { mtime })
  const xml = Readable.from(sheetXml(), { objectMode: false })
  const out = new PassThrough()
  xml.on('error', (error) => out.destroy(error))
  out.on('close', () => xml.destroy())
  zip.addReadStream(xml, 'xl/worksheets/sheet1.xml', { mtime })
  zip.end()
  zip.outputStream.pipe(out)
  return out
}
