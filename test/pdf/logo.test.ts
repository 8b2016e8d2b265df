import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readLogo } from '../../src/pdf/logo.ts'
import { receiptPdf } from '../../src/receipts/receipt-pdf.ts'
import { textFor } from '../../src/text/text.ts'
import { aReceipt } from '../receipts/receipt-sample.ts'

/** One red point. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
)

describe('the logo on a PDF', () => {
  let folder = ''
  const written = async (name: string, bytes: Buffer) => {
    const path = join(folder, name)
    await writeFile(path, bytes)
    return path
  }
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'logo-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('is read once from a PNG or a JPEG', async () => {
    expect(await readLogo(null)).toBeNull()
    expect(await readLogo(await written('logo.png', PNG))).toEqual(PNG)
  })

  it('stops the start with its reason where it cannot be printed', async () => {
    const svg = await written('logo.svg', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'))
    await expect(readLogo(svg)).rejects.toThrow('neither a PNG nor a JPEG')
    await expect(readLogo(join(folder, 'none.png'))).rejects.toThrow('cannot be read')
    const large = await written('large.png', Buffer.concat([PNG, Buffer.alloc(1_000_000)]))
    await expect(readLogo(large)).rejects.toThrow('larger than')
  })

  it('is a figure that says the newsroom’s name, on the side where lines begin', async () => {
    for (const language of ['en', 'ar']) {
      const printedOn = { paper: 'a4', logo: PNG } as const
      const pdf = (await receiptPdf(aReceipt(), textFor(language), printedOn)).toString('latin1')
      expect(pdf).toMatch(/\/S \/Figure[^>]*\/Alt \(The Harbour Post\)/)
      expect(pdf).toContain('/Subtype /Image')
    }
  })
})
