import { randomBytes, randomUUIDv7 } from 'node:crypto'
import { Client } from 'pg'
import { AMOUNT, DONOR, checkoutCompleted, gift } from './intake-events.ts'
import type { Measured } from './raw-http.ts'

// The contender without HTTP, signatures or JSON: what Postgres can do when each gift is one prepared statement.

/** What the benchmark tells this process, and what it answers. */
export type Order =
  | { readonly kind: 'prepare'; readonly connections: number; readonly first: number; readonly count: number }
  | { readonly kind: 'go'; readonly ms: number; readonly counters: 'shared' | 'none' }
export type Report = { readonly kind: 'ready' } | ({ readonly kind: 'measured' } & Measured)

const SHARED_COUNTERS = `
  counter as (
    insert into receipt_counters as c (year, last_number) values (extract(year from $1::timestamptz), 1)
    on conflict (year) do update set last_number = c.last_number + 1 returning year, last_number
  )`
const A_YEAR_EACH = `
  counter as (select nextval('own_years')::integer as year, 1 as last_number)`

// Postgres runs the last of these first: so the row that every gift changes stands at the top, and is held shortly.
const book = (counters: string): string => `
  with ${counters}, receipt as (
    insert into receipts (year, number, token, donation_id, newsroom_profile_id, currency, gross_minor, given_on, issued_at)
    select year, last_number, $4, $5::uuid, 1, $2, $3, $1::timestamptz::date, $1::timestamptz from counter
  ), mail as (
    insert into outbox_messages (kind, message_key, subject)
    select 'receipt', 'receipt.' || year || '-' || last_number, $5::uuid::text from counter
  ), entries as (
    insert into ledger_entries (ledger_transaction_id, account, currency, amount_minor)
    values ($6::uuid, 'stripe_clearing', $2, $3), ($6::uuid, 'donations', $2, -$3::bigint)
  ), posted as (
    insert into ledger_transactions (id, source, effect, clears, donation_id, occurred_at, booked_on)
    values ($6::uuid, $7, 'donation_succeeded', $7, $5::uuid, $1::timestamptz, $1::timestamptz::date)
  ), checkout as (
    update checkouts set status = 'succeeded' where stripe_session_id = $8
    returning id, frequency, article_url, article_title, message, anonymous
  ), donation as (
    insert into donations (id, payment_intent_id, checkout_id, stripe_session_id, currency, gross_minor, frequency,
      article_url, article_title, message, anonymous, donor_name, donor_email, succeeded_at, succeeded_on)
    select $5::uuid, $7, id, $8, $2, $3, frequency, article_url, article_title, message, anonymous, $9, $10,
      $1::timestamptz, $1::timestamptz::date from checkout
  ), kept as (
    insert into inbox_events (event_id, type, api_version, livemode, created_at, body)
    values ($11, 'checkout.session.completed', $12, false, $1::timestamptz, $13::json)
    on conflict (event_id) do nothing returning id
  ), state as (
    insert into inbox_states (inbox_event_id, outcome, correlation_id, decided_at)
    select id, 'applied', $7, $1::timestamptz from kept
  ) select 1`

const STATEMENTS = {
  shared: { name: 'book', text: book(SHARED_COUNTERS) },
  none: { name: 'book-uncounted', text: book(A_YEAR_EACH) },
}

const clients: Client[] = []
let queue: unknown[][] = []

async function prepare(order: Order & { kind: 'prepare' }): Promise<void> {
  while (clients.length < order.connections) {
    const client = new Client({ connectionString: process.env['DATABASE_URL'] })
    await client.connect()
    clients.push(client)
  }
  queue = Array.from({ length: order.count }, (_, at) => valuesOf(order.first + at))
}

function valuesOf(n: number): unknown[] {
  const made = gift(n)
  const { eventId, sessionId, paymentIntentId } = made
  const body = checkoutCompleted(made)
  const money = [AMOUNT.currency, AMOUNT.minor]
  const ids = [
    randomBytes(24).toString('base64url'),
    randomUUIDv7(),
    randomUUIDv7(),
    paymentIntentId,
    sessionId,
  ]
  return [new Date().toISOString(), ...money, ...ids, DONOR.name, DONOR.email, eventId, 'bench', body]
}

async function measure({ ms, counters }: Order & { kind: 'go' }): Promise<Report> {
  const latenciesMs: number[] = []
  let used = 0
  const startedAt = performance.now()
  const work = async (client: Client): Promise<void> => {
    for (;;) {
      const sentAt = performance.now()
      const values = sentAt - startedAt < ms ? queue[used] : undefined
      if (!values) return
      used += 1
      await client.query({ ...STATEMENTS[counters], values })
      latenciesMs.push(performance.now() - sentAt)
    }
  }
  await Promise.all(clients.slice(0, connections).map(work))
  const elapsedMs = performance.now() - startedAt
  return { kind: 'measured', answered: latenciesMs.length, elapsedMs, latenciesMs }
}

let connections = 1
const report = (answer: Report): void => void process.send?.(answer)
process.on('message', async (order: Order) => {
  if (order.kind === 'prepare') {
    connections = order.connections
    await prepare(order)
    report({ kind: 'ready' })
  } else report(await measure(order))
})
process.once('disconnect', () => process.exit(0))
