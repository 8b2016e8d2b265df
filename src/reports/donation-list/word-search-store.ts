import type { Knex } from 'knex'
import {
  BOOKED_LATE_WITHIN,
  cursorCondition,
  dayConditions,
  daysOfRange,
  filterConditions,
  OF_STORIES_ALONE,
  readingOrder,
  valuesOf,
  withinWindow,
  withWords,
  withWordsInPeriods,
  type Condition,
  type WordSearch,
} from './donation-conditions-sql.ts'
import { stepsByAmount } from './amount-search-store.ts'
import { donationJoins, readPage, selected, selectList, type ListQuery } from './donation-page-store.ts'
import type { DonationRow } from '../donation-record.ts'
import type { DonationFilters, Order } from './donation-search.ts'
import {
  countOfDays,
  dayNumber,
  dayNumberSql,
  isBetterAtOnce,
  searchWindows,
  startOfDay,
  type NumberedDays,
} from './search-periods.ts'
import { rowsOfSteps, type SearchSteps } from './search-steps-store.ts'

/**
 * A page of frequent words lies among the first donations, which are read one by one. Rarer words are looked up by date in one window
 * of days after the other, and by amount in one range of amounts after the other. In any other order they are looked up in all kept
 * texts, unless the days are few, or the first donations show that the page lies among further ones.
 */
export const READ_FOR_WORDS = { first: 1_000, further: 24_000 }

/** Words are rare that so large a part of the gifts has, or fewer. */
const RARE = 0.001
/** Of words that so large a part of the gifts has, a page lies among a few thousand gifts. */
const FREQUENT = 0.01
/** The gifts of so many days are sorted at once. */
const FEW_DAYS = 70

/** The rows of a page of a search for words, and one more if there is one. */
export async function rowsWithWords(
  db: Knex,
  query: ListQuery,
  { first, further }: typeof READ_FOR_WORDS,
): Promise<DonationRow[]> {
  const { limit, sort = 'date' } = query
  const nearest = await rowsAmongFirst(db, query, first)
  if (nearest && nearest.length > limit) return nearest
  const found = nearest?.length ?? 0
  // Only by date does a page begin on the day of its cursor.
  const days = await daysToSearch(db, sort === 'date' ? query : { ...query, cursor: undefined })
  if (days && sort === 'date') return rowsOfSteps(db, query, stepsByDate(query, days, found <= RARE * first))
  if (days && query.from && query.to && countOfDays(days) <= FEW_DAYS)
    return readPage(db, query, conditionsOfDays(query, days))
  // A fifth more than the page needs, so that reading further is seldom in vain.
  if (nearest && found * (further / first) >= (limit + 1) * 1.2 && found >= FREQUENT * first) {
    const page = await rowsAmongFirst(db, query, further)
    if (page && page.length > limit) return page
  }
  const steps = sort === 'amount' ? await stepsByAmount(db, query) : null
  return steps ? rowsOfSteps(db, query, steps) : readPage(db, query, filterConditions(query))
}

/** Whether the page before or after a cursor, or the first one, is read from the newest donation on. */
const isNewestFirst = ({ sort = 'date', order = 'desc', cursor }: ListQuery) =>
  sort === 'date' && (order === 'desc') === (cursor?.way !== 'before')

/** What the next donations hold of the page, read one by one; null where the page may begin elsewhere. */
async function rowsAmongFirst(db: Knex, query: ListQuery, read: number): Promise<DonationRow[] | null> {
  const { cursor, sort = 'date', order = 'desc', limit } = query
  const [conditions = [], ...others] = filterConditions(query, 'read')
  // Gifts that were booked late are older than the range: only a list by date, newest first, comes to them last.
  if (others.length > 0 && !isNewestFirst(query)) return null
  const next = [...(dayConditions({ ...query, basis: 'given' })[0] ?? []), ...cursorCondition(cursor)]
  const reading = readingOrder(sort, order, cursor)
  const { rows } = await db.raw<{ rows: DonationRow[] }>(
    `select ${selectList}
     from (select d.* from (${selected(next)} order by ${reading} limit :read) d
       where ${conditions.map(({ sql }) => sql).join(' and ')} order by ${reading} limit :limit) d
       ${donationJoins}
     order by ${reading}`,
    { ...valuesOf([...next, ...conditions]), read, limit: limit + 1 },
  )
  return rows
}

/**
 * A page by date is searched window by window. Gifts that were booked late are older than all days of the range.
 * @param isRare whether few gifts have the words, so that the first window may hold more days
 */
function* stepsByDate(query: ListQuery, days: DaysToSearch, isRare: boolean): SearchSteps {
  const [inKept = []] = filterConditions(query, 'kept')
  const [inPeriods = []] = filterConditions(query, 'periods')
  const [, ...bookedLate] = filterConditions(query, 'read')
  const order: Order = isNewestFirst(query) ? 'desc' : 'asc'
  let found = 0
  if (order === 'asc') for (const late of bookedLate) found = yield late
  let searched = 0
  for (const window of searchWindows(days, order, isRare ? FIRST_LENGTHS : 1)) {
    const left = countOfDays(days) - searched
    if (
      !isNarrowed(query) &&
      isBetterAtOnce({ searched, left, all: days.all, found, wanted: query.limit + 1 })
    ) {
      const rest = order === 'desc' ? { ...days, last: window.last } : { ...days, first: window.first }
      yield [...inKept, withinDays(rest)]
      break
    }
    found = yield [...inPeriods, withinDays(window, window.periods)]
    searched += countOfDays(window)
  }
  if (order === 'desc') for (const late of bookedLate) yield late
}

/** The donations of few days by their periods, and those that were booked late within them. */
function conditionsOfDays(query: ListQuery, days: DaysToSearch): Condition[][] {
  const [inPeriods = []] = filterConditions(query, 'periods')
  const [, ...bookedLate] = filterConditions(query, 'read')
  const periods = Array.from(searchWindows(days, 'desc', 1)).flatMap((window) => window.periods)
  return [[...inPeriods, withinDays(days, periods)], ...bookedLate]
}

/** Whether fewer are found than have the words, so that these may be many. */
const isNarrowed = (query: ListQuery): boolean =>
  Object.entries(query).some(([field, value]) => value !== undefined && !NOT_NARROWING.has(field))
const NOT_NARROWING: ReadonlySet<string> = new Set([
  'q',
  'from',
  'to',
  'basis',
  'sort',
  'order',
  'cursor',
  'limit',
])

/** Periods of 1 and 4 days: up to twenty days. */
const FIRST_LENGTHS = 2

/** Donations of the days alone: periods may hold further days, and texts that wait to be folded are of any day. */
const withinDays = (days: NumberedDays, periods: readonly number[] = []): Condition => ({
  sql: withinWindow('d'),
  values: windowValues(days, periods),
})

const windowValues = ({ first, last }: NumberedDays, periods: readonly number[]) => ({
  periods: `{${periods.join(',')}}`,
  windowFrom: startOfDay(first).toISOString(),
  windowUntil: startOfDay(last + 1).toISOString(),
})

/**
 * The ids of the donations with the words, as SQL of a statement that adds them up. It holds all that fulfil the other filters,
 * too, and some that do not.
 * @param most so many of them are added up: of more words the newest are enough to say so
 */
export async function idsWithWords(db: Knex, filters: WithWords, most: number): Promise<Condition> {
  const { q } = filters
  const days = await daysToSearch(db, filters)
  if (!days || (await areFewAtOnce(db, filters, days, most)))
    return { sql: withWords(q, OF_STORIES_ALONE), values: {} }
  const periods = Array.from(searchWindows(days, 'desc', 1)).flatMap((window) => window.periods)
  const { basis = 'booked' } = filters
  const late = basis === 'booked' ? daysOfRange(filters) : null
  const found = withWordsInPeriods(q, OF_STORIES_ALONE)
  return {
    sql: late ? `${found} union all ${BOOKED_LATE_WITHIN}` : found,
    values: { ...windowValues(days, periods), ...late },
  }
}

/** Filters with a search for words among them. */
export type WithWords = DonationFilters & { readonly q: WordSearch }

/** Whether the newest days show that all texts are better looked through at once, since about so many have the words, or fewer. */
async function areFewAtOnce(
  db: Knex,
  filters: WithWords,
  days: DaysToSearch,
  most: number,
): Promise<boolean> {
  const [newest] = searchWindows(days, 'desc', FIRST_LENGTHS)
  if (!newest) return false
  const searched = countOfDays(newest)
  const left = countOfDays(days) - searched
  const { rows } = await db.raw<{ rows: { found: bigint }[] }>(
    `select count(*) as found from (${withWordsInPeriods(filters.q)} limit :enough) as one`,
    {
      ...valuesOf(filterConditions(filters, 'read').flat()),
      ...windowValues(newest, newest.periods),
      enough: Math.ceil(most / 3),
    },
  )
  const found = Number(rows[0]?.found ?? 0)
  return isBetterAtOnce({ searched, left, all: days.all, found, wanted: 2 * most })
}

/** The days to search, and how many days have gifts at all. */
type DaysToSearch = NumberedDays & { readonly all: number }

/**
 * The days in UTC in which a donation can lie that the filters mean, beside those that were booked late.
 * @returns null while texts lack their periods, or texts are missing: what reads all donations for that is better done once
 */
async function daysToSearch(
  db: Knex,
  { from, to, cursor, ...query }: DonationFilters & Pick<ListQuery, 'cursor'>,
): Promise<DaysToSearch | null> {
  const { rows } = await db.raw<{ rows: (NumberedDays & { readonly at: number | null })[] }>(
    `select coalesce((select ${dayNumberSql('min(succeeded_at)')} from donations), 0) as first,
       coalesce((select ${dayNumberSql('max(succeeded_at)')} from donations), 0) as last,
       (select ${dayNumberSql('succeeded_at')} from donations where id = cast(:cursor as uuid)) as at
     from report_fold_states
     where lines_filled_at is not null and periods_filled_at is not null`,
    { cursor: cursor?.id ?? null },
  )
  const [kept] = rows
  if (!kept) return null
  const { at } = kept
  const isDesc = isNewestFirst({ ...query, cursor, limit: 0 })
  // No timezone is two days away from another.
  const starts = [
    kept.first,
    ...(from === undefined ? [] : [dayNumber(from) - 2]),
    ...(at === null || isDesc ? [] : [at]),
  ]
  const ends = [
    kept.last,
    ...(to === undefined ? [] : [dayNumber(to) + 2]),
    ...(at === null || !isDesc ? [] : [at]),
  ]
  return { first: Math.max(...starts), last: Math.min(...ends), all: countOfDays(kept) }
}
