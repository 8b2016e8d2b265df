import { describe, expect, it } from 'vitest'
import { allCurrencies } from '../../src/money/currency.ts'
import { defaultLimits, jsonAmount, storedMoney } from '../../src/money/money.ts'

describe('money', () => {
  it('has a default minimum below its default maximum in every currency', () => {
    for (const code of allCurrencies) {
      const { minimumMinor, maximumMinor } = defaultLimits(code)
      expect(minimumMinor < maximumMinor).toBe(true)
    }
  })

  it('refuses a stored currency that the table does not know', () => {
    expect(storedMoney(500n, 'usd')).toEqual({ minor: 500n, currency: 'usd' })
    expect(() => storedMoney(500n, 'zzz')).toThrow('zzz is not in the currency table')
  })

  it('refuses an amount that a JSON number cannot hold exactly', () => {
    expect(jsonAmount(2n ** 53n - 1n)).toBe(Number.MAX_SAFE_INTEGER)
    expect(() => jsonAmount(2n ** 53n)).toThrow(RangeError)
  })
})
