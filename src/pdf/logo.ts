import { readFile } from 'node:fs/promises'
import Pdf from 'pdfkit'
import { MARGIN_PT, SIZE_PT, addFigure, addText, type TaggedDocument } from './document.ts'
import type { PrintedOn } from './paper.ts'
import type { Doc } from './write-line.ts'

type Logo = PrintedOn['logo']

const LARGEST_BYTES = 1_000_000
const HEIGHT_PT = 40
const WIDTH_PT = 200

/**
 * Reads the logo once, at start, so that a wrong file is found then and not when a donor asks for a receipt.
 * @throws Error that says what is wrong with it
 */
export async function readLogo(path: string | null): Promise<Logo> {
  if (path === null) return null
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new Error(`NEWSROOM_LOGO_FILE: ${path} cannot be read`, { cause })
  })
  if (bytes.length > LARGEST_BYTES)
    throw new Error(`NEWSROOM_LOGO_FILE: the picture is larger than ${LARGEST_BYTES} bytes`)
  try {
    opened(new Pdf({ autoFirstPage: false }), bytes)
  } catch (cause) {
    throw new Error('NEWSROOM_LOGO_FILE: the picture is neither a PNG nor a JPEG that can be printed', {
      cause,
    })
  }
  return bytes
}

/** Adds the newsroom's logo, or its name, at the top of a document. */
export function addLetterhead(made: TaggedDocument, name: string, logo: Logo): void {
  if (logo === null) return addText(made, 'P', name, { size: SIZE_PT.lead, weight: 700 })
  const { doc, width, direction } = made
  const bytes = Buffer.from(logo)
  const picture = opened(doc, bytes)
  const scale = Math.min(HEIGHT_PT / picture.height, WIDTH_PT / picture.width)
  const drawn = { width: picture.width * scale, height: picture.height * scale }
  const x = direction === 'rtl' ? MARGIN_PT + width - drawn.width : MARGIN_PT
  const { y } = doc
  addFigure(made, name, () => doc.image(bytes, x, y, drawn))
  doc.y = y + drawn.height + SIZE_PT.text
}

/** The size of a picture. @throws Error for what pdfkit cannot print */
function opened(doc: Doc, bytes: Buffer): { readonly width: number; readonly height: number } {
  // pdfkit documents `openImage`, but its published types do not have it yet.
  return (doc as Doc & { openImage(bytes: Buffer): { width: number; height: number } }).openImage(bytes)
}
