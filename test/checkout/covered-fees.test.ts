import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { coveredFee, stripeFee } from '../../src/checkout/covered-fees.ts'
import { allCurrencies, currencyInfo } from '../../src/money/currency.ts'
import { parseFeeRate, type FeeRate } from '../../src/money/fee-rate.ts'
import { toDecimalString, money } from '../../src/money/money.ts'

const usd: FeeRate = { shareMillionths: 29_000, fixedMinor: 30 }

const anyRate = fc.record({
  shareMillionths: fc.integer({ min: 0, max: 200_000 }),
  fixedMinor: fc.integer({ min: 1, max: 10_000 }),
})

describe('the fee that a reader covers', () => {
  it.each([
    // gift, fee of 2.9 % and 30 cents, both in cents
    [100n, 34n],
    [300n, 40n],
    [500n, 46n],
    [1_000n, 61n],
    [2_500n, 106n],
    [5_000n, 180n],
    [10_000n, 330n],
    [100_000n, 3_017n],
  ])('of a gift of %d cents is %d cents', (gift, fee) => {
    expect(coveredFee(gift, usd)).toBe(fee)
    expect(gift + fee - stripeFee(gift + fee, usd)).toBe(gift)
  })

  it('leaves the newsroom the whole gift, and one unit less would not do, in every currency', () => {
    const gift = fc.constantFrom(...allCurrencies).chain((code) => {
      const { step, minimumMinor, donationMaximumMinor } = currencyInfo(code)
      return fc
        .bigInt({ min: minimumMinor / step + 1n, max: donationMaximumMinor / step })
        .map((steps) => ({ code, step, minor: steps * step }))
    })
    fc.assert(
      fc.property(gift, anyRate, ({ step, minor }, rate) => {
        const charge = minor + coveredFee(minor, rate, step)
        expect(charge % step).toBe(0n)
        expect(charge - stripeFee(charge, rate) >= minor).toBe(true)
        const less = charge - step
        expect(less - stripeFee(less, rate) < minor).toBe(true)
      }),
      { numRuns: 5_000 },
    )
  })

  it.each([
    ['jpy', 500n, { shareMillionths: 36_000, fixedMinor: 0 }, '519'],
    ['kwd', 1_500n, { shareMillionths: 29_000, fixedMinor: 100 }, '1.650'],
    ['isk', 50_000n, { shareMillionths: 29_000, fixedMinor: 3_500 }, '551.00'],
    ['ugx', 2_000_000n, { shareMillionths: 29_000, fixedMinor: 0 }, '20598.00'],
  ] as const)('makes a charge that Stripe accepts in %s', (code, gift, rate, charge) => {
    const { step, code: currency } = currencyInfo(code as typeof currency)
    expect(toDecimalString(money(gift + coveredFee(gift, rate, step), currency))).toBe(charge)
  })
})

describe('a fee rate', () => {
  it.each([
    ['2.9%+30', 29_000, 30],
    [' 1.5% + 25 ', 15_000, 25],
    ['1.4375%', 14_375, 0],
    ['0%+35', 0, 35],
    ['20%', 200_000, 0],
  ])('is read from %j', (text, shareMillionths, fixedMinor) => {
    expect(parseFeeRate(text)).toEqual({ shareMillionths, fixedMinor })
  })

  it.each([
    '',
    '2.9',
    '29',
    '30+2.9%',
    '2,9%+30',
    '2.9%+0.30',
    '0%',
    '0%+0',
    '-2%+30',
    '29%+30',
    '2.98765%',
    '2.9%+30x',
  ])('is not read from %j', (text) => {
    expect(parseFeeRate(text)).toBeNull()
  })
})
