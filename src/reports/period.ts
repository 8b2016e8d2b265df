import {
  dayAway,
  dayCount,
  firstOfMonth,
  lastOfMonth,
  mondayOf,
  monthsAway,
  type Days,
} from '../calendar/days.ts'

/** The periods that can be chosen by name. Those that are still running end today. */
export const presets = [
  'this_month',
  'last_month',
  'this_quarter',
  'last_quarter',
  'fiscal_year',
  'last_fiscal_year',
  'this_year',
  'last_year',
  'last_12_months',
] as const
export type Preset = (typeof presets)[number]

/**
 * The days of a named period.
 * @param fiscalYearStarts the month, 1 to 12, in which the newsroom's fiscal year starts
 */
export function daysOfPreset(preset: Preset, today: string, fiscalYearStarts: number): Days {
  const month = firstOfMonth(today)
  const quarter = startOfYearOrQuarter(today, 3, 1)
  const year = startOfYearOrQuarter(today, 12, 1)
  const fiscalYear = startOfYearOrQuarter(today, 12, fiscalYearStarts)
  const before = (start: string, months: number): Days => ({
    from: monthsAway(start, -months),
    to: dayAway(start, -1),
  })
  switch (preset) {
    case 'this_month':
      return { from: month, to: today }
    case 'last_month':
      return before(month, 1)
    case 'this_quarter':
      return { from: quarter, to: today }
    case 'last_quarter':
      return before(quarter, 3)
    case 'fiscal_year':
      return { from: fiscalYear, to: today }
    case 'last_fiscal_year':
      return before(fiscalYear, 12)
    case 'this_year':
      return { from: year, to: today }
    case 'last_year':
      return before(year, 12)
    case 'last_12_months':
      return { from: monthsAway(dayAway(today, 1), -12), to: today }
  }
}

/** The first day of the span of 3 or 12 months that the day lies in, when such spans start in the given month. */
function startOfYearOrQuarter(day: string, months: 3 | 12, startsIn: number): string {
  const month = Number(day.slice(5, 7))
  return monthsAway(firstOfMonth(day), -((month - startsIn + 12) % months))
}

/** With what a period is compared: what came before it, or the same days of the year before. */
export const comparisons = ['before', 'year_before'] as const
export type Comparison = (typeof comparisons)[number]

/** @param preset the name of the days, if they have one: a running quarter is compared with the start of the last one */
export function comparedDays(days: Days, comparison: Comparison, preset: Preset | null = null): Days {
  if (comparison === 'year_before') return monthsEarlier(days, 12)
  const running = preset === null ? undefined : MONTHS_OF_RUNNING[preset]
  return running === undefined ? daysBefore(days) : monthsEarlier(days, running)
}

const MONTHS_OF_RUNNING: { readonly [Name in Preset]?: number } = {
  this_month: 1,
  this_quarter: 3,
  fiscal_year: 12,
  this_year: 12,
}

/**
 * Whole months are compared with as many whole months, the days of a running month with the same days of the month before,
 * and any other days with as many days.
 */
function daysBefore(days: Days): Days {
  const { from, to } = days
  const months = monthsTouched(days)
  for (const whole of [months - 1, months])
    if (whole > 0 && monthsAway(from, whole) === dayAway(to, 1))
      return { from: monthsAway(from, -whole), to: dayAway(from, -1) }
  if (from === firstOfMonth(from)) return monthsEarlier(days, months)
  return { from: dayAway(from, -dayCount(days)), to: dayAway(from, -1) }
}

/** The last day of a month stays one: the end of February is compared with the end of January. */
function monthsEarlier({ from, to }: Days, months: number): Days {
  const end = monthsAway(to, -months)
  return { from: monthsAway(from, -months), to: to === lastOfMonth(to) ? lastOfMonth(end) : end }
}

function monthsTouched({ from, to }: Days): number {
  const months = (day: string) => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7))
  return months(to) - months(from) + 1
}

/** The lengths of the bars of a chart over time. */
export const chartGrains = ['day', 'week', 'month', 'year'] as const
export type ChartGrain = (typeof chartGrains)[number]

const MOST_BARS = 62

/** The lengths with which a chart of these days has no more bars than can be distinguished; years always do. */
export function fittingGrains(days: Days): ChartGrain[] {
  const fits: Readonly<Record<ChartGrain, boolean>> = {
    day: dayCount(days) <= MOST_BARS,
    week: dayCount(days) > 14 && dayCount(days) / 7 <= MOST_BARS - 1,
    month: dayCount(days) > 31 && monthsTouched(days) <= MOST_BARS,
    year: dayCount(days) > 366,
  }
  const fitting = chartGrains.filter((grain) => fits[grain])
  return fitting.length > 0 ? fitting : ['year']
}

/** The finest length that reads well: some thirty bars. */
export function usualGrain(days: Days): ChartGrain {
  if (dayCount(days) <= 31) return 'day'
  const fitting = fittingGrains(days)
  if (dayCount(days) <= 184 && fitting.includes('week')) return 'week'
  return fitting.includes('month') ? 'month' : 'year'
}

/** The first day of the bar that a day belongs to. */
export function barOf(day: string, grain: ChartGrain): string {
  switch (grain) {
    case 'day':
      return day
    case 'week':
      return mondayOf(day)
    case 'month':
      return firstOfMonth(day)
    case 'year':
      return `${day.slice(0, 4)}-01-01`
  }
}

/** The first days of all bars of a chart of these days, in order. */
export function barsOf(days: Days, grain: ChartGrain): string[] {
  const bars: string[] = []
  // What follows the calendar's last bar is its last day, which begins no further one.
  const begins = (bar: string) => bar === barOf(bar, grain) && bar !== bars.at(-1)
  for (let bar = barOf(days.from, grain); bar <= days.to && begins(bar); bar = barAfter(bar, grain))
    bars.push(bar)
  return bars
}

function barAfter(bar: string, grain: ChartGrain): string {
  if (grain === 'day' || grain === 'week') return dayAway(bar, grain === 'day' ? 1 : 7)
  return monthsAway(bar, grain === 'month' ? 1 : 12)
}
