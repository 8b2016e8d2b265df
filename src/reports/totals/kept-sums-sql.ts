import { sumColumns } from './report-lines.ts'

/*
 * What is kept of `report_lines`, as SQL: the fold adds what changed, the first fill makes it period by period, and
 * `verify` derives it once more.
 */

/** The columns of `report_totals` that are added up. */
export const totalColumns = ['lines', ...sumColumns] as const
export const totalKey = ['part', 'dimension', 'grain', 'starts_on', 'key', 'currency', 'settlement_currency']

const summed = (sign: string) =>
  [
    `sum_bigint(${sign}1) as lines`,
    ...sumColumns.map((column) => `sum_bigint(${sign}${column}) as ${column}`),
  ].join(', ')
const isSomething = (columns: readonly string[]) =>
  `(${columns.map((column) => `sum_bigint(${column})`).join(', ')}) <> (${columns.map(() => '0').join(', ')})`

/** The keys under which a line is added up. */
export const KEYS = `(values ('all', null), ('frequency', frequency), ('article', article), ('campaign', campaign)) as key(dimension, key)`

/** Sums of days, from lines. @param within a condition on a day, for `${within('day')}` */
export function dayTotalsSql(within: (day: string) => string): string {
  return `select part, key.dimension, 'day' as grain, on_day as starts_on, key.key, currency, settlement_currency, ${summed('sign * ')}
    from (
      select 'booked' as part, day as on_day, 1 as sign, l.* from report_lines l where ${within('day')}
      union all select 'moved_to_given', day, -1, l.* from report_lines l where day <> given_on and ${within('day')}
      union all select 'moved_to_given', given_on, 1, l.* from report_lines l where day <> given_on and ${within('given_on')}
    ) as placed cross join lateral ${KEYS}
    group by 1, 2, 4, 5, 6, 7
    having ${isSomething(['sign', ...sumColumns.map((column) => `sign * ${column}`)])}`
}

/** The next shorter period of which the sums of a period are made. */
const SHORTER = { month: 'day', quarter: 'month', year: 'quarter' } as const
export type LongGrain = keyof typeof SHORTER
export const longGrains = ['month', 'quarter', 'year'] as const satisfies readonly LongGrain[]

/** Sums of longer periods, from those of the next shorter ones. */
export function longerTotalsSql(grain: LongGrain, within: (day: string) => string): string {
  const sums = totalColumns.map((column) => `sum_bigint(${column}) as ${column}`).join(', ')
  return `select part, dimension, '${grain}' as grain, date_trunc('${grain}', starts_on::timestamp)::date as starts_on, key, currency,
      settlement_currency, ${sums}
    from report_totals where grain = '${SHORTER[grain]}' and dimension in ('all', 'frequency', 'article', 'campaign') and ${within('starts_on')}
    group by 1, 2, 4, 5, 6, 7 having ${isSomething(totalColumns)}`
}

/** A line by which its donor is counted: a gift that was booked on its day. */
export const COUNTS = 'donor is not null and donations > 0'

/** Donors of the periods in which they gave, by the day on which they last gave before; from lines. */
export function donorsSql(grain: LongGrain | 'day', within: (day: string) => string): string {
  return `select '${grain}' as grain, starts_on, coalesce(before_on, '-infinity') as before_on, count(*) as donors
    from (
      select distinct date_trunc('${grain}', day::timestamp)::date as starts_on, donor from report_lines where ${COUNTS} and ${within('day')}
    ) as one left join lateral (
      select l.day as before_on from report_lines l where l.donor = one.donor and l.day < one.starts_on and l.donations > 0
      order by l.day desc limit 1
    ) as before on true
    group by 2, 3`
}

export const donorTotalColumns = [
  'donor',
  'grain',
  'starts_on',
  'currency',
  'gifts',
  'gross_minor',
  'remains_minor',
  'largest_minor',
  'last_on',
  'last_donation_id',
] as const

/** Periods of which donors' totals are kept: nobody can add up donors, so the newsroom's fiscal year is one of them. */
export const donorGrains = [...longGrains, 'fiscal_year'] as const

/**
 * SQL of the table `p` of these periods, which `PERIOD_START` reads. Without fiscal years where they start in January.
 * @param starts SQL of the month in which fiscal years start
 */
export function donorPeriods(grains: readonly (typeof donorGrains)[number][], starts: string): string {
  const rows = grains.map((grain) =>
    grain === 'fiscal_year' ? `('${grain}', 'year', ${starts} - 1)` : `('${grain}', '${grain}', 0)`,
  )
  return `(select * from (values ${rows.join(', ')}) as v(grain, unit, shift) where grain <> 'fiscal_year' or shift > 0) as p`
}

/** The first day of the period of `p` in which a gift was given. */
export const PERIOD_START = `(date_trunc(p.unit, given_on::timestamp - p.shift * interval '1 month') + p.shift * interval '1 month')::date`

/**
 * What donors gave in periods, from lines. A gift from which more was taken than was given counts as nothing.
 * @param starts as in `donorPeriods`
 */
export function donorTotalsSql(
  lines: string,
  grains: readonly (typeof donorGrains)[number][] = longGrains,
  starts = '1',
): string {
  return `select donor, p.grain, ${PERIOD_START} as starts_on, currency, count(*) as gifts,
      sum_bigint(gross) as gross_minor, sum_bigint(gross - least(returned, gross)) as remains_minor,
      max(gross - least(returned, gross)) as largest_minor, max(given_on) as last_on,
      (array_agg(donation_id order by given_on desc, donation_id desc))[1] as last_donation_id
    from (
      select donation_id, given_on, currency, donor, sum_bigint(gross_minor) as gross, sum_bigint(refunded_minor + disputed_minor) as returned
      from ${lines} where donor is not null group by 1, 2, 3, 4 having sum_bigint(donations) > 0
    ) as gift cross join ${donorPeriods(grains, starts)}
    group by 1, 2, 3, 4`
}
