import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { dayAway, dayCount, firstOfMonth, lastOfMonth, monthsAway } from '../../src/calendar/days.ts'
import {
  barOf,
  barsOf,
  chartGrains,
  comparedDays,
  comparisons,
  daysOfPreset,
  fittingGrains,
  presets,
  usualGrain,
} from '../../src/reports/period.ts'
import { startsIn } from '../../src/reports/totals/periods.ts'

const day = fc.integer({ min: 0, max: 12_000 }).map((days) => dayAway('2000-01-01', days))
const days = fc
  .tuple(day, fc.integer({ min: 0, max: 2_000 }))
  .map(([from, more]) => ({ from, to: dayAway(from, more) }))

describe('a named period', () => {
  test.for([
    ['this_month', '2026-05-01', '2026-05-14'],
    ['last_month', '2026-04-01', '2026-04-30'],
    ['this_quarter', '2026-04-01', '2026-05-14'],
    ['last_quarter', '2026-01-01', '2026-03-31'],
    ['fiscal_year', '2025-07-01', '2026-05-14'],
    ['last_fiscal_year', '2024-07-01', '2025-06-30'],
    ['this_year', '2026-01-01', '2026-05-14'],
    ['last_year', '2025-01-01', '2025-12-31'],
    ['last_12_months', '2025-05-15', '2026-05-14'],
  ] as const)('%s is %s to %s on 14 May 2026, with fiscal years from July', ([preset, from, to]) => {
    expect(daysOfPreset(preset, '2026-05-14', 7)).toEqual({ from, to })
  })

  it('never lies in the future, and is in order', () => {
    fc.assert(
      fc.property(
        day,
        fc.constantFrom(...presets),
        fc.integer({ min: 1, max: 12 }),
        (today, preset, starts) => {
          const { from, to } = daysOfPreset(preset, today, starts)
          expect(from <= to && to <= today).toBe(true)
          expect(preset !== 'fiscal_year' || Number(from.slice(5, 7)) === starts).toBe(true)
        },
      ),
    )
  })
})

describe('the days that a period is compared with', () => {
  test.for([
    ['a whole month', '2026-03-01', '2026-03-31', '2026-02-01', '2026-02-28'],
    ['February', '2026-02-01', '2026-02-28', '2026-01-01', '2026-01-31'],
    ['a running month', '2026-03-01', '2026-03-14', '2026-02-01', '2026-02-14'],
    ['a running month longer than the one before', '2026-03-01', '2026-03-30', '2026-02-01', '2026-02-28'],
    ['a quarter', '2026-04-01', '2026-06-30', '2026-01-01', '2026-03-31'],
    ['a year', '2026-01-01', '2026-12-31', '2025-01-01', '2025-12-31'],
    ['twelve months', '2025-05-15', '2026-05-14', '2024-05-15', '2025-05-14'],
    ['a week', '2026-03-09', '2026-03-15', '2026-03-02', '2026-03-08'],
    ['one day', '2026-03-09', '2026-03-09', '2026-03-08', '2026-03-08'],
  ] as const)('are those before %s', ([, from, to, fromBefore, toBefore]) => {
    expect(comparedDays({ from, to }, 'before')).toEqual({ from: fromBefore, to: toBefore })
  })

  it('of a running quarter and a running year are those of the last one up to the same day', () => {
    const quarter = daysOfPreset('this_quarter', '2026-05-14', 1)
    expect(comparedDays(quarter, 'before', 'this_quarter')).toEqual({ from: '2026-01-01', to: '2026-02-14' })
    const year = daysOfPreset('fiscal_year', '2026-05-14', 7)
    expect(comparedDays(year, 'before', 'fiscal_year')).toEqual({ from: '2024-07-01', to: '2025-05-14' })
  })

  it('are the same days of the year before, and the end of February stays one', () => {
    const compared = (from: string, to: string) => comparedDays({ from, to }, 'year_before')
    expect(compared('2026-03-01', '2026-03-14')).toEqual({ from: '2025-03-01', to: '2025-03-14' })
    expect(compared('2025-02-01', '2025-02-28')).toEqual({ from: '2024-02-01', to: '2024-02-29' })
    expect(compared('2024-02-29', '2024-02-29')).toEqual({ from: '2023-02-28', to: '2023-02-28' })
  })

  it('end before the period does, are in order, and are about as many', () => {
    fc.assert(
      fc.property(days, fc.constantFrom(...comparisons), (period, comparison) => {
        const before = comparedDays(period, comparison)
        expect(before.from <= before.to).toBe(true)
        expect(before.from < period.from && before.to < period.to).toBe(true)
        expect(comparison === 'year_before' || before.to < period.from).toBe(true)
        expect(Math.abs(dayCount(before) - dayCount(period))).toBeLessThanOrEqual(4)
      }),
    )
  })
})

describe('the bars of a chart', () => {
  it('cover every day of the period once, and are few enough to tell apart', () => {
    fc.assert(
      fc.property(days, (period) => {
        const fitting = fittingGrains(period)
        expect(fitting).toContain(usualGrain(period))
        for (const grain of fitting) {
          const bars = barsOf(period, grain)
          expect(bars.length).toBeLessThanOrEqual(62)
          expect(bars).toEqual([...new Set(bars)].toSorted())
          expect(bars[0]).toBe(barOf(period.from, grain))
          expect(bars.at(-1)).toBe(barOf(period.to, grain))
        }
      }),
    )
  })

  it('of a longer kind start where a shorter one does', () => {
    fc.assert(
      fc.property(day, fc.constantFrom(...chartGrains), (one, grain) => {
        const bar = barOf(one, grain)
        expect(bar <= one && barOf(bar, grain) === bar).toBe(true)
      }),
    )
  })
})

describe('days of the calendar', () => {
  it('keep the day of the month as far as the month has it', () => {
    expect(monthsAway('2026-01-31', 1)).toBe('2026-02-28')
    expect(monthsAway('2024-01-31', 1)).toBe('2024-02-29')
    expect(monthsAway('2026-01-15', -13)).toBe('2024-12-15')
    fc.assert(
      fc.property(day, fc.integer({ min: -40, max: 40 }), (one, months) => {
        const moved = monthsAway(one, months)
        expect(moved.slice(8) === one.slice(8) || moved === lastOfMonth(moved)).toBe(true)
        expect(monthsAway(firstOfMonth(moved), -months)).toBe(firstOfMonth(one))
      }),
    )
  })
})

test('the first and the last days of the calendar have bars and a period before them, and no day beyond', () => {
  const last = { from: '9999-12-01', to: '9999-12-31' }
  expect(barsOf(last, 'day')).toHaveLength(31)
  expect(barsOf(last, 'week').at(-1)).toBe('9999-12-27')
  expect(barsOf({ from: '9999-01-01', to: '9999-12-31' }, 'month').slice(0, 12)).toContain('9999-12-01')
  expect(startsIn({ grain: 'day', first: '9999-12-30', last: '9999-12-31' })).toEqual([
    '9999-12-30',
    '9999-12-31',
  ])
  expect(startsIn({ grain: 'month', first: '9999-11-01', last: '9999-12-01' })).toHaveLength(2)
  expect(comparedDays({ from: '0001-01-01', to: '2026-01-01' }, 'before', null)).toEqual({
    from: '0001-01-01',
    to: '0001-01-01',
  })
})
