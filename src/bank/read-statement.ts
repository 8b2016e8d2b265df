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
  const text = textIn(bytes)
  if (text === null) return null
  const start = text.slice(0, 4000)
  if (/OFXHEADER|<OFX>/i.test(start)) return { format: 'ofx', read: ofxStatement(text) }
  if (/^:20:/m.test(start) && /^:61:/m.test(text)) return { format: 'mt940', read: mt940Statement(text) }
  if (/^\s*<(\?xml|\w*:?Document)/.test(start)) return { format: 'camt053', read: camtStatement(text) }
  const table = csvTable(text)
  return table && { format: 'csv', table }
}

// An archive and a PDF can begin with letters that Windows-1252 has.
const ARCHIVE_OR_PDF = ['PK\u0003', '%PDF']

/** UTF-8 or UTF-16 with a byte order mark, else UTF-8, else Windows-1252, in which older bank software writes. */
function textIn(bytes: Uint8Array): string | null {
  const [first, second] = bytes
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : null
  const text = decoded(bytes, encoding ?? 'utf-8') ?? decoded(bytes, 'windows-1252')
  // A NUL is in no text: the file is a spreadsheet, an archive or a picture.
  return text === null || text.includes('\u0000') || ARCHIVE_OR_PDF.some((start) => text.startsWith(start))
    ? null
    : text
}

function decoded(bytes: Uint8Array, encoding: string): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}
