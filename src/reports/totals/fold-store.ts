import type { Queryable } from '../../db/database.ts'
import { COUNTS, donorTotalColumns, donorTotalsSql, KEYS } from './kept-sums-sql.ts'
import { lineColumns, linesSql, sumColumns } from './report-lines.ts'

/** How far the kept sums are. */
export type FoldState = {
  /** Whether every donation that an earlier release left has been folded once. */
  readonly isFilled: boolean
  /** Whether ledger transactions wait to be folded. */
  readonly isBehind: boolean
}

export async function foldState(db: Queryable): Promise<FoldState> {
  const { rows } = await db.query<FoldState>({
    name: 'report-fold-state',
    text: `select filled_at is not null as "isFilled", exists (select from report_queue) as "isBehind" from report_fold_states`,
  })
  return rows[0] ?? { isFilled: false, isBehind: true }
}

/**
 * Folds the ledger transactions that were posted since the last fold into the kept sums. Whoever folds at the same time
 * waits until this database transaction ends.
 * @param limit how many ledger transactions at most
 * @returns how many it took
 */
export async function foldPosted(tx: Queryable, limit: number): Promise<number> {
  await lockFolding(tx)
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
  await foldDonations(tx, donations)
  return Number(taken)
}

/**
 * Derives the lines of donations again at once. Nobody has to: a donation whose donor, message, story or campaign changes
 * is noted for the next fold by the database itself.
 */
export async function refold(tx: Queryable, donationIds: readonly string[]): Promise<void> {
  await lockFolding(tx)
  await foldDonations(tx, donationIds)
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
}

/** Whoever changes the kept sums holds this lock until the database transaction ends. */
export async function lockFolding(tx: Queryable): Promise<FillState> {
  const { rows } = await tx.query<FillState>({
    name: 'lock-folding',
    text: `select folded_to as "foldedTo", lines_filled_at as "linesFilledAt", summed_below as "summedBelow",
             filled_at as "filledAt" from report_fold_states for update`,
  })
  const [state] = rows
  if (!state) throw new Error('report_fold_states has no row')
  return state
}

/** Of each length of a period: the day on which the period of a day starts. */
const GRAINS = `(values ('day'), ('month'), ('quarter'), ('year')) as grain(grain)`

const total = (columns: readonly string[], sign = '') =>
  columns.map((column) => `sum_bigint(${sign}${column}) as ${column}`).join(', ')

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
  ), touched as materialized (
    select donor, date_trunc('year', given_on::timestamp)::date as year, bool_or(donations <> 0) as days_change
    from difference where donor is not null and (${['lines', ...sumColumns].join(', ')}) <> (0, ${sumColumns.map(() => '0').join(', ')})
    group by 1, 2
  ), elsewhere as materialized (
    -- The other lines of the donors concerned.
    select l.* from (select distinct donor from touched) t join report_lines l on l.donor = t.donor
    where l.donation_id <> all($1)
  ), history as materialized (
    select h.* from (select * from elsewhere union all select * from fresh) as h
      join touched t on t.donor = h.donor and t.year = date_trunc('year', h.given_on::timestamp)::date
  ), donor_total as materialized (
    ${donorTotalsSql('history')}
  ), donor_total_kept as materialized (
    select k.* from touched t join report_donor_totals k on k.donor = t.donor and date_trunc('year', k.starts_on::timestamp)::date = t.year
  ), donor_total_gone as (
    delete from report_donor_totals k using donor_total_kept o
    where (k.donor, k.grain, k.starts_on, k.currency) = (o.donor, o.grain, o.starts_on, o.currency)
      and not exists (select from donor_total n where (n.donor, n.grain, n.starts_on, n.currency) = (o.donor, o.grain, o.starts_on, o.currency))
  ), donor_total_written as (
    insert into report_donor_totals (${donorTotalColumns.join(', ')})
    select * from (select ${donorTotalColumns.join(', ')} from donor_total except select ${donorTotalColumns.join(', ')} from donor_total_kept) as n
    order by donor, grain, starts_on, currency
    on conflict (donor, grain, starts_on, currency) do update set
      ${donorTotalColumns
        .slice(4)
        .map((column) => `${column} = excluded.${column}`)
        .join(', ')}
  ), donor_day as (
    -- The days on which donors gave, before this fold (-1) and after it (1), where these differ.
    select distinct side.sign, l.donor, l.day
    from (select *, array[-1, 1] as signs from elsewhere union all select *, array[-1] from stored union all select *, array[1] from fresh) as l
      cross join lateral unnest(l.signs) as side(sign)
    where ${COUNTS} and l.donor in (select donor from touched where days_change)
  ), donor_period as (
    select sign, grain.grain, date_trunc(grain.grain, day::timestamp)::date as starts_on, donor, max(day) as last_on
    from donor_day cross join ${GRAINS} group by 1, 2, 3, 4
  ), arrival as (
    select sign, grain, starts_on,
      lag(last_on, 1, '-infinity') over (partition by sign, grain, donor order by starts_on) as before_on
    from donor_period
  ), counted as (
    insert into report_donors as c (grain, starts_on, before_on, donors)
    select grain, starts_on, before_on, sum_bigint(sign) from arrival
    group by 1, 2, 3 having sum_bigint(sign) <> 0 order by 1, 2, 3
    on conflict (grain, starts_on, before_on) do update set donors = c.donors + excluded.donors
  )
  select coalesce(array_agg(ctid) filter (where lines = 0 and is_zero), '{}')::text[] as empty from kept`

/** The words of a donation that a search looks through. */
const WORDS = `lower(concat_ws(' ', donor_name, donor_email, message, article_title, article_url))`

/** The caller holds the lock. */
async function foldDonations(tx: Queryable, donationIds: readonly string[]): Promise<void> {
  if (donationIds.length === 0) return
  const folded = tx.query<{ empty: string[] }>({
    name: 'fold-report-lines',
    text: FOLD,
    values: [donationIds],
  })
  const [{ rows }] = await Promise.all([folded, writeSearchTexts(tx, donationIds)])
  const empty = rows[0]?.empty ?? []
  if (empty.length > 0) await tx.query(`delete from report_totals where ctid = any($1::tid[])`, [empty])
}

/** What is searched of donations. */
export async function writeSearchTexts(tx: Queryable, donationIds: readonly string[]): Promise<void> {
  await tx.query({
    name: 'fold-search-texts',
    text: `insert into report_search_texts as s (donation_id, words) select id, ${WORDS} from donations where id = any($1)
           on conflict (donation_id) do update set words = excluded.words where s.words <> excluded.words`,
    values: [donationIds],
  })
}
