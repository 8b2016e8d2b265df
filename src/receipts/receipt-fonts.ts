import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { z } from 'zod'

/** Which part of Noto Sans draws a stretch of text: the family comes cut up by script. */
export type FontRun = { readonly font: string; readonly text: string }

// Tried in this order; latin first, so that digits and punctuation stay in one font. A further script is one more line.
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

/** What stands in for a letter no font here can draw; every part of the family's latin has it. */
export const UNDRAWABLE = '\uFFFD'

type Range = readonly [first: number, last: number]

const { resolve } = createRequire(import.meta.url) // the test runner has no import.meta.resolve everywhere

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

/** The woff file of a font named in a run. woff2 of the same would crash pdfkit. */
export function fontFile(font: string): string {
  const [, script, weight] = /^([a-z-]+) (400|700)$/.exec(font) ?? []
  return packageFile(`files/noto-sans-${script}-${weight}-normal.woff`)
}

/** What a PDF can show of a text: one line, composed letters, no invisible characters that change the direction of others. */
export function printable(text: string): string {
  return text
    .toWellFormed()
    .normalize('NFC')
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replace(/[\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/gu, '')
    .trim()
}

/** Cuts a text where the font must change. Letters without a font become `UNDRAWABLE`; `complete` says that there were none. */
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
