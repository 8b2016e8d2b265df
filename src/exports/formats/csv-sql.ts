import type { ExportColumn, ExportTable } from './export-table.ts'

/** Excel takes a file for UTF-8 only when it begins with this. */
export const BYTE_ORDER_MARK = '\uFEFF'

// What makes a spreadsheet read a text as a formula, also in its full-width form: = + - @ (OWASP, CSV Injection); and
// tab, line feed and carriage return, which it drops before it looks.
const BEGINS_A_FORMULA = [9, 10, 13, 43, 45, 61, 64, 0xff0b, 0xff0d, 0xff1d, 0xff20]
// Characters that some programs leave out before they look: spaces, and characters without a width.
const PASSED_OVER = [32, 0xa0, 0x200b, 0x200e, 0x200f, 0x2060, 0x3000, 0xfeff]
const codes = (list: readonly number[]) => `'{${list.join(',')}}'::int[]`
const characters = (list: readonly number[]) => list.map((code) => `\\u${code.toString(16).padStart(4, '0')}`)

/**
 * A text that a spreadsheet shows and does not compute: an apostrophe stands before one that begins like a formula.
 * `ascii` is the code of the first character. Most texts begin with a Latin letter, between 64 and 160, where none of those
 * characters are: they cost two comparisons. Others cost two look-ups, and a pattern only behind a space.
 */
export function guardedSql(text: string): string {
  const passedOver = `^[${characters(PASSED_OVER).join('')}]+[${characters(BEGINS_A_FORMULA).join('')}]`
  return `case when ascii(${text}) > 64 and ascii(${text}) < 160 or ${text} is null then ${text}
    when ascii(${text}) = any(${codes(BEGINS_A_FORMULA)})
      or (ascii(${text}) = any(${codes(PASSED_OVER)}) and ${text} ~ '${passedOver}')
    then '''' || ${text} else ${text} end`
}

/** The statement by which Postgres writes the rows as CSV, with a line of headings. */
export function csvSql({ columns, from }: ExportTable): string {
  const cell = ({ kind, sql }: ExportColumn) => (kind === 'text' ? guardedSql(sql) : sql)
  const list = columns.map((column) => `${cell(column)} as ${identifier(column.heading)}`)
  return `copy (select ${list.join(',\n')} ${from}) to stdout (format csv, header true, encoding 'utf8')`
}

function identifier(heading: string): string {
  return `"${heading.replaceAll('"', '""')}"`
}
