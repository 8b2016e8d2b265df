import { once } from 'node:events'
import path from 'node:path'
import { REPO, runService } from './child.ts'
import type { Place } from './intake-contenders.ts'
import { AMOUNT, ARTICLE, DONOR, GIFT_SQL } from './intake-events.ts'

const { eventId, checkoutId, sessionId, paymentIntentId, chargeId } = GIFT_SQL

/**
 * A database with a year's gifts in it, migrated by the service itself and analyzed: plans that Postgres caches for
 * foreign keys on empty tables are sequential scans, which would slow down whoever comes later.
 * @param checkout whose migrations run: this one's, or those of another checkout to compare with
 */
export async function makeTemplate({ server, template, preloaded }: Place, checkout = REPO): Promise<void> {
  await server.run(`create database ${template}`)
  const variables = { DATABASE_URL: server.urlOf(template), DATA_DIR: path.join(server.folder, template) }
  const [code] = await once(runService(variables, { command: ['migrate'], checkout }), 'exit')
  if (code !== 0) throw new Error(`the migrations of ${checkout} ended with ${code}`)
  for (const sql of [checkoutsSql(1, preloaded, 'succeeded'), ...booksSql(preloaded)])
    await server.run(sql, template)
  await server.run('vacuum analyze', template)
}

export async function cloneTemplate({ server, template }: Place, name: string): Promise<void> {
  await server.run(`create database ${name} template ${template}`)
}

/** Readers at Stripe's page, `first` to `last`, whose events may now come. */
export function checkoutsSql(first: number, last: number, status: 'open' | 'succeeded'): string {
  return `insert into checkouts (id, created_at, idempotency_key, request_hash, amount_minor, currency, frequency,
      article_url, article_title, status, stripe_session_id, stripe_session_url, stripe_session_expires_at)
    select ${checkoutId}, now(), gen_random_uuid(), md5(n::text), ${AMOUNT.minor}, '${AMOUNT.currency}', 'once',
      '${ARTICLE.url}', '${ARTICLE.title}', '${status}', ${sessionId}, 'https://checkout.stripe.com/c/pay/' || ${sessionId},
      now() + interval '1 hour'
    from generate_series(${first}, ${last}) n`
}

const NEWSROOM_SQL = `insert into newsroom_profiles (in_force_from, name, address, email, timezone, legal_status, statement)
  values ('epoch', 'The Courier', '1 Press Row', 'desk@courier.example', 'UTC', 'for_profit', 'Thank you.')`
const transactionId = `md5('lt' || n)::uuid`

/** What the first gifts left in the tables, from 1 to `preloaded`. */
function booksSql(preloaded: number): string[] {
  const all = `from generate_series(1, ${preloaded}) n`
  return [
    NEWSROOM_SQL,
    `insert into donations (id, payment_intent_id, checkout_id, stripe_session_id, currency, gross_minor, frequency,
     article_url, article_title, donor_name, donor_email, succeeded_at, succeeded_on)
   select ${checkoutId}, ${paymentIntentId}, ${checkoutId}, ${sessionId}, '${AMOUNT.currency}', ${AMOUNT.minor}, 'once',
     '${ARTICLE.url}', '${ARTICLE.title}', '${DONOR.name}', '${DONOR.email}', now(), current_date ${all}`,
    `insert into ledger_transactions (id, source, effect, donation_id, occurred_at, booked_on, clears)
   select ${transactionId}, ${paymentIntentId}, 'donation_succeeded', ${checkoutId}, now(), current_date, ${paymentIntentId} ${all}`,
    `insert into ledger_entries (ledger_transaction_id, account, currency, amount_minor)
   select ${transactionId}, account, '${AMOUNT.currency}', sign * ${AMOUNT.minor} ${all},
     (values ('stripe_clearing', 1), ('donations', -1)) as side(account, sign)`,
    `insert into receipts (year, number, token, donation_id, newsroom_profile_id, currency, gross_minor, given_on, issued_at)
   select extract(year from now()), n, md5('token' || n), ${checkoutId}, (select min(id) from newsroom_profiles),
     '${AMOUNT.currency}', ${AMOUNT.minor}, current_date, now() ${all}`,
    `insert into receipt_counters select extract(year from now()), ${preloaded}`,
    // Folded long ago.
    `delete from report_queue`,
    `update report_fold_states set filled_at = now()`,
    // Sent long ago. What is still to come is put off by a day: sending mail is nobody's part of the intake.
    `insert into outbox_messages (kind, message_key, subject, sent_at)
   select 'receipt', 'receipt.preloaded-' || n, ${checkoutId}, now() ${all}`,
    `alter table outbox_messages alter column next_attempt_at set default now() + interval '1 day'`,
    // Short bodies: nothing reads them again, and no index holds them.
    `insert into inbox_events (event_id, type, api_version, livemode, created_at, body)
   select ${eventId}, 'checkout.session.completed', 'preloaded', false, now(), '{}' ${all}`,
    `insert into inbox_states (inbox_event_id, outcome, correlation_id, decided_at)
   select id, 'applied', 'pi_' || md5('pi' || id), now() from inbox_events`,
  ]
}

/** As many charges in the peer's table as the others hold gifts. */
export async function preloadCharges({ server, preloaded }: Place, database: string): Promise<void> {
  await server.run(
    `insert into stripe.charges (id, object, payment_intent)
     select ${chargeId}, 'charge', ${paymentIntentId} from generate_series(1, ${preloaded}) n`,
    database,
  )
  await server.run('vacuum analyze stripe.charges', database)
}

/** How many rows a contender has written, table by table, each as a number of gifts: they must all be the same. */
export async function giftsWritten(place: Place, database: string): Promise<Record<string, number>> {
  return added(
    place,
    database,
    `select (select count(*) from inbox_events) as inbox_events,
            (select count(*) from inbox_states where outcome = 'applied') as applied_events,
            (select count(*) from checkouts where status = 'succeeded') as checkouts,
            (select count(*) from donations) as donations,
            (select count(*) from ledger_transactions) as ledger_transactions,
            (select count(*) / 2 from ledger_entries) as pairs_of_ledger_entries,
            (select count(*) from receipts) as receipts,
            (select sum(last_number)::bigint from receipt_counters) as receipt_numbers,
            (select count(*) from outbox_messages) as outbox_messages`,
  )
}

/** The same for our web half, which stores events and books nothing. */
export async function eventsStored(place: Place, database: string): Promise<Record<string, number>> {
  return added(
    place,
    database,
    `select (select count(*) from inbox_events) as inbox_events, (select count(*) from inbox_states) as inbox_states`,
  )
}

/** The same for the peer, which has one table. */
export async function chargesWritten(place: Place, database: string): Promise<Record<string, number>> {
  return added(place, database, `select count(*) as charges from stripe.charges`)
}

async function added(
  { server, preloaded }: Place,
  database: string,
  counts: string,
): Promise<Record<string, number>> {
  const [row = {}] = await server.run(counts, database)
  return Object.fromEntries(Object.entries(row).map(([what, count]) => [what, Number(count) - preloaded]))
}
