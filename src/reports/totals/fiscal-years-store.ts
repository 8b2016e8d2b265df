import { dayAway } from '../../calendar/days.ts'
import type { Queryable } from '../../db/database.ts'
import { lockFolding } from './fold-store.ts'
import { donorTotalColumns, donorTotalsSql } from './kept-sums-sql.ts'
import { fiscalYearOf, nextStart } from './periods.ts'

/** The month in which the fiscal years start whose donors are kept; null when there are none, or not all yet. */
export async function keptFiscalYears(db: Queryable): Promise<number | null> {
  const { rows } = await db.query<{ starts: number }>({
    name: 'kept-fiscal-years',
    text: `select fiscal_year_starts as starts from report_fold_states
           where fiscal_year_starts > 1 and fiscal_years_filled_at is not null`,
  })
  return rows[0]?.starts ?? null
}

/**
 * Keeps what donors gave in fiscal years, one year a step, after the setting has changed. The fold keeps them current
 * meanwhile and afterwards. Where the fiscal year starts in January, the rows of calendar years do.
 * @param starts the month, 1 to 12, in which the newsroom's fiscal year starts
 * @returns whether there is more
 */
export async function fillFiscalYears(tx: Queryable, starts: number): Promise<boolean> {
  const state = await lockFolding(tx)
  if (state.filledAt === null) return false
  if (state.fiscalYearStarts !== starts) {
    await tx.query(`delete from report_donor_totals where grain = 'fiscal_year'`)
    await tx.query(
      `update report_fold_states set fiscal_year_starts = $1, fiscal_years_below = null, fiscal_years_filled_at = null`,
      [starts],
    )
    return starts > 1
  }
  if (starts === 1 || state.fiscalYearsFilledAt !== null) return false
  const { rows } = await tx.query<{ first: string | null; last: string | null }>(
    'select min(given_on) as first, max(given_on) as last from report_lines',
  )
  const { first, last } = rows[0] ?? {}
  const start = state.fiscalYearsBelow ?? (first ? fiscalYearOf(first, starts) : null)
  const until = start && last && start <= last ? nextStart(start, 'year') : null
  if (start && until) await fillFiscalYear(tx, { from: start, to: dayAway(until, -1) }, starts)
  const isDone = !until || !last || until > last
  await tx.query(
    `update report_fold_states set fiscal_years_below = coalesce($1, fiscal_years_below),
       fiscal_years_filled_at = case when $2 then now() end`,
    [until, isDone],
  )
  return !isDone
}

async function fillFiscalYear(
  tx: Queryable,
  { from, to }: { readonly from: string; readonly to: string },
  starts: number,
): Promise<void> {
  await tx.query(`set local work_mem = '64MB'`)
  // What a fold has written of the year meanwhile knows only the gifts of that fold.
  await tx.query(`delete from report_donor_totals where grain = 'fiscal_year' and starts_on = $1`, [from])
  const given = `(select * from report_lines where given_on between $1 and $2) as line`
  await tx.query(
    `insert into report_donor_totals (${donorTotalColumns.join(', ')})
     ${donorTotalsSql(given, ['fiscal_year'], '$3::int')}`,
    [from, to, starts],
  )
}
