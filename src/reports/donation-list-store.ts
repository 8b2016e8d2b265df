import type { Knex } from 'knex'
import { sinceDay, untilDay } from './day-range.ts'
import type { DonationCursor } from './donation-cursor.ts'
import type { DonationRow } from './donation-record.ts'
import type { DonationsQuery, Search } from './donation-search.ts'

type ListedRow = DonationRow & { readonly succeeded_at_micros: bigint }

export type DonationPage = { readonly rows: readonly DonationRow[]; readonly next: DonationCursor | null }

const columns = `
  d.id, d.currency, d.gross_minor, d.frequency, d.article_url, d.article_title,
  d.campaign_source, d.campaign_medium, d.campaign_name, d.donor_name, d.donor_email, d.message,
  d.succeeded_at, d.checkout_id, d.payment_intent_id, d.stripe_session_id,
  d.status, d.refunded_minor, d.disputed_minor, d.stripe_subscription_id,
  r.year as receipt_year, r.number as receipt_number, r.token as receipt_token, r.voided as receipt_voided,
  m.settlement_currency, m.fee_minor, m.net_minor`

/** Each donation's last receipt, and what Stripe's own books say of its payment once they know its charge. */
const joins = `
  left join lateral (
    select r.year, r.number, r.token, v.year is not null as voided
    from receipts r left join receipt_voidings v on (v.year, v.number) = (r.year, r.number)
    where r.donation_id = d.id order by r.revision desc limit 1) r on true
  left join lateral (
    select min(b.currency) as settlement_currency, sum(b.fee_minor)::bigint as fee_minor, sum(b.net_minor)::bigint as net_minor
    from balance_transactions b where b.payment_intent_id = d.payment_intent_id
    having bool_or(b.type in ('charge', 'payment')) and count(distinct b.currency) = 1) m on true`

/** Newest first. One row more than asked for is read: it tells whether there is a further page. */
export async function donationPage(db: Knex, query: DonationsQuery): Promise<DonationPage> {
  const conditions = [
    ...rangeConditions(query),
    ...statusCondition(query.status),
    ...searchConditions(query.q),
    ...afterCursor(query.cursor),
  ]
  const { rows } = await db.raw<{ rows: ListedRow[] }>(
    `select ${columns}, (extract(epoch from d.succeeded_at) * 1000000)::bigint as succeeded_at_micros
     from donations d ${joins}
     where ${conditions.map(({ sql }) => sql).join(' and ') || 'true'}
     order by d.succeeded_at desc, d.id desc
     limit :limit`,
    Object.assign({ limit: query.limit + 1 }, ...conditions.map(({ values }) => values)),
  )
  const page = rows.slice(0, query.limit)
  const last = rows.length > query.limit ? page.at(-1) : undefined
  const next = last ? { succeededAtMicros: String(last.succeeded_at_micros), id: last.id } : null
  return { rows: page, next }
}

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i

/** Null for an unknown id and for what is no id at all. */
export async function donationById(db: Knex, id: string): Promise<DonationRow | null> {
  if (!UUID.test(id)) return null
  const { rows } = await db.raw<{ rows: DonationRow[] }>(
    `select ${columns} from donations d ${joins} where d.id = :id`,
    { id },
  )
  return rows[0] ?? null
}

type Condition = { readonly sql: string; readonly values: Readonly<Record<string, string | number>> }

function rangeConditions({ from, to }: DonationsQuery): Condition[] {
  return [
    ...(from === undefined ? [] : [{ sql: sinceDay, values: { from } }]),
    ...(to === undefined ? [] : [{ sql: untilDay, values: { to } }]),
  ]
}

function statusCondition(status: DonationsQuery['status']): Condition[] {
  return status === undefined ? [] : [{ sql: 'd.status = :status', values: { status } }]
}

function afterCursor(cursor: DonationCursor | undefined): Condition[] {
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
          // Any revision: auditors ask for the voided ones.
          sql: `d.id in (select donation_id from receipts where year = :year and number = cast(:sequence as bigint))`,
          values: { year: search.year, sequence: String(search.sequence) },
        },
      ]
    case 'payment_intent':
      return [{ sql: 'd.payment_intent_id = :intent', values: { intent: search.id } }]
    case 'money_back':
      return [
        {
          sql: `d.id in (select donation_id from refunds where id = :back union select donation_id from disputes where id = :back)`,
          values: { back: search.id },
        },
      ]
    case 'email':
      return [{ sql: 'lower(d.donor_email) like :email', values: { email: `${literal(search.start)}%` } }]
    case 'words':
      // Read newest first until the page is full: a search is rare, an index on words would slow every gift down.
      return [
        {
          sql: `(d.donor_name ilike :words or d.donor_email ilike :words
                 or d.article_title ilike :words or d.article_url ilike :words)`,
          values: { words: `%${literal(search.words)}%` },
        },
      ]
  }
}

/** The text as LIKE finds it: its own wildcards mean nothing. */
function literal(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&')
}
