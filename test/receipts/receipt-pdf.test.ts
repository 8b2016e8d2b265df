import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allCurrencies } from '../../src/money/currency.ts'
import { money } from '../../src/money/money.ts'
import { fontRuns, printable, UNDRAWABLE } from '../../src/receipts/receipt-fonts.ts'
import { receiptPdf } from '../../src/receipts/receipt-pdf.ts'
import { amountInWords } from '../../src/receipts/receipt.ts'
import { receiptNumber } from '../../src/receipts/receipt-number.ts'
import { textFor } from '../../src/text/text.ts'
import { aReceipt } from './receipt-sample.ts'

const english = textFor('en')
const utf16 = (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le').swap16().toString('latin1')

describe('the fonts of a receipt', () => {
  it.each([
    ['Łukasz Žižek', ['latin-ext', 'latin', 'latin-ext', 'latin', 'latin-ext', 'latin']],
    ['Ελένη', ['greek']],
    ['Дмитрий', ['cyrillic']],
    ['Nguyễn', ['latin', 'vietnamese', 'latin']],
    ['राजेश', ['devanagari']],
    ['O’Neil', ['latin']],
  ])('draw %s whole', (name, scripts) => {
    const { runs, complete } = fontRuns(printable(name), 400)
    expect(complete).toBe(true)
    expect(runs.map((run) => run.font)).toEqual(scripts.map((script) => `${script} 400`))
    expect(runs.map((run) => run.text).join('')).toBe(name)
  })

  it.each(['محمد', '山田', 'שלום', '👩‍👩‍👧'])('report that they cannot draw %s', (name) => {
    const { runs, complete } = fontRuns(printable(name), 400)
    expect(complete).toBe(false)
    expect(runs.map((run) => run.text).join('')).toMatch(new RegExp(`^${UNDRAWABLE}+$`))
  })

  it('draw the amounts of every currency', () => {
    for (const code of allCurrencies)
      expect(fontRuns(amountInWords(money(123_400n, code), english), 700).complete).toBe(true)
  })

  it('keep a name in one line and remove characters that change its direction', () => {
    expect(printable('Ann\r\nLee\u202Eevil\u0000')).toBe('Ann Leeevil')
    expect(printable('e\u0301')).toBe('é')
  })
})

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
    const pdf = (await receiptPdf(aReceipt({ donorName: 'محمد' }), english)).toString('latin1')
    expect(pdf).toContain(`/ActualText (${utf16('محمد')})`)
    expect(pdf).not.toContain(utf16('Łukasz Žižek'))
  })

  it('can be made with every name', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 300 }), async (donorName) => {
        expect((await receiptPdf(aReceipt({ donorName }), english)).subarray(0, 5).toString()).toBe('%PDF-')
      }),
      { numRuns: 15 },
    )
  })
})
