import { inflateSync } from 'node:zlib'

/** A value in a PDF. Names keep their slash; strings are their raw text; a reference is the number of its object. */
export type PdfValue = string | number | boolean | null | PdfRef | PdfValue[] | PdfDict
export type PdfRef = { readonly ref: number }
export type PdfDict = { readonly ref?: never; readonly [key: `/${string}`]: PdfValue }

type PdfObject = { readonly value: PdfValue; readonly stream: string | null }

/** The objects of a PDF whose cross-reference table is plain, as pdfkit writes it, by number. */
export function pdfObjects(pdf: Buffer): ReadonlyMap<number, PdfObject> {
  const text = pdf.toString('latin1')
  const objects = new Map<number, PdfObject>()
  for (const match of text.matchAll(/^(\d+) 0 obj\n/gm)) {
    const reader = new Reader(text, match.index + match[0].length)
    const value = reader.value()
    objects.set(Number(match[1]), { value, stream: reader.stream(value) })
  }
  return objects
}

const WORD = /[^\s()<>[\]{}/%]+/y

class Reader {
  readonly #text: string
  #at: number
  constructor(text: string, at: number) {
    this.#text = text
    this.#at = at
  }

  value(): PdfValue {
    this.#skip()
    const two = this.#text.slice(this.#at, this.#at + 2)
    if (two === '<<') return this.#dict()
    switch (two[0]) {
      case '[':
        return this.#array()
      case '(':
        return this.#string()
      case '<':
        return this.#until('>')
      case '/':
        this.#at += 1
        return `/${this.#word()}`
      default:
        return this.#wordValue()
    }
  }

  stream(value: PdfValue): string | null {
    this.#skip()
    if (!this.#text.startsWith('stream\n', this.#at)) return null
    const start = this.#at + 'stream\n'.length
    const bytes = Buffer.from(this.#text.slice(start, this.#text.indexOf('\nendstream', start)), 'latin1')
    return (isDict(value) && value['/Filter'] === '/FlateDecode' ? inflateSync(bytes) : bytes).toString(
      'latin1',
    )
  }

  #skip(): void {
    while (/\s/.test(this.#text.charAt(this.#at))) this.#at += 1
  }

  #dict(): PdfDict {
    this.#at += 2
    const found: Record<`/${string}`, PdfValue> = {}
    for (;;) {
      this.#skip()
      if (this.#text.startsWith('>>', this.#at)) break
      const key = this.value()
      if (typeof key !== 'string' || !key.startsWith('/')) throw new Error(`${String(key)} is no key`)
      found[`/${key.slice(1)}`] = this.value()
    }
    this.#at += 2
    return found
  }

  #array(): PdfValue[] {
    this.#at += 1
    const found: PdfValue[] = []
    for (this.#skip(); this.#text.charAt(this.#at) !== ']'; this.#skip()) found.push(this.value())
    this.#at += 1
    return found
  }

  #string(): string {
    const start = this.#at + 1
    let depth = 0
    do {
      const char = this.#text.charAt(this.#at)
      if (char === '\\') this.#at += 1
      else if (char === '(') depth += 1
      else if (char === ')') depth -= 1
      this.#at += 1
    } while (depth > 0)
    return this.#text.slice(start, this.#at - 1)
  }

  #until(end: string): string {
    const start = this.#at + 1
    this.#at = this.#text.indexOf(end, start) + 1
    return this.#text.slice(start, this.#at - 1)
  }

  #word(): string {
    WORD.lastIndex = this.#at
    const word = WORD.exec(this.#text)?.[0] ?? ''
    this.#at += word.length
    return word
  }

  #wordValue(): PdfValue {
    const reference = /(\d+) 0 R\b/y
    reference.lastIndex = this.#at
    const found = reference.exec(this.#text)
    if (found) {
      this.#at += found[0].length
      return { ref: Number(found[1]) }
    }
    const word = this.#word()
    if (word === 'true' || word === 'false') return word === 'true'
    if (word === 'null') return null
    if (word === '' || Number.isNaN(Number(word))) throw new Error(`A PDF has no value "${word}"`)
    return Number(word)
  }
}

export function isRef(value: PdfValue | undefined): value is PdfRef {
  return typeof value === 'object' && value !== null && 'ref' in value
}

export function isDict(value: PdfValue | undefined): value is PdfDict {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isRef(value)
}
