import { randomBytes, randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import type { Staff } from '../../src/access/staff.ts'
import { putStaff } from '../../src/access/staff-store.ts'
import { mintSignInLink } from '../../src/access/sign-in/sign-in-link-store.ts'
import { createApiToken } from '../../src/access/tokens/api-token-store.ts'
import type { Role } from '../../src/access/role.ts'
import { localDate } from '../../src/calendar/local-date.ts'
import { profile } from './processing.ts'

/** Rows inserted by SQL. Every field that a test does not name has a default. */

/** The fields of a donation that a test may set. */
export type Gift = {
  currency: string
  grossMinor: bigint
  frequency: 'once' | 'monthly' | 'yearly'
  succeededAt: Date
  articleUrl: string | null
  articleTitle: string | null
  campaignName: string | null
  donorName: string | null
  donorEmail: string | null
  message: string | null
  /** The day on which it is booked when the month of its own day was closed; null: its own day. */
  bookedOn: string | null
}

const DEFAULTS: Gift = {
  currency: 'usd',
  grossMinor: 500n,
  frequency: 'once',
  succeededAt: new Date('2026-01-15T12:00:00Z'),
  articleUrl: 'https://news.example/story',
  articleTitle: 'The story',
  campaignName: null,
  donorName: 'Ann Giver',
  donorEmail: 'ann@reader.example',
  message: null,
  bookedOn: null,
}

/** Inserts a donation with its checkout, its ledger entries and its part of the day's total, but without a receipt. */
export async function giveDonation(db: Knex, wish: Partial<Gift> = {}) {
  const gift = { ...DEFAULTS, ...wish }
  const day = localDate(gift.succeededAt, profile.timezone)
  const checkout = await startCheckout(db, { status: 'succeeded' })
  const donation = {
    id: randomUUID(),
    payment_intent_id: `pi_${randomBytes(12).toString('hex')}`,
    checkout_id: checkout.id,
    stripe_session_id: checkout.sessionId,
    currency: gift.currency,
    gross_minor: gift.grossMinor,
    frequency: gift.frequency,
    article_url: gift.articleUrl,
    article_title: gift.articleTitle,
    campaign_name: gift.campaignName,
    donor_name: gift.donorName,
    donor_email: gift.donorEmail,
    message: gift.message,
    succeeded_at: gift.succeededAt,
    succeeded_on: day,
  }
  await db('donations').insert(donation)
  const posting = randomUUID()
  await db('ledger_transactions').insert({
    id: posting,
    source: donation.payment_intent_id,
    effect: 'donation_succeeded',
    clears: donation.payment_intent_id,
    donation_id: donation.id,
    occurred_at: gift.succeededAt,
    posted_at: gift.succeededAt,
    booked_on: gift.bookedOn ?? day,
    period: gift.bookedOn === null ? null : day.slice(0, 7),
  })
  const entries = [
    { account: 'stripe_clearing', amount_minor: String(gift.grossMinor) },
    { account: 'donations', amount_minor: String(-gift.grossMinor) },
  ]
  await db('ledger_entries').insert(
    entries.map((entry) => ({ ledger_transaction_id: posting, currency: gift.currency, ...entry })),
  )
  return { ...donation, day }
}

export type GivenDonation = Awaited<ReturnType<typeof giveDonation>>

/** Posts that the whole gift was refunded, on the given day. */
export async function postRefund(
  db: Knex,
  { id, payment_intent_id, currency, gross_minor }: GivenDonation,
  day: string,
) {
  const posting = randomUUID()
  const at = new Date(`${day}T12:00:00Z`)
  const source = `re_${payment_intent_id}`
  await db('ledger_transactions').insert({
    id: posting,
    source,
    effect: 'refunded',
    clears: source,
    donation_id: id,
    occurred_at: at,
    posted_at: at,
    booked_on: day,
  })
  await db('ledger_entries').insert([
    { ledger_transaction_id: posting, account: 'refunds', currency, amount_minor: gross_minor },
    { ledger_transaction_id: posting, account: 'stripe_clearing', currency, amount_minor: `-${gross_minor}` },
  ])
}

/** Inserts the receipt of a donation with the next number. It needs a newsroom profile (`withProfile`). */
export async function giveReceipt(db: Knex, donation: GivenDonation, issuedAt = donation.succeeded_at) {
  const year = Number(donation.day.slice(0, 4))
  const token = randomBytes(24).toString('base64url')
  const { rows } = await db.raw<{ rows: { number: bigint }[] }>(
    `insert into receipts (year, number, token, donation_id, newsroom_profile_id, currency, gross_minor, given_on, issued_at)
     select :year, coalesce((select max(number) from receipts where year = :year), 0) + 1, :token, :donation,
            (select max(id) from newsroom_profiles), :currency, :gross, :day, :issuedAt
     returning number`,
    {
      year,
      token,
      donation: donation.id,
      currency: donation.currency,
      gross: String(donation.gross_minor),
      day: donation.day,
      issuedAt,
    },
  )
  return { token, number: `${year}-${String(rows[0]?.number).padStart(6, '0')}` }
}

export async function startCheckout(
  db: Knex,
  wish: {
    status: 'created' | 'open' | 'processing' | 'expired' | 'failed' | 'succeeded'
    articleUrl?: string
  },
) {
  const id = randomUUID()
  const sessionId = `cs_test_${randomBytes(16).toString('hex')}`
  await db('checkouts').insert({
    id,
    created_at: new Date('2026-01-15T11:55:00Z'),
    request_hash: 'hash',
    amount_minor: 500n,
    currency: 'usd',
    frequency: 'once',
    article_url: wish.articleUrl ?? null,
    status: wish.status,
    stripe_session_id: sessionId,
  })
  return { id, sessionId }
}

/** Inserts a stored event with its outcome. */
export async function keepEvent(
  db: Knex,
  event: { type?: string; outcome?: string; correlationId?: string | null; reason?: string | null },
): Promise<string> {
  const eventId = `evt_${randomBytes(12).toString('hex')}`
  const [row] = await db('inbox_events')
    .insert({
      event_id: eventId,
      type: event.type ?? 'checkout.session.completed',
      livemode: false,
      created_at: new Date('2026-01-15T12:00:00Z'),
      body: '{}',
    })
    .returning('id')
  await db('inbox_states').insert({
    inbox_event_id: row.id,
    outcome: event.outcome ?? 'applied',
    correlation_id: event.correlationId ?? null,
    reason: event.reason ?? null,
  })
  return eventId
}

export async function hireStaff(db: Knex, role: Role): Promise<Staff> {
  return putStaff(db, { email: `${role}.${randomBytes(4).toString('hex')}@news.example`, role })
}

/** The token of a sign-in link for a member of staff. */
export async function signInToken(db: Knex, staff: Staff, now: Date): Promise<string> {
  return (await mintSignInLink(db, staff.id, now)).token
}

/** Lets somebody's sign-in links be so many minutes old, by the database's clock. */
export async function madeEarlier(db: Knex, staff: Staff, minutes: number): Promise<void> {
  await db.raw(
    `update staff_sign_in_links set made_at = made_at - :minutes * interval '1 minute' where staff_id = :id`,
    { minutes, id: staff.id },
  )
}

/** The request headers of a program with the role. */
export async function bearer(db: Knex, role: Role): Promise<{ Authorization: string }> {
  return { Authorization: `Bearer ${await createApiToken(db, { name: 'test', role })}` }
}
