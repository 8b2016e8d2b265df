import { textOfFile } from '../text/file-text.ts'
import type { BankFormat, ReadStatement } from './bank-statement.ts'
import { camtStatement } from './camt-statement.ts'
import { csvTable, type CsvTable } from './csv-statement.ts'
import { mt940Statement } from './mt940-statement.ts'
import { ofxStatement } from './ofx-statement.ts'

/** A file that was recognised: read as a whole, or a table of which staff say what its columns mean. */
export type RecognisedFile =
  | { readonly format: Exclude<BankFormat, 'csv'>; readonly read: ReadStatement }
  | { readonly format: 'csv'; readonly table: CsvTable }

/** Recognises a statement by its content; what a file is called says nothing reliable. Null for any other file. */
export function recogniseStatement(bytes: Uint8Array): RecognisedFile | null {
  const text = textOfFile(bytes)
  if (text === null) return null
  const start = text.slice(0, 4000)
  if (/OFXHEADER|<OFX>/i.test(start)) return { format: 'ofx', read: ofxStatement(text) }
  if (/^:20:/m.test(start) && /^:61:/m.test(text)) return { format: 'mt940', read: mt940Statement(text) }
  if (/^\s*<(\?xml|\w*:?Document)/.test(start)) return { format: 'camt053', read: camtStatement(text) }
  const table = csvTable(text)
  return table && { format: 'csv', table }
}
