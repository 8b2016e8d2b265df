import type { Knex } from 'knex'
import { receiptNumber } from '../../receipts/receipt-number.ts'
import type { HistoryEntry } from './donation-history.ts'
import type { DonationRow } from '../donation-record.ts'
import { jsonAmount } from '../../money/money.ts'

/** Oldest first. Of the same instant, a cause comes before its effects. */
export async function donationHistory(db: Knex, donation: DonationRow): Promise<HistoryEntry[]> {
  const entries = await Promise.all([
    stripeEvents(db, donation),
    ledgerPostings(db, donation.id),
    receiptsIssued(db, donation.id),
    receiptsVoided(db, donation.id),
    fraudWarnings(db, donation),
    refundRequests(db, donation.id),
    mailsSent(db, donation),
    mailInterventions(db, donation),
  ])
  return entries.flat().toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
}

type Entry<Kind extends HistoryEntry['kind']> = Extract<HistoryEntry, { kind: Kind }>

async function stripeEvents(db: Knex, donation: DonationRow): Promise<Entry<'stripe_event'>[]> {
  type Row = Omit<Entry<'stripe_event'>, 'kind' | 'at'> & { received_at: Date }
  const { rows } = await db.raw<{ rows: Row[] }>(
    `select e.received_at, e.type, e.event_id as "eventId", s.outcome, s.reason
     from inbox_states s join inbox_events e on e.id = s.inbox_event_id
     where s.correlation_id in (:intent, :session, (select stripe_invoice_id from donations where id = :id))
     order by e.id`,
    { intent: donation.payment_intent_id, session: donation.stripe_session_id, id: donation.id },
  )
  return rows.map(({ received_at, ...row }) => ({
    kind: 'stripe_event',
    at: received_at.toISOString(),
    ...row,
  }))
}

async function ledgerPostings(db: Knex, donationId: string): Promise<Entry<'ledger_posting'>[]> {
  type Row = {
    id: string
    posted_at: Date
    period: string | null
    source: string
    effect: string
    account: string
    currency: string
    amount_minor: bigint
  }
  const { rows } = await db.raw<{ rows: Row[] }>(
    // Two lists of ids: of an `or` with a subquery Postgres uses no index.
    `select t.id, t.posted_at, t.period, t.source, t.effect, e.account, e.currency, e.amount_minor
     from (
       select p.id from ledger_transactions p where p.donation_id = :donationId
       union
       select p.id from donations d join balance_transactions b on b.payment_intent_id = d.payment_intent_id
         join ledger_transactions p on p.source = b.id
       where d.id = :donationId
     ) of_gift join ledger_transactions t on t.id = of_gift.id join ledger_entries e on e.ledger_transaction_id = t.id
     order by t.posted_at, t.id, e.amount_minor desc, e.account`,
    { donationId },
  )
  const transactions = [...Map.groupBy(rows, (row) => row.id).values()]
  return transactions.flatMap((entries) =>
    entries.slice(0, 1).map(({ posted_at, period, source, effect }) => ({
      kind: 'ledger_posting',
      at: posted_at.toISOString(),
      source,
      effect,
      period,
      entries: entries.map(({ account, currency, amount_minor }) => ({
        account,
        currency,
        amount: jsonAmount(amount_minor),
      })),
    })),
  )
}

async function receiptsIssued(db: Knex, donationId: string): Promise<Entry<'receipt_issued'>[]> {
  const { rows } = await db.raw<{ rows: { year: number; number: bigint; issued_at: Date }[] }>(
    'select year, number, issued_at from receipts where donation_id = :donationId order by issued_at, year, number',
    { donationId },
  )
  return rows.map(({ year, number, issued_at }) => ({
    kind: 'receipt_issued',
    at: issued_at.toISOString(),
    number: receiptNumber(year, number),
  }))
}

async function receiptsVoided(db: Knex, donationId: string): Promise<Entry<'receipt_voided'>[]> {
  const { rows } = await db.raw<{
    rows: { year: number; number: bigint; voided_at: Date; reason: string }[]
  }>(
    `select v.year, v.number, v.voided_at, v.reason
     from receipt_voidings v join receipts r on (r.year, r.number) = (v.year, v.number)
     where r.donation_id = :donationId order by v.voided_at, v.year, v.number`,
    { donationId },
  )
  return rows.map(({ year, number, voided_at, reason }) => ({
    kind: 'receipt_voided',
    at: voided_at.toISOString(),
    number: receiptNumber(year, number),
    reason,
  }))
}

async function refundRequests(db: Knex, donationId: string): Promise<Entry<'refund_requested'>[]> {
  type Row = Omit<Entry<'refund_requested'>, 'kind' | 'at' | 'amount'> & { requested_at: Date; minor: bigint }
  const { rows } = await db.raw<{ rows: Row[] }>(
    `select requested_at, amount_minor as minor, requested_by as by, reason, note, stripe_refund_id as "refundId", refused
     from refund_requests where donation_id = :donationId order by requested_at`,
    { donationId },
  )
  return rows.map(({ requested_at, minor, ...row }) => ({
    kind: 'refund_requested',
    at: requested_at.toISOString(),
    amount: jsonAmount(minor),
    ...row,
  }))
}

async function fraudWarnings(db: Knex, donation: DonationRow): Promise<Entry<'fraud_warning'>[]> {
  const { rows } = await db.raw<{ rows: { id: string; fraud_type: string; created_at: Date }[] }>(
    'select id, fraud_type, created_at from fraud_warnings where payment_intent_id = :intent order by created_at',
    { intent: donation.payment_intent_id },
  )
  return rows.map(({ id, fraud_type, created_at }) => ({
    kind: 'fraud_warning',
    at: created_at.toISOString(),
    warning: id,
    fraudType: fraud_type,
  }))
}

/** The keys of the mails of all its receipts contain the receipts' numbers. */
const MAILS_OF_DONATION = `receipts r
  cross join lateral (
    select r.year || '-' || lpad(r.number::text, greatest(6, length(r.number::text)), '0') as number) n
  join outbox_messages m on m.message_key = any (array['receipt.' || n.number, 'voided.' || n.number]
    || array(select 'receipt.' || n.number || '.' || place from generate_series(2, 10) as place))`

async function mailsSent(db: Knex, donation: DonationRow): Promise<Entry<'mail_sent' | 'mail_given_up'>[]> {
  const { rows } = await db.raw<{ rows: { message_key: string; sent_at: Date | null; gave_up_at: Date }[] }>(
    `select m.message_key, m.sent_at, m.gave_up_at from ${MAILS_OF_DONATION}
     where r.donation_id = :donationId and (m.sent_at is not null or m.gave_up_at is not null)
     order by coalesce(m.sent_at, m.gave_up_at)`,
    { donationId: donation.id },
  )
  return rows.map(({ message_key: message, sent_at: sentAt, gave_up_at: givenUpAt }) =>
    sentAt
      ? { kind: 'mail_sent', at: sentAt.toISOString(), message }
      : { kind: 'mail_given_up', at: givenUpAt.toISOString(), message },
  )
}

/** What somebody did about its mails that were given up. */
async function mailInterventions(db: Knex, donation: DonationRow): Promise<Entry<'mail_intervention'>[]> {
  type Row = Omit<Entry<'mail_intervention'>, 'kind' | 'at'> & { at: Date }
  const { rows } = await db.raw<{ rows: Row[] }>(
    `select i.at, i.kind as what, i.made_by as by, m.message_key as message
     from ${MAILS_OF_DONATION} join outbox_interventions i on i.outbox_message_id = m.id
     where r.donation_id = :donationId order by i.id`,
    { donationId: donation.id },
  )
  return rows.map(({ at, ...row }) => ({ kind: 'mail_intervention', at: at.toISOString(), ...row }))
}
