import type { Queryable } from '../../db/database.ts'
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
 * Folds the next donations that earlier releases left, in the order of their ids.
 * @returns whether there are more
 */
export async function fillFromLedger(tx: Queryable, limit: number): Promise<boolean> {
  const state = await lockFolding(tx)
  if (state.filledAt !== null) return false
  const { rows } = await tx.query<{ id: string }>(
    `select id from donations where id > $1 order by id limit $2`,
    [state.foldedTo, limit],
  )
  await foldDonations(
    tx,
    rows.map(({ id }) => id),
  )
  const isDone = rows.length < limit
  await tx.query(`update report_fold_states set folded_to = $1, filled_at = case when $2 then now() end`, [
    rows.at(-1)?.id ?? state.foldedTo,
    isDone,
  ])
  return !isDone
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

async function lockFolding(tx: Queryable): Promise<{ foldedTo: string; filledAt: Date | null }> {
  const { rows } = await tx.query<{ foldedTo: string; filledAt: Date | null }>({
    name: 'lock-folding',
    text: `select folded_to as "foldedTo", filled_at as "filledAt" from report_fold_states for update`,
  })
  const [state] = rows
  if (!state) throw new Error('report_fold_states has no row')
  return state
}

/** Of each length of a period: the day on which the period of a day starts. */
const GRAINS = `(values ('day'), ('month'), ('quarter'), ('year')) as grain(grain)`

const total = (columns: readonly string[], sign = '') =>
  columns.map((column) => `sum(${sign}${column})::bigint as ${column}`).join(', ')

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
      sum(sign)::bigint as lines, ${sumColumns.map((column) => `sum(sign * ${column})::bigint as ${column}`).join(', ')}
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
      cross join lateral (values ('all', null), ('frequency', frequency), ('article', article), ('campaign', campaign),
        ('donor', donor::text)) as key(dimension, key)
    where (key.dimension <> 'donor' or grain.grain = 'year' and donor is not null)
    group by 1, 2, 3, 4, 5, 6, 7
    having (${['lines', ...sumColumns].map((column) => `sum(${column})`).join(', ')}) <> (0, ${sumColumns.map(() => '0').join(', ')})
    order by 1, 2, 3, 4, 5, 6, 7
  ), kept as (
    insert into report_totals as t (part, dimension, grain, starts_on, key, currency, settlement_currency, lines, ${sumColumns.join(', ')})
    select * from added
    on conflict (part, dimension, grain, starts_on, key, currency, settlement_currency) do update set
      ${['lines', ...sumColumns].map((column) => `${column} = t.${column} + excluded.${column}`).join(', ')}
    returning ctid, lines, (${sumColumns.join(', ')}) = (${sumColumns.map(() => '0').join(', ')}) as is_zero
  ), gift as (
    select donor, day, currency from stored where donor is not null and donations > 0
    union
    select donor, day, currency from fresh where donor is not null and donations > 0
  ), elsewhere as (
    -- What else the same donors gave in the same years.
    select distinct l.donor, l.day, l.currency
    from (select distinct donor, date_trunc('year', day::timestamp)::date as year from gift) g
      join report_lines l on l.donor = g.donor and l.day >= g.year and l.day < g.year + interval '1 year'
    where l.donations > 0 and l.donation_id <> all($1)
  ), presence as (
    select donor, day, currency, true as before, true as after from elsewhere
    union all select donor, day, currency, true, false from stored where donor is not null and donations > 0
    union all select donor, day, currency, false, true from fresh where donor is not null and donations > 0
  ), present as (
    select grain.grain, date_trunc(grain.grain, day::timestamp)::date as starts_on, scope.currency, donor,
      bool_or(before)::int as before, bool_or(after)::int as after
    from presence cross join (values ('month'), ('quarter'), ('year')) as grain(grain)
      cross join lateral (values (presence.currency), (null)) as scope(currency)
    group by 1, 2, 3, 4
  ), counted as (
    insert into report_donor_counts as c (grain, starts_on, currency, donors)
    select grain, starts_on, currency, sum(after - before) from present
    group by 1, 2, 3 having sum(after - before) <> 0 order by 1, 2, 3
    on conflict (grain, starts_on, currency) do update set donors = c.donors + excluded.donors
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
  const searched = tx.query({
    name: 'fold-search-texts',
    text: `insert into report_search_texts as s (donation_id, words) select id, ${WORDS} from donations where id = any($1)
           on conflict (donation_id) do update set words = excluded.words where s.words <> excluded.words`,
    values: [donationIds],
  })
  const [{ rows }] = await Promise.all([folded, searched])
  const empty = rows[0]?.empty ?? []
  if (empty.length > 0) await tx.query(`delete from report_totals where ctid = any($1::tid[])`, [empty])
}
