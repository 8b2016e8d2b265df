import type { Queryable } from '../db/database.ts'
import type { DonorAgreement, DonorMail } from './donor.ts'

/**
 * The gifts of one donor: those from the same e-mail address in lower case, found by the id of any of them. A gift
 * without an address is a donor of its own.
 */
const OF_DONOR = `(d.id = $1 or lower(d.donor_email) = (select lower(o.donor_email) from donations o where o.id = $1))`

export type Donor = {
  /** As the latest gift has it. */
  readonly name: string | null
  readonly email: string | null
  readonly firstGiftAt: Date
  readonly gifts: bigint
}

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i

/** @param donation the id of any gift of the donor @returns null for an unknown id and for a text that is no id */
export async function donorOf(db: Queryable, donation: string): Promise<Donor | null> {
  if (!UUID.test(donation)) return null
  const { rows } = await db.query<Omit<Donor, 'firstGiftAt'> & { firstGiftAt: Date | null }>({
    name: 'donor-of',
    text: `select (array_agg(d.donor_name order by d.succeeded_at desc, d.id) filter (where d.donor_name is not null))[1] as name,
             (array_agg(d.donor_email order by d.succeeded_at desc, d.id) filter (where d.donor_email is not null))[1] as email,
             min(d.succeeded_at) as "firstGiftAt", count(*) as gifts
           from donations d where ${OF_DONOR}`,
    values: [donation],
  })
  const [row] = rows
  return row?.firstGiftAt ? { ...row, firstGiftAt: row.firstGiftAt } : null
}

/** What a donor gave in a calendar year, by the day given; minor units. */
export type DonorYear = {
  readonly year: number
  readonly currency: string
  readonly gifts: bigint
  readonly grossMinor: bigint
  /** Refunded, or withdrawn by disputes. */
  readonly reversedMinor: bigint
}

/** The latest year first. */
export async function donorYears(db: Queryable, donation: string): Promise<DonorYear[]> {
  const { rows } = await db.query<DonorYear>({
    name: 'donor-years',
    text: `select extract(year from d.succeeded_on)::integer as year, d.currency, count(*) as gifts,
             sum(d.gross_minor)::bigint as "grossMinor", sum(d.refunded_minor + d.disputed_minor)::bigint as "reversedMinor"
           from donations d where ${OF_DONOR} group by 1, 2 order by 1 desc, 2`,
    values: [donation],
  })
  return rows
}

export async function donorAgreements(db: Queryable, donation: string): Promise<DonorAgreement[]> {
  const { rows } = await db.query<DonorAgreement>({
    name: 'donor-agreements',
    text: `select s.stripe_subscription_id as id, s.status, s.currency, s.amount_minor as "amountMinor", s.frequency,
             s.current_period_end as "currentPeriodEnd", s.cancel_at as "cancelAt", s.ended_at as "endedAt",
             s.last_paid_at as "lastPaidAt", s.last_failure_at as "lastFailureAt"
           from subscriptions s where s.stripe_subscription_id in (
             select d.stripe_subscription_id from donations d where ${OF_DONOR} and d.stripe_subscription_id is not null)
           order by s.ended_at is not null, s.created_at desc limit 20`,
    values: [donation],
  })
  return rows
}

/** The latest mails about a donor's receipts, newest first. */
export async function donorMails(db: Queryable, donation: string): Promise<DonorMail[]> {
  const { rows } = await db.query<DonorMail>({
    name: 'donor-mails',
    text: `with numbers as (
             select r.donation_id, r.year || '-' || lpad(r.number::text, greatest(6, length(r.number::text)), '0') as number
             from donations d join receipts r on r.donation_id = d.id where ${OF_DONOR}
             order by r.issued_at desc limit 50)
           select n.number as receipt, n.donation_id as "donationId", m.sent_at as "sentAt", m.gave_up_at as "gaveUpAt"
           from numbers n join outbox_messages m on m.message_key in ('receipt.' || n.number, 'voided.' || n.number)
           order by coalesce(m.sent_at, m.gave_up_at, m.created_at) desc limit 20`,
    values: [donation],
  })
  return rows
}
