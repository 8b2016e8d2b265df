import type { Queryable } from '../../db/database.ts'
import {
  COUNTS,
  donorGrains,
  donorPeriods,
  donorTotalColumns,
  donorTotalsSql,
  KEYS,
  PERIOD_START,
} from './kept-sums-sql.ts'
import { writeSearchTexts } from '../donation-list/search-text-store.ts'
import { lineColumns, linesSql, sumColumns } from './report-lines.ts'

/** How far the kept sums are. */
export type FoldState = {
  /** Whether every donation that an earlier release left has been folded once. */
  readonly isFilled: boolean
  /** Whether ledger transactions wait to be folded. */
  readonly isBehind: boolean
  /** The month in which the fiscal years start whose donors are kept; null while they are made. */
  readonly fiscalYears: number | null
  /** Whether texts that an earlier release wrote wait for being written as this one writes them. */
  readonly hasOldTexts: boolean
  /** Whether this server only replays what the primary writes, and so can fold nothing itself. */
  readonly isReplica: boolean
}

export async function foldState(db: Queryable): Promise<FoldState> {
  const { rows } = await db.query<FoldState>({
    name: 'report-fold-state',
    text: `select filled_at is not null as "isFilled", exists (select from report_queue) as "isBehind",
             case when fiscal_year_starts = 1 or fiscal_years_filled_at is not null then fiscal_year_starts end as "fiscalYears",
             periods_filled_at is null or texts_rewritten_at is null as "hasOldTexts",
             pg_is_in_recovery() as "isReplica"
           from report_fold_states`,
  })
  return (
    rows[0] ?? { isFilled: false, isBehind: true, fiscalYears: null, hasOldTexts: true, isReplica: false }
  )
}

/**
 * Folds the ledger transactions that were posted since the last fold into the kept sums. Whoever folds at the same time
 * waits until this database transaction ends.
 * @param limit how many ledger transactions at most
 * @returns how many it took
 */
export async function foldPosted(tx: Queryable, limit: number): Promise<number> {
  const { fiscalYearStarts } = await lockFolding(tx)
  const { rows } = await tx.query<{ taken: bigint; donations: string[] }>({
    name: 'take-report-queue',
    text: `with taken as (
             delete from report_queue where ctid = any(array(select ctid from report_queue limit $1))
             returning ledger_transaction_id, donation_id
           ), concerned as (
             select distinct coalesce(taken.donation_id, t.donation_id, d.id) as id
             from taken left join ledger_transactions t on t.id = taken.ledger_transaction_id
               left join balance_transactions b on t.donation_id is null and b.id = t.source
               left join donations d on d.payment_intent_id = b.payment_intent_id
           )
           select (select count(*) from taken) as taken,
             coalesce((select array_agg(id) from concerned where id is not null), '{}') as donations`,
    values: [limit],
  })
  const { taken = 0n, donations = [] } = rows[0] ?? {}
  await foldDonations(tx, donations, fiscalYearStarts)
  return Number(taken)
}

/**
 * Derives the lines of donations again at once. Nobody has to: a donation whose donor, message, story or campaign changes
 * is noted for the next fold by the database itself.
 */
export async function refold(tx: Queryable, donationIds: readonly string[]): Promise<void> {
  const { fiscalYearStarts } = await lockFolding(tx)
  await foldDonations(tx, donationIds, fiscalYearStarts)
}

/** For a reader's database transaction: it does not queue behind a fold that takes long, but fails with 55P03. */
export async function waitBriefly(tx: Queryable): Promise<void> {
  await tx.query(`set local lock_timeout = '300ms'`)
}

/** How far the first fill is. */
export type FillState = {
  /** Donations up to this id have their lines. */
  readonly foldedTo: string
  readonly linesFilledAt: Date | null
  /** Days before this one are in the sums; null: none is. */
  readonly summedBelow: string | null
  readonly filledAt: Date | null
  /** The month in which the fiscal years start whose donors are kept. */
  readonly fiscalYearStarts: number
  /** Fiscal years before this day are kept; null: none is. */
  readonly fiscalYearsBelow: string | null
  readonly fiscalYearsFilledAt: Date | null
}

/** Whoever changes the kept sums holds this lock until the database transaction ends. */
export async function lockFolding(tx: Queryable): Promise<FillState> {
  const { rows } = await tx.query<FillState>({
    name: 'lock-folding',
    text: `select folded_to as "foldedTo", lines_filled_at as "linesFilledAt", summed_below as "summedBelow",
             filled_at as "filledAt", fiscal_year_starts as "fiscalYearStarts", fiscal_years_below as "fiscalYearsBelow",
             fiscal_years_filled_at as "fiscalYearsFilledAt"
           from report_fold_states for update`,
  })
  const [state] = rows
  if (!state) throw new Error('report_fold_states has no row')
  return state
}

/** Of each length of a period: the day on which the period of a day starts. */
const GRAINS = `(values ('day'), ('month'), ('quarter'), ('year')) as grain(grain)`

const total = (columns: readonly string[], sign = '') =>
  columns.map((column) => `sum_bigint(${sign}${column}) as ${column}`).join(', ')

/** What gifts count for in the totals of their donors: one row for each gift that counts. */
const giftsOf = (
  lines: string,
) => `select donation_id, donor, given_on, currency, gross, gross - least(returned, gross) as remains from (
      select donation_id, donor, given_on, currency, sum_bigint(gross_minor) as gross, sum_bigint(refunded_minor + disputed_minor) as returned
      from ${lines} where donor is not null group by 1, 2, 3, 4 having sum_bigint(donations) > 0) as gift`

const FISCAL_YEAR_STARTS = '$2::int'
const DONOR_PERIOD = 'donor, grain, starts_on, currency'
const samePeriod = (a: string, b: string) =>
  `(${a}.donor, ${a}.grain, ${a}.starts_on, ${a}.currency) = (${b}.donor, ${b}.grain, ${b}.starts_on, ${b}.currency)`

/**
 * What donors gave changes by the gifts of the fold alone, so that a donor of many years costs no more than a new one.
 * Only where the largest or the last gift of a period was changed, and no other takes its place at once, the donor's
 * other gifts are looked through.
 */
const DONOR_TOTALS = `counted_before as materialized (${giftsOf('stored')}),
  counted_now as materialized (${giftsOf('fresh')}),
  changed_gift as materialized (
    select -1 as sign, * from (select * from counted_before except select * from counted_now) as gone
    union all
    select 1, * from (select * from counted_now except select * from counted_before) as new
  ), donor_change as materialized (
    select donor, p.grain, ${PERIOD_START} as starts_on, currency,
      sum_bigint(sign) as gifts, sum_bigint(sign * gross) as gross_minor, sum_bigint(sign * remains) as remains_minor,
      max(remains) filter (where sign = 1) as largest_new, max(remains) filter (where sign = -1) as largest_gone,
      max(given_on) filter (where sign = 1) as last_new_on,
      (array_agg(donation_id order by given_on desc, donation_id desc) filter (where sign = 1))[1] as last_new_id,
      array_agg(donation_id) filter (where sign = -1) as gone
    from changed_gift cross join ${donorPeriods(donorGrains, FISCAL_YEAR_STARTS)}
    group by 1, 2, 3, 4
  ), donor_compared as materialized (
    select c.*, k.gifts as kept_gifts, k.gross_minor as kept_gross, k.remains_minor as kept_remains, k.largest_minor as kept_largest,
      k.last_on as kept_on, k.last_donation_id as kept_id,
      k.gifts + c.gifts > 0 and (coalesce(c.largest_gone >= k.largest_minor and coalesce(c.largest_new, -1) < k.largest_minor, false)
        or coalesce(k.last_donation_id = any(c.gone)
          and coalesce((c.last_new_on, c.last_new_id) < (k.last_on, k.last_donation_id), true), false)) as is_unknown
    from donor_change c left join report_donor_totals k on ${samePeriod('k', 'c')}
  ), unknown as materialized (select ${DONOR_PERIOD} from donor_compared where is_unknown),
  donor_lines as materialized (
    -- The other lines of the few donors whose largest or last gift is not known.
    select l.* from (select distinct donor from unknown) as u join report_lines l on l.donor = u.donor
    where not exists (select from stored s where s.donation_id = l.donation_id)
    union all select * from fresh where donor in (select donor from unknown)
  ), donor_total as materialized (
    select donor, grain, starts_on, currency, coalesce(kept_gifts, 0) + gifts as gifts, coalesce(kept_gross, 0) + gross_minor as gross_minor,
      coalesce(kept_remains, 0) + remains_minor as remains_minor, greatest(kept_largest, largest_new) as largest_minor,
      greatest(kept_on, last_new_on) as last_on,
      case when kept_id is null or (last_new_on, last_new_id) > (kept_on, kept_id) then last_new_id else kept_id end as last_donation_id
    from donor_compared where not is_unknown
    union all
    select ${donorTotalColumns.map((column) => `t.${column}`).join(', ')} from (${donorTotalsSql('donor_lines', donorGrains, FISCAL_YEAR_STARTS)}) as t
      join unknown u on ${samePeriod('u', 't')}
  ), donor_total_gone as (
    delete from report_donor_totals k using donor_total n where ${samePeriod('k', 'n')} and n.gifts = 0
  ), donor_total_written as (
    insert into report_donor_totals (${donorTotalColumns.join(', ')})
    select ${donorTotalColumns.join(', ')} from donor_total where gifts > 0 order by ${DONOR_PERIOD}
    on conflict (${DONOR_PERIOD}) do update set
      ${donorTotalColumns
        .slice(4)
        .map((column) => `${column} = excluded.${column}`)
        .join(', ')}
  )`

/**
 * The days on which donors gave, before this fold (-1) and after it (1): those that may differ, and the kept days next to
 * each. What lies further away counts the same before and after.
 */
const DONOR_DAYS = `concerned_day as materialized (
    select donor, day, sum_bigint(was) as was, bool_or(is_new) as is_new
    from (select donor, day, 1 as was, false as is_new, donations from stored
          union all select donor, day, 0, true, donations from fresh) as l
    where ${COUNTS} group by 1, 2
  ), changed_day as materialized (
    select donor, day, is_before, is_new or is_left as is_after
    from concerned_day c
      cross join lateral (select was > 0 or exists (
        select from report_lines l where l.donor = c.donor and l.day = c.day and l.donations > 0) as is_before) as before
      cross join lateral (select not is_new and (
        select count(*) from (select from report_lines l where l.donor = c.donor and l.day = c.day and l.donations > 0 limit c.was + 1) as one
        ) > c.was as is_left) as left_over
    where is_before <> (is_new or is_left)
  ), next_day as materialized (
    select c.donor, n.day from changed_day c cross join lateral (
      (select l.day from report_lines l where l.donor = c.donor and l.day < c.day and l.donations > 0 order by l.day desc limit 1)
      union all
      (select l.day from report_lines l where l.donor = c.donor and l.day > c.day and l.donations > 0 order by l.day limit 1)
    ) as n
  ), donor_day as (
    select -1 as sign, donor, day from changed_day where is_before
    union select 1, donor, day from changed_day where is_after
    union select side.sign, n.donor, n.day from next_day n cross join (values (-1), (1)) as side(sign)
      where not exists (select from changed_day c where (c.donor, c.day) = (n.donor, n.day))
  ), donor_period as (
    select sign, grain.grain, date_trunc(grain.grain, day::timestamp)::date as starts_on, donor, max(day) as last_on
    from donor_day cross join ${GRAINS} group by 1, 2, 3, 4
  ), arrival as (
    select sign, grain, starts_on,
      lag(last_on, 1, '-infinity') over (partition by sign, grain, donor order by starts_on) as before_on
    from donor_period
`

/**
 * One statement derives the lines again, compares them with the stored ones and adds what differs to the sums, so that
 * all of it is of one snapshot. Sums are changed in the order of their key, and nobody else changes them meanwhile.
 */
const FOLD = `with fresh as materialized (${linesSql('d.id = any($1)')}),
  stored as materialized (select ${lineColumns.join(', ')} from report_lines where donation_id = any($1)),
  change as materialized (
    select 1 as sign, * from fresh union all select -1, * from stored
  ), difference as materialized (
    select donation_id, day, settlement_currency, given_on, currency, frequency, article, campaign, donor,
      sum_bigint(sign) as lines, ${sumColumns.map((column) => `sum_bigint(sign * ${column}) as ${column}`).join(', ')}
    from change group by 1, 2, 3, 4, 5, 6, 7, 8, 9
  ), removed as (
    delete from report_lines l using stored s
    where (l.donation_id, l.day) = (s.donation_id, s.day) and l.settlement_currency is not distinct from s.settlement_currency
      and not exists (select from fresh f where (f.donation_id, f.day) = (s.donation_id, s.day)
        and f.settlement_currency is not distinct from s.settlement_currency)
  ), written as (
    insert into report_lines as l (${lineColumns.join(', ')})
    select ${lineColumns.map((column) => `f.${column}`).join(', ')} from fresh f
      left join stored s on (s.donation_id, s.day) = (f.donation_id, f.day) and s.settlement_currency is not distinct from f.settlement_currency
    where f.* is distinct from s.*
    on conflict (donation_id, day, settlement_currency) do update set
      ${lineColumns
        .slice(3)
        .map((column) => `${column} = excluded.${column}`)
        .join(', ')}
  ), placed as (
    select 'booked' as part, day as on_day, d.* from difference d
    union all
    select 'moved_to_given', side.on_day, d.donation_id, d.day, d.settlement_currency, d.given_on, d.currency, d.frequency,
      d.article, d.campaign, d.donor, side.sign * lines, ${sumColumns.map((column) => `side.sign * ${column}`).join(', ')}
    from difference d cross join lateral (values (d.day, -1), (d.given_on, 1)) as side(on_day, sign)
    where d.day <> d.given_on
  ), added as (
    select part, key.dimension, grain.grain, date_trunc(grain.grain, on_day::timestamp)::date as starts_on, key.key, currency,
      settlement_currency, ${total(['lines', ...sumColumns])}
    from placed cross join ${GRAINS}
      cross join lateral ${KEYS}
    group by 1, 2, 3, 4, 5, 6, 7
    having (${['lines', ...sumColumns].map((column) => `sum_bigint(${column})`).join(', ')}) <> (0, ${sumColumns.map(() => '0').join(', ')})
    order by 1, 2, 3, 4, 5, 6, 7
  ), kept as (
    insert into report_totals as t (part, dimension, grain, starts_on, key, currency, settlement_currency, lines, ${sumColumns.join(', ')})
    select * from added
    on conflict (part, dimension, grain, starts_on, key, currency, settlement_currency) do update set
      ${['lines', ...sumColumns].map((column) => `${column} = t.${column} + excluded.${column}`).join(', ')}
    returning ctid, lines, (${sumColumns.join(', ')}) = (${sumColumns.map(() => '0').join(', ')}) as is_zero
  ), ${DONOR_TOTALS}, ${DONOR_DAYS}  ), counted as (
    insert into report_donors as c (grain, starts_on, before_on, donors)
    select grain, starts_on, before_on, sum_bigint(sign) from arrival
    group by 1, 2, 3 having sum_bigint(sign) <> 0 order by 1, 2, 3
    on conflict (grain, starts_on, before_on) do update set donors = c.donors + excluded.donors
  )
  select coalesce(array_agg(ctid) filter (where lines = 0 and is_zero), '{}')::text[] as empty from kept`

/** The caller holds the lock. */
async function foldDonations(
  tx: Queryable,
  donationIds: readonly string[],
  fiscalYearStarts: number,
): Promise<void> {
  if (donationIds.length === 0) return
  const folded = tx.query<{ empty: string[] }>({
    name: 'fold-report-lines',
    text: FOLD,
    values: [donationIds, fiscalYearStarts],
  })
  const [{ rows }] = await Promise.all([folded, writeSearchTexts(tx, donationIds)])
  const empty = rows[0]?.empty ?? []
  if (empty.length > 0) await tx.query(`delete from report_totals where ctid = any($1::tid[])`, [empty])
}

/**
 * Writes texts that an earlier release wrote as this one writes them, in the order of their donations: with their periods and
 * the range of their amount, and without the words of their stories.
 * @param limit how many texts at most
 * @returns whether there is more
 */
export async function rewriteSearchTexts(tx: Queryable, limit: number): Promise<boolean> {
  await lockFolding(tx)
  const { rows } = await tx.query<{ id: string }>(
    `select donation_id as id from report_search_texts
     where donation_id > (select periods_filled_to from report_fold_states) order by donation_id limit $1`,
    [limit],
  )
  const ids = rows.map(({ id }) => id)
  await writeSearchTexts(tx, ids)
  const isDone = ids.length < limit
  await tx.query(
    `update report_fold_states set periods_filled_to = coalesce($1, periods_filled_to),
       periods_filled_at = case when $2 then coalesce(periods_filled_at, now()) else periods_filled_at end,
       texts_rewritten_at = case when $2 then now() end`,
    [ids.at(-1), isDone],
  )
  return !isDone
}
