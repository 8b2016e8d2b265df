import { randomBytes, randomUUIDv7 } from 'node:crypto'
import knexFactory, { type Knex } from 'knex'
import { Stripe } from 'stripe'
import { serveWebhooks } from './http-program.ts'
import { SECRET } from './intake-events.ts'

// The contender that anybody would write first: check the signature, book the gift in one database transaction,
// answer 200. Same tables, same rows, same guards as ours. Its own process, so that nobody shares its event loop.

// More than about twenty made it slower: every gift waits for the same receipt counter.
const CONNECTIONS = 20

const knex = knexFactory({
  client: 'pg',
  connection: process.env['DATABASE_URL'] ?? '',
  pool: { min: 0, max: CONNECTIONS },
})
const stripe = new Stripe('sk_test_bench')

serveWebhooks(async (body, signature) => {
  const event = stripe.webhooks.constructEvent(body, signature, SECRET)
  if (event.type !== 'checkout.session.completed') throw new Error(`unexpected ${event.type}`)
  const session = event.data.object
  await knex.transaction((tx) => book(tx, event, session))
})

async function book(
  tx: Knex.Transaction,
  event: Stripe.Event,
  session: Stripe.Checkout.Session,
): Promise<void> {
  const now = new Date()
  const at = new Date(event.created * 1000)
  const today = at.toISOString().slice(0, 10)
  const money = { currency: session.currency, gross_minor: session.amount_total }
  const donationId = randomUUIDv7()
  const transactionId = randomUUIDv7()
  const [kept] = await tx('inbox_events')
    .insert({
      event_id: event.id,
      type: event.type,
      api_version: event.api_version,
      livemode: event.livemode,
      created_at: at,
      body: JSON.stringify(event, null, 2),
    })
    .onConflict('event_id')
    .ignore()
    .returning('id')
  if (!kept) return
  await tx('inbox_states').insert({
    inbox_event_id: kept.id,
    outcome: 'applied',
    correlation_id: session.payment_intent,
    decided_at: now,
  })
  const [checkout] = await tx('checkouts')
    .where({ stripe_session_id: session.id })
    .update({ status: 'succeeded' })
    .returning(['id', 'frequency', 'article_url', 'article_title', 'message', 'anonymous'])
  const { id: checkoutId, ...intention } = checkout
  await tx('donations').insert({
    id: donationId,
    payment_intent_id: session.payment_intent,
    checkout_id: checkoutId,
    stripe_session_id: session.id,
    ...money,
    ...intention,
    donor_name: session.customer_details?.name,
    donor_email: session.customer_details?.email,
    succeeded_at: at,
    succeeded_on: today,
  })
  await tx('ledger_transactions').insert({
    id: transactionId,
    source: session.payment_intent,
    effect: 'donation_succeeded',
    clears: session.payment_intent,
    donation_id: donationId,
    occurred_at: at,
    booked_on: today,
  })
  const amount = session.amount_total ?? 0
  await tx('ledger_entries').insert([
    entry(transactionId, 'stripe_clearing', amount),
    entry(transactionId, 'donations', -amount),
  ])
  // The rows that every gift changes come last, so that they are held as shortly as possible.
  const [counter] = await tx('receipt_counters')
    .insert({ year: at.getUTCFullYear(), last_number: 1 })
    .onConflict('year')
    .merge({ last_number: tx.raw('receipt_counters.last_number + 1') })
    .returning(['year', 'last_number'])
  await tx('receipts').insert({
    year: counter.year,
    number: counter.last_number,
    token: randomBytes(24).toString('base64url'),
    donation_id: donationId,
    newsroom_profile_id: 1,
    ...money,
    given_on: today,
    issued_at: now,
  })
  await tx('outbox_messages').insert({
    kind: 'receipt',
    message_key: `receipt.${counter.year}-${counter.last_number}`,
    subject: donationId,
  })
}

function entry(transactionId: string, account: string, amountMinor: number) {
  return { ledger_transaction_id: transactionId, account, currency: 'usd', amount_minor: amountMinor }
}
