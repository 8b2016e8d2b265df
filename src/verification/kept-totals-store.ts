import { monthsAway } from '../calendar/days.ts'
import type { Queryable } from '../db/database.ts'
import {
  dayTotalsSql,
  donorsSql,
  donorTotalColumns,
  donorTotalsSql,
  longerTotalsSql,
  longGrains,
  totalColumns,
  totalKey,
} from '../reports/totals/kept-sums-sql.ts'
import { lineColumns, linesSql } from '../reports/totals/report-lines.ts'

/** A row that the ledger, or the lines, prove and that is not kept, or the other way round. */
export type KeptRow = { readonly object: string; readonly isKept: boolean; readonly sums: string }

type FoldingState = {
  readonly isFilled: boolean
  /** Donations that wait to be folded. */
  readonly pending: readonly string[]
  /** The month in which the fiscal years start whose donors are kept; null while they are made. */
  readonly fiscalYears: number | null
}

/** What has to be known before lines can be compared. */
export async function foldingState(tx: Queryable): Promise<FoldingState> {
  const { rows } = await tx.query<FoldingState>(
    `select (select filled_at is not null from report_fold_states) as "isFilled",
       (select fiscal_year_starts from report_fold_states
        where fiscal_year_starts = 1 or fiscal_years_filled_at is not null) as "fiscalYears",
       array(select distinct coalesce(q.donation_id, t.donation_id, d.id)::text from report_queue q
         left join ledger_transactions t on t.id = q.ledger_transaction_id
         left join balance_transactions b on t.donation_id is null and b.id = t.source
         left join donations d on d.payment_intent_id = b.payment_intent_id) as pending`,
  )
  return rows[0] ?? { isFilled: false, pending: [], fiscalYears: null }
}

const DONATIONS_AT_ONCE = 5_000

export async function donationIds(tx: Queryable, after: string | null): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    `select id from donations where $1::uuid is null or id > $1 order by id limit $2`,
    [after, DONATIONS_AT_ONCE],
  )
  return rows.map(({ id }) => id)
}

const keyOfLine = `donation_id || ' ' || to_char(day, 'YYYY-MM-DD') || coalesce(' ' || settlement_currency, '')`
const differing = (expected: string, kept: string, object: string, sums: readonly string[]) => `
  select ${object} as object, is_kept as "isKept", concat_ws(' ', ${sums.join(', ')}) as sums from (
    select *, false as is_kept from (select * from ${expected} except all select * from ${kept}) as missing
    union all
    select *, true from (select * from ${kept} except all select * from ${expected}) as surplus
  ) as one order by 1, 2`

/** Lines of these donations that are not those of the ledger. */
export async function differingLines(tx: Queryable, donations: readonly string[]): Promise<KeptRow[]> {
  // A donor's hash is not shown.
  const shown = lineColumns.slice(3).filter((column) => column !== 'donor')
  const { rows } = await tx.query<KeptRow>(
    `with expected as (${linesSql('d.id = any($1)')}),
       kept as (select ${lineColumns.join(', ')} from report_lines where donation_id = any($1))
     ${differing('expected', 'kept', keyOfLine, shown)}`,
    [donations],
  )
  return rows
}

/** Lines of donations that are not stored. */
export async function strayLines(tx: Queryable): Promise<string[]> {
  const { rows } = await tx.query<{ object: string }>(
    `select ${keyOfLine} as object from report_lines l
     where not exists (select from donations d where d.id = l.donation_id) order by 1 limit 100`,
  )
  return rows.map(({ object }) => object)
}

/** The years in which anything is kept, and the one before, whose fiscal year reaches into them; by their first day. */
export async function keptYears(tx: Queryable): Promise<string[]> {
  const { rows } = await tx.query<{ year: string }>(
    `select date_trunc('year', day::timestamp)::date as year from report_lines
     union select date_trunc('year', given_on::timestamp)::date from report_lines
     union select (date_trunc('year', min(given_on)::timestamp) - interval '1 year')::date from report_lines having count(*) > 0
     union select date_trunc('year', starts_on::timestamp)::date from report_totals
     union select date_trunc('year', starts_on::timestamp)::date from report_donors
     union select date_trunc('year', starts_on::timestamp)::date from report_donor_totals order by 1`,
  )
  return rows.map(({ year }) => year)
}

const inYear = (column: string) => `${column} >= $1::date and ${column} < $1::date + interval '1 year'`

/** Kept sums of a year that do not add up: days against the lines, months against days, quarters against months, years against quarters. */
export function differingTotals(tx: Queryable, year: string): Promise<KeptRow[]> {
  const columns = [...totalKey, ...totalColumns].join(', ')
  const longer = longGrains.map((grain) => longerTotalsSql(grain, inYear))
  return differences(tx, year, {
    expected: [dayTotalsSql(inYear), ...longer]
      .map((sql) => `select ${columns} from (${sql}) as e`)
      .join(' union all '),
    kept: `select ${columns} from report_totals where ${inYear('starts_on')}`,
    object: `concat_ws(' ', part, grain, to_char(starts_on, 'YYYY-MM-DD'), dimension, key, currency, settlement_currency)`,
    shown: totalColumns,
  })
}

/** Kept numbers of donors of a year that differ from those in the lines. */
export function differingDonors(tx: Queryable, year: string): Promise<KeptRow[]> {
  return differences(tx, year, {
    expected: (['day', ...longGrains] as const).map((grain) => donorsSql(grain, inYear)).join(' union all '),
    kept: `select grain, starts_on, before_on, donors from report_donors where ${inYear('starts_on')} and donors <> 0`,
    object: `concat_ws(' ', 'donors', grain, to_char(starts_on, 'YYYY-MM-DD'), 'before', before_on)`,
    shown: ['donors'],
  })
}

/** What donors gave in a year as it is kept, where the lines say something else. A donor's hash is not shown. */
export function differingDonorTotals(tx: Queryable, year: string): Promise<KeptRow[]> {
  const columns = donorTotalColumns.join(', ')
  const given = `(select * from report_lines where ${inYear('given_on')}) as line`
  return differences(tx, year, {
    expected: `select ${columns} from (${donorTotalsSql(given)}) as e`,
    kept: `select ${columns} from report_donor_totals where grain <> 'fiscal_year' and ${inYear('starts_on')}`,
    ...DONOR_TOTAL,
  })
}

/**
 * What donors gave in the fiscal year that starts in a year, in the same way.
 * @param starts the month, 1 to 12; where it is 1, none may be kept
 */
export function differingFiscalYear(tx: Queryable, year: string, starts: number): Promise<KeptRow[]> {
  const columns = donorTotalColumns.join(', ')
  const given = `(select * from report_lines where ${inYear('given_on')}) as line`
  return differences(tx, monthsAway(year, starts - 1), {
    expected: `select ${columns} from (${donorTotalsSql(given, ['fiscal_year'], String(starts))}) as e`,
    kept: `select ${columns} from report_donor_totals where grain = 'fiscal_year' and ${inYear('starts_on')}`,
    ...DONOR_TOTAL,
  })
}

const DONOR_TOTAL = {
  object: `concat_ws(' ', 'donor', grain, to_char(starts_on, 'YYYY-MM-DD'), currency, last_donation_id)`,
  shown: donorTotalColumns.slice(4),
}

async function differences(
  tx: Queryable,
  year: string,
  {
    expected,
    kept,
    object,
    shown,
  }: {
    readonly expected: string
    readonly kept: string
    readonly object: string
    readonly shown: readonly string[]
  },
): Promise<KeptRow[]> {
  const { rows } = await tx.query<KeptRow>(
    `with expected as (${expected}), kept as (${kept})
     ${differing('expected', 'kept', object, shown)} limit 1000`,
    [year],
  )
  return rows
}
