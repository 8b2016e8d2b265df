import type { Order } from './donation-search.ts'

/*
 * Which gifts a search looks through first. The kept text of a gift names the periods that the gift lies in, and one index has
 * them beside the words. So PostgreSQL reads nothing of other periods: a page is looked for in the newest days, and then in
 * longer and longer periods, as far as it takes to fill it. What that costs depends on how many gifts have the words, and not on
 * how many gifts there are. Of words that hardly any gift has, the older years are looked up at once.
 */

/** Periods of 1, 4, 16, 64, 256 and 1,024 days. Each level has a range of numbers of its own, so that one array holds them all. */
const LEVELS = 6
/** More than the days from 1970 to the year 9999. */
const NUMBERS_OF_A_LEVEL = 10_000_000

const daysOf = (level: number) => 4 ** level

/** The numbers of the periods that a moment lies in, as SQL: `int[]`. @param moment SQL of a `timestamptz` */
export const periodsOfSql = (moment: string) => `array(
  select level * ${NUMBERS_OF_A_LEVEL} + (${dayNumberSql(moment)} >> 2 * level) from generate_series(0, ${LEVELS - 1}) as level)`

/** The day of a moment in UTC, counted from 1970-01-01, as SQL. @param moment SQL of a `timestamptz` */
export const dayNumberSql = (moment: string) => `((${moment} at time zone 'UTC')::date - date '1970-01-01')`

/** Days in UTC, counted from 1970-01-01, the first and the last one included. */
export type NumberedDays = { readonly first: number; readonly last: number }

/** The number of a day such as `2026-01-31`. */
export const dayNumber = (day: string): number => Math.floor(Date.parse(`${day}T00:00:00Z`) / DAY_MS)

/** The first moment of a day. */
export const startOfDay = (day: number): Date => new Date(day * DAY_MS)

const DAY_MS = 86_400_000

/** Days that are searched together, and the few periods that hold them all. Periods at the ends may hold further days. */
export type SearchWindow = NumberedDays & { readonly periods: readonly number[] }

/**
 * The days in windows that follow upon each other, from the newest day on (`desc`) or from the oldest (`asc`). They have periods of
 * one length after the other, at most four of each, up to where a period of the next length begins; the longer ones one by one.
 * @param lengths of how many lengths the first window has periods
 */
export function* searchWindows(
  { first, last }: NumberedDays,
  order: Order,
  lengths: number,
): Generator<SearchWindow> {
  const isDesc = order === 'desc'
  let left: NumberedDays = { first, last }
  for (let level = 0; left.first <= left.last;) {
    const before = left
    const periods: number[] = []
    const next = level === 0 ? lengths : level + 1
    const length = Math.min(level, LEVELS - 1)
    for (; level < next && left.first <= left.last; level += 1) {
      const part = nextPart(left, Math.min(level, LEVELS - 1), isDesc)
      periods.push(...part.periods)
      left = isDesc ? { first, last: part.first - 1 } : { first: part.last + 1, last }
    }
    const window = isDesc
      ? { first: left.last + 1, last: before.last, periods }
      : { first: before.first, last: left.first - 1, periods }
    if (length < LONG) yield window
    else yield* onePeriodEach(window, length, isDesc)
  }
}

/** From 64 days on: a page that fills soon needs no 256 days. */
const LONG = 3

function onePeriodEach(
  { first, last, periods }: SearchWindow,
  level: number,
  isDesc: boolean,
): SearchWindow[] {
  const newestFirst = periods.map((period) => {
    const start = (period - level * NUMBERS_OF_A_LEVEL) * daysOf(level)
    return {
      first: Math.max(first, start),
      last: Math.min(last, start + daysOf(level) - 1),
      periods: [period],
    }
  })
  return isDesc ? newestFirst : newestFirst.toReversed()
}

/** How many times as much as a look-up in all texts one by periods costs for the same days, as measured at five million gifts. */
const COST_OF_PERIODS = 2.5
/** Days say how many gifts have the words of so many times as many days. */
const TELLING_FOR = 80

/**
 * Whether the days that are left are better looked up in all texts at once than by their periods: if most of the days are needed to find
 * enough, and those before show that only so few gifts have the words.
 * @param all how many days have gifts at all; `searched` and `left` are numbers of days, too
 */
export function isBetterAtOnce({
  searched,
  left,
  all,
  found,
  wanted,
}: {
  readonly searched: number
  readonly left: number
  readonly all: number
  readonly found: number
  readonly wanted: number
}): boolean {
  const needed = (searched * (wanted - found)) / Math.max(found, 1)
  return left <= TELLING_FOR * searched && COST_OF_PERIODS * Math.min(left, needed) >= all
}

export const countOfDays = ({ first, last }: NumberedDays): number => Math.max(0, last - first + 1)

/** The days at one end, up to where a period of the next length begins, and the periods of one length that hold them. */
function nextPart(left: NumberedDays, level: number, isDesc: boolean): SearchWindow {
  const next = daysOf(level) * 4
  const days = isDesc
    ? { first: Math.max(left.first, Math.floor(left.last / next) * next), last: left.last }
    : { first: left.first, last: Math.min(left.last, Math.floor(left.first / next) * next + next - 1) }
  return { ...days, periods: periodsOf(days, level) }
}

/** The periods of one length that hold the days, the newest first. */
function periodsOf({ first, last }: NumberedDays, level: number): number[] {
  const [from, to] = [Math.floor(first / daysOf(level)), Math.floor(last / daysOf(level))]
  return Array.from({ length: to - from + 1 }, (_, index) => level * NUMBERS_OF_A_LEVEL + to - index)
}
