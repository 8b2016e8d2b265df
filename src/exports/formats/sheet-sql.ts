import type { ExportColumn, ExportTable } from './export-table.ts'

/** Excel's largest sheet has 1,048,576 rows, one of which is the headings. */
export const MOST_SHEET_ROWS = 1_048_575

/** The styles of `xlsx.ts`, by kind. */
const STYLE = { text: 0, code: 0, integer: 1, decimal: 2, day: 3, time: 4 } as const

// XML 1.0 has no control characters besides these three, which are written as references: a reader would otherwise turn
// them into spaces. COPY's text format escapes backslashes, so a backslash is a reference, too.
const CONTROLS = Array.from({ length: 31 }, (_, index) => index + 1).filter(
  (code) => ![9, 10, 13].includes(code),
)
const UNWRITABLE = [...CONTROLS, 0xfffe, 0xffff].map((code) => `\\u${code.toString(16).padStart(4, '0')}`)
const REFERENCES: readonly (readonly [string, string])[] = [
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  [String.raw`\\`, '&#92;'],
  [String.raw`\t`, '&#9;'],
  [String.raw`\n`, '&#10;'],
  [String.raw`\r`, '&#13;'],
]

/** A text as XML. Spreadsheets read `_x000D_` as a character (ECMA-376, ST_Xstring), so an underscore before x is escaped. */
function xmlSql(text: string): string {
  const plain = `translate(${text}, E'${UNWRITABLE.join('')}', '')`
  const escaped = REFERENCES.reduce((sql, [from, to]) => `replace(${sql}, E'${from}', '${to}')`, plain)
  return `regexp_replace(${escaped}, '_(x[0-9A-Fa-f]{4}_)', '_x005F_\\1', 'g')`
}

function cellSql({ kind, sql }: ExportColumn): string {
  const number = (value: string) =>
    `coalesce('<c s="${STYLE[kind]}"><v>' || (${value}) || '</v></c>', '<c/>')`
  switch (kind) {
    case 'integer':
    case 'decimal':
      return number(sql)
    // A spreadsheet counts days from the end of 1899.
    case 'day':
      return number(`(${sql}) - date '1899-12-30'`)
    case 'time':
      return number(`round(extract(epoch from (${sql}) - timestamp '1899-12-30') / 86400, 9)`)
    case 'text':
    case 'code':
      // A cell of text is never a formula, so nothing has to stand before it.
      return `coalesce('<c t="inlineStr"><is><t xml:space="preserve">' || ${xmlSql(`(${sql})::text`)} || '</t></is></c>', '<c/>')`
  }
}

/** The statement by which Postgres writes each row as one line of the sheet's XML. */
export function sheetSql({ columns, from }: ExportTable): string {
  return `copy (select '<row>' || ${columns.map(cellSql).join(' || ')} || '</row>' ${from}) to stdout (format text, encoding 'utf8')`
}

/** Counts the rows, and no further than one too many. */
export function sheetRowsSql({ from }: ExportTable): string {
  return `select count(*)::int as count from (select 1 ${from} limit ${MOST_SHEET_ROWS + 1}) as counted`
}

/** The XML of the row of headings. */
export function headingsXml({ columns }: Pick<ExportTable, 'columns'>): string {
  const cells = columns.map(({ heading }) => `<c s="5" t="inlineStr"><is><t>${xmlText(heading)}</t></is></c>`)
  return `<row>${cells.join('')}</row>\n`
}

export function xmlText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
