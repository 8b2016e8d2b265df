import { describe, expect, it } from 'vitest'
import {
  allCurrencies,
  currencyInfo,
  parseCurrency,
  parseOfferedCurrency,
  type CurrencyCode,
} from '../../src/money/currency.ts'
import { currencyNamed } from '../kit/named.ts'

function info(code: string) {
  return currencyInfo(currencyNamed(code))
}

describe('the currency table', () => {
  it('holds every currency that Stripe charges once', () => {
    expect(allCurrencies.length).toBeGreaterThanOrEqual(135)
    expect(new Set(allCurrencies).size).toBe(allCurrencies.length)
    expect(allCurrencies).toEqual([...allCurrencies].toSorted())
  })

  it('reads codes in upper and lower case and refuses unknown ones', () => {
    expect(parseCurrency('USD')).toBe('usd')
    expect(parseCurrency(' Eur ')).toBe('eur')
    for (const wrong of ['', 'us', 'usdd', 'btc', 'constructor', '__proto__'])
      expect(parseCurrency(wrong)).toBeNull()
  })

  it.each(['hrk', 'ltl', 'lvl', 'eek', 'bgn', 'ang', 'std', 'sll', 'mro', 'vef'])(
    'reads %s, which old payments have, and offers no new gift in it',
    (code) => {
      expect(parseCurrency(code)).toBe(code)
      expect(parseOfferedCurrency(code)).toBeNull()
      expect(allCurrencies).not.toContain(code)
      expect(info(code).minorDigits).toBe(2)
    },
  )

  it('offers what Stripe can charge', () => {
    expect(allCurrencies.map((code) => parseOfferedCurrency(code))).toEqual(allCurrencies)
  })

  it('has Stripe’s number of decimals for every currency', () => {
    const zero = 'bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' ')
    const three = 'bhd jod kwd omr tnd'.split(' ')
    expect(allCurrencies.filter((code) => currencyInfo(code).minorDigits === 0)).toEqual(zero)
    expect(allCurrencies.filter((code) => currencyInfo(code).minorDigits === 3)).toEqual(three)
    for (const code of three) expect(info(code).step).toBe(10n)
    for (const code of ['isk', 'ugx']) expect(info(code)).toMatchObject({ minorDigits: 2, step: 100n })
    for (const code of ['usd', 'jpy', 'huf', 'twd']) expect(info(code).step).toBe(1n)
  })

  it.each([
    ['usd', 50n],
    ['jpy', 50n],
    ['gbp', 30n],
    ['aed', 200n],
    ['dkk', 250n],
    ['sek', 300n],
    ['hkd', 400n],
    ['mxn', 1000n],
    ['czk', 1500n],
    ['huf', 17500n],
  ])('knows the smallest charge of %s', (code, minor) => {
    expect(info(code).minimumMinor).toBe(minor)
  })

  it('allows eight digits, and twelve for the rupiah', () => {
    expect(info('usd').maximumMinor).toBe(99_999_999n)
    expect(info('isk').maximumMinor).toBe(99_999_900n)
    expect(info('idr').maximumMinor).toBe(999_999_999_999n)
  })

  it('has limits in ascending order that Stripe can charge in every currency', () => {
    for (const code of allCurrencies) {
      const { step, minimumMinor, maximumMinor, donationMaximumMinor } = currencyInfo(code)
      for (const limit of [minimumMinor, maximumMinor, donationMaximumMinor]) expect(limit % step).toBe(0n)
      expect(minimumMinor > 0n && minimumMinor < donationMaximumMinor).toBe(true)
      expect(donationMaximumMinor <= maximumMinor).toBe(true)
    }
  })

  it('throws for a code that is not in the table', () => {
    expect(() => currencyInfo('btc' as CurrencyCode)).toThrow(RangeError) // the cast is the bug under test
  })
})
