import type { Knex } from 'knex'
import {
  BOOKED_LATE_WITHIN,
  cursorCondition,
  dayConditions,
  daysOfRange,
  filterConditions,
  readingOrder,
  valuesOf,
  WITH_WORDS,
  WITH_WORDS_IN_PERIODS,
  type Condition,
} from './donation-conditions-sql.ts'
import { donationJoins, readPage, selected, selectList, type ListQuery } from './donation-page-store.ts'
import type { DonationRow } from './donation-record.ts'
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

/**
 * A page of frequent words lies among the first donations, which are read one by one. By date, rarer words are looked up in one
 * window of days after the other. In any other order they are looked up in all kept texts, unless the first donations show that the
 * page lies among further ones: what these cost depends on how frequent the words are.
 */
export const READ_FOR_WORDS = { first: 1_000, further: 24_000 }

/** Words are rare that so large a part of the gifts has, or fewer. */
const RARE = 0.001

/** The rows of a page of a search for words, and one more if there is one. */
export async function rowsWithWords(
  db: Knex,
  query: ListQuery,
  { first, further }: typeof READ_FOR_WORDS,
): Promise<DonationRow[]> {
  const { limit, sort = 'date' } = query
  const nearest = await rowsAmongFirst(db, query, first)
  if (nearest && nearest.length > limit) return nearest
  const days = sort === 'date' ? await daysToSearch(db, query) : null
  if (days) return rowsByWindows(db, query, days, (nearest ?? []).length <= RARE * first)
  // A fifth more than the page needs, so that reading further is seldom in vain.
  if (nearest && nearest.length * (further / first) >= (limit + 1) * 1.2) {
    const page = await rowsAmongFirst(db, query, further)
    if (page && page.length > limit) return page
  }
  return readPage(db, query, filterConditions(query))
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
 * The page by date, window by window until it is full. Gifts that were booked late are older than all days of the range.
 * @param isRare whether few gifts have the words, so that the first window may hold more days
 */
async function rowsByWindows(
  db: Knex,
  query: ListQuery,
  days: DaysToSearch,
  isRare: boolean,
): Promise<DonationRow[]> {
  const { cursor, sort = 'date', order = 'desc', limit } = query
  const reading = readingOrder(sort, order, cursor)
  const ids: string[] = []
  const search = async (conditions: readonly Condition[]) => {
    const all = [...conditions, ...cursorCondition(cursor)]
    const { rows } = await db.raw<{ rows: { id: string }[] }>(
      `select d.id from donations d where ${all.map(({ sql }) => sql).join(' and ')} order by ${reading} limit :limit`,
      { ...valuesOf(all), limit: limit + 1 - ids.length },
    )
    ids.push(...rows.map(({ id }) => id))
    return ids.length > limit
  }
  for (const step of stepsInOrder(query, days, { isRare, found: () => ids.length }))
    if (await search(step)) break
  if (ids.length === 0) return []
  const { rows } = await db.raw<{ rows: DonationRow[] }>(
    `select ${selectList} from donations d ${donationJoins} where d.id = any(:ids) order by ${reading}`,
    { ids },
  )
  return rows
}

/** What is searched step by step: the windows, and what was booked late before or after them. */
function* stepsInOrder(
  query: ListQuery,
  days: DaysToSearch,
  { isRare, found }: { readonly isRare: boolean; readonly found: () => number },
): Generator<Condition[]> {
  const [inKept = []] = filterConditions(query, 'kept')
  const [inPeriods = []] = filterConditions(query, 'periods')
  const [, ...bookedLate] = filterConditions(query, 'read')
  const order: Order = isNewestFirst(query) ? 'desc' : 'asc'
  if (order === 'asc') yield* bookedLate
  let searched = 0
  for (const window of searchWindows(days, order, isRare ? FIRST_LENGTHS : 1)) {
    const left = countOfDays(days) - searched
    if (
      !isNarrowed(query) &&
      isBetterAtOnce({ searched, left, all: days.all, found: found(), wanted: query.limit + 1 })
    ) {
      const rest = order === 'desc' ? { ...days, last: window.last } : { ...days, first: window.first }
      yield [...inKept, within(rest)]
      break
    }
    yield [...inPeriods, within(window, { periods: arrayText(window.periods) })]
    searched += countOfDays(window)
  }
  if (order === 'desc') yield* bookedLate
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
const within = ({ first, last }: NumberedDays, values: Condition['values'] = {}): Condition => ({
  sql: `d.succeeded_at >= cast(:windowFrom as timestamptz) and d.succeeded_at < cast(:windowUntil as timestamptz)`,
  values: {
    ...values,
    windowFrom: startOfDay(first).toISOString(),
    windowUntil: startOfDay(last + 1).toISOString(),
  },
})

const arrayText = (numbers: readonly number[]) => `{${numbers.join(',')}}`

/**
 * The ids of the donations with the words, as SQL of a statement that adds them up. It holds all that fulfil the other filters,
 * too, and some that do not.
 * @param most so many of them are added up: of more words the newest are enough to say so
 */
export async function idsWithWords(db: Knex, filters: DonationFilters, most: number): Promise<Condition> {
  const days = await daysToSearch(db, filters)
  if (!days || (await areFewAtOnce(db, filters, days, most))) return { sql: WITH_WORDS, values: {} }
  const periods = Array.from(searchWindows(days, 'desc', 1)).flatMap((window) => window.periods)
  const { basis = 'booked' } = filters
  const late = basis === 'booked' ? daysOfRange(filters) : null
  return {
    sql: late ? `${WITH_WORDS_IN_PERIODS} union all ${BOOKED_LATE_WITHIN}` : WITH_WORDS_IN_PERIODS,
    values: { periods: arrayText(periods), ...late },
  }
}

/** Whether the newest days show that all texts are better looked through at once, since about so many have the words, or fewer. */
async function areFewAtOnce(
  db: Knex,
  filters: DonationFilters,
  days: DaysToSearch,
  most: number,
): Promise<boolean> {
  const [newest] = searchWindows(days, 'desc', FIRST_LENGTHS)
  if (!newest) return false
  const searched = countOfDays(newest)
  const left = countOfDays(days) - searched
  const { rows } = await db.raw<{ rows: { found: bigint }[] }>(
    `select count(*) as found from (${WITH_WORDS_IN_PERIODS} limit :enough) as one`,
    {
      ...valuesOf(filterConditions(filters, 'read').flat()),
      periods: arrayText(newest.periods),
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
