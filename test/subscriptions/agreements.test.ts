import fc from 'fast-check'
import type pg from 'pg'
import { describe, expect, test as rule } from 'vitest'
import { agreementMonths, type AgreementCount, type EndedCount } from '../../src/subscriptions/agreement.ts'
import {
  countFailing,
  endedAgreements,
  failingAgreements,
  runningAgreements,
  startedAgreements,
} from '../../src/subscriptions/agreement-store.ts'
import { databaseTest as test } from '../kit/fixtures.ts'
import { giveDonation } from '../kit/factories.ts'

const ZONE = 'America/New_York'

type Wish = { status?: string; frequency?: string; currency?: string; amount?: number; end?: string } & {
  cancelAt?: string
  endedAt?: string
  reason?: string
  startedAt?: string
  paidAt?: string
  failedAt?: string
  /** When Stripe collects again. */
  pausedUntil?: string
}

/** Inserts a recurring donation of ours. */
async function agree(pool: pg.Pool, id: string, wish: Wish = {}): Promise<void> {
  const checkout = crypto.randomUUID()
  await pool.query(
    `insert into checkouts (id, created_at, request_hash, amount_minor, currency, frequency, status)
     values ($1, now(), 'hash', 500, 'usd', 'monthly', 'succeeded')`,
    [checkout],
  )
  await pool.query(
    `insert into subscriptions (stripe_subscription_id, checkout_id, status, frequency, currency, amount_minor, current_period_end,
       cancel_at, ended_at, end_reason, started_at, last_paid_at, last_failure_at, is_paused, resumes_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14::timestamptz is not null, $14)`,
    [
      id,
      checkout,
      wish.status ?? 'active',
      wish.frequency ?? 'monthly',
      wish.currency ?? 'usd',
      wish.amount ?? 500,
      wish.end ?? '2026-02-20T12:00:00Z',
      wish.cancelAt ?? null,
      wish.endedAt ?? null,
      wish.reason ?? null,
      wish.startedAt ?? '2025-06-01T12:00:00Z',
      wish.paidAt ?? null,
      wish.failedAt ?? null,
      wish.pausedUntil ?? null,
    ],
  )
}

describe('the running agreements', () => {
  test('that are paused are expected from the month on in which Stripe collects again', async ({ pool }) => {
    await agree(pool, 'sub_paused', { pausedUntil: '2026-04-10T12:00:00Z' })
    const expected = async (month: string) =>
      (await runningAgreements(pool, month, ZONE)).map((row) => [row.paused, row.expected])
    expect(await expected('2026-03-01')).toEqual([[1n, 0n]])
    expect(await expected('2026-04-01')).toEqual([[1n, 1n]])
  })

  test('are summed up by frequency and currency, with what Stripe will collect in a month', async ({
    pool,
  }) => {
    await agree(pool, 'sub_monthly')
    await agree(pool, 'sub_second', { amount: 700 })
    await agree(pool, 'sub_ends_before', { cancelAt: '2026-02-20T12:00:00Z' })
    await agree(pool, 'sub_ends_after', { cancelAt: '2026-03-21T12:00:00Z', amount: 10 })
    await agree(pool, 'sub_failing', { status: 'past_due' })
    await agree(pool, 'sub_over', { status: 'canceled', endedAt: '2026-01-10T12:00:00Z' })
    await agree(pool, 'sub_yen', { currency: 'jpy', amount: 900 })
    await agree(pool, 'sub_in_march', { frequency: 'yearly', end: '2026-03-31T23:00:00Z', amount: 6000 })
    await agree(pool, 'sub_in_april', { frequency: 'yearly', end: '2026-04-01T12:00:00Z' })
    await agree(pool, 'sub_last_march', { frequency: 'yearly', end: '2025-03-05T12:00:00Z', amount: 1 })
    // The first of April in UTC is still March in New York.
    await agree(pool, 'sub_at_midnight', { frequency: 'yearly', end: '2026-04-01T03:00:00Z', amount: 20 })
    await pool.query(
      `insert into subscriptions (stripe_subscription_id, status, frequency, currency, amount_minor)
       values ('sub_of_others', 'active', 'monthly', 'usd', 100000)`,
    )
    expect(await runningAgreements(pool, '2026-03-01', ZONE)).toEqual([
      {
        frequency: 'monthly',
        currency: 'jpy',
        agreements: 1n,
        ending: 0n,
        paused: 0n,
        amountMinor: 900n,
        expected: 1n,
        expectedMinor: 900n,
      },
      {
        frequency: 'monthly',
        currency: 'usd',
        agreements: 5n,
        ending: 2n,
        paused: 0n,
        amountMinor: 2210n,
        expected: 3n,
        expectedMinor: 1210n,
      },
      {
        frequency: 'yearly',
        currency: 'usd',
        agreements: 4n,
        ending: 0n,
        paused: 0n,
        amountMinor: 6521n,
        expected: 3n,
        expectedMinor: 6021n,
      },
    ])
  })

  test('include those of an older system whose payments are gifts', async ({ db, pool }) => {
    await pool.query(
      `insert into subscriptions (stripe_subscription_id, status, frequency, currency, amount_minor, current_period_end)
       values ('sub_older', 'active', 'monthly', 'usd', 300, '2026-02-20')`,
    )
    expect(await runningAgreements(pool, '2026-03-01', ZONE)).toEqual([])
    const gift = await giveDonation(db.database.knex)
    await pool.query(`update donations set stripe_subscription_id = 'sub_older' where id = $1`, [gift.id])
    expect(await runningAgreements(pool, '2026-03-01', ZONE)).toMatchObject([{ agreements: 1n }])
  })
})

test('counts what started and ended in each month of the newsroom’s time zone, by Stripe’s reason', async ({
  pool,
}) => {
  await agree(pool, 'sub_1', { startedAt: '2026-01-01T03:00:00Z' }) // December in New York
  await agree(pool, 'sub_2', { startedAt: '2026-01-01T06:00:00Z', frequency: 'yearly' })
  await agree(pool, 'sub_3', {
    startedAt: '2026-01-20T06:00:00Z',
    endedAt: '2026-02-03T06:00:00Z',
    reason: 'payment_failed',
    status: 'canceled',
  })
  await agree(pool, 'sub_4', { endedAt: '2026-02-04T06:00:00Z', status: 'canceled' })
  await agree(pool, 'sub_5', { startedAt: '2026-02-04T06:00:00Z', status: 'incomplete_expired' })
  expect(await startedAgreements(pool, '2025-12-01', ZONE)).toEqual([
    { month: '2025-12', frequency: 'monthly', agreements: 1n },
    { month: '2026-01', frequency: 'monthly', agreements: 1n },
    { month: '2026-01', frequency: 'yearly', agreements: 1n },
  ])
  expect(await endedAgreements(pool, '2025-12-01', ZONE)).toEqual([
    { month: '2026-02', frequency: 'monthly', reason: 'payment_failed', agreements: 1n },
    { month: '2026-02', frequency: 'monthly', reason: null, agreements: 1n },
  ])
})

test('lists the agreements whose last payment failed, with the first failure since they paid', async ({
  pool,
}) => {
  await agree(pool, 'sub_paid_again', { failedAt: '2026-01-01T12:00:00Z', paidAt: '2026-01-03T12:00:00Z' })
  await agree(pool, 'sub_over', {
    failedAt: '2026-01-01T12:00:00Z',
    endedAt: '2026-01-20T12:00:00Z',
    status: 'canceled',
  })
  await agree(pool, 'sub_never_began', { failedAt: '2026-01-01T12:00:00Z', status: 'incomplete' })
  await agree(pool, 'sub_failing', {
    paidAt: '2025-12-05T12:00:00Z',
    failedAt: '2026-01-12T12:00:00Z',
    status: 'past_due',
  })
  for (const [event, at] of [
    ['evt_long_ago', '2025-11-05T12:00:00Z'],
    ['evt_first', '2026-01-05T12:00:00Z'],
    ['evt_second', '2026-01-12T12:00:00Z'],
  ]) {
    const { rows } = await pool.query<{ id: bigint }>(
      `insert into inbox_events (event_id, type, livemode, created_at, body)
       values ($1, 'invoice.payment_failed', false, $2, '{}') returning id`,
      [event, at],
    )
    await pool.query(
      `insert into inbox_states (inbox_event_id, outcome, correlation_id) values ($1, 'applied', 'sub_failing')`,
      [rows[0]?.id],
    )
  }
  expect(await countFailing(pool)).toBe(1)
  expect(await failingAgreements(pool, 10)).toMatchObject([
    { id: 'sub_failing', since: new Date('2026-01-05T12:00:00Z'), amountMinor: 500n, donationId: null },
  ])
})

rule('derives how many ran at each month’s end from how many run now', () => {
  const months = ['2025-11', '2025-12', '2026-01']
  const counts = fc.array(
    fc.record({
      month: fc.constantFrom(...months),
      agreements: fc.bigInt({ min: 0n, max: 50n }),
      reason: fc.constantFrom('payment_failed', null),
    }),
  )
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 500n }), counts, counts, (before, begun, over) => {
      const started = begun.map((one): AgreementCount => ({ ...one, frequency: 'monthly' }))
      const ended = over.map((one): EndedCount => ({ ...one, frequency: 'monthly' }))
      const sum = (all: readonly { agreements: bigint }[]) => all.reduce((n, one) => n + one.agreements, 0n)
      const now = before + sum(started) - sum(ended)
      let running = before
      for (const row of agreementMonths(months, now, started, ended)) {
        running += row.started - sum(row.ended)
        expect(row.running).toBe(running)
      }
      expect(running).toBe(now)
    }),
  )
})
