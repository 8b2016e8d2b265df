import { dayAway } from '../../calendar/days.ts'
import type { Queryable } from '../../db/database.ts'
import { writeSearchTexts } from '../donation-list/search-text-store.ts'
import { lockFolding } from './fold-store.ts'
import {
  dayTotalsSql,
  donorsSql,
  donorTotalColumns,
  donorTotalsSql,
  longerTotalsSql,
  longGrains,
  totalColumns,
  totalKey,
  type LongGrain,
} from './kept-sums-sql.ts'
import { nextStart, startOf } from './periods.ts'
import { lineColumns, linesSql } from './report-lines.ts'

/**
 * The first fill of the kept sums: after an upgrade from a release that kept none, or other ones. It first derives the
 * lines of all donations, in the order of their ids. Then it adds them up day by day, and a month, quarter or year when
 * its last day is there, so that each sum is written once. What is posted meanwhile is folded afterwards.
 * @param limit how many donations or lines one step takes, about
 * @returns whether there is more
 */
export async function fillFromLedger(tx: Queryable, limit: number): Promise<boolean> {
  const state = await lockFolding(tx)
  if (state.filledAt !== null) return false
  // Postgres sorts and hashes in memory what a step takes, and adds to the index of words in large pieces.
  await tx.query(`set local work_mem = '64MB'; set local gin_pending_list_limit = '16MB'`)
  const isMore = state.linesFilledAt === null && (await fillLines(tx, state.foldedTo, limit))
  return isMore || fillSums(tx, state.summedBelow, limit)
}

/** @returns whether there are more donations */
async function fillLines(tx: Queryable, foldedTo: string, limit: number): Promise<boolean> {
  const { rows } = await tx.query<{ id: string }>(
    `select id from donations where id > $1 order by id limit $2`,
    [foldedTo, limit],
  )
  const ids = rows.map(({ id }) => id)
  if (ids.length > 0) {
    await tx.query(`delete from report_lines where donation_id = any($1::uuid[])`, [ids])
    await tx.query(
      `insert into report_lines (${lineColumns.join(', ')}) ${linesSql('d.id = any($1::uuid[])')}`,
      [ids],
    )
    await writeSearchTexts(tx, ids)
  }
  const isDone = ids.length < limit
  await tx.query(
    `update report_fold_states set folded_to = $1, lines_filled_at = case when $2 then now() end`,
    [ids.at(-1) ?? foldedTo, isDone],
  )
  return !isDone
}

/** @returns whether there are more days */
async function fillSums(tx: Queryable, summedBelow: string | null, limit: number): Promise<boolean> {
  if (summedBelow === null) {
    await tx.query(`truncate report_totals, report_donors, report_donor_totals, report_donor_counts`)
    await tx.query(`update report_fold_states set fiscal_years_below = null, fiscal_years_filled_at = null`)
  }
  const { rows } = await tx.query<{ first: string | null; last: string | null }>(
    `select least(min(day), min(given_on)) as first, greatest(max(day), max(given_on)) as last from report_lines`,
  )
  const { first, last } = rows[0] ?? {}
  const from = summedBelow ?? first
  // The sums of the last year are there when its last day is.
  const end = last ? nextStart(startOf(last, 'year'), 'year') : from
  const until = from && end && from < end ? await daysOf(tx, from, end, limit) : end
  if (from && until) await fillBetween(tx, from, until)
  const isDone = until === end
  await tx.query(`update report_fold_states set summed_below = $1, filled_at = case when $2 then now() end`, [
    until,
    isDone,
  ])
  return !isDone
}

/** The sums of the days from `from` to the one before `until`, and of the longer periods that end there. */
async function fillBetween(tx: Queryable, from: string, until: string): Promise<void> {
  if (from >= until) return
  await fillDays(tx, [from, dayAway(until, -1)])
  for (const grain of longGrains) {
    const [start, next] = [startOf(from, grain), startOf(until, grain)]
    if (start < next) await fillPeriods(tx, grain, [start, dayAway(next, -1)])
  }
}

/** The day after the next days that have about so many lines. */
async function daysOf(tx: Queryable, from: string, end: string, limit: number): Promise<string> {
  const { rows } = await tx.query<{ day: string }>(
    `select day from report_lines where day >= $1 order by day offset $2 limit 1`,
    [from, limit],
  )
  const day = rows[0]?.day ?? end
  return day > from ? day : dayAway(from, 1)
}

const within = (day: string) => `${day} between $1 and $2`
const TOTALS = [...totalKey, ...totalColumns].join(', ')
const DONORS = 'grain, starts_on, before_on, donors'

async function fillDays(tx: Queryable, days: readonly [string, string]): Promise<void> {
  await emptyPeriods(tx, ['report_totals', 'report_donors'], 'day', days)
  await tx.query(`insert into report_totals (${TOTALS}) ${dayTotalsSql(within)}`, [...days])
  await tx.query(`insert into report_donors (${DONORS}) ${donorsSql('day', within)}`, [...days])
}

/** The sums of whole months, quarters or years. */
async function fillPeriods(tx: Queryable, grain: LongGrain, days: readonly [string, string]): Promise<void> {
  await emptyPeriods(tx, ['report_totals', 'report_donors', 'report_donor_totals'], grain, days)
  await tx.query(`insert into report_totals (${TOTALS}) ${longerTotalsSql(grain, within)}`, [...days])
  await tx.query(`insert into report_donors (${DONORS}) ${donorsSql(grain, within)}`, [...days])
  const given = `(select * from report_lines where ${within('given_on')}) as line`
  await tx.query(
    `insert into report_donor_totals (${donorTotalColumns.join(', ')}) ${donorTotalsSql(given, [grain])}`,
    [...days],
  )
}

/** What an erasure that came in between has written there already. */
async function emptyPeriods(
  tx: Queryable,
  tables: readonly string[],
  grain: string,
  days: readonly string[],
): Promise<void> {
  for (const table of tables)
    await tx.query(`delete from ${table} where grain = '${grain}' and starts_on between $1 and $2`, [...days])
}
