import type { Knex } from 'knex'
import { sqlState } from '../db/errors.ts'
import {
  cursorCondition,
  dayConditions,
  filterConditions,
  readingOrder,
  valuesOf,
  WITH_WORDS,
  type Condition,
  type WordsLookup,
} from './donation-conditions-sql.ts'
import { donationColumns, type DonationRow } from './donation-record.ts'
import {
  MOST_ADDED_UP,
  type DonationCursor,
  type DonationFilters,
  type DonationsQuery,
} from './donation-search.ts'

export type DonationPage = {
  readonly rows: readonly DonationRow[]
  readonly next: DonationCursor | null
  readonly previous: DonationCursor | null
}

const selectList = Object.entries(donationColumns)
  .map(([field, sql]) => `${sql} as ${field}`)
  .join(', ')

/** What refunds and disputes took that Stripe’s balance does not show yet, in minor units of the gift. */
const UNSETTLED_REVERSALS = `case when d.refunded_minor + d.disputed_minor = 0 then 0 else coalesce((
    select sum(r.amount_minor) from refunds r
    where r.donation_id = d.id and r.status in ('pending', 'succeeded') and not exists (
      select from balance_transactions s where s.payment_intent_id = d.payment_intent_id
        and s.clears = r.id and (r.kind = 'refund' or s.type not in ('charge', 'payment')))), 0)
  + case when d.disputed_minor = 0 or exists (
      select from balance_transactions s join disputes p on p.id = s.clears
      where s.payment_intent_id = d.payment_intent_id and p.donation_id = d.id) then 0 else d.disputed_minor end end`

/**
 * `r` is the donation's last receipt. `b` sums the balance transactions of its payment; it is empty until the charge's
 * own is known, and when they are in several currencies. The net is that of today: a refund counts as soon as it is
 * booked, at the rate of the charge until Stripe has settled it. `p` holds its disputes, and `i` says where it was imported.
 */
export const donationJoins = `
  left join imported_gifts i on i.donation_id = d.id
  left join lateral (
    select r.year, r.number, r.token, v.year is not null as voided
    from receipts r left join receipt_voidings v on (v.year, v.number) = (r.year, r.number)
    where r.donation_id = d.id order by r.revision desc limit 1) r on true
  left join lateral (
    select min(t.currency) as settlement_currency, sum(t.fee_minor)::bigint as fee_minor,
      (sum(t.net_minor) - round(${UNSETTLED_REVERSALS}
         * sum(t.amount_minor) filter (where t.type in ('charge', 'payment')) / d.gross_minor))::bigint as net_minor
    from balance_transactions t where t.payment_intent_id = d.payment_intent_id
    having bool_or(t.type in ('charge', 'payment')) and min(t.currency) = max(t.currency)) b on true
  left join lateral (
    select json_agg(json_build_object('id', p.id, 'status', p.status, 'reason', p.reason, 'currency', p.currency,
      'amount', p.amount_minor, 'evidenceDueBy', p.evidence_due_by, 'createdAt', p.created_at)
      order by p.created_at, p.id) as list
    from disputes p where p.donation_id = d.id) p on true`

type ListQuery = DonationFilters & { readonly limit: number } & Partial<
    Pick<DonationsQuery, 'sort' | 'order' | 'cursor'>
  >

/** One row more than the page holds, if there is one, which shows whether there is a further page. */
async function readPage(
  db: Knex,
  { cursor, sort = 'date', order = 'desc', limit }: ListQuery,
  filters: readonly Condition[][],
): Promise<DonationRow[]> {
  // Each alternative is read in the order of an index, at most one page of it.
  const alternatives = filters.map((all) => [...all, ...cursorCondition(cursor)])
  const reading = readingOrder(sort, order, cursor)
  const pageOf = (conditions: readonly Condition[]) =>
    `(${selected(conditions)} order by ${reading} limit :limit)`
  const { rows } = await db.raw<{ rows: DonationRow[] }>(
    `select ${selectList}
     from (select * from (${alternatives.map(pageOf).join(' union all ')}) as d order by ${reading} limit :limit) d
       ${donationJoins}
     order by ${reading}`,
    { ...valuesOf(alternatives.flat()), limit: limit + 1 },
  )
  return rows
}

/**
 * A page of frequent words lies among so many donations. Where the first ones show that it lies among further ones, those are
 * read, too: what that costs depends on how frequent the words are, and not on how many donations there are. Rarer words are
 * looked up in the kept texts.
 */
const READ_FOR_WORDS = { first: 4_000, further: 24_000 }

/** The page, if reading the next donations one by one fills it; null if it does not. */
async function nearestWithWords(db: Knex, query: ListQuery): Promise<DonationRow[] | null> {
  const { cursor, sort = 'date', order = 'desc', limit } = query
  const [conditions = [], ...others] = filterConditions(query, 'read')
  // Gifts that were booked late are older than the range: only a list by date, newest first, comes to them last.
  const isNewestFirst = sort === 'date' && (order === 'desc') === (cursor?.way !== 'before')
  if (others.length > 0 && !isNewestFirst) return null
  const next = [...(dayConditions({ ...query, basis: 'given' })[0] ?? []), ...cursorCondition(cursor)]
  const reading = readingOrder(sort, order, cursor)
  const pageAmong = async (read: number) => {
    const { rows } = await db.raw<{ rows: DonationRow[] }>(
      `select ${selectList}
     from (select d.* from (${selected(next)} order by ${reading} limit :read) d
       where ${conditions.map(({ sql }) => sql).join(' and ')} order by ${reading} limit :limit) d
       ${donationJoins}
     order by ${reading}`,
      { ...valuesOf([...next, ...conditions]), read, limit: limit + 1 },
    )
    return rows
  }
  const { first, further } = READ_FOR_WORDS
  const found = await pageAmong(first)
  if (found.length > limit) return found
  // A fifth more than the page needs, so that reading further is seldom in vain.
  if (found.length * (further / first) < (limit + 1) * 1.2) return null
  const page = await pageAmong(further)
  return page.length > limit ? page : null
}

/** A page of the donations that the filters mean, newest first unless the query says otherwise. */
export async function listDonations(db: Knex, query: ListQuery): Promise<DonationPage> {
  const { cursor, sort = 'date', order = 'desc', limit } = query
  const nearest = query.q?.by === 'words' ? await nearestWithWords(db, query) : null
  const rows = nearest ?? (await readPage(db, query, filterConditions(query)))
  const isFurther = rows.length > limit
  const isBackwards = cursor?.way === 'before'
  const page = isBackwards ? rows.slice(0, limit).toReversed() : rows.slice(0, limit)
  const at = (way: DonationCursor['way'], row: DonationRow | undefined, isThere: boolean) =>
    row && isThere ? { way, sort, order, id: row.id } : null
  return {
    rows: page,
    next: at('after', page.at(-1), isBackwards || isFurther),
    previous: at('before', page[0], isBackwards ? isFurther : cursor !== undefined),
  }
}

/** Every donation that the filters mean, as SQL with named values. */
export function filteredDonations(filters: DonationFilters, words?: WordsLookup): Condition {
  const alternatives = filterConditions(filters, words)
  return { sql: alternatives.map(selected).join(' union all '), values: valuesOf(alternatives.flat()) }
}

function selected(conditions: readonly Condition[]): string {
  return `select d.* from donations d where ${conditions.map(({ sql }) => sql).join(' and ') || 'true'}`
}

/** The sums of one currency. The net is null while a fee is not known, or where Stripe settled in another currency. */
export type ListTotal = {
  readonly currency: string
  readonly donations: bigint
  readonly gross_minor: bigint
  readonly reversed_minor: bigint
  readonly net_minor: bigint | null
}

/** Words that are more frequent find too many donations to add up, whatever the other filters are. Without others, all with the words are added up. */
const MOST_LOOKED_THROUGH = 20_000

/** What the donations come to that the filters mean; null when they are more than are added up. */
export async function listTotals(db: Knex, filters: DonationFilters): Promise<readonly ListTotal[] | null> {
  const isByWords = filters.q?.by === 'words'
  const { q: _q, basis: _basis, ...narrowing } = filters
  const isNarrowed = Object.values(narrowing).some((filter) => filter !== undefined)
  const looked = isNarrowed ? MOST_LOOKED_THROUGH : MOST_ADDED_UP
  const { sql, values } = filteredDonations(filters, isByWords ? 'with_words' : 'kept')
  const withWords = isByWords ? `${WITH_WORDS} limit :looked + 1` : 'select null where false'
  const { rows } = await db.raw<{ rows: (Counted & (ListTotal | { readonly currency: null }))[] }>(
    `with with_words as materialized (${withWords}),
       found as materialized (
         select * from (${sql}) d where (select count(*) from with_words) <= :looked limit :most + 1),
       counted as (select (select count(*) from with_words) as with_words, (select count(*) from found) as found),
       total as (
         select d.currency, count(*) as donations, sum(d.gross_minor)::bigint as gross_minor,
           sum(d.refunded_minor + d.disputed_minor)::bigint as reversed_minor,
           case when bool_and(${donationColumns.settlement_currency} is not distinct from d.currency)
         then sum(${donationColumns.net_minor})::bigint end as net_minor
         from found d ${donationJoins} where (select counted.found from counted) <= :most
         group by d.currency)
     select counted.with_words, counted.found, total.*
     from counted left join total on true order by donations desc, currency`,
    { ...values, most: MOST_ADDED_UP, looked },
  )
  const areTooMany = rows.some((row) => row.with_words > looked || row.found > MOST_ADDED_UP)
  if (areTooMany) return null
  // Where nothing is found, the counts stand alone.
  return rows.flatMap(({ with_words: _words, found: _found, ...total }) =>
    total.currency === null ? [] : [total],
  )
}

/**
 * What any number of donations come to that the filters mean, without their net, which takes each one's settlement.
 * @param withinMs how long the database may take; it then ends the database transaction with an error (`tookTooLong`)
 */
export async function sumsWithin(tx: Knex, filters: DonationFilters, withinMs: number): Promise<ListTotal[]> {
  const { sql, values } = filteredDonations(filters)
  await tx.raw(`set local statement_timeout = ${withinMs}`)
  const { rows } = await tx.raw<{ rows: ListTotal[] }>(
    `select d.currency, count(*) as donations, sum(d.gross_minor)::bigint as gross_minor,
       sum(d.refunded_minor + d.disputed_minor)::bigint as reversed_minor, null::bigint as net_minor
     from (${sql}) d group by d.currency order by donations desc, d.currency`,
    values,
  )
  return rows
}

/** Whether the database ended a statement because it took longer than it may. */
export function tookTooLong(error: unknown): boolean {
  return sqlState(error) === '57014'
}

type Counted = { readonly with_words: bigint; readonly found: bigint }

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i

/** @returns null for an unknown id and for a text that is no id */
export async function donationById(db: Knex, id: string): Promise<DonationRow | null> {
  if (!UUID.test(id)) return null
  const { rows } = await db.raw<{ rows: DonationRow[] }>(
    `select ${selectList} from donations d ${donationJoins} where d.id = :id`,
    { id },
  )
  return rows[0] ?? null
}
