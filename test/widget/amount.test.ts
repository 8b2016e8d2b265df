import * as fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { allCurrencies, currencyInfo } from '../../src/money/currency.ts'
import { formatMoney, money } from '../../src/money/money.ts'
import { readTypedAmount } from '../../src/money/typed-amount.ts'
import { catalogues } from '../../src/text/text.ts'
import { currencyMarks, showAmount } from '../../src/widget/browser/amount.ts'
import { readAmount } from '../../src/widget/browser/own-amount.ts'
import { moreWords } from '../../src/widget/widget-words.ts'
import { dataOf } from './newsroom-data.ts'

vi.stubGlobal('MORE_WORDS', moreWords('en', catalogues.en))

test('takes exactly the amounts that the service takes, in every currency', () => {
  fc.assert(
    fc.property(fc.constantFrom(...allCurrencies), fc.bigInt({ min: 0n, max: 10n ** 13n }), (code, minor) => {
      const data = dataOf({ CURRENCIES: code })
      const { minimum, maximum, step, minorDigits } = data.currency
      const whole = minor.toString().padStart(minorDigits + 1, '0')
      const cut = whole.length - minorDigits
      const typed = minorDigits === 0 ? whole : `${whole.slice(0, cut)}.${whole.slice(cut)}`
      const read = readAmount(typed, data, 'en')
      const isTaken = minor >= BigInt(minimum) && minor <= BigInt(maximum) && minor % BigInt(step) === 0n
      expect([typed, 'minor' in read]).toEqual([typed, isTaken])
      const { code: _, ...info } = currencyInfo(code)
      const byService = readTypedAmount(typed, { code, ...info }, 'en')
      expect([byService, { minor }]).toContainEqual(
        'minor' in read ? { minor: BigInt(read.minor) } : byService,
      )
    }),
  )
})

test.each([
  ['0.10', 'The smallest amount is $0.50.'],
  ['20000', 'The largest amount is $10,000.'],
  ['five', 'Write the amount in digits, such as 5 or 5.00.'],
  ['5.1234', 'USD has at most 2 decimals.'],
  ['£5', 'This form takes amounts in US Dollar, and you wrote British Pound.'],
])('refuses %s with the reason', (typed, message) => {
  expect(readAmount(typed, dataOf(), 'en-US')).toMatchObject({ message })
})

test('shows amounts as the service’s pages do, without decimals that are all zero', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 99_999_999 }), fc.constantFrom(...allCurrencies), (minor, code) => {
      const full = formatMoney(money(BigInt(minor), code), 'en-US')
      const { minorDigits } = currencyInfo(code)
      expect([full, full.replace(/\.0+$/, '')]).toContain(showAmount(minor, { code, minorDigits }, 'en-US'))
    }),
  )
  expect(showAmount(500, { code: 'usd', minorDigits: 2 }, 'en-US')).toBe('$5')
  expect(showAmount(550, { code: 'usd', minorDigits: 2 }, 'en-US')).toBe('$5.50')
  expect(showAmount(500, { code: 'jpy', minorDigits: 0 }, 'en-US')).toBe('¥500')
})

test('puts the currency’s sign where the locale writes it', () => {
  const marks = (CURRENCIES: string, locale: string) => currencyMarks(dataOf({ CURRENCIES }).currency, locale)
  expect(marks('usd', 'en-US')).toEqual(['$', ''])
  expect(marks('usd', 'en-CA')).toEqual(['US$', ''])
  expect(marks('eur', 'de')).toEqual(['', '€'])
})
