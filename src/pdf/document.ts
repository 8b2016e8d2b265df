import Pdf from 'pdfkit'
import type { Text } from '../text/text.ts'
import { latinFont, type Weight } from './fonts.ts'
import { canDraw, linesOf, spokenText, type TextDirection } from './lines.ts'
import type { Paper } from './paper.ts'
import { writeLine, type Doc } from './write-line.ts'

/** A document that is being made, for people and for screen readers (PDF/UA). `width` is between the margins, in points. */
export type TaggedDocument = {
  readonly doc: Doc
  readonly root: PDFKit.PDFStructureElement
  readonly width: number
  readonly direction: TextDirection
  readonly title: string
}

/** Where text begins and how wide it may become, in points from the top left of the page. */
export type Place = { readonly x: number; readonly y: number; readonly width: number }

export const MARGIN_PT = 64
export const SIZE_PT = { title: 22, lead: 13, text: 11, small: 9 } as const

/** From the top of a line to its baseline, and from one line to the next, in parts of the letters' size. */
const ASCENT = 1.07
const LINE = 1.6
const HAIRLINE_PT = 0.6

export type TextStyle = {
  readonly size: number
  readonly weight?: Weight
  /** The side at which lines begin. */
  readonly align: TextDirection
  /** The direction of the text itself; `auto`: that of its first letter. */
  readonly direction?: TextDirection | 'auto'
}

/** @param about.text the words of the document, whose direction the page follows */
export function beginDocument(
  title: string,
  about: {
    readonly author: string
    readonly text: Text
    readonly madeAt: Date
    readonly paper: Paper
  },
): TaggedDocument {
  const { author, text, madeAt, paper } = about
  const doc = new Pdf({
    size: paper === 'letter' ? 'LETTER' : 'A4',
    margin: MARGIN_PT,
    // @ts-expect-error pdfkit writes PDF/UA, but its published types name only PDF/A
    subset: 'PDF/UA',
    pdfVersion: '1.7',
    tagged: true,
    bufferPages: true, // how many there are is known at the end, and stands on each
    lang: text.language,
    displayTitle: true,
    font: latinFont(400).file, // PDF/UA requires embedded fonts; pdfkit's default, Helvetica, is not embedded
    info: {
      Title: spokenText(title),
      Author: spokenText(author),
      CreationDate: madeAt,
      ModDate: madeAt,
    },
  })
  const root = doc.struct('Document')
  doc.addStructure(root)
  return { doc, root, width: doc.page.width - 2 * MARGIN_PT, direction: text.direction, title }
}

/** @returns the bytes of the whole PDF */
export async function endDocument(made: TaggedDocument): Promise<Buffer> {
  const { doc, root } = made
  root.end()
  numberPages(made)
  doc.end()
  const chunks: Buffer[] = []
  for await (const chunk of doc) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** Puts the title and `2 / 3` below each page of several, so that no sheet of a file is lost or taken for another's. */
function numberPages({ doc, width, direction, title }: TaggedDocument): void {
  const { count } = doc.bufferedPageRange()
  if (count < 2) return
  for (let index = 0; index < count; index += 1) {
    doc.switchToPage(index)
    const y = doc.page.height - MARGIN_PT * 0.6
    const toEnd = direction === 'rtl' ? 'ltr' : 'rtl'
    asArtifact(
      doc,
      () => {
        writeOneLine(doc, title, { x: MARGIN_PT, y, width: width * 0.85 }, direction)
        writeOneLine(doc, `${index + 1} / ${count}`, { x: MARGIN_PT, y, width }, toEnd)
      },
      'Pagination',
    )
  }
}

/** The first line of a text in small letters, wherever on the page. */
function writeOneLine(doc: Doc, words: string, { x, y, width }: Place, align: TextDirection): void {
  const [line] = linesOf(words, { weight: 400, width: width / SIZE_PT.small, direction: 'auto' })
  if (!line) return
  const left = align === 'rtl' ? x + width - line.width * SIZE_PT.small : x
  writeLine(doc, line, left, y, SIZE_PT.small)
}

type BlockStyle = Omit<TextStyle, 'align'> & {
  /** Of the text, where it is another than the document's. */
  readonly lang?: string
  readonly boxed?: boolean
  readonly x?: number
  readonly width?: number
}

/** Adds a heading or a paragraph below what is there. */
export function addText(made: TaggedDocument, type: string, words: string, style: BlockStyle): void {
  const { doc, root } = made
  const { lang, boxed = false, x = MARGIN_PT, width = made.width, direction = 'auto', ...rest } = style
  const align = direction === 'auto' ? made.direction : direction
  newPageUnless(doc, rest.size * 3)
  const padding = boxed ? rest.size * 0.7 : 0
  const inner = { x: x + padding, y: doc.y + padding, width: width - 2 * padding }
  const text = { ...rest, align, direction }
  if (boxed) {
    const height = heightOf(words, inner.width, text) + 2 * padding
    asArtifact(doc, () => doc.rect(x, doc.y, width, height).lineWidth(1.5).stroke('black'))
  }
  const options = lang === undefined ? spoken(words) : { ...spoken(words), lang }
  root.add(doc.struct(type, options, () => write(doc, words, inner, text)))
  doc.y += rest.size * 0.5 + padding
}

/** Adds a picture, with words that say what it shows. */
export function addFigure({ doc, root }: TaggedDocument, alt: string, draw: () => void): void {
  root.add(doc.struct('Figure', { alt: spokenText(alt) }, draw))
}

/** A thin line across the page, which screen readers pass over. */
export function rule({ doc, width }: TaggedDocument): void {
  const y = doc.y + HAIRLINE_PT
  asArtifact(doc, () =>
    doc
      .moveTo(MARGIN_PT, y)
      .lineTo(MARGIN_PT + width, y)
      .lineWidth(HAIRLINE_PT)
      .stroke('#8a857c'),
  )
  doc.y = y + SIZE_PT.text
}

/** Draws what screen readers pass over. @param type `Pagination`: what stands on each page, such as its number */
export function asArtifact(doc: Doc, draw: () => void, type: 'Layout' | 'Pagination' = 'Layout'): void {
  doc.markContent('Artifact', { type })
  doc.save()
  draw()
  doc.restore()
  doc.endMarkedContent()
}

/** Attaches the original text where a font cannot draw it, so that it can be read aloud, searched and copied. */
export function spoken(text: string): PDFKit.Mixins.StructureElementOptions {
  return canDraw(text) ? {} : { actual: spokenText(text) }
}

/** Writes a text on as many lines and pages as it needs. `doc.y` is below it afterwards. */
export function write(doc: Doc, text: string, { x, y, width }: Place, style: TextStyle): void {
  const { size, weight = 400, align, direction = 'auto' } = style
  doc.y = y
  for (const line of linesOf(text, { weight, width: width / size, direction })) {
    newPageUnless(doc, LINE * size)
    const left = align === 'rtl' ? x + width - line.width * size : x
    writeLine(doc, line, left, doc.y + ASCENT * size, size)
    doc.y += LINE * size
  }
}

/** Goes to a new page unless so much fits below. A structure element that is being written goes on there. */
export function newPageUnless(doc: Doc, fitsPt: number): void {
  if (doc.y + fitsPt > doc.page.height - MARGIN_PT) doc.continueOnNewPage()
}

/** The height of a text, written in a style. */
export function heightOf(text: string, width: number, { size, weight = 400 }: TextStyle): number {
  return linesOf(text, { weight, width: width / size, direction: 'auto' }).length * LINE * size
}
