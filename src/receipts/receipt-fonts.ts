import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { z } from 'zod'

/** A stretch of text and the font that draws it: Noto Sans has one font file for each script. */
type FontRun = { readonly font: string; readonly text: string }

// Tried in this order; latin is first, so that digits and punctuation stay in one font. A new script needs one more line.
const SCRIPTS = [
  'latin',
  'latin-ext',
  'cyrillic',
  'cyrillic-ext',
  'greek',
  'greek-ext',
  'vietnamese',
  'devanagari',
] as const
type Script = (typeof SCRIPTS)[number]
export type Weight = 400 | 700

/** Replaces a letter that no font here can draw; the latin fonts have it. */
export const UNDRAWABLE = '\uFFFD'

type Range = readonly [first: number, last: number]

const { resolve } = createRequire(import.meta.url) // the test runner does not offer import.meta.resolve everywhere

function packageFile(name: string): string {
  return resolve(`@fontsource/noto-sans/${name}`)
}

function readRanges(): ReadonlyMap<Script, readonly Range[]> {
  const coverage = z
    .record(z.string(), z.string())
    .parse(JSON.parse(readFileSync(packageFile('unicode.json'), 'utf8')))
  return new Map(
    SCRIPTS.map((script) => [
      script,
      (coverage[script] ?? '').split(',').map((range): Range => {
        const [first = '', last = first] = range.trim().replace('U+', '').split('-')
        return [Number.parseInt(first, 16), Number.parseInt(last, 16)]
      }),
    ]),
  )
}

const ranges = readRanges()
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

function scriptOf(grapheme: string): Script | null {
  const points = [...grapheme].map((char) => char.codePointAt(0) ?? 0)
  const draws = (script: Script) =>
    points.every((point) => ranges.get(script)?.some(([first, last]) => first <= point && point <= last))
  return SCRIPTS.find(draws) ?? null
}

/** The woff file of a run's font. pdfkit crashes on the woff2 file of the same font. */
export function fontFile(font: string): string {
  const [, script, weight] = /^([a-z-]+) (400|700)$/.exec(font) ?? []
  return packageFile(`files/noto-sans-${script}-${weight}-normal.woff`)
}

/** A text as a PDF can show it: one line, composed letters, no invisible characters that change the direction of text. */
export function printable(text: string): string {
  return text
    .toWellFormed()
    .normalize('NFC')
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replace(/[\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/gu, '')
    .trim()
}

/** Cuts a text where the font must change. A letter without a font becomes `UNDRAWABLE` and makes `complete` false. */
export function fontRuns(
  text: string,
  weight: Weight,
): { readonly runs: readonly FontRun[]; readonly complete: boolean } {
  const runs: { font: string; text: string }[] = []
  let complete = true
  for (const { segment } of graphemes.segment(text)) {
    const script = scriptOf(segment)
    complete &&= script !== null
    const font = `${script ?? 'latin'} ${weight}`
    const drawn = script === null ? UNDRAWABLE : segment
    const last = runs.at(-1)
    if (last?.font === font) last.text += drawn
    else runs.push({ font, text: drawn })
  }
  return { runs, complete }
}
