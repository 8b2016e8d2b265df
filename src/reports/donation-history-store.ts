import type { Knex } from 'knex'
import { receiptNumber } from '../receipts/receipt-number.ts'
import type { HistoryEntry } from './donation-history.ts'
import type { DonationRow } from './donation-record.ts'
import { jsonAmount } from './json-amount.ts'

/** Oldest first; of what happened in the same instant, the cause comes before its effects. */
export async function donationHistory(db: Knex, donation: DonationRow): Promise<HistoryEntry[]> {
  const parts = await Promise.all([
    stripeEvents(db, donation),
    ledgerPostings(db, donation.id),
    receiptsIssued(db, donation.id),
    mailsSent(db, donation),
  ])
  return parts.flat().toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
}

type Entry<Kind extends HistoryEntry['kind']> = Extract<HistoryEntry, { kind: Kind }>

async function stripeEvents(db: Knex, donation: DonationRow): Promise<Entry<'stripe_event'>[]> {
  type Row = Omit<Entry<'stripe_event'>, 'kind' | 'at'> & { received_at: Date }
  const { rows } = await db.raw<{ rows: Row[] }>(
    `select e.received_at, e.type, e.event_id as "eventId", s.outcome, s.reason
     from inbox_states s join inbox_events e on e.id = s.inbox_event_id
     where s.concerns in (:intent, :session)
     order by e.id`,
    { intent: donation.payment_intent_id, session: donation.stripe_session_id },
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
    source: string
    effect: string
    account: string
    currency: string
    amount_minor: bigint
  }
  const { rows } = await db.raw<{ rows: Row[] }>(
    `select t.id, t.posted_at, t.source, t.effect, e.account, e.currency, e.amount_minor
     from ledger_transactions t join ledger_entries e on e.ledger_transaction_id = t.id
     where t.donation_id = :donationId
     order by t.posted_at, t.id, e.amount_minor desc, e.account`,
    { donationId },
  )
  const transactions = [...Map.groupBy(rows, (row) => row.id).values()]
  return transactions.flatMap((entries) =>
    entries.slice(0, 1).map(({ posted_at, source, effect }) => ({
      kind: 'ledger_posting',
      at: posted_at.toISOString(),
      source,
      effect,
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

/** Found by the key that the receipt's mail bears, which has an index already. */
async function mailsSent(db: Knex, donation: DonationRow): Promise<Entry<'mail_sent'>[]> {
  if (donation.receipt_year === null || donation.receipt_number === null) return []
  const { rows } = await db.raw<{ rows: { message_key: string; sent_at: Date }[] }>(
    'select message_key, sent_at from outbox_messages where message_key = :key and sent_at is not null',
    { key: `receipt.${receiptNumber(donation.receipt_year, donation.receipt_number)}` },
  )
  return rows.map(({ message_key, sent_at }) => ({
    kind: 'mail_sent',
    at: sent_at.toISOString(),
    message: message_key,
  }))
}
