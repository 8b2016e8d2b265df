import { describe, expect, it } from 'vitest'
import { allCurrencies, currencyInfo } from '../../src/money/currency.ts'
import { defaultLimits } from '../../src/money/money.ts'
import { limitsAboveRefused, limitsSettledIn } from '../../src/money/settlement-minimum.ts'
import { currencyNamed } from '../kit/named.ts'

const offered = new Map(allCurrencies.map((code) => [code, defaultLimits(code)]))
const settledIn = (settlement: string) => limitsSettledIn(offered, currencyNamed(settlement))
const minimum = (settlement: string, code: string) =>
  settledIn(settlement).get(currencyNamed(code))?.minimumMinor

describe('the smallest amounts of an account that settles', () => {
  it.each([
    ['usd', 'usd', 50n],
    ['usd', 'eur', 50n],
    ['usd', 'inr', 5000n],
    ['usd', 'jpy', 83n],
    ['usd', 'krw', 770n],
    ['jpy', 'jpy', 50n],
    ['jpy', 'usd', 50n],
    ['huf', 'huf', 17_500n],
    ['huf', 'usd', 55n],
    ['gbp', 'gbp', 30n],
  ])('in %s are for %s %s', (settlement, code, least) => {
    expect(minimum(settlement, code)).toBe(least)
  })

  it('are whole steps of every currency and never below Stripe’s table', () => {
    for (const settlement of ['usd', 'gbp', 'jpy', 'kwd', 'isk'])
      for (const [code, { minimumMinor }] of settledIn(settlement)) {
        expect(minimumMinor % currencyInfo(code).step).toBe(0n)
        expect(minimumMinor).toBeGreaterThanOrEqual(currencyInfo(code).minimumMinor)
      }
  })

  it('leave a newsroom’s higher minimum and its maximum as they are', () => {
    const inr = currencyNamed('inr')
    const own = new Map([[inr, { minimumMinor: 20_000n, maximumMinor: 50_000n }]])
    expect(limitsSettledIn(own, currencyNamed('usd'))).toEqual(own)
    const low = new Map([[inr, { minimumMinor: 100n, maximumMinor: 400n }]])
    expect(limitsSettledIn(low, currencyNamed('usd')).get(inr)).toEqual({
      minimumMinor: 400n,
      maximumMinor: 400n,
    })
  })
})

it('a refused amount raises the smallest amount above it, again and again', () => {
  const inr = currencyNamed('inr')
  let limits = limitsAboveRefused(inr, { minimumMinor: 50n, maximumMinor: 100_000n }, 50n)
  expect(limits.minimumMinor).toBe(5400n)
  limits = limitsAboveRefused(inr, limits, 5400n)
  expect(limits.minimumMinor).toBe(6800n)
})
