import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { amountProblemText } from '../../src/money/amount-problem-text.ts'
import { textFor } from '../../src/text/text.ts'
import { allCurrencies, currencyInfo } from '../../src/money/currency.ts'
import {
  amountProblem,
  defaultLimits,
  formatMoney,
  formatMoneyShort,
  money,
  parseDecimal,
  toDecimalString,
} from '../../src/money/money.ts'
import { currencyNamed } from '../kit/named.ts'

function read(text: string, currency: string): bigint | string {
  const result = parseDecimal(text, currencyNamed(currency))
  return 'problem' in result ? result.problem : result.minor
}
const anyAmount = fc
  .tuple(fc.constantFrom(...allCurrencies), fc.bigInt({ min: 0n, max: 10n ** 20n }))
  .map(([c, m]) => money(m, c))

describe('parsing a typed amount', () => {
  it.each([
    ['5', 'usd', 500n],
    ['5.00', 'usd', 500n],
    ['5,00', 'eur', 500n],
    [' 5.5 ', 'usd', 550n],
    ['0.05', 'usd', 5n],
    ['1 000', 'usd', 100_000n],
    ['1\u202f000,50', 'eur', 100_050n],
    ["1'000.50", 'chf', 100_050n],
    ['1,000.50', 'usd', 100_050n],
    ['1.000,50', 'eur', 100_050n],
    ['1,000,000', 'usd', 100_000_000n],
    ['５００', 'jpy', 500n],
    ['1,000', 'jpy', 1000n],
    ['1.000', 'isk', 100_000n],
    ['5.00', 'isk', 500n],
    ['5.120', 'kwd', 5120n],
    ['5.000', 'kwd', 5000n],
    ['19.99', 'usd', 1999n],
    ['1.005', 'tnd', 1005n],
  ])('reads %s %s', (text, currency, minor) => {
    expect(read(text, currency)).toBe(minor)
  })

  it.each([
    ['5.001', 'usd'],
    ['1,000', 'usd'],
    ['1,000', 'kwd'],
    ['5.5', 'jpy'],
    ['5.1234', 'kwd'],
    ['', 'usd'],
    ['five', 'usd'],
    ['-5', 'usd'],
    ['+5', 'usd'],
    ['1e3', 'usd'],
    ['0x10', 'usd'],
    ['5..0', 'usd'],
    ['.50', 'usd'],
    ['5.', 'usd'],
    ['1,00,00', 'usd'],
    ['1 00', 'usd'],
    ['€5', 'usd'],
    ['Infinity', 'usd'],
    ['9'.repeat(41), 'usd'],
  ])('refuses "%s" %s', (text, currency) => {
    expect(read(text, currency)).toBeTypeOf('string')
  })

  it('reads back every amount that it writes, in every currency', () => {
    fc.assert(
      fc.property(anyAmount, (amount) => {
        expect(parseDecimal(toDecimalString(amount), amount.currency)).toEqual(amount)
      }),
    )
    for (const c of allCurrencies)
      expect(parseDecimal(toDecimalString(money(1000n, c)), c)).toEqual(money(1000n, c))
  })

  it('answers with an amount or a problem for every text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.constantFrom(...allCurrencies), (text, c) => {
        const result = parseDecimal(text, c)
        expect('problem' in result ? result.problem.length > 0 : result.minor >= 0n).toBe(true)
      }),
    )
  })

  it('writes negative and small amounts', () => {
    expect(toDecimalString(money(-5n, currencyNamed('usd')))).toBe('-0.05')
    expect(toDecimalString(money(5n, currencyNamed('kwd')))).toBe('0.005')
    expect(toDecimalString(money(-500n, currencyNamed('jpy')))).toBe('-500')
  })
})

describe('formatting an amount', () => {
  it('is shortened to its whole units where it has no others', () => {
    const short = (minor: bigint, currency: string) =>
      formatMoneyShort(money(minor, currencyNamed(currency)), 'en')
    expect(short(500n, 'usd')).toBe('$5')
    expect(short(750n, 'usd')).toBe('$7.50')
    expect(short(500n, 'jpy')).toBe('¥500')
    expect(short(1_500n, 'kwd')).toContain('1.500')
    expect(short(50_000n, 'isk')).toContain('500')
    expect(short(50_000n, 'isk')).not.toContain('.')
  })

  it('follows the locale', () => {
    expect(formatMoney(money(500n, currencyNamed('usd')), 'en')).toBe('$5.00')
    expect(formatMoney(money(123_456n, currencyNamed('eur')), 'de')).toBe('1.234,56\u00a0€')
    expect(formatMoney(money(500n, currencyNamed('jpy')), 'en')).toBe('¥500')
    expect(formatMoney(money(5120n, currencyNamed('kwd')), 'en')).toContain('5.120')
  })

  it('leaves out decimals that nobody can pay, unless they are not zero', () => {
    expect(formatMoney(money(500n, currencyNamed('isk')), 'en')).toBe('ISK\u00a05')
    expect(formatMoney(money(512n, currencyNamed('isk')), 'en')).toBe('ISK\u00a05.12')
  })

  it('keeps every digit of a large amount', () => {
    fc.assert(
      fc.property(anyAmount, (amount) => {
        const idle = currencyInfo(amount.currency).step === 100n && amount.minor % 100n === 0n
        const digits = formatMoney(amount, 'en')
          .replace(/\D/g, '')
          .replace(/^0+(?=\d)/, '')
        expect(BigInt(digits)).toBe(idle ? amount.minor / 100n : amount.minor)
      }),
    )
  })

  it('formats in English when the locale is malformed', () => {
    expect(formatMoney(money(500n, currencyNamed('usd')), 'not a locale!')).toBe('$5.00')
  })
})

describe('the limits of an amount', () => {
  const limits = defaultLimits(currencyNamed('usd'))
  const refusal = (minor: bigint, currency: string) => {
    const problem = amountProblem(
      money(minor, currencyNamed(currency)),
      defaultLimits(currencyNamed(currency)),
    )
    return problem && amountProblemText(problem, currencyNamed(currency), textFor('en'))
  }

  it('allow both ends and refuse an amount beyond them in words', () => {
    expect(amountProblem(money(limits.minimumMinor, currencyNamed('usd')), limits)).toBeNull()
    expect(amountProblem(money(limits.maximumMinor, currencyNamed('usd')), limits)).toBeNull()
    expect(refusal(49n, 'usd')).toBe('The smallest amount is $0.50.')
    expect(refusal(limits.maximumMinor + 1n, 'usd')).toBe('The largest amount is $10,000.00.')
    expect(amountProblem(money(0n, currencyNamed('usd')), limits)).not.toBeNull()
    expect(amountProblem(money(-500n, currencyNamed('usd')), limits)).not.toBeNull()
  })

  it('refuse an amount that Stripe cannot charge', () => {
    expect(refusal(50_050n, 'isk')).toContain('multiple of ISK')
    expect(refusal(5125n, 'kwd')).toContain('multiple of')
    expect(amountProblem(money(5120n, currencyNamed('kwd')), defaultLimits(currencyNamed('kwd')))).toBeNull()
  })
})
