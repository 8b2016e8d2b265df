import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { pino } from 'pino'
import { backfill, type BackfillDeps } from '../../src/sync/backfill-worker.ts'
import { pacedCalls } from '../../src/stripe/paced-calls-gateway.ts'
import { stripeReaders } from '../../src/stripe/stripe-readers.ts'
import type { Sandbox } from '../../src/stripe-sandbox/sandbox.ts'
import { createApplier } from '../../src/processing/processing-worker.ts'
import { selectAll, applyAll, receive, processing, withProfile } from '../kit/processing.ts'
import { testDatabase } from '../kit/database.ts'
import { DAY_MS, forward, gift, recurring, sdk } from '../kit/sandbox.ts'
import { account, offBalance } from '../reconciliation/kit.ts'
import { markedFor } from '../kit/marks.ts'

/** What a backfill needs, at the offline Stripe's time. */
export function backfillDepsOf(pool: pg.Pool, box: Sandbox): BackfillDeps & { readonly wake: () => void } {
  const own = { ...processing, now: () => box.now() }
  const stripe = sdk(box)
  return {
    pool,
    ...stripeReaders(stripe, pacedCalls({ callsPerSecond: 10_000 }), own.expected),
    expected: own.expected,
    processing: own,
    wake: () => undefined,
    log: pino({ level: 'silent' }),
    applier: createApplier({ pool, processing: own, log: pino({ level: 'silent' }), count: () => undefined }),
  }
}

export const runBackfill = (pool: pg.Pool, box: Sandbox) => backfill(backfillDepsOf(pool, box))

/** Stores a checkout and creates its session at the offline Stripe. Nobody has paid yet. */
export async function ourSession(
  pool: pg.Pool,
  box: Sandbox,
  wish: { amount?: number; currency?: string; monthly?: boolean } = {},
) {
  const { amount = 1000, currency = 'usd', monthly = false } = wish
  const id = randomUUID()
  const metadata = { ...markedFor(id), article_url: 'https://news.example/story' }
  const named = { metadata, client_reference_id: id }
  const session = await sdk(box).checkout.sessions.create(
    monthly
      ? recurring(
          { ...named, subscription_data: { metadata: { ...metadata, frequency: 'monthly' } } },
          amount,
        )
      : gift({ ...named, payment_intent_data: { metadata } }, amount, currency),
  )
  await pool.query(
    `insert into checkouts (id, created_at, request_hash, amount_minor, currency, frequency, article_url, status,
       stripe_session_id, stripe_session_url, stripe_session_expires_at)
     values ($1, $2, 'hash', $3, $7, $4, 'https://news.example/story', 'open', $5, $6, $2::timestamptz + interval '1 day')`,
    [id, box.now(), amount, monthly ? 'monthly' : 'once', session.id, session.url, currency],
  )
  return { id, sessionId: session.id }
}

/** A gift of ours that was paid. @returns the ids of its session and charge */
export async function ourGift(
  pool: pg.Pool,
  box: Sandbox,
  how: 'card' | 'bank_debit' = 'card',
  wish: Parameters<typeof ourSession>[2] = {},
) {
  const { sessionId } = await ourSession(pool, box, wish)
  await box.pay(sessionId, how)
  return { sessionId, charge: box.chargeIdOf(sessionId) ?? '' }
}

/** Everything that can happen to gifts, within four days or more. At the end Stripe has settled the money and pays it out. */
export async function eventfulDays(pool: pg.Pool, box: Sandbox, days = 4): Promise<void> {
  await ourGift(pool, box)
  const refunded = await ourGift(pool, box, 'card', { amount: 4000 })
  const won = await ourGift(pool, box, 'card', { amount: 3000 })
  const lost = await ourGift(pool, box, 'card', { amount: 2000 })
  const arriving = await ourGift(pool, box, 'bank_debit')
  const failing = await ourGift(pool, box, 'bank_debit')
  const returning = await ourGift(pool, box, 'bank_debit', { amount: 2500 })
  await ourGift(pool, box, 'card', { monthly: true, amount: 700 })
  const abandoned = await ourSession(pool, box)
  await box.settleBankDebit(arriving.sessionId, 'succeeded')
  await box.settleBankDebit(failing.sessionId, 'failed')
  await box.settleBankDebit(returning.sessionId, 'succeeded')
  await forward(box, DAY_MS)
  await box.expireSession(abandoned.sessionId).catch(() => undefined) // it may have expired by itself
  await box.createEarlyFraudWarning(lost.charge)
  await box.refund(refunded.charge, { amount: 1500 })
  await box.closeDispute(await box.dispute(won.charge), 'won')
  await box.closeDispute(await box.dispute(lost.charge), 'lost')
  await box.returnBankDebit(returning.charge)
  await forward(box, (days - 1) * DAY_MS)
}

/** Stores and applies events of the offline Stripe as if their webhooks had arrived; `which` selects them. */
export async function deliver(
  pool: pg.Pool,
  box: Sandbox,
  which: (type: string, id: string) => boolean = () => true,
) {
  const events = box.events().filter(({ type, id }) => which(type, id))
  await receive(pool, ...events)
  await applyAll(pool, { ...processing, now: () => box.now() })
}

/** Runs `use` with a second database that no service has used, and drops it afterwards. */
export async function withSecondDatabase(use: (pool: pg.Pool) => Promise<void>): Promise<void> {
  const second = await testDatabase()
  try {
    await use(second.database.pool)
  } finally {
    await second.drop()
  }
}

/** Runs `use` with a second database of the newsroom: it has the same checkouts, and none of them is paid. */
export async function withSameCheckouts(pool: pg.Pool, use: (pool: pg.Pool) => Promise<void>): Promise<void> {
  const checkouts = await selectAll(pool, `select row_to_json(c) as row from checkouts c`)
  await withSecondDatabase(async (second) => {
    await withProfile(second)
    await second.query(
      `insert into checkouts select (json_populate_record(null::checkouts, (value->'row')::json)).* from json_array_elements($1) value`,
      [JSON.stringify(checkouts)],
    )
    await second.query(`update checkouts set status = 'open'`)
    await use(second)
  })
}

/** The contents of the tables without random values and without the order of insertion. */
export async function tablesIn(pool: pg.Pool) {
  return {
    donations: await selectAll(
      pool,
      `select payment_intent_id, gross_minor, status, refunded_minor, disputed_minor, lost_minor, stripe_invoice_id,
         frequency, article_url, succeeded_on from donations order by 1`,
    ),
    receipts: await selectAll(
      pool,
      `select d.payment_intent_id, r.revision, r.gross_minor, v.reason from receipts r join donations d on d.id = r.donation_id
         left join receipt_voidings v using (year, number) order by 1, 2`,
    ),
    ledger: await selectAll(
      pool,
      `select t.clears, t.effect, e.account, e.currency, e.amount_minor from ledger_transactions t
         join ledger_entries e on e.ledger_transaction_id = t.id where t.effect not in ('settled', 'arrived', 'arrival_undone')
       order by 1, 2, 3`,
    ),
    refunds: await selectAll(pool, `select id, kind, status, amount_minor from refunds order by 1`),
    disputes: await selectAll(
      pool,
      `select id, status, withdrawn_at, reinstated_at from disputes order by 1`,
    ),
    warnings: await selectAll(pool, `select id from fraud_warnings order by 1`),
    checkouts: await selectAll(pool, `select stripe_session_id, status from checkouts order by 1`),
    subscriptions: await selectAll(
      pool,
      `select stripe_subscription_id, status, amount_minor from subscriptions order by 1`,
    ),
    mails: await selectAll(pool, `select kind, count(*) from outbox_messages group by 1 order by 1`),
  }
}

/** What is missing or contradictory in the tables; nothing when they are complete. */
export async function problemsIn(pool: pg.Pool) {
  return {
    offBalance: await offBalance(pool),
    clearing: await account(pool, 'stripe_clearing'),
    unapplied: await selectAll(
      pool,
      `select e.type, s.outcome, s.reason from inbox_states s join inbox_events e on e.id = s.inbox_event_id
       where s.outcome not in ('applied', 'ignored')
         and (s.outcome, e.type) <> ('waiting', 'charge.failed') -- a debit that never was a gift`,
    ),
    numbers: await selectAll(
      pool,
      `select year from receipts group by year having count(*) <> max(number) or min(number) <> 1`,
    ),
  }
}
export const NO_PROBLEMS = { offBalance: [], clearing: {}, unapplied: [], numbers: [] }
