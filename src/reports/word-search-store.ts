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
  dayNumber,
  dayNumberSql,
  searchWindows,
  startOfDay,
  type NumberedDays,
  type SearchWindow,
} from './search-periods.ts'

/**
 * A page of frequent words lies among the first donations, which are read one by one. By date, rarer words are looked up in one
 * window of days after the other. In any other order they are looked up in all kept texts, unless the first donations show that the
 * page lies among further ones: what these cost depends on how frequent the words are.
 */
export const READ_FOR_WORDS = { first: 2_000, further: 24_000 }

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
 * @param isRare whether few gifts have the words, so that windows may hold more days
 */
async function rowsByWindows(
  db: Knex,
  query: ListQuery,
  days: NumberedDays,
  isRare: boolean,
): Promise<DonationRow[]> {
  const { cursor, sort = 'date', order = 'desc', limit } = query
  const reading = readingOrder(sort, order, cursor)
  const ids: string[] = []
  for (const conditions of windowsInOrder(query, days, isRare)) {
    const all = [...conditions, ...cursorCondition(cursor)]
    const { rows } = await db.raw<{ rows: { id: string }[] }>(
      `select d.id from donations d where ${all.map(({ sql }) => sql).join(' and ')} order by ${reading} limit :limit`,
      { ...valuesOf(all), limit: limit + 1 - ids.length },
    )
    ids.push(...rows.map(({ id }) => id))
    if (ids.length > limit) break
  }
  if (ids.length === 0) return []
  const { rows } = await db.raw<{ rows: DonationRow[] }>(
    `select ${selectList} from donations d ${donationJoins} where d.id = any(:ids) order by ${reading}`,
    { ids },
  )
  return rows
}

function* windowsInOrder(query: ListQuery, days: NumberedDays, isRare: boolean): Generator<Condition[]> {
  const [inDays = []] = filterConditions(query, 'periods')
  const [, ...bookedLate] = filterConditions(query, 'read')
  const order: Order = isNewestFirst(query) ? 'desc' : 'asc'
  if (order === 'asc') yield* bookedLate
  for (const window of searchWindows(days, order, isRare ? 2 : 1)) yield [...inDays, within(window)]
  if (order === 'desc') yield* bookedLate
}

/** Donations of the window alone, although its periods may hold further days and texts that wait to be folded are of any day. */
const within = ({ first, last, periods }: SearchWindow): Condition => ({
  sql: `d.succeeded_at >= cast(:windowFrom as timestamptz) and d.succeeded_at < cast(:windowUntil as timestamptz)`,
  values: {
    periods: arrayText(periods),
    windowFrom: startOfDay(first).toISOString(),
    windowUntil: startOfDay(last + 1).toISOString(),
  },
})

const arrayText = (numbers: readonly number[]) => `{${numbers.join(',')}}`

/**
 * The ids of the donations with the words, as SQL of a statement that adds them up, the newest first where the texts have periods.
 * It holds all that fulfil the other filters, too, and some that do not.
 */
export async function idsWithWords(db: Knex, filters: DonationFilters): Promise<Condition> {
  const days = await daysToSearch(db, filters)
  if (!days) return { sql: WITH_WORDS, values: {} }
  const periods = Array.from(searchWindows(days, 'desc', 1)).flatMap((window) => window.periods)
  const { basis = 'booked' } = filters
  const late = basis === 'booked' ? daysOfRange(filters) : null
  return {
    sql: late ? `${WITH_WORDS_IN_PERIODS} union all ${BOOKED_LATE_WITHIN}` : WITH_WORDS_IN_PERIODS,
    values: { periods: arrayText(periods), ...late },
  }
}

/**
 * The days in UTC in which a donation can lie that the filters mean, beside those that were booked late.
 * @returns null while texts lack their periods, or texts are missing: what reads all donations for that is better done once
 */
async function daysToSearch(
  db: Knex,
  { from, to, cursor, ...query }: DonationFilters & Pick<ListQuery, 'cursor'>,
): Promise<NumberedDays | null> {
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
  return { first: Math.max(...starts), last: Math.min(...ends) }
}
