import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { Blob, Face, Font } from 'harfbuzzjs'
import { z } from 'zod'
import { fontInWoff } from './woff.ts'

export type Weight = 400 | 700

/** One font file, read and ready to shape text. */
export type PdfFont = {
  /** Unique among all fonts and weights: pdfkit knows the font by it. */
  readonly name: string
  /** The WOFF file's path. */
  readonly file: string
  /** TrueType or OpenType, which pdfkit embeds a part of. */
  readonly data: Buffer
  readonly shaper: Font
  readonly unitsPerEm: number
  /** The file has no bold letters, so bold ones are drawn with a thicker line. */
  readonly lacksBold: boolean
  /** It draws emoji, and its space is as wide as they are. */
  readonly isEmoji: boolean
}

type Range = readonly [first: number, last: number]
type Source = {
  readonly name: string
  readonly file: (weight: Weight) => string
  readonly ranges: () => readonly Range[]
  readonly lacksBold?: true
  readonly isEmoji?: true
}

const { resolve } = createRequire(import.meta.url) // the test runner does not offer import.meta.resolve everywhere

/**
 * A script's font of a package of Fontsource. pdfkit crashes on their woff2 files.
 * @param rangesOf what the package's list of ranges calls the script, where its files call it otherwise
 */
function fontsource(family: string, script: string, rangesOf: string = script): Source {
  const inPackage = (name: string) => resolve(`@fontsource/${family}/${name}`)
  return {
    name: `${family} ${script}`,
    file: (weight) => inPackage(`files/${family}-${script}-${weight}-normal.woff`),
    ranges: () => {
      const coverage = z
        .record(z.string(), z.string())
        .parse(JSON.parse(readFileSync(inPackage('unicode.json'), 'utf8')))
      return (coverage[rangesOf] ?? '').split(',').map((range): Range => {
        const [first = '', last = first] = range.trim().replace('U+', '').split('-')
        return [Number.parseInt(first, 16), Number.parseInt(last, 16)]
      })
    },
  }
}

/** Chinese, Japanese and Korean in one file of 1.6 MB (docs/decisions/2026-11-28-every-script-in-the-pdf.md). */
const cjk: Source = {
  name: 'droid-sans-fallback',
  file: () => fileURLToPath(new URL('./fonts/droid-sans-fallback.woff', import.meta.url)),
  ranges: () => [
    [0x1100, 0x11ff],
    [0x2e80, 0x9fff],
    [0xac00, 0xd7af],
    [0xf900, 0xfaff],
    [0xff00, 0xffef],
  ],
  lacksBold: true,
}

// Tried in this order; latin is first, so that digits and punctuation stay in one font. A new script needs one more line.
const SOURCES: readonly Source[] = [
  ...['latin', 'latin-ext', 'cyrillic', 'cyrillic-ext', 'greek', 'greek-ext', 'vietnamese', 'devanagari'].map(
    (script) => fontsource('noto-sans', script),
  ),
  fontsource('ibm-plex-sans-arabic', 'arabic'),
  fontsource('noto-sans-hebrew', 'hebrew'),
  fontsource('noto-sans-thai', 'thai'),
  cjk,
  // In ten files, each with all the parts of its emoji: the person, the joiner and the wheat of a farmer.
  ...Array.from({ length: 10 }, (_, part): Source => {
    return { ...fontsource('noto-emoji', String(part), `[${part}]`), isEmoji: true }
  }),
]

const ranges = new Map<Source, readonly Range[]>()
const fonts = new Map<string, PdfFont>()

/** Fonts are read when a text first needs them, and kept: a receipt in English reads one of them, twice. */
function fontOf(source: Source, weight: Weight): PdfFont {
  const name = `${source.name} ${weight}`
  const kept = fonts.get(name)
  if (kept) return kept
  const file = source.file(weight)
  const data = fontInWoff(readFileSync(file))
  const face = new Face(new Blob(data))
  const font = {
    name,
    file,
    data,
    shaper: new Font(face),
    unitsPerEm: face.upem,
    lacksBold: weight === 700 && source.lacksBold === true,
    isEmoji: source.isEmoji === true,
  }
  fonts.set(name, font)
  return font
}

/** The font of digits, punctuation and `UNDRAWABLE`, whose measures give lines their height. */
export function latinFont(weight: Weight): PdfFont {
  const [latin] = SOURCES
  if (!latin) throw new Error('There is no font')
  return fontOf(latin, weight)
}

/** Joiners and variation selectors: they change how their neighbours look and are not drawn themselves. */
const IGNORABLE = /\u200C|\u200D|\p{Variation_Selector}/gu

export function draws({ shaper }: PdfFont, grapheme: string): boolean {
  return [...grapheme.replace(IGNORABLE, '')].every(
    (char) => shaper.nominalGlyph(char.codePointAt(0) ?? 0) !== undefined,
  )
}

/** The first font that can draw every part of a letter; null when none can. */
export function fontFor(grapheme: string, weight: Weight): PdfFont | null {
  const points = [...grapheme.replace(IGNORABLE, '')].map((char) => char.codePointAt(0) ?? 0)
  for (const source of SOURCES) {
    const known = ranges.get(source) ?? source.ranges()
    ranges.set(source, known)
    const covers = points.every((point) => known.some(([first, last]) => first <= point && point <= last))
    if (!covers) continue
    const font = fontOf(source, weight)
    if (draws(font, grapheme)) return font
  }
  return null
}
