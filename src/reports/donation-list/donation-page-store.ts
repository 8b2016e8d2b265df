import type { Knex } from 'knex'
import {
  cursorCondition,
  filterConditions,
  readingOrder,
  valuesOf,
  type Condition,
  type WordsLookup,
} from './donation-conditions-sql.ts'
import { donationColumns, type DonationRow } from '../donation-record.ts'
import type { DonationFilters, DonationsQuery } from './donation-search.ts'

export const selectList = Object.entries(donationColumns)
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

export type ListQuery = DonationFilters & { readonly limit: number } & Partial<
    Pick<DonationsQuery, 'sort' | 'order' | 'cursor'>
  >

/** One row more than the page holds, if there is one, which shows whether there is a further page. */
export async function readPage(
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

/** Every donation that the filters mean, as SQL with named values. */
export function filteredDonations(filters: DonationFilters, words?: WordsLookup): Condition {
  const alternatives = filterConditions(filters, words)
  return { sql: alternatives.map(selected).join(' union all '), values: valuesOf(alternatives.flat()) }
}

export function selected(conditions: readonly Condition[]): string {
  return `select d.* from donations d where ${conditions.map(({ sql }) => sql).join(' and ') || 'true'}`
}

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
