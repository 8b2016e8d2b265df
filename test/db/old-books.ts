import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import { profile } from '../kit/books.ts'

/** The books as the release before recurring gifts kept them (migrations up to 0009), one gift of each kind. */

/** Migrates to an older release: up to and with the migration of that name. */
export async function upTo(db: Knex, last: string): Promise<void> {
  for (let done = ''; done !== last;) {
    const [, [next]] = (await db.migrate.up()) as [number, string[]] // knex types this as any
    if (!next) throw new Error(`there is no ${last}`)
    done = next
  }
}

export type OldGift = {
  readonly donationId: string
  readonly paymentIntentId: string
  readonly postingId: string
  readonly day: string
}

const GIFTS = [
  // Late in the evening of the newsroom's day: in UTC it is the next one, in another month.
  { n: 1, currency: 'usd', minor: 500, at: '2026-02-01T03:30:00Z', day: '2026-01-31', erased: false },
  { n: 2, currency: 'eur', minor: 1_250, at: '2026-02-03T12:00:00Z', day: '2026-02-03', erased: false },
  { n: 3, currency: 'jpy', minor: 700, at: '2026-02-03T15:00:00Z', day: '2026-02-03', erased: true },
] as const

export async function fillOldBooks(db: Knex): Promise<readonly OldGift[]> {
  await db('newsroom_profiles').insert({
    in_force_from: new Date('2020-01-01T00:00:00Z'),
    name: profile.name,
    address: profile.address,
    email: profile.email,
    timezone: profile.timezone,
    legal_status: profile.legalStatus,
    statement: profile.statement,
  })
  const gifts: OldGift[] = []
  for (const gift of GIFTS) gifts.push(await fillGift(db, gift))
  await db('receipt_counters').insert({ year: 2026, last_number: GIFTS.length })
  await db('checkouts').insert({ ...checkoutRow(4, 900, 'usd'), status: 'open' })
  await keepOld(db, 5, {
    type: 'charge.succeeded',
    outcome: 'waiting',
    reason: 'names a payment not known yet',
  })
  await keepOld(db, 6, { type: 'customer.created', outcome: 'ignored', reason: null })
  return gifts
}

async function fillGift(
  db: Knex,
  { n, currency, minor, at, day, erased }: (typeof GIFTS)[number],
): Promise<OldGift> {
  const checkout = checkoutRow(n, minor, currency)
  const paymentIntentId = `pi_old${n}`
  const [donationId, postingId] = [randomUUID(), randomUUID()]
  await db('checkouts').insert({ ...checkout, status: 'succeeded' })
  await db('donations').insert({
    id: donationId,
    payment_intent_id: paymentIntentId,
    checkout_id: checkout.id,
    stripe_session_id: checkout.stripe_session_id,
    charge_id: `ch_old${n}`,
    currency,
    gross_minor: minor,
    frequency: 'once',
    article_url: checkout.article_url,
    campaign_name: 'spring',
    donor_name: erased ? null : 'Ann Giver',
    donor_email: erased ? null : 'Ann@Reader.example',
    message: erased ? null : 'Thank you',
    succeeded_at: at,
    succeeded_on: day,
    created_at: at,
  })
  await db('day_totals').insert({ day, currency, frequency: 'once', donations: 1, gross_minor: minor })
  await db('ledger_transactions').insert({
    id: postingId,
    source: paymentIntentId,
    effect: 'donation_succeeded',
    donation_id: donationId,
    occurred_at: at,
    posted_at: at,
  })
  await db('ledger_entries').insert([
    { ledger_transaction_id: postingId, account: 'stripe_clearing', currency, amount_minor: minor },
    { ledger_transaction_id: postingId, account: 'donations', currency, amount_minor: -minor },
  ])
  await db('receipts').insert({
    year: 2026,
    number: n,
    token: `an-unguessable-link-of-gift-${n}`,
    donation_id: donationId,
    newsroom_profile_id: 1,
    currency,
    gross_minor: minor,
    given_on: day,
    issued_at: at,
  })
  await db('outbox_messages').insert({
    kind: 'receipt',
    message_key: `receipt.2026-00000${n}`,
    subject: donationId,
    created_at: at,
    sent_at: erased ? null : at,
  })
  await keepOld(db, n, { type: 'checkout.session.completed', outcome: 'applied', reason: null })
  return { donationId, paymentIntentId, postingId, day }
}

function checkoutRow(n: number, minor: number, currency: string) {
  return {
    id: randomUUID(),
    created_at: new Date('2026-01-31T12:00:00Z'),
    idempotency_key: n % 2 === 0 ? `key-${n}` : null,
    request_hash: `hash-${n}`,
    amount_minor: minor,
    currency,
    frequency: 'once',
    article_url: `https://news.example/${n}`,
    stripe_session_id: `cs_test_old${n}`,
  }
}

async function keepOld(
  db: Knex,
  n: number,
  { type, outcome, reason }: { type: string; outcome: string; reason: string | null },
): Promise<void> {
  const [row] = await db('inbox_events')
    .insert({
      event_id: `evt_old${n}`,
      type,
      api_version: '2026-10-28.endive',
      livemode: false,
      created_at: new Date('2026-02-01T03:30:00Z'),
      received_at: new Date('2026-02-01T03:30:02Z'),
      body: `{ "id": "evt_old${n}",  "as": "it came" }`,
    })
    .returning('id')
  await db('inbox_states').insert({
    inbox_event_id: row.id,
    outcome,
    reason,
    correlation_id: `pi_old${n}`,
    decided_at: new Date('2026-02-01T03:30:03Z'),
  })
}
