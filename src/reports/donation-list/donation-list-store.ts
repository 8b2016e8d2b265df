import type { Knex } from 'knex'
import { sqlState } from '../../db/errors.ts'
import { filterConditions } from './donation-conditions-sql.ts'
import { donationJoins, filteredDonations, readPage, type ListQuery } from './donation-page-store.ts'
import { donationColumns, type DonationRow } from '../donation-record.ts'
import { MOST_ADDED_UP, type DonationCursor, type DonationFilters } from './donation-search.ts'
import { idsWithWords, READ_FOR_WORDS, rowsWithWords } from './word-search-store.ts'

export type ListedDonations = {
  readonly rows: readonly DonationRow[]
  readonly next: DonationCursor | null
  readonly previous: DonationCursor | null
}

/**
 * A page of the donations that the filters mean, newest first unless the query says otherwise.
 * @param read how many donations are read one by one before words are looked up
 */
export async function listDonations(
  db: Knex,
  query: ListQuery,
  read = READ_FOR_WORDS,
): Promise<ListedDonations> {
  const { cursor, sort = 'date', order = 'desc', limit } = query
  const rows = await (query.q?.by === 'words'
    ? rowsWithWords(db, query, read)
    : readPage(db, query, filterConditions(query)))
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
  const { q, basis: _basis, ...narrowing } = filters
  const isNarrowed = Object.values(narrowing).some((filter) => filter !== undefined)
  const looked = isNarrowed ? MOST_LOOKED_THROUGH : MOST_ADDED_UP
  const { sql, values } = filteredDonations(filters, q?.by === 'words' ? 'with_words' : 'kept')
  const ids = q?.by === 'words' ? await idsWithWords(db, { ...filters, q }, looked) : null
  const withWords = ids ? `${ids.sql} limit :looked + 1` : 'select null where false'
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
    { ...values, ...ids?.values, most: MOST_ADDED_UP, looked },
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
