import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { initWasm, Resvg } from '@resvg/resvg-wasm'
import { previewLines, type PreviewLine } from './preview-letters.ts'

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

let wasm: Promise<void> | null = null

/**
 * The picture that a link preview shows: the words in white on the pages' green, as PNG. The letters are drawn as outlines,
 * so that nothing depends on the machine's fonts; words with a letter that no font here has are left out.
 */
export async function previewImage(words: string, direction: 'ltr' | 'rtl'): Promise<Uint8Array> {
  const { resolve } = createRequire(import.meta.url)
  wasm ??= readFile(resolve('@resvg/resvg-wasm/index_bg.wasm')).then((bytes) => initWasm(bytes))
  await wasm
  const drawing = new Resvg(previewSvg(words, direction))
  const png = drawing.render().asPng()
  drawing.free()
  return png
}

function previewSvg(words: string, direction: 'ltr' | 'rtl'): string {
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

/** The largest letters with which the words fit; what does not fit with the smallest is cut by lines. */
function fitting(words: string, direction: 'ltr' | 'rtl'): { lines: readonly PreviewLine[]; size: number } {
  for (let size = LARGEST; ; size -= STEP) {
    const width = (WIDTH - 2 * MARGIN) / size
    const lines = previewLines(words, { width, direction }) ?? []
    const fits = lines.length <= MOST_LINES && lines.every((line) => line.width <= width)
    if (fits || size - STEP < SMALLEST) return { lines: lines.slice(0, MOST_LINES), size }
  }
}

/** The line's letters as SVG paths. Fonts count upwards, SVG downwards. */
function outlines(
  line: PreviewLine,
  at: { readonly x: number; readonly y: number; readonly size: number },
): string {
  const { y, size } = at
  let { x } = at
  const paths: string[] = []
  for (const { font, glyphs, width } of line.runs) {
    const scale = size / font.unitsPerEm
    for (const glyph of glyphs) {
      const place = `translate(${x + glyph.x * size} ${y - glyph.y * size}) scale(${scale} ${-scale})`
      paths.push(`<path transform="${place}" d="${font.shaper.glyphToPath(glyph.id)}"/>`)
    }
    x += width * size
  }
  return paths.join('')
}
