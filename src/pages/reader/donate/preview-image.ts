import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { initWasm, Resvg } from '@resvg/resvg-wasm'
import { canDraw, linesOf, WITHOUT_SPACES, type Line, type TextDirection } from '../../../pdf/lines.ts'

/** The size that Facebook and others ask for (ogp.me names none). */
const WIDTH = 1200
const HEIGHT = 630
const MARGIN = 96
const BAR = 24
const LARGEST = 104
const SMALLEST = 44
const STEP = 6
const MOST_LINES = 3
const LINE_HEIGHT = 1.2
const WEIGHT = 700
/** The thickness of the line that makes letters bold where a font has no bold ones, in parts of their size. */
const BOLDER = 0.035

let wasm: Promise<void> | null = null

/**
 * The picture that a link preview shows: the words in white on the pages' green, as PNG. The letters are drawn as outlines,
 * so that nothing depends on the machine's fonts; words with a letter that no font here has are left out.
 */
export async function previewImage(words: string, direction: TextDirection): Promise<Uint8Array> {
  const { resolve } = createRequire(import.meta.url)
  wasm ??= readFile(resolve('@resvg/resvg-wasm/index_bg.wasm')).then((bytes) => initWasm(bytes))
  await wasm
  const drawing = new Resvg(previewSvg(words, direction))
  const png = drawing.render().asPng()
  drawing.free()
  return png
}

function previewSvg(words: string, direction: TextDirection): string {
  const { lines, size } = fitting(words, direction)
  const top = (HEIGHT - lines.length * size * LINE_HEIGHT) / 2 + size * 0.95
  const paths = lines.map((line, index) => {
    const x = direction === 'rtl' ? WIDTH - MARGIN - line.width * size : MARGIN
    return outlines(line, { x, y: top + index * size * LINE_HEIGHT, size })
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">
    <rect width="${WIDTH}" height="${HEIGHT}" fill="#0f5f4a"/>
    <rect x="${direction === 'rtl' ? WIDTH - BAR : 0}" width="${BAR}" height="${HEIGHT}" fill="#7ed3b5"/>
    <g fill="#ffffff">${paths.join('')}</g></svg>`
}

/** The largest letters with which the words fit, each word whole; what does not fit with the smallest is cut by lines. */
function fitting(words: string, direction: TextDirection): { lines: readonly Line[]; size: number } {
  if (!canDraw(words)) return { lines: [], size: LARGEST }
  const longest = Math.max(...wholeWords(words).map(widthOf))
  for (let size = LARGEST; ; size -= STEP) {
    const width = (WIDTH - 2 * MARGIN) / size
    const lines = linesOf(words, { weight: WEIGHT, width, direction })
    const fits = lines.length <= MOST_LINES && longest <= width
    if (fits || size - STEP < SMALLEST) return { lines: lines.slice(0, MOST_LINES), size }
  }
}

/** The words that no line may break. */
function wholeWords(words: string): string[] {
  return words.split(/\s+/).filter((word) => !WITHOUT_SPACES.test(word))
}

function widthOf(word: string): number {
  return linesOf(word, { weight: WEIGHT, width: Infinity, direction: 'auto' })[0]?.width ?? 0
}

/** The line's letters as SVG paths. Fonts count upwards, SVG downwards. */
function outlines(
  line: Line,
  { x, y, size }: { readonly x: number; readonly y: number; readonly size: number },
): string {
  const paths: string[] = []
  let left = x
  for (const { font, clusters, width } of line.runs) {
    const { shaper, unitsPerEm, lacksBold } = font
    const scale = size / unitsPerEm
    const stroke = lacksBold ? ` stroke="#ffffff" stroke-width="${BOLDER * unitsPerEm}"` : ''
    let pen = left
    for (const { id, advance, offsetX, offsetY } of clusters.flatMap(({ glyphs }) => glyphs)) {
      const place = `translate(${pen + offsetX * scale} ${y - offsetY * scale}) scale(${scale} ${-scale})`
      paths.push(`<path transform="${place}"${stroke} d="${shaper.glyphToPath(id)}"/>`)
      pen += advance * scale
    }
    left += width * size
  }
  return paths.join('')
}
