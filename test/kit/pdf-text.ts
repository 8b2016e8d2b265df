import { inflateSync } from 'node:zlib'

/**
 * The text of a PDF that pdfkit wrote, line by line, as a program finds it that copies or searches: by the fonts' own
 * tables of letters. A line is what stands at one height of a page.
 */
export function pdfText(pdf: Buffer): string {
  const source = pdf.toString('latin1')
  const objects = new Map(
    Array.from(source.matchAll(/(?:^|\n)(\d+) 0 obj\n([^]*?)\nendobj/g), ([, id = '', body = '']) => [
      id,
      body,
    ]),
  )
  const streamOf = (id: string): string => {
    const body = objects.get(id) ?? ''
    const start = body.indexOf('stream\n')
    if (start === -1) return ''
    const bytes = Buffer.from(
      body.slice(start + 'stream\n'.length, body.lastIndexOf('\nendstream')),
      'latin1',
    )
    return body.includes('/FlateDecode') ? inflateSync(bytes).toString('latin1') : bytes.toString('latin1')
  }
  const lettersOf = new Map<string, ReadonlyMap<string, string>>()
  for (const [, name = '', id = ''] of source.matchAll(/\/(F\d+) (\d+) 0 R/g)) {
    const letters = /\/ToUnicode (\d+) 0 R/.exec(objects.get(id) ?? '')?.[1]
    if (letters) lettersOf.set(name, lettersIn(streamOf(letters)))
  }
  const contents = Array.from(source.matchAll(/\/Contents (\d+) 0 R/g), ([, id = '']) => streamOf(id))
  return contents.map((content) => linesIn(content, lettersOf)).join('\n')
}

/** The letters of each glyph, from a font's ToUnicode table. */
function lettersIn(table: string): Map<string, string> {
  const letters = new Map<string, string>()
  for (const [, first = '', list = ''] of table.matchAll(/<([0-9a-f]{4})> <[0-9a-f]{4}> \[([^\]]*)\]/gi))
    for (const [index, [, hex = '']] of [...list.matchAll(/<([0-9a-f ]*)>/gi)].entries()) {
      const code = (Number.parseInt(first, 16) + index).toString(16).padStart(4, '0')
      letters.set(code, Buffer.from(hex.replaceAll(' ', ''), 'hex').swap16().toString('utf16le'))
    }
  return letters
}

function linesIn(content: string, lettersOf: ReadonlyMap<string, ReadonlyMap<string, string>>): string {
  const lines = new Map<string, string[]>()
  for (const [, block = ''] of content.matchAll(/\nBT\n([^]*?)\nET/g)) {
    const letters = lettersOf.get(/\/(F\d+) [\d.]+ Tf/.exec(block)?.[1] ?? '')
    const height = / ([\d.-]+) Tm/.exec(block)?.[1] ?? ''
    const words = Array.from(
      block.matchAll(/<([0-9a-f]{4})> Tj/g),
      ([, code = '']) => letters?.get(code) ?? '?',
    )
    lines.set(height, [...(lines.get(height) ?? []), words.join('')])
  }
  return [...lines.values()].map((parts) => parts.join(' ')).join('\n')
}
