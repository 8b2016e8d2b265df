import { parse } from 'csv-parse/sync'
import { expect } from 'vitest'

/** The rows of a CSV as an independent parser reads them, each by its headings. */
export async function rowsIn(answer: Response): Promise<Record<string, string>[]> {
  const bytes = Buffer.from(await answer.arrayBuffer())
  expect(bytes.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]))
  return parse(bytes, { columns: true, bom: true })
}
