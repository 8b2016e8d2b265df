import bidiFactory, { type Bidi } from 'bidi-js'
import { Buffer as ShapedText, Direction, Feature, shape } from 'harfbuzzjs'
import { draws, fontFor, latinFont, type PdfFont, type Weight } from './fonts.ts'

/** A glyph of a font at its place, in units of the font. */
export type Glyph = {
  readonly id: number
  readonly advance: number
  readonly offsetX: number
  readonly offsetY: number
}

/** Glyphs that stand for some letters together: a ligature, or a letter with its marks. */
export type Cluster = { readonly text: string; readonly glyphs: readonly Glyph[] }

/** A stretch of a line in one font and one direction. Its clusters stand in the order in which the eye meets them, left to right. */
export type Run = {
  readonly font: PdfFont
  readonly rightToLeft: boolean
  readonly clusters: readonly Cluster[]
  /** In parts of the font's size. */
  readonly width: number
}

/** A line of text: its runs from left to right. `width` is in parts of the font's size. */
export type Line = { readonly runs: readonly Run[]; readonly width: number }

export type TextDirection = 'ltr' | 'rtl'

/** Replaces a letter that no font here can draw; the latin font has it. */
export const UNDRAWABLE = '\uFFFD'

/** A letter as readers count letters, with its place in the text and its level by the bidirectional algorithm. */
type Letter = {
  readonly text: string
  readonly font: PdfFont
  readonly level: number
  readonly isSpace: boolean
  /** Whether a line may end before it. */
  readonly breakBefore: boolean
}

// The package's types describe an ES module, and Node loads a CommonJS one, whose default is the function itself.
const bidi = (bidiFactory as unknown as () => Bidi)()
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })
const words = new Intl.Segmenter('en', { granularity: 'word' })
const BIDI_CONTROL = /^[\u2066-\u2069]$/u
/** Scripts whose words stand without spaces between them: a line may end after each word. */
export const WITHOUT_SPACES = /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Thai}/u

/**
 * A text as a PDF can show it: one line, composed letters, without invisible characters that turn text round. Isolates
 * stay: they keep the values of a sentence apart, and one that is never closed ends with its line.
 */
export function printable(text: string): string {
  return text
    .toWellFormed()
    .normalize('NFC')
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replaceAll('\u202F', '\u00A0') // no font here has the narrow space that Intl puts into amounts
    .replace(/[\u200E\u200F\u202A-\u202E\uFEFF]/gu, '')
    .trim()
}

/** The text without the marks of direction: for titles, and for what is read aloud. */
export function spokenText(text: string): string {
  return printable(text).replace(/[\u2066-\u2069]/gu, '')
}

/** Whether there is a font for every letter of a text. */
export function canDraw(text: string): boolean {
  return [...graphemes.segment(spokenText(text))].every(({ segment }) => fontFor(segment, 400) !== null)
}

/**
 * Breaks a text into lines, and puts each line in the order in which it is read: Arabic and Hebrew from right to left, with
 * the digits and Latin words in them from left to right (Unicode Standard Annex 9).
 * @param width in parts of the font's size
 * @param direction of the whole text; `auto` follows its first letter
 */
export function linesOf(
  text: string,
  { weight, width, direction }: { weight: Weight; width: number; direction: TextDirection | 'auto' },
): readonly Line[] {
  return brokenInto(lettersOf(printable(text), weight, direction), width).map((letters) => {
    const runs = inReadingOrder(runsOf(letters))
    return { runs, width: runs.reduce((sum, run) => sum + run.width, 0) }
  })
}

function lettersOf(text: string, weight: Weight, direction: TextDirection | 'auto'): Letter[] {
  const { levels } = bidi.getEmbeddingLevels(text, direction)
  const wordStarts = new Set([...words.segment(text)].map(({ index }) => index))
  const letters: Letter[] = []
  for (const { segment, index } of graphemes.segment(text)) {
    if (BIDI_CONTROL.test(segment)) continue
    const before = letters.at(-1)
    const isSpace = segment === ' '
    // A space between two Arabic words stays in their font, so that they are one run.
    const fromBefore = isSpace && before && !before.font.isEmoji && draws(before.font, segment)
    const font = fromBefore ? before.font : fontFor(segment, weight)
    letters.push({
      text: font === null ? UNDRAWABLE : segment,
      font: font ?? latinFont(weight),
      level: levels[index] ?? 0,
      isSpace,
      breakBefore:
        before !== undefined &&
        !isSpace &&
        (before.isSpace ||
          (wordStarts.has(index) && WITHOUT_SPACES.test(segment) && WITHOUT_SPACES.test(before.text))),
    })
  }
  return letters
}

/** As many words on each line as fit; a word that is longer than a line is broken anywhere. */
function brokenInto(letters: readonly Letter[], width: number): Letter[][] {
  const lines: Letter[][] = []
  let line: Letter[] = []
  const endLine = () => {
    const end = line.findLastIndex(({ isSpace }) => !isSpace)
    if (end >= 0) lines.push(line.slice(0, end + 1))
    line = []
  }
  for (const word of wordsOf(letters)) {
    if (line.length > 0 && widthOf([...line, ...word]) > width) endLine()
    if (widthOf(word) <= width) {
      line.push(...word)
      continue
    }
    for (const letter of word) {
      if (line.length > 0 && widthOf([...line, letter]) > width) endLine()
      line.push(letter)
    }
  }
  endLine()
  return lines
}

/** The letters cut where a line may end; a word keeps the spaces after it. */
function wordsOf(letters: readonly Letter[]): Letter[][] {
  const cut: Letter[][] = []
  for (const letter of letters) {
    const word = cut.at(-1)
    if (word === undefined || letter.breakBefore) cut.push([letter])
    else word.push(letter)
  }
  return cut
}

/** Without the spaces at the end, which may hang over. */
function widthOf(letters: readonly Letter[]): number {
  const end = letters.findLastIndex(({ isSpace }) => !isSpace)
  return runsOf(letters.slice(0, end + 1)).reduce((sum, { run }) => sum + run.width, 0)
}

type LeveledRun = { readonly level: number; readonly run: Run }

function runsOf(letters: readonly Letter[]): LeveledRun[] {
  const stretches: { font: PdfFont; level: number; text: string }[] = []
  for (const { text, font, level } of letters) {
    const last = stretches.at(-1)
    if (last?.font === font && last.level === level) last.text += text
    else stretches.push({ font, level, text })
  }
  return stretches.map(({ font, level, text }) => ({ level, run: shaped(text, font, level % 2 === 1) }))
}

// Ligatures that are only ornament would hide their letters from search, and pdftotext takes wide kerning for a space. The
// joined forms of Arabic are not among these.
const rightToLeftFeatures = () => [new Feature('liga', 0), new Feature('kern', 0)]

function shaped(text: string, font: PdfFont, rightToLeft: boolean): Run {
  const buffer = new ShapedText()
  buffer.addText(text)
  buffer.guessSegmentProperties()
  buffer.setDirection(rightToLeft ? Direction.RTL : Direction.LTR)
  shape(font.shaper, buffer, rightToLeft ? rightToLeftFeatures() : [])
  const glyphs = buffer.getGlyphInfosAndPositions()
  const starts = [...new Set(glyphs.map(({ cluster }) => cluster))].toSorted((a, b) => a - b)
  const textAt = new Map(starts.map((start, index) => [start, text.slice(start, starts[index + 1])]))
  const clusters: { start: number; text: string; glyphs: Glyph[] }[] = []
  let width = 0
  for (const { codepoint: id, cluster: start, xAdvance = 0, xOffset = 0, yOffset = 0 } of glyphs) {
    const glyph = { id, advance: xAdvance, offsetX: xOffset, offsetY: yOffset }
    const last = clusters.at(-1)
    if (last?.start === start) last.glyphs.push(glyph)
    else clusters.push({ start, text: textAt.get(start) ?? '', glyphs: [glyph] })
    width += xAdvance
  }
  return { font, rightToLeft, clusters, width: width / font.unitsPerEm }
}

/** Rule L2 of the bidirectional algorithm: from the highest level down, whatever stands deeper is turned round. */
function inReadingOrder(runs: readonly LeveledRun[]): Run[] {
  const ordered = [...runs]
  const highest = Math.max(0, ...runs.map(({ level }) => level))
  for (let level = highest; level > 0; level -= 1) {
    for (let start = 0; start < ordered.length; start += 1) {
      let end = start
      while ((ordered[end]?.level ?? -1) >= level) end += 1
      if (end > start) ordered.splice(start, end - start, ...ordered.slice(start, end).toReversed())
      start = end
    }
  }
  return ordered.map(({ run }) => run)
}
