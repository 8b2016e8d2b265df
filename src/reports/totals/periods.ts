import { dayAway, dayCount, firstOfMonth, monthsAway, type Days } from '../../calendar/days.ts'

/** The periods for which sums are kept. Calendar periods: a fiscal year is a union of months and quarters, but for donors. */
export const grains = ['day', 'month', 'quarter', 'year'] as const
export type Grain = (typeof grains)[number]

/** Kept periods of one length, from the one that starts on `first` to the one that starts on `last`. */
export type PeriodRange = { readonly grain: Grain; readonly first: string; readonly last: string }

/** Periods whose sums are added, or taken off again where a longer one holds too much. */
export type SignedRange = PeriodRange & { readonly sign: 1 | -1 }

/** The lengths up to one, from the shortest on. */
export const grainsUpTo = (longest: Grain): readonly Grain[] => grains.slice(0, grains.indexOf(longest) + 1)

/**
 * The fewest kept periods that a range is read as. Nothing is booked before the first kept day or after the last one, so
 * a range that reaches them is as good as one of whole periods: that of a year that still runs is the year.
 * @param kept the first and the last day of which there are sums
 * @param between how days are split into periods
 * @returns null when nothing is kept of the range
 */
export function keptPeriods<Range extends PeriodRange>(
  query: Days,
  kept: Days | null,
  between: (from: string, to: string, allowed: readonly Grain[]) => Range[],
  allowed: readonly Grain[] = grains,
): { readonly from: string; readonly ranges: readonly Range[] } | null {
  if (kept === null || query.to < kept.from || query.from > kept.to) return null
  const ends = <Day>(isOpen: boolean, day: Day, of: (grain: Grain) => Day) =>
    isOpen ? allowed.map(of).toReversed() : [day]
  const starts = ends(query.from <= kept.from, query.from, (grain) => startIn(kept.from, grain))
  const lasts = ends(query.to >= kept.to, query.to, (grain) =>
    dayBefore(nextStart(startIn(kept.to, grain), grain)),
  )
  const choices = starts.flatMap((from) => lasts.map((to) => ({ from, ranges: between(from, to, allowed) })))
  return choices.reduce((best, one) => (countOf(one.ranges) < countOf(best.ranges) ? one : best))
}

const startIn = (day: string, grain: Grain) => (grain === 'day' ? day : startOf(day, grain))

const MONTHS = { month: 1, quarter: 3, year: 12 } as const
type Long = keyof typeof MONTHS

/**
 * The few kept periods that make up the days from `from` to `to`, both included: years in the middle, then quarters,
 * months and days towards both ends.
 * @param allowed the lengths that do: a report by month has no use for the sums of years
 */
export function periodsBetween(from: string, to: string, allowed: readonly Grain[] = grains): PeriodRange[] {
  if (from > to) return []
  const grain = longestOf(allowed)
  if (grain === 'day') return [{ grain, first: from, last: to }]
  const shorter = allowed.filter((one) => one !== grain)
  const whole = wholePeriods(from, to, grain)
  if (!whole) return periodsBetween(from, to, shorter)
  const { first, last, end } = whole
  return [
    ...periodsBetween(from, dayBefore(first), shorter),
    { grain, first, last },
    ...periodsBetween(end, to, shorter),
  ]
}

/**
 * The fewest kept periods whose sums, added and taken off, are those of the days from `from` to `to`. Eleven months are
 * a year less a month, so that a sum over stories reads few rows for each: of any days, at most half a month of days at
 * either end, and of whole months no more than two or three periods of a year that is not whole.
 */
export function signedPeriodsBetween(
  from: string,
  to: string,
  allowed: readonly Grain[] = grains,
): SignedRange[] {
  if (from > to) return []
  const grain = longestOf(allowed)
  if (grain === 'day') return [{ grain, first: from, last: to, sign: 1 }]
  const shorter = allowed.filter((one) => one !== grain)
  const whole = wholePeriods(from, to, grain)
  if (whole) {
    const { first, last, end } = whole
    return [
      ...partOfOne(from, dayBefore(first), grain, shorter),
      { grain, first, last, sign: 1 },
      ...partOfOne(end, to, grain, shorter),
    ]
  }
  const next = nextStart(startOf(from, grain), grain)
  if (next > to) return partOfOne(from, to, grain, shorter)
  return [...partOfOne(from, dayBefore(next), grain, shorter), ...partOfOne(next, to, grain, shorter)]
}

/** Days within one period: shorter periods put together, or the whole period without its other days. */
function partOfOne(from: string, to: string, grain: Long, shorter: readonly Grain[]): SignedRange[] {
  if (from > to) return []
  const start = startOf(from, grain)
  const others = [
    ...signedPeriodsBetween(start, dayBefore(from), shorter),
    ...signedPeriodsBetween(dayAfter(to), dayBefore(nextStart(start, grain)), shorter),
  ]
  const together = signedPeriodsBetween(from, to, shorter)
  if (countOf(together) <= 1 + countOf(others)) return together
  const without = others.map((range): SignedRange => ({ ...range, sign: range.sign === 1 ? -1 : 1 }))
  return [{ grain, first: start, last: start, sign: 1 }, ...without]
}

/** How many periods there are. Ways to split a range are compared by it, so none of them is listed. */
function countOf(ranges: readonly PeriodRange[]): number {
  return ranges.reduce((count, range) => count + lengthOf(range), 0)
}

function lengthOf({ grain, first, last }: PeriodRange): number {
  if (grain === 'day') return dayCount({ from: first, to: last })
  return (monthNumber(last) - monthNumber(first)) / MONTHS[grain] + 1
}

const monthNumber = (day: string) => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7))

function longestOf(allowed: readonly Grain[]): Grain {
  return grains.findLast((grain) => allowed.includes(grain)) ?? 'day'
}

/** The first and last whole period of the days, and the day after them; null without one. */
function wholePeriods(from: string, to: string, grain: Long) {
  const start = startOf(from, grain)
  const first = start === from ? start : nextStart(start, grain)
  // The last whole period ends on `to` or before it, so the period of the day after `to` is not whole.
  const end = startOf(dayAfter(to), grain)
  return first < end ? { first, last: startOf(dayBefore(end), grain), end } : null
}

/** The first day of each period of a range. */
export function startsIn({ grain, first, last }: PeriodRange): string[] {
  const starts: string[] = []
  // After the last day of the calendar no other day comes.
  for (let start = first; start <= last && start !== starts.at(-1); start = nextStart(start, grain))
    starts.push(start)
  return starts
}

/** The first day of the period after the one that starts on a day. */
export function nextStart(start: string, grain: Grain): string {
  if (grain === 'day') return dayAfter(start)
  return monthsAway(start, MONTHS[grain])
}

/** The first day of the period that a day lies in. */
export function startOf(day: string, grain: Long): string {
  const [year = '', month = ''] = day.split('-')
  const first = Number(month) - ((Number(month) - 1) % MONTHS[grain])
  return `${year}-${String(first).padStart(2, '0')}-01`
}

/** The first day of the fiscal year that a day lies in. @param starts the month, 1 to 12, in which fiscal years start */
export function fiscalYearOf(day: string, starts: number): string {
  return monthsAway(firstOfMonth(day), -((Number(day.slice(5, 7)) - starts + 12) % 12))
}

/**
 * The fiscal years, by their first days, that make up a range as far as anything is kept of it: a fiscal year that still
 * runs is whole. Null where days are missing or left over.
 */
export function fiscalYearsBetween(query: Days, kept: Days, starts: number): string[] | null {
  const [from, to] = [laterOf(query.from, kept.from), earlierOf(query.to, kept.to)]
  if (from > to) return null
  const first = fiscalYearOf(from, starts)
  const last = fiscalYearOf(to, starts)
  const end = dayBefore(nextStart(last, 'year'))
  if (laterOf(first, kept.from) !== from || earlierOf(end, kept.to) !== to) return null
  return startsIn({ grain: 'year', first, last })
}

const laterOf = (a: string, b: string) => (a > b ? a : b)
const earlierOf = (a: string, b: string) => (a < b ? a : b)
const dayAfter = (day: string) => dayAway(day, 1)
const dayBefore = (day: string) => dayAway(day, -1)
