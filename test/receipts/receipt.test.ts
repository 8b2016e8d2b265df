import { describe, expect, it } from 'vitest'
import { money } from '../../src/money/money.ts'
import { receiptPage } from '../../src/pages/reader/receipt-view.ts'
import { amountInWords, receiptRows, voidNotice } from '../../src/receipts/receipt.ts'
import { receiptNumber } from '../../src/receipts/receipt-number.ts'
import { textFor } from '../../src/text/text.ts'
import { currencyNamed } from '../kit/named.ts'
import { aProfile, aReceipt } from './receipt-sample.ts'

const english = textFor('en')
const rowsOf = (...args: Parameters<typeof aReceipt>) =>
  Object.fromEntries(receiptRows(aReceipt(...args), english).map(({ label, value }) => [label, value]))

describe('a receipt', () => {
  it('states number, day, amount, kind, donor and newsroom', () => {
    expect(rowsOf()).toEqual({
      'Receipt number': '2026-000123',
      'Date of gift': '23 November 2026',
      Amount: '$5.00 USD',
      Kind: 'One-time contribution',
      From: 'Łukasz Žižek',
      To: 'The Harbour Post',
    })
  })

  it('leaves out the donor when the donor gave no name', () => {
    expect(rowsOf({ donorName: null })).not.toHaveProperty('From')
  })

  it('names the currency once', () => {
    expect(amountInWords(money(50_000n, currencyNamed('isk')), english)).toBe('ISK\u00a0500')
    const usd = money(500n, currencyNamed('usd'))
    expect(amountInWords(usd, textFor('fr'))).toBe('5,00\u00a0$US')
    expect(amountInWords(usd, textFor('ar'))).not.toContain('USD')
    expect(amountInWords(usd, english)).toBe('$5.00 USD')
  })

  it('calls a gift to a charity a donation', () => {
    const profile = aProfile({ legalStatus: 'charity', taxId: '12-3456789' })
    expect(rowsOf({ profile, frequency: 'monthly' })).toMatchObject({ Kind: 'Monthly donation' })
  })

  it('cites the receipt that it replaces and the one that replaces it', () => {
    const other = receiptNumber(2026, 124n)
    const voidedAt = new Date('2026-12-01T00:00:00Z')
    expect(voidNotice(aReceipt(), english)).toBeNull()
    expect(voidNotice(aReceipt({ voidedAt }), english)).toContain('no longer valid')
    expect(voidNotice(aReceipt({ voidedAt, replacedBy: other }), english)).toContain('2026-000124')
    expect(rowsOf({ replaces: other })).toMatchObject({ 'Replaces receipt': '2026-000124' })
  })
})

const proof = {
  code: '7K3M-9QTX-0B5E-WZ4H',
  url: 'https://give.example/v?n=1',
  pageUrl: 'https://give.example/v',
}

describe('the receipt page', () => {
  it('shows the facts, the statement and the link to the PDF, and asks search engines to stay away', () => {
    const page = receiptPage(aReceipt(), { pdfUrl: '/receipts/kX3v.pdf', proof, logoUrl: null }, english)
    for (const fact of [
      '2026-000123',
      '$5.00 USD',
      'Łukasz Žižek',
      'not tax-deductible',
      'href="/receipts/kX3v.pdf"',
      'noindex',
      '7K3M-9QTX-0B5E-WZ4H',
    ]) {
      expect(page).toContain(fact)
    }
    expect(page).not.toContain('role="note"')
  })

  it('begins with the notice that it is void', () => {
    expect(
      receiptPage(aReceipt({ voidedAt: new Date(0) }), { pdfUrl: '/x.pdf', proof, logoUrl: null }, english),
    ).toContain('has been voided')
  })

  it('escapes a name that looks like markup', () => {
    const page = receiptPage(
      aReceipt({ donorName: '<img src=x onerror=alert(1)>' }),
      { pdfUrl: '/x.pdf', proof, logoUrl: null },
      english,
    )
    expect(page).not.toContain('<img')
    expect(page).toContain('&lt;img')
  })
})
