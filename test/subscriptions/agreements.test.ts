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
import { agreementFoldRound } from '../../src/subscriptions/subscription-worker.ts'
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

test('keeps sums that agree with every agreement, however it changes, before and after they are folded', async ({
  pool,
}) => {
  const instants = [
    '2026-01-01T00:00:00Z',
    '2026-01-01T03:07:00Z',
    '2026-01-14T12:00:00Z',
    '2026-01-31T13:59:59Z',
    '2026-02-28T23:59:59Z',
    '2026-04-30T14:00:00Z',
  ]
  const instant = fc.constantFrom(...instants)
  const changes = fc.record({
    status: fc.constantFrom('active', 'trialing', 'past_due', 'paused', 'canceled', 'incomplete', null),
    frequency: fc.constantFrom('monthly', 'yearly', null),
    currency: fc.constantFrom('usd', 'eur'),
    amount_minor: fc.integer({ min: 1, max: 9_000 }),
    current_period_end: fc.option(instant),
    cancel_at: fc.option(instant),
    ended_at: fc.option(instant),
    end_reason: fc.constantFrom('payment_failed', null),
    started_at: fc.option(instant),
    last_paid_at: fc.option(instant),
    last_failure_at: fc.option(instant),
    is_paused: fc.boolean(),
    resumes_at: fc.option(instant),
  })
  for (const id of ['sub_a', 'sub_b', 'sub_c']) await agree(pool, id)
  const one = fc.record({ id: fc.constantFrom('sub_a', 'sub_b', 'sub_c'), changes, isFolded: fc.boolean() })
  for (const { id, changes: row, isFolded } of fc.sample(one, { numRuns: 60, seed: 7 })) {
    const columns = Object.keys(row)
    await pool.query(
      `update subscriptions set ${columns.map((column, index) => `${column} = $${index + 2}`).join(', ')} where stripe_subscription_id = $1`,
      [id, ...Object.values(row)],
    )
    if (isFolded) await agreementFoldRound(pool)()
    for (const zone of ['Pacific/Kiritimati', 'America/New_York', 'Asia/Kathmandu'])
      expect(await runningAgreements(pool, '2026-03-01', zone)).toEqual(await expectedOneByOne(pool, zone))
  }
  const { rows } = await pool.query(
    `select from agreement_totals k where agreements < 0 or part <> 'running' and amount_minor <> 0`,
  )
  expect(rows).toEqual([])
  await pool.query(`delete from subscriptions`)
  await agreementFoldRound(pool)()
  const { rows: left } = await pool.query(
    `select * from agreement_totals union all select * from agreement_changes`,
  )
  expect(left).toEqual([])
})

/** What is expected in March of each agreement, added up from the agreements themselves. */
async function expectedOneByOne(pool: pg.Pool, zone: string): Promise<unknown[]> {
  const { rows } = await pool.query<Record<string, unknown>>(
    `with judged as (
       select *, status in ('active', 'trialing') and case when ahead is null then months = 1 and not is_paused
         else ahead >= 0 and ahead % months = 0
           and (cancel_at is null or cancel_at at time zone 'UTC' > current_period_end at time zone 'UTC' + make_interval(months => ahead))
           and (not is_paused or resumes_at at time zone 'UTC' <= current_period_end at time zone 'UTC' + make_interval(months => ahead)) end as is_expected
       from (
         select *, case frequency when 'yearly' then 12 else 1 end as months,
           ((date_part('year', date '2026-03-01') - date_part('year', current_period_end at time zone $1)) * 12
             + date_part('month', date '2026-03-01') - date_part('month', current_period_end at time zone $1))::integer as ahead
         from subscriptions where ended_at is null and frequency is not null
           and status in ('active', 'trialing', 'past_due', 'unpaid', 'paused')) as running
     )
     select frequency, currency, count(*) as agreements, count(cancel_at) as ending, count(*) filter (where is_paused) as paused,
       sum(amount_minor)::bigint as "amountMinor", count(*) filter (where is_expected) as expected,
       coalesce(sum(amount_minor) filter (where is_expected), 0)::bigint as "expectedMinor"
     from judged group by 1, 2 order by 1, 2`,
    [zone],
  )
  return rows
}

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
