import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { inflateSync } from 'node:zlib'
import { Blob, Buffer as ShapedText, Direction, Face, Font, shape } from 'harfbuzzjs'

type PreviewFont = { readonly shaper: Font; readonly unitsPerEm: number; readonly rightToLeft: boolean }

/** A stretch of text in one font. `width` and the places of its glyphs are in parts of the font's size. */
type Run = {
  readonly font: PreviewFont
  readonly width: number
  readonly glyphs: readonly { readonly id: number; readonly x: number; readonly y: number }[]
}

/** A line's runs in the order in which the eye meets them, left to right. */
export type PreviewLine = { readonly runs: readonly Run[]; readonly width: number }

// Latin is first, so that digits and punctuation stay in one font.
const FONTS = [
  ...['latin', 'latin-ext', 'cyrillic', 'cyrillic-ext', 'greek', 'vietnamese', 'devanagari'].map(
    (script) => ['noto-sans', script] as const,
  ),
  ['ibm-plex-sans-arabic', 'arabic'],
  ['noto-sans-hebrew', 'hebrew'],
  ['noto-sans-thai', 'thai'],
] as const

const { resolve } = createRequire(import.meta.url)
const fonts = new Map<string, PreviewFont>()
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/**
 * The words as lines of bold letters; null when there is no font for one of the letters.
 * @param width of a line, in parts of the font's size
 */
export function previewLines(
  words: string,
  { width, direction }: { readonly width: number; readonly direction: 'ltr' | 'rtl' },
): readonly PreviewLine[] | null {
  const lines: PreviewLine[] = []
  let kept = ''
  for (const word of words
    .toWellFormed()
    .normalize('NFC')
    .split(/[\s\p{Cc}\p{Cf}]+/u)
    .filter(Boolean)) {
    const longer = lineOf(kept === '' ? word : `${kept} ${word}`, direction)
    if (longer === null) return null
    if (longer.width <= width || kept === '') {
      kept = kept === '' ? word : `${kept} ${word}`
      continue
    }
    const full = lineOf(kept, direction)
    if (full) lines.push(full)
    kept = word
  }
  const last = lineOf(kept, direction)
  return last === null ? null : [...lines, last]
}

function lineOf(text: string, direction: 'ltr' | 'rtl'): PreviewLine | null {
  const stretches: { font: PreviewFont; text: string }[] = []
  for (const { segment } of graphemes.segment(text)) {
    const before = stretches.at(-1)
    // A space between two Arabic words stays in their font, so that they are one run.
    const font = before && draws(before.font, segment) && segment === ' ' ? before.font : fontFor(segment)
    if (font === null) return null
    if (before?.font === font) {
      before.text += segment
      continue
    }
    // A space between two directions stands by itself, so that it stays between them whichever comes first.
    if (before?.text.endsWith(' ')) {
      before.text = before.text.slice(0, -1)
      stretches.push({ font: before.font, text: ' ' })
    }
    stretches.push({ font, text: segment })
  }
  const runs = stretches.map((stretch) => shaped(stretch.text, stretch.font))
  const width = runs.reduce((sum, run) => sum + run.width, 0)
  return { runs: direction === 'rtl' ? runs.toReversed() : runs, width }
}

function shaped(text: string, font: PreviewFont): Run {
  const buffer = new ShapedText()
  buffer.addText(text)
  buffer.guessSegmentProperties()
  buffer.setDirection(font.rightToLeft ? Direction.RTL : Direction.LTR)
  shape(font.shaper, buffer)
  let width = 0
  const glyphs = buffer.getGlyphInfosAndPositions().map((glyph) => {
    const { codepoint: id, xAdvance = 0, xOffset = 0, yOffset = 0 } = glyph
    const placed = { id, x: width + xOffset / font.unitsPerEm, y: yOffset / font.unitsPerEm }
    width += xAdvance / font.unitsPerEm
    return placed
  })
  return { font, width, glyphs }
}

function fontFor(grapheme: string): PreviewFont | null {
  for (const [family, script] of FONTS) {
    const font = fontOf(family, script)
    if (draws(font, grapheme)) return font
  }
  return null
}

function draws({ shaper }: PreviewFont, grapheme: string): boolean {
  return [...grapheme].every((char) => shaper.nominalGlyph(char.codePointAt(0) ?? 0) !== undefined)
}

function fontOf(family: string, script: string): PreviewFont {
  const name = `${family}-${script}`
  const kept = fonts.get(name)
  if (kept) return kept
  const file = resolve(`@fontsource/${family}/files/${name}-700-normal.woff`)
  const face = new Face(new Blob(fontInWoff(readFileSync(file))))
  const rightToLeft = script === 'arabic' || script === 'hebrew'
  const font = { shaper: new Font(face), unitsPerEm: face.upem, rightToLeft }
  fonts.set(name, font)
  return font
}

const WOFF_HEADER = 44
const WOFF_ENTRY = 20
const SFNT_HEADER = 12
const SFNT_ENTRY = 16

/** The TrueType or OpenType font in a WOFF file: the same tables, each compressed by zlib (W3C WOFF 1.0, sections 3 to 5). */
function fontInWoff(woff: Buffer): Buffer {
  const count = woff.readUInt16BE(12)
  const head = Buffer.alloc(SFNT_HEADER + count * SFNT_ENTRY)
  woff.copy(head, 0, 4, 8) // the flavour
  head.writeUInt16BE(count, 4)
  const tables: Buffer[] = []
  let offset = head.length
  for (let index = 0; index < count; index += 1) {
    const entry = WOFF_HEADER + index * WOFF_ENTRY
    const start = woff.readUInt32BE(entry + 4)
    const stored = woff.subarray(start, start + woff.readUInt32BE(entry + 8))
    const length = woff.readUInt32BE(entry + 12)
    const table = stored.length < length ? inflateSync(stored) : stored
    const place = SFNT_HEADER + index * SFNT_ENTRY
    woff.copy(head, place, entry, entry + 4) // the table's name
    woff.copy(head, place + 4, entry + 16, entry + 20) // its checksum
    head.writeUInt32BE(offset, place + 8)
    head.writeUInt32BE(length, place + 12)
    const padded = Buffer.alloc(Math.ceil(length / 4) * 4)
    table.copy(padded)
    tables.push(padded)
    offset += padded.length
  }
  return Buffer.concat([head, ...tables])
}
