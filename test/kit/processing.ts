import { randomBytes, randomUUID } from 'node:crypto'
import type pg from 'pg'
import { pino } from 'pino'
import type { DonationId } from '../../src/ids.ts'
import { recordProfile } from '../../src/newsroom/profile-store.ts'
import { statementFor } from '../../src/newsroom/profile.ts'
import { localDate } from '../../src/calendar/local-date.ts'
import type { ProcessingDeps } from '../../src/processing/apply-batch.ts'
import { createApplier } from '../../src/processing/processing-worker.ts'
import { inboxEvent } from '../../src/inbox/inbox-event.ts'
import { storeEvents } from '../../src/inbox/inbox-store.ts'
import { ownership } from './marks.ts'
import { API_VERSION, stripeId, type OpenCheckout } from './stripe-events.ts'

const newsroom = {
  name: 'The Test Courier',
  address: '1 Test Lane',
  email: 'desk@courier.example',
  timezone: 'America/New_York',
  legalStatus: 'for_profit',
  taxId: null,
  fiscalSponsor: null,
} as const
export const profile = { ...newsroom, statement: statementFor(newsroom, 'us') }

export const processing: ProcessingDeps = {
  expected: { livemode: false, account: null, apiVersion: API_VERSION },
  ownership,
  now: () => new Date('2026-02-01T00:00:00Z'),
  localDate: (instant) => localDate(instant, profile.timezone),
  newDonationId: () => randomUUID() as DonationId, // a test may invent ids
  newId: randomUUID,
  receiptToken: () => randomBytes(24).toString('base64url'),
}

export async function withProfile(pool: pg.Pool): Promise<void> {
  await recordProfile(pool, profile, new Date('2020-01-01T00:00:00Z'))
}

/** Stores a checkout whose payment page waits for the reader. */
export async function openCheckout(
  pool: pg.Pool,
  article = 'https://news.example/story',
): Promise<OpenCheckout> {
  const id = randomUUID()
  const sessionId = stripeId('cs_test')
  await pool.query(
    `insert into checkouts (id, created_at, request_hash, amount_minor, currency, frequency, article_url, status,
       stripe_session_id, stripe_session_url, stripe_session_expires_at)
     values ($1, now(), 'hash', 500, 'usd', 'once', $2, 'open', $3, 'https://checkout.example/pay', now() + interval '1 hour')`,
    [id, article, sessionId],
  )
  return { id, sessionId, paymentIntentId: stripeId('pi') }
}

/** Stores events as the webhook route does, without applying them. @returns how many were new */
export async function receive(pool: pg.Pool, ...events: object[]): Promise<number> {
  const parsed = events.map((event) => inboxEvent(JSON.stringify(event, null, 2), event))
  const stored = await storeEvents(
    pool,
    parsed.filter((event) => event !== null),
  )
  return stored.length
}

/** Applies pending events until none is left. */
export async function applyAll(pool: pg.Pool, deps: ProcessingDeps = processing): Promise<void> {
  const applier = createApplier({
    pool,
    processing: deps,
    log: pino({ level: 'silent' }),
    count: () => undefined,
  })
  while ((await applier.applyNext()) > 0);
}

/**
 * Receives events one after the other, and applies each before the next arrives.
 * @param order the indexes of the events; left out: in the given order
 */
export async function receiveInOrder(
  pool: pg.Pool,
  events: readonly object[],
  order: readonly number[] = [...events.keys()],
): Promise<void> {
  for (const index of order) {
    const event = events[index]
    if (event) await receive(pool, event)
    await applyAll(pool)
  }
}

/** The ledger effects of one Stripe object and the days on which they count, in the order of the days. */
export function bookedDays(pool: pg.Pool, source: string): Promise<Record<string, unknown>[]> {
  return selectAll(
    pool,
    `select effect, to_char(booked_on, 'YYYY-MM-DD') as day from ledger_transactions where source = $1 order by 2`,
    source,
  )
}

/** The rows of a query. */
export async function selectAll(
  pool: pg.Pool,
  sql: string,
  ...values: unknown[]
): Promise<Record<string, unknown>[]> {
  const { rows } = await pool.query<Record<string, unknown>>(sql, values)
  return rows
}
