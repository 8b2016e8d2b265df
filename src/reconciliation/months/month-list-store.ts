import { parseMonth, type Month } from '../../calendar/month.ts'
import type { Queryable } from '../../db/database.ts'
import type { MonthInList } from './month-facts.ts'
import { FIRST_BOOKED } from './month-close-store.ts'
import { unexplainedInOpenMonths } from './open-months-store.ts'

/**
 * What the list says of these months.
 * @param months from the newest to the oldest, without a gap
 */
export async function monthsInList(
  db: Queryable,
  months: readonly Month[],
  now: Date,
): Promise<MonthInList[]> {
  const { rows: closings } = await db.query<{ month: string; at: Date; by: string }>(
    `select month, closed_at as at, closed_by as by from month_closings where month = any($1)`,
    [months],
  )
  const { rows: deposits } = await db.query<{
    month: string
    currency: string
    count: number
    minor: bigint
  }>(
    `select to_char(arrival_date, 'YYYY-MM') as month, currency, count(*)::int as count,
       sum(amount_minor)::bigint as minor
     from payouts where status = 'paid' and arrival_date >= ($1 || '-01')::date
       and arrival_date < ($2 || '-01')::date + interval '1 month'
       and arrival_date >= coalesce((select opens_on from books_opening), '-infinity')
     group by 1, 2 order by 1, 2`,
    [months.at(-1), months[0]],
  )
  const closingOf = new Map(closings.map(({ month, at, by }) => [month, { at, by }]))
  // A month can only be closed once nothing in it is unexplained.
  const open = months.filter((month) => !closingOf.has(month))
  const unexplained = await unexplainedInOpenMonths(db, open, now)
  return months.map((month) => ({
    month,
    closed: closingOf.get(month) ?? null,
    unexplained: unexplained.get(month) ?? 0,
    deposits: deposits
      .filter((one) => one.month === month)
      .map(({ currency, count, minor }) => ({ currency, count, minor })),
  }))
}

/** The first month of the books: that of their opening, or of the first posting that is no imported history; null while there is neither. */
export async function firstMonthOfBooks(db: Queryable): Promise<Month | null> {
  const { rows } = await db.query<{ first: string | null }>(
    `select to_char(least(
       (select opens_on from books_opening),
       (${FIRST_BOOKED})), 'YYYY-MM') as first`,
  )
  return parseMonth(rows[0]?.first ?? '')
}
