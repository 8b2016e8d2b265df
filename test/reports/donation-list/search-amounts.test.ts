import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { orders } from '../../../src/reports/donation-list/donation-search.ts'
import {
  amountRanges,
  holdsAmount,
  takesManyRanges,
} from '../../../src/reports/donation-list/search-amounts.ts'

const minor = fc.oneof(
  fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }),
  fc.bigInt({ min: 1n, max: 1_000_000n }),
  fc.constantFrom(1n, 2n, 5n, 10n, 500n, 1_000n, 5n * 10n ** 15n),
)
const amounts = fc.uniqueArray(
  fc.record({ currency: fc.constantFrom('aed', 'eur', 'usd', 'zmw'), one: minor, other: minor }),
  { minLength: 1, selector: ({ currency }) => currency },
)
const extent = ({
  currency,
  one,
  other,
}: {
  readonly currency: string
  readonly one: bigint
  readonly other: bigint
}) => ({ currency, least: one < other ? one : other, most: one < other ? other : one })

const pairs = <T>(list: readonly T[]): [T, T][] =>
  list
    .slice(1)
    .flatMap((after, index) => list.slice(index, index + 1).map((before): [T, T] => [before, after]))

test('every amount lies in exactly one range, and the ranges are in the order of the list', () => {
  fc.assert(
    fc.property(amounts, fc.constantFrom(...orders), (given, order) => {
      const sorted = given.map(extent).toSorted((a, b) => (a.currency < b.currency ? -1 : 1))
      const ranges = amountRanges(sorted, order)
      for (const { currency, one, other } of given)
        for (const amount of [one, other])
          expect(ranges.filter((range) => holdsAmount(range, { currency, minor: amount }))).toHaveLength(1)
      const ascending = order === 'asc' ? ranges : ranges.toReversed()
      for (const [before, after] of pairs(ascending)) {
        expect(after.number).toBeGreaterThan(before.number)
        expect([before.currency < after.currency, before.below === after.least]).toContain(true)
        expect(before.currency <= after.currency).toBe(true)
      }
    }),
  )
})

test('currencies stay in the order in which the database sorts them', () => {
  const czech = ['czk', 'huf', 'chf', 'usd'].map((currency) => ({ currency, least: 100n, most: 150n }))
  const currencies = (order: (typeof orders)[number]) =>
    amountRanges(czech, order).map(({ currency }) => currency)
  expect(currencies('asc')).toEqual(['czk', 'huf', 'chf', 'usd'])
  expect(currencies('desc')).toEqual(['usd', 'chf', 'huf', 'czk'])
})

test('all texts are looked up at once where the ranges before show that a page takes many more', () => {
  const wanted = 51
  expect(takesManyRanges({ searched: 0, found: 0, wanted })).toBe(false)
  expect(takesManyRanges({ searched: 1, found: 30, wanted })).toBe(false)
  expect(takesManyRanges({ searched: 1, found: 2, wanted })).toBe(true)
  expect(takesManyRanges({ searched: 3, found: 40, wanted })).toBe(false)
})
