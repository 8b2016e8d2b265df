import { statementFor } from '../../src/newsroom/profile.ts'
import { describe, expect, it } from 'vitest'
import { money } from '../../src/money/money.ts'
import { receiptPage } from '../../src/pages/reader/receipt/receipt-view.ts'
import { amountInWords, legalWords, receiptRows, voidNotice } from '../../src/receipts/receipt.ts'
import { receiptNumber } from '../../src/receipts/receipt-number.ts'
import { languages } from '../../src/text/languages.ts'
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

  it('says how much of a gift covers the processing fee, in every language', () => {
    const covered = { money: money(545n, currencyNamed('usd')), coveredFee: money(45n, currencyNamed('usd')) }
    expect(rowsOf(covered)).toMatchObject({
      Amount: '$5.45 USD, of which $0.45 covers the processing fee',
    })
    for (const language of languages)
      expect(receiptRows(aReceipt(covered), textFor(language))[2]?.value).toMatch(/5[.,]45.*0[.,]45/)
  })

  it('is given to the sponsor of a sponsored newsroom', () => {
    const profile = aProfile({ legalStatus: 'fiscally_sponsored', fiscalSponsor: 'Open Fund' })
    expect(rowsOf({ profile })).toMatchObject({ To: 'Open Fund, for the work of The Harbour Post' })
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

describe('what the law asks a receipt to say', () => {
  const IRS = 'No goods or services were provided in exchange for your contribution.'
  const statuses = {
    for_profit: { legalStatus: 'for_profit' },
    charity: { legalStatus: 'charity', taxId: '12-3456789' },
    fiscally_sponsored: { legalStatus: 'fiscally_sponsored', fiscalSponsor: 'Open Fund' },
  } as const
  const cases = Object.entries(statuses).flatMap(([status, profile]) =>
    languages.flatMap((language) =>
      (['usd 24999', 'usd 25000', 'eur 99900'] as const).map((amount) => ({
        status,
        profile,
        language,
        amount,
      })),
    ),
  )

  it.each(cases)('of $amount to a $status newsroom in $language', ({ profile, language, amount }) => {
    const [code = '', minor = ''] = amount.split(' ')
    const text = textFor(language)
    const receipt = aReceipt({
      profile: aProfile(profile),
      money: money(BigInt(minor), currencyNamed(code)),
    })
    const { paragraphs, english: original } = legalWords(receipt, text)
    const isGift = profile.legalStatus !== 'for_profit'
    const everything = [...paragraphs, original ?? ''].join(' ')
    expect(everything.includes(IRS)).toBe(isGift)
    expect(everything.includes('not tax-deductible')).toBe(!isGift)
    expect(original === null).toBe(language === 'en')
    expect(paragraphs.includes(text.receipt('acknowledgment'))).toBe(isGift && amount === 'usd 25000')
    expect(everything.includes('Open Fund')).toBe(profile.legalStatus === 'fiscally_sponsored')
  })

  it('acknowledges no gift that was returned', () => {
    const profile = aProfile(statuses.charity)
    const receipt = aReceipt({ profile, money: money(30_000n, currencyNamed('usd')), voidedAt: new Date(0) })
    expect(legalWords(receipt, english).paragraphs).toHaveLength(1)
  })

  it('acknowledges a gift of $250 only where the newsroom’s paragraph names American law', () => {
    const charity = aProfile(statuses.charity)
    const acknowledged = (statement: string) =>
      legalWords(
        aReceipt({ profile: { ...charity, statement }, money: money(30_000n, currencyNamed('usd')) }),
        english,
      ).paragraphs.includes(english.receipt('acknowledgment'))
    expect(acknowledged(statementFor(charity, 'elsewhere'))).toBe(false)
    expect(acknowledged('Wir sind nach § 5 Abs. 1 Nr. 9 KStG befreit.')).toBe(false)
    expect(acknowledged('We are exempt under 501(c)(3). You received nothing for it.')).toBe(true)
  })

  it('keeps the words of an earlier release, and translates them as its own', () => {
    const own = aProfile(statuses.charity)
    const profile = { ...own, statement: own.statement.replace('for your contribution.', 'for it.') }
    expect(legalWords(aReceipt({ profile }), english).paragraphs).toEqual([profile.statement])
    const german = legalWords(aReceipt({ profile }), textFor('de'))
    expect(german.paragraphs[0]).toContain('gemeinnützige Organisation')
    expect(german.english).toBe(profile.statement)
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
