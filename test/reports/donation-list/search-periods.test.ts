import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { orders } from '../../../src/reports/donation-list/donation-search.ts'
import {
  dayNumber,
  isBetterAtOnce,
  searchWindows,
  startOfDay,
} from '../../../src/reports/donation-list/search-periods.ts'

/** From the year 1 to the year 9999. */
const day = fc.integer({ min: -719_162, max: 2_932_896 })
const lengths = fc.integer({ min: 1, max: 3 })
const days = fc.oneof(
  fc.tuple(day, fc.integer({ min: 0, max: 12_000 })).map(([first, more]) => ({ first, last: first + more })),
  fc.tuple(day, day).map(([a, b]) => ({ first: Math.min(a, b), last: Math.max(a, b) })),
)

/** As the database numbers the periods of a day. */
const periodsOfDay = (number: number) =>
  Array.from({ length: 6 }, (_, level) => level * 10_000_000 + Math.floor(number / 4 ** level))

test('the windows hold every day once, one after the other, in at most four periods of each length', () => {
  fc.assert(
    fc.property(days, fc.constantFrom(...orders), lengths, ({ first, last }, order, count) => {
      const windows = Array.from(searchWindows({ first, last }, order, count))
      const oldestFirst = order === 'asc' ? windows : windows.toReversed()
      let next = first
      for (const window of oldestFirst) {
        expect(window.first).toBe(next)
        expect(window.last).toBeGreaterThanOrEqual(window.first)
        expect(window.periods.length).toBeLessThanOrEqual(4 * (window === windows[0] ? count : 1))
        next = window.last + 1
      }
      expect(next).toBe(last + 1)
    }),
  )
})

test('every day of a window lies in exactly one of its periods', () => {
  fc.assert(
    fc.property(
      days,
      fc.constantFrom(...orders),
      lengths,
      fc.double({ min: 0, max: 1, noNaN: true }),
      (range, order, count, part) => {
        for (const { first, last, periods } of searchWindows(range, order, count)) {
          const number = first + Math.floor(part * (last - first))
          expect(periodsOfDay(number).filter((period) => periods.includes(period))).toHaveLength(1)
        }
      },
    ),
  )
})

test('no period of one length has the number of another', () => {
  fc.assert(
    fc.property(day, day, (one, other) => {
      const [ones, others] = [periodsOfDay(one), periodsOfDay(other)]
      ones.forEach((period, level) => {
        expect(others.indexOf(period)).toBe(others[level] === period ? level : -1)
      })
    }),
  )
})

test('windows grow with their distance, so that a few of them reach back for years', () => {
  const [first, last] = [dayNumber('2009-01-01'), dayNumber('2026-03-31')]
  const windows = Array.from(searchWindows({ first, last }, 'desc', 1))
  expect(windows.length).toBeLessThanOrEqual(16)
  expect(windows[0]?.periods.length).toBeLessThanOrEqual(4)
  expect(Array.from(searchWindows({ first: last, last: first }, 'desc', 1))).toEqual([])
  expect(startOfDay(last).toISOString()).toBe('2026-03-31T00:00:00.000Z')
})

test('all texts are looked through at once where most days are needed, after enough of them', () => {
  const part = { searched: 64, left: 1_000, all: 1_064, wanted: 51 }
  expect(isBetterAtOnce({ ...part, found: 0 })).toBe(true)
  expect(isBetterAtOnce({ ...part, found: 4 })).toBe(true)
  // The next window is likely to fill the page.
  expect(isBetterAtOnce({ ...part, found: 25 })).toBe(false)
  // So few days show too little of how many gifts have the words.
  expect(isBetterAtOnce({ ...part, searched: 1, found: 0 })).toBe(false)
  // A month is looked up by its periods, and not in all years.
  expect(isBetterAtOnce({ ...part, searched: 4, left: 27, found: 0 })).toBe(false)
})
