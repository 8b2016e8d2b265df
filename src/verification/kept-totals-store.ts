import type { Queryable } from '../db/database.ts'
import { lineColumns, linesSql, sumColumns } from '../reports/totals/report-lines.ts'

/** A row that the ledger, or the lines, prove and that is not kept, or the other way round. */
export type KeptRow = { readonly object: string; readonly isKept: boolean; readonly sums: string }

/** What has to be known before lines can be compared: whether they were ever filled, and what waits to be folded. */
export async function foldingState(tx: Queryable): Promise<{ isFilled: boolean; pending: string[] }> {
  const { rows } = await tx.query<{ isFilled: boolean; pending: string[] }>(
    `select (select filled_at is not null from report_fold_states) as "isFilled",
       array(select distinct coalesce(q.donation_id, t.donation_id, d.id)::text from report_queue q
         left join ledger_transactions t on t.id = q.ledger_transaction_id
         left join balance_transactions b on t.donation_id is null and b.id = t.source
         left join donations d on d.payment_intent_id = b.payment_intent_id) as pending`,
  )
  return rows[0] ?? { isFilled: false, pending: [] }
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

/** The years in which anything is kept, by their first day. */
export async function keptYears(tx: Queryable): Promise<string[]> {
  const { rows } = await tx.query<{ year: string }>(
    `select date_trunc('year', day::timestamp)::date as year from report_lines
     union select date_trunc('year', given_on::timestamp)::date from report_lines
     union select date_trunc('year', starts_on::timestamp)::date from report_totals
     union select date_trunc('year', starts_on::timestamp)::date from report_donor_counts order by 1`,
  )
  return rows.map(({ year }) => year)
}

const totalled = ['lines', ...sumColumns]
const TOTAL_KEY = ['part', 'dimension', 'grain', 'starts_on', 'key', 'currency', 'settlement_currency']
const sums = totalled.map((column) => `sum(${column})::bigint as ${column}`).join(', ')
const isSomething = `(${totalled.map((column) => `sum(${column})`).join(', ')}) <> (${totalled.map(() => '0').join(', ')})`

/**
 * Kept sums of a year that do not add up: days against the lines, months against days, quarters against months, years
 * against quarters, and donors' years against the lines.
 */
export async function differingTotals(tx: Queryable, year: string): Promise<KeptRow[]> {
  const of = (column: string) => `${column} >= $1::date and ${column} < $1::date + interval '1 year'`
  const longer = (grain: string, shorter: string) => `
    select part, dimension, '${grain}', date_trunc('${grain}', starts_on::timestamp)::date, key, currency, settlement_currency, ${sums}
    from report_totals where grain = '${shorter}' and ${of('starts_on')} group by 1, 2, 3, 4, 5, 6, 7 having ${isSomething}`
  const { rows } = await tx.query<KeptRow>(
    `with placed as (
       select 'booked' as part, day as on_day, 1 as sign, l.* from report_lines l where ${of('day')}
       union all select 'moved_to_given', day, -1, l.* from report_lines l where day <> given_on and ${of('day')}
       union all select 'moved_to_given', given_on, 1, l.* from report_lines l where day <> given_on and ${of('given_on')}
     ), expected as (
       select part, k.dimension, k.grain, case k.grain when 'day' then on_day else date_trunc('year', on_day::timestamp)::date end as starts_on,
         k.key, currency, settlement_currency,
         sum(sign)::bigint as lines, ${sumColumns.map((column) => `sum(sign * ${column})::bigint as ${column}`).join(', ')}
       from placed cross join lateral (values ('all', 'day', null), ('frequency', 'day', frequency), ('article', 'day', article),
         ('campaign', 'day', campaign), ('donor', 'year', donor::text)) as k(dimension, grain, key)
       where k.dimension <> 'donor' or donor is not null
       group by 1, 2, 3, 4, 5, 6, 7
       having (sum(sign), ${sumColumns.map((column) => `sum(sign * ${column})`).join(', ')}) <> (${totalled.map(() => '0').join(', ')})
       union all ${longer('month', 'day')} union all ${longer('quarter', 'month')} union all ${longer('year', 'quarter')}
     ), kept as (
       select ${TOTAL_KEY.join(', ')}, ${totalled.join(', ')} from report_totals where ${of('starts_on')}
     )
     ${differing('expected', 'kept', `concat_ws(' ', part, grain, to_char(starts_on, 'YYYY-MM-DD'), dimension, case when dimension <> 'donor' then key end, currency, settlement_currency)`, totalled)} limit 1000`,
    [year],
  )
  return rows
}

/** Kept numbers of donors of a year that differ from those in the lines. */
export async function differingDonorCounts(tx: Queryable, year: string): Promise<KeptRow[]> {
  const inYear = (column: string) => `${column} >= $1::date and ${column} < $1::date + interval '1 year'`
  const { rows } = await tx.query<KeptRow>(
    `with expected as (
       select p.grain, date_trunc(p.grain, day::timestamp)::date as starts_on, s.currency, count(distinct donor) as donors
       from report_lines l cross join (values ('month'), ('quarter'), ('year')) as p(grain)
         cross join lateral (values (l.currency), (null)) as s(currency)
       where donor is not null and donations > 0 and ${inYear('day')} group by 1, 2, 3
     ), kept as (
       select grain, starts_on, currency, donors from report_donor_counts where ${inYear('starts_on')} and donors <> 0
     )
     ${differing('expected', 'kept', `concat_ws(' ', 'donors', grain, to_char(starts_on, 'YYYY-MM-DD'), currency)`, ['donors'])}`,
    [year],
  )
  return rows
}
