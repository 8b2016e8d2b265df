import { expect, test } from 'vitest'
import { checkoutRequest } from '../../src/checkout/checkout-request.ts'
import { readerSettings } from '../../src/checkout/reader-settings.ts'
import { readConfig } from '../../src/config/read-config.ts'
import { readerTexts } from '../../src/text/text.ts'

const settingsOf = (env: Record<string, string>) => {
  const { offer, newsroom, languages } = readConfig(env)
  return readerSettings(offer, newsroom, languages, false)
}

test('offers the newsroom’s currencies in its order, each with its amounts and limits', () => {
  const { currencies, frequencies, gift, tax, languages } = settingsOf({
    CURRENCIES: 'eur,jpy',
    SUGGESTED_AMOUNTS: 'eur:700,400;jpy:500,1000',
    MINIMUM_AMOUNT: 'eur:200',
    MAXIMUM_AMOUNT: 'eur:50000',
    FREQUENCIES: 'monthly,once',
    STRIPE_FEE_RATES: 'eur=1.5%+25',
    LANGUAGES: 'de,en',
    NEWSROOM_LANGUAGE: 'de',
  })
  expect(currencies[0]).toEqual({
    code: 'eur',
    minorDigits: 2,
    step: 1n,
    limits: { minimumMinor: 200n, maximumMinor: 50_000n },
    suggested: [
      { minor: 400n, currency: 'eur' },
      { minor: 700n, currency: 'eur' },
    ],
    feeRate: { shareMillionths: 15_000, fixedMinor: 25 },
  })
  expect(currencies.map(({ code, minorDigits, feeRate }) => [code, minorDigits, feeRate !== null])).toEqual([
    ['eur', 2, true],
    ['jpy', 0, false],
  ])
  expect(frequencies).toEqual(['monthly', 'once'])
  expect(gift).toBe('contribution')
  expect(tax).toMatchObject({ legalStatus: 'for_profit', fiscalSponsor: null, law: 'us' })
  expect(languages).toEqual({ offered: ['de', 'en'], fallback: 'de' })
})

test('calls a gift to a charity and to a sponsored newsroom a donation, and names the sponsor', () => {
  const charity = { NEWSROOM_LEGAL_STATUS: 'charity', NEWSROOM_TAX_ID: '12-3456789' }
  expect(settingsOf(charity).gift).toBe('donation')
  const sponsored = { NEWSROOM_LEGAL_STATUS: 'fiscally_sponsored', NEWSROOM_FISCAL_SPONSOR: 'Open Fund' }
  expect(settingsOf(sponsored)).toMatchObject({ gift: 'donation', tax: { fiscalSponsor: 'Open Fund' } })
})

test('a checkout in a frequency that the newsroom does not offer is refused, and the first offered is the default', () => {
  const { offer, allowedOrigins, languages } = readConfig({ FREQUENCIES: 'monthly,once' })
  const terms = { ...offer, allowedOrigins, textFor: readerTexts(languages) }
  const gift = { amount: 500, currency: 'usd' }
  expect(checkoutRequest(gift, terms).frequency).toBe('monthly')
  expect(() => checkoutRequest({ ...gift, frequency: 'yearly' }, terms)).toThrow(
    expect.objectContaining({
      problems: [{ pointer: '/frequency', message: 'must be monthly or once' }],
    }),
  )
})
