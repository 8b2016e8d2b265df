import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dayAway } from '../../src/calendar/days.ts'
import {
  fiscalYearsBetween,
  grains,
  nextStart,
  periodsBetween,
  signedPeriodsBetween,
  startsIn,
  type Grain,
  type SignedRange,
} from '../../src/reports/totals/periods.ts'

const range = fc
  .tuple(fc.integer({ min: 0, max: 2_000 }), fc.integer({ min: 0, max: 1_500 }))
  .map(([start, more]) => ({ from: dayAway('2023-01-01', start), to: dayAway('2023-01-01', start + more) }))
const lengths: readonly (readonly Grain[])[] = [
  grains,
  ['day', 'month', 'quarter'],
  ['day', 'month'],
  ['day'],
]

/** How often each day is counted. */
function daysOf(ranges: readonly SignedRange[]): Map<string, number> {
  const days = new Map<string, number>()
  for (const part of ranges)
    for (const start of startsIn(part))
      for (let day = start; day < nextStart(start, part.grain); day = dayAway(day, 1))
        days.set(day, (days.get(day) ?? 0) + part.sign)
  return new Map([...days].filter(([, count]) => count !== 0).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
const shown = (ranges: readonly SignedRange[]) =>
  ranges.flatMap((part) =>
    startsIn(part).map((start) => `${part.sign === 1 ? '+' : '-'}${part.grain} ${start}`),
  )

describe('the kept periods of a range of days', () => {
  it('hold each of its days once and no other', () => {
    fc.assert(
      fc.property(range, fc.constantFrom(...lengths), ({ from, to }, allowed) => {
        const each = new Map<string, number>()
        for (let day = from; day <= to; day = dayAway(day, 1)) each.set(day, 1)
        expect(daysOf(signedPeriodsBetween(from, to, allowed))).toEqual(each)
        const added = periodsBetween(from, to, allowed).map((part) => ({ ...part, sign: 1 as const }))
        expect(daysOf(added)).toEqual(each)
      }),
    )
  })

  it('are few: half a month of days and three longer periods at either end, and the years between', () => {
    fc.assert(
      fc.property(range, ({ from, to }) => {
        const parts = shown(signedPeriodsBetween(from, to))
        const days = parts.filter((part) => part.slice(1).startsWith('day'))
        const years = Number(to.slice(0, 4)) - Number(from.slice(0, 4))
        expect(days.length).toBeLessThanOrEqual(2 * 16)
        expect(parts.length - days.length).toBeLessThanOrEqual(years + 2 * 4)
      }),
    )
  })

  it.for([
    ['2025-01-01', '2025-11-30', ['+year 2025-01-01', '-month 2025-12-01']],
    ['2025-02-01', '2025-12-31', ['+year 2025-01-01', '-month 2025-01-01']],
    [
      '2026-10-01',
      '2026-10-28',
      ['+month 2026-10-01', '-day 2026-10-29', '-day 2026-10-30', '-day 2026-10-31'],
    ],
    [
      '2025-07-01',
      '2026-06-30',
      ['+quarter 2025-07-01', '+quarter 2025-10-01', '+quarter 2026-01-01', '+quarter 2026-04-01'],
    ],
    ['2026-01-31', '2026-02-01', ['+day 2026-01-31', '+day 2026-02-01']],
  ] as const)('of %s to %s are %s', ([from, to, expected]) => {
    expect(shown(signedPeriodsBetween(from, to))).toEqual(expected)
  })
})

describe('the fiscal years of a range of days', () => {
  it('hold each of its days of which anything is kept, and no other', () => {
    const days = (from: string, to: string, kept: { readonly from: string; readonly to: string }) => {
      const [first, last] = [from > kept.from ? from : kept.from, to < kept.to ? to : kept.to]
      return first > last ? null : `${first} ${last}`
    }
    const years = fc.record({
      starts: fc.integer({ min: 2, max: 12 }),
      first: fc.integer({ min: 2022, max: 2026 }),
    })
    fc.assert(
      fc.property(
        range,
        years,
        fc.integer({ min: 0, max: 2 }),
        fc.boolean(),
        (kept, { starts, first }, more, isWhole) => {
          const from = `${first}-${String(starts).padStart(2, '0')}-01`
          const to = dayAway(nextStart(`${first + more}${from.slice(4)}`, 'year'), isWhole ? -1 : -2)
          const found = fiscalYearsBetween({ from, to }, kept, starts)
          const asked = days(from, to, kept)
          const end = found && dayAway(nextStart(found.at(-1) ?? '', 'year'), -1)
          const held = found && end ? days(found[0] ?? '', end, kept) : null
          // Where a day is missing, there may be none.
          expect([asked, ...(isWhole ? [] : [null])]).toContain(held)
        },
      ),
    )
  })
})
