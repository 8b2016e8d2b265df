import type { Knex } from 'knex'
import { donationColumns, type DonationRow } from './donation-record.ts'
import type { DonationCursor, DonationsQuery, Search } from './donation-search.ts'

export type DonationPage = { readonly rows: readonly DonationRow[]; readonly next: DonationCursor | null }

const selectList = Object.entries(donationColumns)
  .map(([field, sql]) => `${sql} as ${field}`)
  .join(', ')

/**
 * `r` is the donation's last receipt. `b` sums the balance transactions of its payment; it is empty until the charge's
 * own is known, and when they are in several currencies.
 */
export const donationJoins = `
  left join lateral (
    select r.year, r.number, r.token, v.year is not null as voided
    from receipts r left join receipt_voidings v on (v.year, v.number) = (r.year, r.number)
    where r.donation_id = d.id order by r.revision desc limit 1) r on true
  left join lateral (
    select min(t.currency) as settlement_currency, sum(t.fee_minor)::bigint as fee_minor, sum(t.net_minor)::bigint as net_minor
    from balance_transactions t where t.payment_intent_id = d.payment_intent_id
    having bool_or(t.type in ('charge', 'payment')) and count(distinct t.currency) = 1) b on true`

/** Newest first. */
export async function listDonations(db: Knex, query: DonationsQuery): Promise<DonationPage> {
  type ListedRow = DonationRow & { readonly succeeded_at_micros: bigint }
  // Each alternative is read in the order of an index, at most one page of it.
  const alternatives = filterConditions(query).map((all) => [...all, ...cursorCondition(query.cursor)])
  const pageOf = (conditions: readonly Condition[]) => `(
     ${selected(conditions)}
     order by d.succeeded_at desc, d.id desc limit :limit)`
  const { rows } = await db.raw<{ rows: ListedRow[] }>(
    `select ${selectList}, (extract(epoch from d.succeeded_at) * 1000000)::bigint as succeeded_at_micros
     from (select * from (${alternatives.map(pageOf).join(' union all ')}) as d
       order by d.succeeded_at desc, d.id desc limit :limit) d ${donationJoins}
     order by d.succeeded_at desc, d.id desc`,
    // One row more than the page holds shows whether there is a further page.
    Object.assign({ limit: query.limit + 1 }, ...alternatives.flat().map(({ values }) => values)),
  )
  const page = rows.slice(0, query.limit)
  const last = rows.length > query.limit ? page.at(-1) : undefined
  const next = last ? { succeededAtMicros: String(last.succeeded_at_micros), id: last.id } : null
  return { rows: page, next }
}

/** Which donations a query means; a page and a file mean the same. */
export type DonationFilters = Omit<DonationsQuery, 'limit' | 'cursor'>

/** Every donation that the filters mean, as SQL with named values. */
export function filteredDonations(filters: DonationFilters): Condition {
  const alternatives = filterConditions(filters)
  return {
    sql: alternatives.map(selected).join(' union all '),
    values: Object.assign({}, ...alternatives.flat().map(({ values }) => values)),
  }
}

function filterConditions(query: DonationFilters): Condition[][] {
  const common = [...statusCondition(query.status), ...searchConditions(query.q)]
  return dayConditions(query).map((days) => [...days, ...common])
}

function selected(conditions: readonly Condition[]): string {
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

type Condition = { readonly sql: string; readonly values: Readonly<Record<string, string | number>> }

// The second half of each excludes nothing more, since no timezone is two days away from another. It lets Postgres use
// the index on `succeeded_at`, which sorts the list anyway, so that days need no index of their own.
const FROM_DAY = 'd.succeeded_on >= :from and d.succeeded_at >= cast(:from as date) - 2'
const TO_DAY = 'd.succeeded_on <= :to and d.succeeded_at < cast(:to as date) + 3'

/** A gift that became known after its month was closed is booked in a later one; any other on its day. */
const BOOKED_LATE = `t.effect = 'donation_succeeded' and t.period is not null`

/** The alternatives of a range of days: the list holds what fulfils one of them, and nothing fulfils two. */
function dayConditions({ from, to, basis = 'booked' }: DonationFilters): Condition[][] {
  if (from === undefined && to === undefined) return [[]]
  const given = [
    ...(from === undefined ? [] : [{ sql: FROM_DAY, values: { from } }]),
    ...(to === undefined ? [] : [{ sql: TO_DAY, values: { to } }]),
  ]
  if (basis === 'given') return [given]
  const values = { first: from ?? '0001-01-01', last: to ?? '9999-12-31' }
  const bookedElsewhere = `exists (select from ledger_transactions t where t.donation_id = d.id and ${BOOKED_LATE}
    and t.booked_on not between :first and :last)`
  const bookedHere = `d.id in (select t.donation_id from ledger_transactions t where ${BOOKED_LATE}
    and t.booked_on between :first and :last)`
  return [
    [...given, { sql: `not ${bookedElsewhere}`, values }],
    [{ sql: `${bookedHere} and d.succeeded_on not between :first and :last`, values }],
  ]
}

function statusCondition(status: DonationFilters['status']): Condition[] {
  return status === undefined ? [] : [{ sql: 'd.status = :status', values: { status } }]
}

function cursorCondition(cursor: DonationCursor | undefined): Condition[] {
  if (cursor === undefined) return []
  return [
    {
      sql: `(d.succeeded_at, d.id) < (timestamptz 'epoch' + cast(:micros as bigint) * interval '1 microsecond', cast(:id as uuid))`,
      values: { micros: cursor.succeededAtMicros, id: cursor.id },
    },
  ]
}

function searchConditions(search: Search | undefined): Condition[] {
  if (search === undefined) return []
  switch (search.by) {
    case 'receipt':
      return [
        {
          // Any revision, since auditors ask for voided ones, too.
          sql: `d.id in (select donation_id from receipts where year = :year and number = cast(:sequence as bigint))`,
          values: { year: search.year, sequence: String(search.sequence) },
        },
      ]
    case 'payment_intent':
      return [{ sql: 'd.payment_intent_id = :intent', values: { intent: search.id } }]
    case 'reversal':
      return [
        {
          sql: `d.id in (select donation_id from refunds where id = :reversal union select donation_id from disputes where id = :reversal)`,
          values: { reversal: search.id },
        },
      ]
    case 'email':
      return [{ sql: 'lower(d.donor_email) like :email', values: { email: `${likeLiteral(search.start)}%` } }]
    case 'words':
      // Postgres reads newest first until the page is full. An index on words would slow down every gift for a rare search.
      return [
        {
          sql: `(d.donor_name ilike :words or d.donor_email ilike :words
                 or d.article_title ilike :words or d.article_url ilike :words)`,
          values: { words: `%${likeLiteral(search.words)}%` },
        },
      ]
  }
}

/** The text with LIKE's wildcards escaped. */
function likeLiteral(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&')
}
