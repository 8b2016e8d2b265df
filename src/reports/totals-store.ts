import type { Knex } from 'knex'
import { sinceDay, untilDay } from './day-range.ts'
import type { Grouping, Total, TotalsQuery } from './totals.ts'

/** Days, months and frequencies are kept ready by the apply step. */
const keyInDayTotals = {
  day: `to_char(day, 'YYYY-MM-DD')`,
  month: `to_char(day, 'YYYY-MM')`,
  frequency: 'frequency',
} as const

/** Articles and campaigns are added up from the donations themselves: day × article would be as long as they are. */
const keyInDonations = { article: 'article_url', campaign: 'campaign_name' } as const

/** Sorted by key, then currency; gifts without a key come last. */
export function totals(db: Knex, query: TotalsQuery): Promise<Total[]> {
  return isDayTotal(query.by)
    ? totalsFromDays(db, keyInDayTotals[query.by], query)
    : totalsFromDonations(db, keyInDonations[query.by], query)
}

type KeptReady = keyof typeof keyInDayTotals

function isDayTotal(by: Grouping): by is KeptReady {
  return by in keyInDayTotals
}

type Range = Pick<TotalsQuery, 'from' | 'to'>

async function totalsFromDays(
  db: Knex,
  key: (typeof keyInDayTotals)[KeptReady],
  range: Range,
): Promise<Total[]> {
  const { rows } = await db.raw<{ rows: Total[] }>(
    `select ${key} as key, currency, sum(donations)::bigint as donations, sum(gross_minor)::bigint as "grossMinor"
     from day_totals
     where day between :from and :to
     group by 1, 2
     order by 1, 2`,
    range,
  )
  return rows
}

async function totalsFromDonations(
  db: Knex,
  key: (typeof keyInDonations)[keyof typeof keyInDonations],
  range: Range,
): Promise<Total[]> {
  const { rows } = await db.raw<{ rows: Total[] }>(
    `select ${key} as key, currency, count(*) as donations, sum(gross_minor)::bigint as "grossMinor"
     from donations
     where ${sinceDay} and ${untilDay}
     group by 1, 2
     order by 1 nulls last, 2`,
    range,
  )
  return rows
}
