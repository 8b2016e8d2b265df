import { parse } from 'csv-parse/sync'
import { z } from 'zod'
import { parseLocalDate, type LocalDate } from '../calendar/local-date.ts'
import { currencyInfo, parseCurrency, type CurrencyCode } from '../money/currency.ts'
import type { Money } from '../money/money.ts'
import {
  bankAmount,
  MOST_LINES,
  refused,
  statementOf,
  type RawLine,
  type ReadStatement,
} from './bank-statement.ts'

/** A CSV file as a table. Banks agree on neither the delimiter nor what stands above the heading. */
export type CsvTable = {
  /** The row of headings. */
  readonly headings: readonly string[]
  /** The number of the first row below the headings in the file; 1 is the file's first row. */
  readonly firstRow: number
  readonly rows: readonly (readonly string[])[]
}

const DELIMITERS = [',', ';', '\t', '|'] as const
const SAMPLE_ROWS = 30

/** @returns null for a text that is no table of at least two columns */
export function csvTable(text: string): CsvTable | null {
  const tables = DELIMITERS.flatMap((delimiter) => tableBy(delimiter, text) ?? [])
  const [best] = tables.toSorted((a, b) => b.headings.length - a.headings.length)
  return best ?? null
}

function tableBy(delimiter: string, text: string): CsvTable | null {
  const all = recordsIn(delimiter, text)
  if (all === null) return null
  const width = commonest(all.slice(0, SAMPLE_ROWS).map((row) => row.length))
  const at = all.findIndex((row) => row.length === width && row.filter((cell) => cell !== '').length > 1)
  const headings = all[at]
  if (width < 2 || headings === undefined) return null
  const rows = all.slice(at + 1).filter((row) => row.some((cell) => cell !== ''))
  return { headings, firstRow: at + 2, rows }
}

function recordsIn(delimiter: string, text: string): string[][] | null {
  try {
    return z.array(z.array(z.string())).parse(
      parse(text, {
        delimiter,
        bom: true,
        trim: true,
        relax_column_count: true,
        relax_quotes: true,
        max_record_size: 100_000,
        to: MOST_LINES + SAMPLE_ROWS,
      }),
    )
  } catch {
    return null // another delimiter may do
  }
}

function commonest(numbers: readonly number[]): number {
  const counts = [...Map.groupBy(numbers, (number) => number).values()]
  return counts.toSorted((a, b) => b.length - a.length || (b[0] ?? 0) - (a[0] ?? 0))[0]?.[0] ?? 0
}

const dateOrders = ['ymd', 'dmy', 'mdy'] as const
const column = z.coerce.number().int().min(0).max(199)

/** Which column of a bank's CSV says what. Either one column has signed amounts, or two have what came in and went out. */
export const csvColumns = z
  .object({
    day: column,
    dateOrder: z.enum(dateOrders),
    amount: column.nullable().default(null),
    moneyIn: column.nullable().default(null),
    moneyOut: column.nullable().default(null),
    decimalSign: z.enum(['.', ',']),
    currency: z.string().transform((code, context): CurrencyCode => {
      const known = parseCurrency(code.toLowerCase())
      if (known !== null) return known
      context.issues.push({ code: 'custom', message: 'must be a currency, like USD', input: code })
      return z.NEVER
    }),
    description: column,
    reference: column.nullable().default(null),
  })
  .refine(({ amount, moneyIn }) => (amount === null) !== (moneyIn === null), {
    path: ['amount'],
    error: 'must be one column of amounts, or one of money in and one of money out',
    // Other fields may have problems of their own, which are named beside this one.
    when: ({ value }) => typeof value === 'object' && value !== null,
  })
export type CsvColumns = z.output<typeof csvColumns>

/** The table's movements by the columns that staff chose. */
export function csvStatement(table: CsvTable, columns: CsvColumns): ReadStatement {
  const last = Math.max(
    columns.day,
    columns.description,
    columns.amount ?? 0,
    columns.moneyIn ?? 0,
    columns.moneyOut ?? 0,
    columns.reference ?? 0,
  )
  if (last >= table.headings.length) return refused('columns')
  const cell = (row: readonly string[], index: number | null) => (index === null ? '' : (row[index] ?? ''))
  return statementOf(
    null,
    table.rows.map((row, index): RawLine => ({
      place: table.firstRow + index,
      day: dayIn(cell(row, columns.day), columns.dateOrder),
      amount: amountIn((at) => cell(row, at), columns),
      description: cell(row, columns.description),
      bankReference: cell(row, columns.reference) || null,
    })),
  )
}

function amountIn(cell: (column: number | null) => string, columns: CsvColumns): Money | null {
  const { decimalSign, currency, amount, moneyIn, moneyOut } = columns
  const read = (text: string) =>
    bankAmount(text.replace(/\p{Sc}|^[A-Z]{3}\b|\b[A-Z]{3}$/gu, ''), decimalSign, currency)
  if (amount !== null) return read(cell(amount))
  const [received, paid] = [cell(moneyIn), cell(moneyOut)]
  const into = received === '' ? null : read(received)
  const out = paid === '' ? null : read(paid)
  if ((received !== '' && into === null) || (paid !== '' && out === null)) return null
  if (into === null && out === null) return null
  // Some banks write what went out without a sign, others with one.
  const outMinor = out === null ? 0n : out.minor < 0n ? -out.minor : out.minor
  return { minor: (into?.minor ?? 0n) - outMinor, currency }
}

function dayIn(text: string, order: CsvColumns['dateOrder']): LocalDate | null {
  const found =
    /^(\d{1,4})[-/. ](\d{1,2}|[A-Za-z]{3})[-/. ](\d{1,4})(?!\d)/.exec(text) ??
    /^(\d{4})(\d{2})(\d{2})$/.exec(text)
  if (found === null) return null
  const [, first = '', second = '', third = ''] = found
  const [year, month, day] =
    order === 'ymd'
      ? [first, second, third]
      : order === 'dmy'
        ? [third, second, first]
        : [third, first, second]
  const fullYear = year.length === 2 ? `20${year}` : year
  return parseLocalDate(`${fullYear}-${monthNumber(month)}-${day.padStart(2, '0')}`)
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

function monthNumber(text: string): string {
  const named = MONTHS.indexOf(text.toLowerCase())
  return (named >= 0 ? String(named + 1) : text).padStart(2, '0')
}

/** What the columns of a bank's CSV probably mean, by their headings and cells: staff see it before anything is read. */
export function guessedColumns(table: CsvTable, usual: CurrencyCode): CsvColumns {
  const named = (pattern: RegExp) => {
    const at = table.headings.findIndex((heading) => pattern.test(heading))
    return at < 0 ? null : at
  }
  const amount =
    named(/^(amount|betrag|umsatz|montant|importe|monto|сума|sum)\b/i) ??
    named(/amount|betrag|montant|importe/i)
  const moneyIn = named(/credit|money in|paid in|deposit|haben|cr[eé]dit|abono/i)
  const day =
    named(/^(booking|posted|posting|transaction|value)?\s*date|buchungstag|datum|date|fecha|дата/i) ?? 0
  const days = table.rows.slice(0, 50).map((row) => row[day] ?? '')
  const useAmount = amount ?? (moneyIn === null ? 1 : null)
  const amounts = table.rows.slice(0, 50).map((row) => row[useAmount ?? moneyIn ?? 0] ?? '')
  return {
    day,
    dateOrder: guessedOrder(days),
    amount: useAmount,
    moneyIn: useAmount === null ? moneyIn : null,
    moneyOut: useAmount === null ? named(/debit|money out|paid out|withdrawal|soll|d[eé]bit|cargo/i) : null,
    decimalSign: amounts.some((text) => /,\d{1,2}\D*$/.test(text)) ? ',' : '.',
    currency: currencyInfo(usual).code,
    description:
      named(/description|details|narrative|purpose|verwendungszweck|libell|concepto|memo|payee|name/i) ?? 0,
    reference: named(/reference|ref\b|transaction id|trace/i),
  }
}

function guessedOrder(days: readonly string[]): CsvColumns['dateOrder'] {
  if (days.some((text) => /^\d{4}/.test(text))) return 'ymd'
  const parts = days.map((text) => text.split(/\D+/).map(Number))
  if (parts.some(([, second = 0]) => second > 12)) return 'mdy'
  if (parts.some(([first = 0]) => first > 12)) return 'dmy'
  return days.some((text) => text.includes('/')) ? 'mdy' : 'dmy'
}
