import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { amountProblemText } from '../../src/money/amount-problem-text.ts'
import { allCurrencies, currencyInfo, type CurrencyCode } from '../../src/money/currency.ts'
import { parseDecimal, toDecimalString, money } from '../../src/money/money.ts'
import { readTypedAmount } from '../../src/money/typed-amount.ts'
import { textFor } from '../../src/text/text.ts'
import { currencyNamed } from '../kit/named.ts'

function read(text: string, currency: string, locale = 'en'): bigint | string {
  const result = readTypedAmount(text, currencyInfo(currencyNamed(currency)), locale)
  return 'problem' in result ? result.problem : result.minor
}

describe('an amount as a reader types it', () => {
  it.each([
    ['5', 'usd', 'en', 500n],
    ['$5', 'usd', 'en', 500n],
    ['5$', 'usd', 'en', 500n],
    ['US$ 5', 'usd', 'en', 500n],
    ['5 USD', 'usd', 'en', 500n],
    ['usd5', 'usd', 'en', 500n],
    ['$5 USD', 'usd', 'en', 500n],
    ['5 dollars', 'usd', 'en', 500n],
    ['5 dollars', 'cad', 'en', 500n],
    ['$5', 'cad', 'fr-CA', 500n],
    ['5 €', 'eur', 'de', 500n],
    ['5\u00a0€', 'eur', 'de', 500n],
    ['€5', 'eur', 'en', 500n],
    ['5 Euro', 'eur', 'de', 500n],
    ['5 euros', 'eur', 'fr', 500n],
    ['5 dólares', 'usd', 'es', 500n],
    ['5 гривень', 'uah', 'uk', 500n],
    ['50 грн.', 'uah', 'uk', 5000n],
    ['5 ₴', 'uah', 'uk', 500n],
    ['Rs.500', 'inr', 'en', 50_000n],
    ['Rs. 500', 'inr', 'en', 50_000n],
    ['50 kr.', 'dkk', 'da', 5000n],
    ['CHF 5.–', 'chf', 'de-CH', 500n],
    ['5,-', 'eur', 'de', 500n],
    ['5.', 'usd', 'en', 500n],
    ['5,', 'eur', 'de', 500n],
    ['.50', 'usd', 'en', 50n],
    ['$.50', 'usd', 'en', 50n],
    [',5', 'eur', 'de', 50n],
    ['0,500', 'kwd', 'en', 500n],
    ['1,000', 'usd', 'en', 100_000n],
    ['1,000.50', 'usd', 'en', 100_050n],
    ['1.000,50', 'eur', 'en', 100_050n],
    ['1.000', 'eur', 'de', 100_000n],
    ['1.000 €', 'eur', 'es', 100_000n],
    ['1,00,000', 'inr', 'en-IN', 10_000_000n],
    ['1 000,50', 'eur', 'fr', 100_050n],
    ['1\u202f000', 'eur', 'fr', 100_000n],
    ['1’000.50', 'chf', 'de-CH', 100_050n],
    ['1.000', 'jpy', 'en', 1000n],
    ['¥1,000', 'jpy', 'en', 1000n],
    ['1000円', 'jpy', 'ja', 1000n],
    ['５００', 'jpy', 'ja', 500n],
    ['٥', 'usd', 'ar', 500n],
    ['٥٫٥٠', 'usd', 'ar', 550n],
    ['١٬٠٠٠٫٥٠', 'usd', 'ar', 100_050n],
    ['\u200f٥ $', 'usd', 'ar', 500n],
    ['٥ دولار', 'usd', 'ar', 500n],
    ['۵۰۰', 'usd', 'fa', 50_000n],
    ['५००', 'inr', 'hi', 50_000n],
    ['₹५००', 'inr', 'hi', 50_000n],
    ['5.120', 'kwd', 'en', 5120n],
  ])('reads %s %s in %s', (text, currency, locale, minor) => {
    expect(read(text, currency, locale)).toBe(minor)
  })

  it.each([
    ['', 'usd', 'missing'],
    [' \u00a0', 'usd', 'missing'],
    ['five', 'usd', 'unreadable'],
    ['5k', 'usd', 'unreadable'],
    ['5-10', 'usd', 'unreadable'],
    ['1e3', 'usd', 'unreadable'],
    ['0x10', 'usd', 'unreadable'],
    ['5..0', 'usd', 'unreadable'],
    ['1,00,00', 'usd', 'unreadable'],
    ['1 00', 'usd', 'unreadable'],
    ['$', 'usd', 'unreadable'],
    ['5 apples', 'usd', 'unreadable'],
    ['50 cents', 'usd', 'unreadable'],
    ['5 zzz', 'usd', 'unreadable'],
    ['5 toString', 'usd', 'unreadable'],
    ['9'.repeat(61), 'usd', 'unreadable'],
    ['9'.repeat(40), 'usd', 'tooManyDigits'],
    ['-5', 'usd', 'notPositive'],
    ['$−5', 'usd', 'notPositive'],
    ['1.000', 'usd', 'ambiguous'],
    ['5,000', 'kwd', 'ambiguous'],
    ['USD.50', 'usd', 'ambiguous'],
    ['0.500', 'usd', 'tooManyDecimals'],
    ['5.001,5', 'jpy', 'noDecimals'],
    ['£5', 'usd', 'otherCurrency'],
    ['$5', 'eur', 'otherCurrency'],
    ['5 EUR', 'usd', 'otherCurrency'],
    ['$5 CAD', 'usd', 'otherCurrency'],
    ['CA$5', 'usd', 'otherCurrency'],
    ['5 pounds', 'eur', 'otherCurrency'],
    ['5 mnt', 'usd', 'otherCurrency'],
  ])('refuses %j %s: %s', (text, currency, problem) => {
    expect(read(text, currency)).toBe(problem)
  })

  it('reads a comma before three digits as the locale does, and refuses it where the locale decides nothing', () => {
    expect(read('1,000', 'eur', 'de')).toBe('ambiguous')
    expect(read('1,000', 'eur', 'fr')).toBe('ambiguous')
    expect(read('1,000', 'eur', 'ar')).toBe(100_000n)
    expect(read('5,000', 'tnd', 'fr')).toBe(5000n)
  })

  it('names both currencies when another one than the chosen was typed', () => {
    const usd = currencyNamed('usd')
    const found = readTypedAmount('£5', currencyInfo(usd), 'en')
    expect('problem' in found && amountProblemText(found, usd, textFor('en'))).toBe(
      'This form takes amounts in US Dollar, and you wrote British Pound.',
    )
  })
})

const anyCurrency = fc.constantFrom(...allCurrencies)
const anyLocale = fc.constantFrom('en', 'de', 'fr', 'es', 'uk', 'ar', 'ar-EG', 'hi', 'fa', 'de-CH', 'en-IN')
const anyAmount = fc.tuple(anyCurrency, fc.nat(9_999_999)).map(([code, wholes]) => {
  const { step } = currencyInfo(code)
  return money(BigInt(wholes) * step, code)
})

describe('every amount', () => {
  it('is read back as Intl writes it, in every currency, with its sign, its code or its name', () => {
    fc.assert(
      fc.property(
        anyAmount,
        anyLocale,
        fc.constantFrom('symbol', 'narrowSymbol', 'code', 'name'),
        (amount, locale, currencyDisplay) => {
          const { minorDigits } = currencyInfo(amount.currency)
          const written = new Intl.NumberFormat(locale, {
            style: 'currency',
            currency: amount.currency,
            currencyDisplay,
            minimumFractionDigits: minorDigits,
            maximumFractionDigits: minorDigits,
          }).format(toDecimalString(amount) as `${number}`) // toDecimalString writes numbers only
          expect([written, read(written, amount.currency, locale)]).toEqual([written, amount.minor])
        },
      ),
      { numRuns: 1500 },
    )
  })

  it('is read in the digits of every script', () => {
    const systems = ['arab', 'arabext', 'deva', 'beng', 'thai', 'tamldec', 'khmr', 'mymr', 'fullwide', 'adlm']
    fc.assert(
      fc.property(fc.nat(9_999_999), fc.constantFrom(...systems), (wholes, numberingSystem) => {
        const written = new Intl.NumberFormat('en', { numberingSystem, useGrouping: false }).format(wholes)
        expect(read(written, 'usd')).toBe(BigInt(wholes) * 100n)
      }),
    )
  })

  it('is read as finance’s strict forms read it, wherever those can', () => {
    const typed = fc.oneof(
      fc.string({ unit: fc.constantFrom(..."0123456789.,  '’") }),
      fc
        .tuple(
          fc.nat(999),
          fc.constantFrom(...",. '"),
          fc.nat(999),
          fc.constantFrom(',', '.', ''),
          fc.nat(9999),
        )
        .map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(typed, anyCurrency, anyLocale, (text, code, locale) => {
        const strict = parseDecimal(text, code)
        if ('problem' in strict || strict.minor > 999_999_999_999_999n) return
        // A locale that takes the comma for its decimals may read `5,000` in a currency with three decimals.
        expect(read(text, code, locale)).toBeOneOf([strict.minor, 'ambiguous'])
      }),
      { numRuns: 3000 },
    )
  })

  it('has an answer for every text, and never another currency’s amount', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'grapheme' }),
          fc.tuple(fc.string(), fc.nat(9999)).map((parts) => parts.join('')),
        ),
        anyCurrency,
        anyLocale,
        (text, code: CurrencyCode, locale) => {
          const result = readTypedAmount(text, currencyInfo(code), locale)
          const answer =
            'problem' in result
              ? amountProblemText(result, code, textFor('en'))
              : toDecimalString(money(result.minor, code))
          expect(answer).toMatch(/^[^-]/)
        },
      ),
    )
  })
})
