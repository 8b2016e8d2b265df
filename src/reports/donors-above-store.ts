import type { Knex } from 'knex'
import type pg from 'pg'
import { donorsAbove, type DonorAbove, type DonorsQuery } from './donors-above.ts'
import { keptDays } from './totals/figures-store.ts'
import { keptSumsAreCurrent } from './totals/fold-worker.ts'
import { keptFiscalYears } from './totals/fiscal-years-store.ts'
import { fiscalYearsBetween, keptPeriods, periodsBetween, startsIn } from './totals/periods.ts'

type Listed = { readonly donors: readonly DonorAbove[]; readonly count: bigint }

/**
 * The largest donors of the list, and how many there are in all. Totals of whole months, quarters, years and fiscal years,
 * and of a period that still runs, are read from what is kept of each donor. For other days, and for single gifts of the
 * amount, which an index finds, the gifts are added up.
 */
export async function listDonorsAbove(
  { db, pool }: { readonly db: Knex; readonly pool: pg.Pool },
  query: DonorsQuery,
  limit: number,
): Promise<Listed> {
  const isKept = query.measure === 'total' && (await keptSumsAreCurrent(pool))
  const periods = isKept ? await periodsOf(pool, query) : null
  return periods === null ? addedUp(db, query, limit) : keptDonors(pool, query, periods, limit)
}

async function addedUp(db: Knex, query: DonorsQuery, limit: number): Promise<Listed> {
  const { sql, values } = donorsAbove(query)
  const { rows } = await db.raw<{ rows: (DonorAbove & { count: bigint })[] }>(
    `select g.*, count(*) over () as count from (${sql}) as g order by g.remains_minor desc, g.email limit :limit`,
    { ...values, limit },
  )
  return listed(rows)
}

/** Kept periods of one length, by their first days. */
type Periods = { readonly grain: string; readonly starts: readonly string[] }

/** The fewest kept periods that make up the days; null where days are left over. */
async function periodsOf(pool: pg.Pool, query: DonorsQuery): Promise<readonly Periods[] | null> {
  const kept = await keptDays(pool)
  const ranges = keptPeriods(query, kept, periodsBetween)?.ranges ?? []
  const calendar = ranges.map((range) => ({ grain: range.grain, starts: startsIn(range) }))
  if (kept !== null && countOf(calendar) > 1) {
    const month = await keptFiscalYears(pool)
    const starts = month === null ? null : fiscalYearsBetween(query, kept, month)
    if (starts !== null && starts.length < countOf(calendar)) return [{ grain: 'fiscal_year', starts }]
  }
  return calendar.some(({ grain }) => grain === 'day') ? null : calendar
}

function countOf(periods: readonly Periods[]): number {
  return periods.reduce((count, { starts }) => count + starts.length, 0)
}

/**
 * Of several periods: who gave the amount in all of them gave at least its equal part in one of them, so only such
 * donors are added up.
 */
async function keptDonors(
  pool: pg.Pool,
  { from, to, currency, above }: DonorsQuery,
  periods: readonly Periods[],
  limit: number,
): Promise<Listed> {
  const parts = countOf(periods)
  const inPeriods = periods
    .map(({ grain }, place) => `t.grain = '${grain}' and t.starts_on = any($${place + 7}::date[])`)
    .map((condition) => `(${condition})`)
    .join(' or ')
  const ofPeriods = `from report_donor_totals t where t.currency = $3 and (${inPeriods || 'false'})`
  const summed = `select t.donor, sum(t.gifts)::bigint as gifts, sum(t.remains_minor)::bigint as remains_minor, max(t.largest_minor) as largest_minor,
      max(t.last_on) as last_on, (array_agg(t.last_donation_id order by t.last_on desc, t.last_donation_id desc))[1] as donation_id
    ${ofPeriods} and t.donor in (select t.donor ${ofPeriods} and t.remains_minor >= $6) group by t.donor`
  const single = `select t.donor, t.gifts, t.remains_minor, t.largest_minor, t.last_on, t.last_donation_id as donation_id ${ofPeriods}`
  const donors = `select * from (${parts > 1 ? summed : single}) as t where t.remains_minor >= $4 and $6::bigint is not null`
  const { rows } = await pool.query<DonorAbove & { count: bigint }>(
    `with donor as ${parts > 1 ? 'materialized' : 'not materialized'} (${donors})
     select lower(d.donor_email) as email, coalesce(d.donor_name, (
         select n.donor_name from donations n
         where lower(n.donor_email) = lower(d.donor_email) and n.currency = $3 and n.donor_name is not null
           and n.succeeded_on between $1 and $2
         order by n.succeeded_at desc limit 1)) as name,
       page.gifts, page.remains_minor, page.largest_minor, page.last_on, page.donation_id, (select count(*) from donor) as count
     from (select * from donor order by remains_minor desc, donor limit $5) as page join donations d on d.id = page.donation_id
     where d.donor_email <> '' order by page.remains_minor desc, 1`,
    [
      from,
      to,
      currency,
      above,
      limit,
      // Rounded up: an equal part of the amount.
      (BigInt(above) + BigInt(parts) - 1n) / BigInt(Math.max(parts, 1)),
      ...periods.map(({ starts }) => starts),
    ],
  )
  return listed(rows)
}

function listed(rows: readonly (DonorAbove & { readonly count: bigint })[]): Listed {
  return { donors: rows, count: rows[0]?.count ?? 0n }
}
