import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { daysOf, monthOf, neighbour, parseMonth, wholeMonth } from '../../src/calendar/month.ts'

const months = fc
  .record({ year: fc.integer({ min: 1001, max: 9998 }), month: fc.integer({ min: 1, max: 12 }) })
  .map(({ year, month }) => monthOf(`${year}-${String(month).padStart(2, '0')}-15`))

test('ends a month on the day before the next month begins', () => {
  fc.assert(
    fc.property(months, (month) => {
      const { from, to } = daysOf(month)
      const next = daysOf(neighbour(month, 1))
      expect(Date.parse(next.from) - Date.parse(to)).toBe(86_400_000)
      expect([monthOf(from), monthOf(to)]).toEqual([month, month])
    }),
  )
  expect(daysOf(monthOf('2028-02-10')).to).toBe('2028-02-29')
})

test('returns to the same month after as many months forward as back', () => {
  fc.assert(
    fc.property(months, fc.integer({ min: -12, max: 12 }), (month, by) => {
      expect(neighbour(neighbour(month, by), -by)).toBe(month)
    }),
  )
  expect(neighbour(monthOf('2026-01-31'), -1)).toBe('2025-12')
})

test('refuses a text that is not a month', () => {
  expect(['2026-00', '2026-13', '2026-1', '0026-01', '9999-12', '2026-01-01', ''].map(parseMonth)).toEqual(
    Array.from({ length: 7 }, () => null),
  )
  expect(daysOf(monthOf('9998-12-01')).to).toBe('9998-12-31')
})

test.each([
  ['2026-02-01', '2026-02-28', '2026-02'],
  ['2026-02-01', '2026-02-27', null],
  ['2026-02-02', '2026-02-28', null],
  ['0001-01-01', '0001-01-31', null],
  ['9999-12-01', '9999-12-31', null],
])('the days from %s to %s are the month %s', (from, to, month) => {
  expect(wholeMonth({ from, to })).toBe(month)
})
