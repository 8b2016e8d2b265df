import { inflateSync } from 'node:zlib'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { receiptPdf } from '../../src/receipts/receipt-pdf.ts'
import { receiptNumber } from '../../src/receipts/receipt-number.ts'
import { textFor } from '../../src/text/text.ts'
import { anyText } from '../kit/any-text.ts'
import { aProfile, aReceipt } from './receipt-sample.ts'

const english = textFor('en')
const utf16 = (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le').swap16().toString('latin1')

/** What is drawn on each page. */
function contentStreams(pdf: Buffer): string[] {
  const streams: string[] = []
  for (let at = pdf.indexOf('stream\n'); at !== -1; at = pdf.indexOf('\nstream\n', at + 1)) {
    const start = pdf.indexOf('stream\n', at) + 'stream\n'.length
    try {
      streams.push(inflateSync(pdf.subarray(start, pdf.indexOf('\nendstream', start))).toString('latin1'))
    } catch {
      // Fonts and other parts may be stored in another way.
    }
  }
  return streams.filter((stream) => /^BT$/m.test(stream))
}

describe('the receipt PDF', () => {
  it('has tags, a title and a language', async () => {
    const pdf = (await receiptPdf(aReceipt(), english)).toString('latin1')
    expect(pdf.startsWith('%PDF-1.7')).toBe(true)
    for (const mark of [
      '/Marked true',
      '/StructTreeRoot',
      '/Lang (en)',
      '/DisplayDocTitle true',
      'pdfuaid:part>1<',
      '/Scope /Row',
    ]) {
      expect(pdf).toContain(mark)
    }
    expect(pdf).toContain('(Receipt 2026-000123)')
    expect(pdf).not.toContain('Helvetica')
  })

  it('has the same bytes for the same receipt and different bytes for another', async () => {
    const once = await receiptPdf(aReceipt(), english)
    expect(once.equals(await receiptPdf(aReceipt(), english))).toBe(true)
    expect(once.equals(await receiptPdf(aReceipt({ number: receiptNumber(2026, 124n) }), english))).toBe(
      false,
    )
  })

  it('carries a name that it cannot draw as text that can be read aloud and copied', async () => {
    const pdf = (await receiptPdf(aReceipt({ donorName: 'Ann Ꮳ' }), english)).toString('latin1')
    expect(pdf).toContain(`/ActualText (${utf16('Ann Ꮳ')})`)
    expect(pdf).not.toContain(utf16('Łukasz Žižek'))
  })

  it('keeps a name within its string, whatever parentheses it has', async () => {
    const pdf = (await receiptPdf(aReceipt({ donorName: 'Ann Ꮳ) /S /JavaScript (' }), english)).toString(
      'latin1',
    )
    const closed = utf16('Ꮳ) /S').replace('\u00fe\u00ff', '')
    expect(pdf).not.toContain(closed)
    expect(pdf).toContain(closed.replace(')', '\\)'))
  })

  it('is as large as the paper that it is made for', async () => {
    const sizeOn = async (paper: 'a4' | 'letter') =>
      /\/MediaBox \[([^\]]*)\]/.exec(
        (await receiptPdf(aReceipt(), english, { paper, logo: null })).toString('latin1'),
      )?.[1]
    expect([await sizeOn('a4'), await sizeOn('letter')]).toEqual(['0 0 595.28 841.89', '0 0 612 792'])
  })

  it('shows the code and a picture, which has words for those who cannot see it', async () => {
    const proof = {
      code: '7K3M-9QTX-0B5E-WZ4H',
      url: 'https://give.example/v?n=1',
      pageUrl: 'https://give.example/v',
    }
    const pdf = (await receiptPdf({ ...aReceipt(), proof }, english)).toString('latin1')
    expect(pdf).toMatch(/\/S \/Figure[^>]*\/Alt \(QR code/)
  })

  it('opens and closes every marked content on each of its pages', async () => {
    const long = aReceipt({ profile: aProfile({ statement: 'Whole sentences about the law. '.repeat(300) }) })
    const pdf = await receiptPdf(long, english)
    const pages = contentStreams(pdf)
    expect(pages.length).toBeGreaterThan(1)
    for (const page of pages) expect(page.match(/\b(BDC|BMC)$/gm)?.length).toBe(page.match(/^EMC$/gm)?.length)
  })

  it('says which letters stand behind a ligature, in the order in which programs find them', async () => {
    const pdf = await receiptPdf(aReceipt({ donorName: 'لا' }), english)
    const content = contentStreams(pdf).join('\n')
    expect(content).toMatch(/<feff0627>[^]*<feff0644>/) // alef, to the left, before lam
  })

  it('names the language and the direction of an Arabic receipt by its own words', async () => {
    const pdf = (await receiptPdf(aReceipt(), textFor('ar'))).toString('latin1')
    expect(pdf).toContain('/Lang (ar)')
  })

  it('can be made with every name', async () => {
    await fc.assert(
      fc.asyncProperty(anyText({ maxLength: 300 }), async (donorName) => {
        expect((await receiptPdf(aReceipt({ donorName }), english)).subarray(0, 5).toString()).toBe('%PDF-')
      }),
      { numRuns: 15 },
    )
  })
})
