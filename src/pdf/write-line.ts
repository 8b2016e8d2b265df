import type Pdf from 'pdfkit'
import type { PdfFont } from './fonts.ts'
import type { Cluster, Line } from './lines.ts'

export type Doc = InstanceType<typeof Pdf>

/**
 * What pdfkit keeps of an embedded font: which glyphs it embeds, how wide they are and which letters they stand for. Its
 * published types do not have it, and `text()` would shape the letters again and in another way.
 */
type EmbeddedFont = {
  readonly id: string
  readonly scale: number
  readonly subset: { includeGlyph(id: number): number }
  readonly widths: (number | undefined)[]
  readonly unicode: (number[] | undefined)[]
  readonly font: { getGlyph(id: number): { readonly advanceWidth: number } }
  ref(): PDFKit.PDFKitReference
}

type PageFonts = { readonly fonts: Record<string, PDFKit.PDFKitReference | undefined> }

const ZERO_WIDTH_NON_JOINER = 0x20_0c
const SPACE = 0x20
/** The thickness of the line that makes letters bold where a font has no bold ones, in parts of their size. */
const BOLDER = 0.035

/** Draws a line of text with its baseline at a place; all measures in points, from the top left of the page. */
export function writeLine(doc: Doc, line: Line, x: number, baseline: number, size: number): void {
  let left = x
  for (const { font, rightToLeft, clusters, width } of line.runs) {
    const embedded = embeddedFont(doc, font)
    const draw = new RunWriter(doc, font, embedded, size)
    draw.begin()
    let pen = left
    for (const cluster of clusters) {
      draw.cluster(cluster, pen, baseline, rightToLeft)
      pen += cluster.glyphs.reduce((sum, { advance }) => sum + advance, 0) * (size / font.unitsPerEm)
    }
    draw.end()
    left += width * size
  }
}

function embeddedFont(doc: Doc, { name, data }: PdfFont): EmbeddedFont {
  // `font()` of a registered name opens the font once for each document.
  doc.registerFont(name, data)
  doc.font(name)
  const { _font: embedded } = doc as unknown as { readonly _font: EmbeddedFont } // see `EmbeddedFont`
  const { fonts } = doc.page as unknown as PageFonts // see `EmbeddedFont`
  fonts[embedded.id] ??= embedded.ref()
  return embedded
}

/** Writes the content of one run: PDF operators with each glyph at its own place (ISO 32000-1, 9.4). */
class RunWriter {
  readonly #doc: Doc
  readonly #font: PdfFont
  readonly #embedded: EmbeddedFont
  readonly #size: number

  constructor(doc: Doc, font: PdfFont, embedded: EmbeddedFont, size: number) {
    this.#doc = doc
    this.#font = font
    this.#embedded = embedded
    this.#size = size
  }

  begin(): void {
    // pdfkit's pages run from top to bottom, letters do not.
    this.#doc.save().transform(1, 0, 0, -1, 0, this.#doc.page.height)
    this.#add('BT', `/${this.#embedded.id} ${this.#size} Tf`)
    if (this.#font.lacksBold) this.#add('2 Tr', `${decimal(this.#size * BOLDER)} w`)
  }

  end(): void {
    this.#add('ET')
    this.#doc.restore()
  }

  /**
   * Draws a cluster so that programs find its letters again. A glyph that stands for one letter says so by its font. Where
   * several letters and glyphs belong together, marked content has the letters (`ActualText`), and the marks have none.
   */
  cluster({ text, glyphs }: Cluster, pen: number, baseline: number, rightToLeft: boolean): void {
    const letters = [...text]
    const scale = this.#size / this.#font.unitsPerEm
    const bodies: string[] = []
    const marks: string[] = []
    let x = pen
    for (const { id, advance, offsetX, offsetY } of glyphs) {
      const place = `1 0 0 1 ${decimal(x + offsetX * scale)} ${decimal(this.#up(baseline) + offsetY * scale)} Tm`
      const operator = `${place} <${this.#embed(id, this.#meaning(id, letters, glyphs.length))}> Tj`
      if (advance > 0) bodies.push(operator)
      else marks.push(operator)
      x += advance * scale
    }
    const [only] = glyphs
    if (glyphs.length === 1 && only && letters.length === 1 && this.#saysBy(only.id, letters)) {
      this.#add(...bodies, ...marks)
      return
    }
    const [first = '', ...rest] = letters
    if (rightToLeft && rest.length > 0) {
      // Programs that read glyphs from left to right and then turn the letters round (pdftotext does) also turn the letters
      // of one glyph round. So each further letter gets an invisible glyph of its own, to the left of the visible one.
      for (const letter of rest.toReversed()) this.#marked(letter, [this.#invisible(pen, baseline)])
      this.#marked(first, bodies.length > 0 ? bodies : marks)
    } else this.#marked(text, bodies.length > 0 ? bodies : marks)
    if (bodies.length > 0 && marks.length > 0) this.#marked('', marks)
  }

  /** Which letters a glyph stands for by itself: its own one of the cluster, otherwise all of them. */
  #meaning(id: number, letters: readonly string[], glyphs: number): readonly string[] {
    if (glyphs === 1) return letters
    const own = letters.find((letter) => this.#font.shaper.nominalGlyph(letter.codePointAt(0) ?? 0) === id)
    return own === undefined ? letters : [own]
  }

  #embed(id: number, letters: readonly string[]): string {
    const { subset, widths, unicode, font, scale } = this.#embedded
    const index = subset.includeGlyph(id)
    widths[index] ??= font.getGlyph(id).advanceWidth * scale
    unicode[index] ??= letters.map((letter) => letter.codePointAt(0) ?? 0)
    return index.toString(16).padStart(4, '0')
  }

  /** Whether a glyph's entry in the font names these letters: a glyph that stands for several letters has one entry. */
  #saysBy(id: number, letters: readonly string[]): boolean {
    const entry = this.#embedded.unicode[this.#embedded.subset.includeGlyph(id)]
    return (
      entry?.length === letters.length && letters.every((letter, at) => letter.codePointAt(0) === entry[at])
    )
  }

  #invisible(x: number, baseline: number): string {
    const { shaper } = this.#font
    const id = shaper.nominalGlyph(ZERO_WIDTH_NON_JOINER) ?? shaper.nominalGlyph(SPACE) ?? 0
    const glyph = this.#embed(id, [String.fromCodePoint(ZERO_WIDTH_NON_JOINER)])
    return `1 Tz 1 0 0 1 ${decimal(x)} ${decimal(this.#up(baseline))} Tm <${glyph}> Tj 100 Tz`
  }

  #marked(text: string, operators: readonly string[]): void {
    const utf16 = Buffer.from(text, 'utf16le').swap16().toString('hex')
    this.#add(`/Span <</ActualText <feff${utf16}>>> BDC`, ...operators, 'EMC')
  }

  #up(baseline: number): number {
    return this.#doc.page.height - baseline
  }

  #add(...operators: readonly string[]): void {
    // pdfkit's published types do not have `addContent`.
    const { addContent } = this.#doc as unknown as { addContent(content: string): void }
    for (const operator of operators) addContent.call(this.#doc, operator)
  }
}

function decimal(points: number): string {
  return String(Math.round(points * 1000) / 1000)
}
