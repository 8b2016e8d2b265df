import { Readable } from 'node:stream'
import { CsvError, parse } from 'csv-parse'
import { parse as parseAtOnce } from 'csv-parse/sync'
import { z } from 'zod'
import type { ImportFailure } from './history-import.ts'

/** The row of headings, and how to read what stands below it. */
export type CsvHead = {
  readonly delimiter: string
  readonly headings: readonly string[]
  /** As a spreadsheet counts: the first row of the file is 1. */
  readonly headingRow: number
}

/** A file that cannot be read as a table. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile'
  readonly failure: ImportFailure

  constructor(failure: ImportFailure) {
    super(failure)
    this.failure = failure
  }
}

const DELIMITERS = [',', ';', '\t', '|'] as const
const SAMPLE_ROWS = 30
const SAMPLE_CHARACTERS = 200_000
/** The characters of a row: far above the longest message. */
const LONGEST_ROW = 100_000
const CHUNK = 64 * 1024

const options = {
  trim: true,
  relax_column_count: true,
  relax_quotes: true,
  skip_empty_lines: false,
  max_record_size: LONGEST_ROW,
} as const

/** Finds the row of headings, by the delimiter that makes the widest table; null for a text that is no table. */
export function csvHead(text: string): CsvHead | null {
  const sample = plainStart(text).slice(0, SAMPLE_CHARACTERS)
  const heads = DELIMITERS.flatMap((delimiter) => headBy(delimiter, sample) ?? [])
  return heads.toSorted((a, b) => b.headings.length - a.headings.length)[0] ?? null
}

function headBy(delimiter: string, sample: string): CsvHead | null {
  const rows = sampleRows(delimiter, sample)
  const widths = [
    ...Map.groupBy(
      rows.map(({ length }) => length),
      (width) => width,
    ).values(),
  ]
  const width = widths.toSorted((a, b) => b.length - a.length || (b[0] ?? 0) - (a[0] ?? 0))[0]?.[0] ?? 0
  const at = rows.findIndex((row) => row.length === width && row.filter((cell) => cell !== '').length > 1)
  const headings = rows[at]
  return width < 2 || headings === undefined ? null : { delimiter, headings, headingRow: at + 1 }
}

/** The first rows, so far as they can be read: the sample may end within a quoted cell. */
function sampleRows(delimiter: string, sample: string, to = SAMPLE_ROWS): string[][] {
  const rows: string[][] = []
  try {
    parseAtOnce(sample, {
      ...options,
      delimiter,
      to,
      on_record: (record) => {
        rows.push(z.array(z.string()).parse(record))
        return record
      },
    })
  } catch {
    // Another delimiter may do, and reading the whole file says what is wrong with it.
  }
  return rows
}

/** Excel may write which delimiter it used in a line of its own. */
function plainStart(text: string): string {
  return text.replace(/^\uFEFF/, '').replace(/^sep=.\r?\n/, '')
}

export type CsvRow = { readonly row: number; readonly cells: readonly string[] }

/**
 * The rows below the headings, in portions, so that other work goes on between two of them. Rows without any content are
 * left out; their numbers count.
 * @throws UnreadableFile
 */
export async function* csvRows(text: string, head: CsvHead, portion: number): AsyncGenerator<CsvRow[]> {
  const whole = plainStart(text)
  const parser = parse({ ...options, delimiter: head.delimiter })
  const source = Readable.from(chunksOf(whole))
  source.on('error', (error) => parser.destroy(error))
  let [number, rows]: [number, CsvRow[]] = [0, []]
  try {
    for await (const record of source.pipe(parser)) {
      number += 1
      const cells = record as string[] // without `columns` and `cast` every record is an array of texts
      if (number <= head.headingRow || cells.every((cell) => cell === '')) continue
      rows.push({ row: number, cells })
      if (rows.length < portion) continue
      yield rows
      rows = []
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    throw new UnreadableFile(error.code === 'CSV_MAX_RECORD_SIZE' ? 'row_too_long' : 'quote_not_closed')
  }
  if (rows.length > 0) yield rows
}

function* chunksOf(text: string): Generator<string> {
  for (let at = 0; at < text.length; at += CHUNK) yield text.slice(at, at + CHUNK)
}

/** The first rows below the headings, from the sample alone. */
export function firstRows(text: string, head: CsvHead, limit: number): string[][] {
  const sample = plainStart(text).slice(0, SAMPLE_CHARACTERS * 10)
  return sampleRows(head.delimiter, sample, head.headingRow + limit).slice(head.headingRow)
}
