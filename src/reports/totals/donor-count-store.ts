import type { Days } from '../../calendar/days.ts'
import type { Queryable } from '../../db/database.ts'
import type { FiguresQuery } from './figures.ts'
import type { Source } from './groups-sql.ts'
import { COUNTS } from './kept-sums-sql.ts'
import { keptPeriods, periodsBetween, startsIn } from './periods.ts'

/**
 * How many donors gave in the range; each counts once. By the day booked it is kept: in each of the periods that make up
 * the range, those count who had last given before the range. By the day given it differs by donors of the few gifts that
 * were booked on another day.
 */
export async function countDonors(
  db: Queryable,
  query: Pick<FiguresQuery, 'from' | 'to' | 'basis'>,
  source: Source,
): Promise<bigint> {
  if (!source.kept) return countDonorsOfLines(db, query)
  const booked = await countDonorsBooked(db, query, source.days)
  return query.basis === 'given' ? booked + (await donorsMoreByDayGiven(db, query)) : booked
}

async function countDonorsOfLines(
  db: Queryable,
  { from, to, basis }: Pick<FiguresQuery, 'from' | 'to' | 'basis'>,
): Promise<bigint> {
  const { rows } = await db.query<{ donors: bigint }>(
    `select count(*) as donors from (
       select distinct donor from report_lines
       where ${basis === 'given' ? 'given_on' : 'day'} between $1 and $2 and ${COUNTS}) as one`,
    [from, to],
  )
  return rows[0]?.donors ?? 0n
}

/** How many more donors gave in the range by the day given than by the day booked; less than zero where fewer did. */
async function donorsMoreByDayGiven(db: Queryable, { from, to }: Days): Promise<bigint> {
  const { rows } = await db.query<{ donors: bigint }>(
    `with moved as materialized (
       select distinct donor from report_lines
       where day <> given_on and ${COUNTS} and (day between $1 and $2 or given_on between $1 and $2)
     )
     select count(*) filter (where of_donor.by_given) - count(*) filter (where of_donor.by_booked) as donors
     from moved cross join lateral (
       select bool_or(l.given_on between $1 and $2) as by_given, bool_or(l.day between $1 and $2) as by_booked
       from report_lines l where l.donor = moved.donor and l.donations > 0) as of_donor`,
    [from, to],
  )
  return rows[0]?.donors ?? 0n
}

async function countDonorsBooked(db: Queryable, query: Days, days: Days | null): Promise<bigint> {
  const periods = keptPeriods(query, days, periodsBetween)
  if (periods === null) return 0n
  const ranges = [...Map.groupBy(periods.ranges, ({ grain }) => grain)]
  const arms = ranges.map(
    ([grain], place) => `select donors from report_donors
      where grain = '${grain}' and starts_on = any($${place + 2}::date[]) and before_on < $1`,
  )
  const { rows } = await db.query<{ donors: bigint }>(
    `select sum_bigint(donors) as donors from (${arms.join(' union all ')}) as one`,
    [periods.from, ...ranges.map(([, some]) => some.flatMap(startsIn))],
  )
  return rows[0]?.donors ?? 0n
}
