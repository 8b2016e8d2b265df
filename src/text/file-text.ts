// An archive and a PDF can begin with letters that Windows-1252 has.
const ARCHIVE_OR_PDF = ['PK\u0003', '%PDF']

/**
 * The text of a file that somebody uploaded: UTF-8 or UTF-16 with a byte order mark, else UTF-8, else Windows-1252, in which
 * older software writes. Null for what is no text.
 */
export function textOfFile(bytes: Uint8Array): string | null {
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
