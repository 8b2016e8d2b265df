import { inflateSync } from 'node:zlib'

const SIGNATURE = 0x77_4f_46_46 // wOFF
const HEADER = 44
const ENTRY = 20
const SFNT_HEADER = 12
const SFNT_ENTRY = 16

/**
 * The TrueType or OpenType font that a WOFF file holds (W3C, WOFF File Format 1.0). HarfBuzz reads no WOFF.
 * @throws Error when it is no WOFF file
 */
export function fontInWoff(woff: Buffer): Buffer {
  if (woff.readUInt32BE(0) !== SIGNATURE) throw new Error('This is not a WOFF file')
  const count = woff.readUInt16BE(12)
  let end = SFNT_HEADER + SFNT_ENTRY * count
  const tables = Array.from({ length: count }, (_, index) => {
    const entry = HEADER + ENTRY * index
    const [offset = 0, stored = 0, length = 0, checksum = 0] = [4, 8, 12, 16].map((at) =>
      woff.readUInt32BE(entry + at),
    )
    const content = woff.subarray(offset, offset + stored)
    const table = {
      tag: woff.subarray(entry, entry + 4),
      checksum,
      offset: end,
      content: stored < length ? inflateSync(content, { maxOutputLength: length }) : content,
    }
    end += Math.ceil(length / 4) * 4
    return table
  })
  const font = Buffer.alloc(end)
  const power = Math.floor(Math.log2(count))
  font.writeUInt32BE(woff.readUInt32BE(4), 0)
  font.writeUInt16BE(count, 4)
  font.writeUInt16BE(SFNT_ENTRY << power, 6)
  font.writeUInt16BE(power, 8)
  font.writeUInt16BE(SFNT_ENTRY * count - (SFNT_ENTRY << power), 10)
  for (const [index, { tag, checksum, offset, content }] of tables.entries()) {
    const entry = SFNT_HEADER + SFNT_ENTRY * index
    tag.copy(font, entry)
    font.writeUInt32BE(checksum, entry + 4)
    font.writeUInt32BE(offset, entry + 8)
    font.writeUInt32BE(content.length, entry + 12)
    content.copy(font, offset)
  }
  return font
}
