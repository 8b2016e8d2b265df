import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allCurrencies } from '../../src/money/currency.ts'
import {
  add,
  compare,
  defaultLimits,
  isZero,
  MixedCurrencies,
  money,
  subtract,
  sum,
} from '../../src/money/money.ts'

const currency = fc.constantFrom(...allCurrencies)
const minor = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n })
const sameCurrency = fc.tuple(currency, minor, minor).map(([c, a, b]) => [money(a, c), money(b, c)] as const)
const differentCurrencies = fc
  .tuple(currency, currency, minor)
  .filter(([a, b]) => a !== b)
  .map(([a, b, m]) => [money(m, a), money(m, b)] as const)

describe('money', () => {
  it('adds and takes away without drift, at any size', () => {
    fc.assert(
      fc.property(sameCurrency, ([a, b]) => {
        expect(subtract(add(a, b), b)).toEqual(a)
        expect(add(a, b)).toEqual(add(b, a))
        expect(isZero(subtract(a, a))).toBe(true)
      }),
    )
  })

  it('sums a thousand cents to ten, in any order', () => {
    const [usd] = allCurrencies.filter((code) => code === 'usd')
    if (usd === undefined) throw new Error('no dollar')
    const cents = Array.from({ length: 1000 }, () => money(1n, usd))
    expect(sum(cents, usd)).toEqual(money(1000n, usd))
    expect(sum([], usd)).toEqual(money(0n, usd))
  })

  it('orders amounts', () => {
    fc.assert(
      fc.property(sameCurrency, ([a, b]) => {
        expect(compare(a, b) + compare(b, a)).toBe(0)
        expect(compare(a, b) < 0).toBe(a.minor < b.minor)
        expect(compare(a, a)).toBe(0)
      }),
    )
  })

  it('never mixes currencies', () => {
    fc.assert(
      fc.property(differentCurrencies, ([a, b]) => {
        for (const mix of [add, subtract, compare]) expect(() => mix(a, b)).toThrow(MixedCurrencies)
        expect(() => sum([b], a.currency)).toThrow(MixedCurrencies)
      }),
    )
  })

  it('has default limits that can be given', () => {
    for (const code of allCurrencies) {
      const { minimumMinor, maximumMinor } = defaultLimits(code)
      expect(minimumMinor < maximumMinor).toBe(true)
    }
  })
})
