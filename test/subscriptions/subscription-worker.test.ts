import type pg from 'pg'
import { beforeEach, describe, expect } from 'vitest'
import { saveSubscriptionUpdates } from '../../src/subscriptions/subscription-store.ts'
import { subscriptionRound } from '../../src/subscriptions/subscription-worker.ts'
import type { SubscriptionState } from '../../src/subscriptions/subscription.ts'
import type { SubscriptionId } from '../../src/ids.ts'
import { selectAll } from '../kit/processing.ts'
import { databaseTest as test } from '../kit/fixtures.ts'

const active: SubscriptionState = {
  status: 'active',
  amount: null,
  frequency: 'monthly',
  startedAt: new Date('2026-01-05T12:00:00Z'),
  currentPeriodEnd: null,
  cancelAt: null,
  endedAt: null,
  endReason: 'cancellation_requested',
  canceledAt: null,
  card: null,
  openInvoice: null,
  newerCard: null,
}
const MINUTE_MS = 60_000
let nowMs: number
let asked: string[]
let failed: string[]
beforeEach(() => {
  nowMs = Date.UTC(2026, 1, 1)
  asked = []
  failed = []
})

/** A round of the worker, for which Stripe cannot be asked about the subscriptions that `fails` names. */
function roundOf(pool: pg.Pool, fails: (id: string) => boolean, over: { signal?: AbortSignal } = {}) {
  return subscriptionRound({
    pool,
    retrieveSubscription: (id) => {
      asked.push(id)
      return fails(id) ? Promise.reject(new Error('unreadable')) : Promise.resolve(active)
    },
    clock: () => new Date(nowMs),
    report: ({ id }) => failed.push(id),
    ...over,
  })
}

const insert = (pool: pg.Pool, ...ids: string[]) =>
  pool.query(`insert into subscriptions (stripe_subscription_id) select unnest($1::text[])`, [ids])
const isBad = (id: string) => id.startsWith('sub_bad')

test('reads the other subscriptions when one cannot be read, and reports that one', async ({ pool }) => {
  await insert(pool, 'sub_1', 'sub_bad', 'sub_2')
  await roundOf(pool, isBad)()
  expect(failed).toEqual(['sub_bad'])
  expect(
    await selectAll(pool, `select stripe_subscription_id as id, status, stale from subscriptions order by 1`),
  ).toEqual([
    { id: 'sub_1', status: 'active', stale: false },
    { id: 'sub_2', status: 'active', stale: false },
    { id: 'sub_bad', status: null, stale: true },
  ])
})

test('keeps when an agreement started and why it ends, and forgets the reason when Stripe names none', async ({
  pool,
}) => {
  await insert(pool, 'sub_1')
  const read = (state: SubscriptionState | null) =>
    subscriptionRound({
      pool,
      retrieveSubscription: () => Promise.resolve(state),
      clock: () => new Date((nowMs += 48 * 60 * MINUTE_MS)),
      report: () => {},
    })()
  const kept = () =>
    selectAll(pool, `select started_at as "startedAt", end_reason as "endReason" from subscriptions`)
  const { startedAt } = active
  await read(active)
  expect(await kept()).toEqual([{ startedAt, endReason: 'cancellation_requested' }])
  await read(null)
  expect(await kept()).toEqual([{ startedAt, endReason: 'cancellation_requested' }])
  await read({ ...active, startedAt: null, endReason: null })
  expect(await kept()).toEqual([{ startedAt, endReason: null }])
})

describe('subscriptions that fail for ever', () => {
  test('do not starve the others, however many they are', async ({ pool }) => {
    const bad = Array.from({ length: 12 }, (_, n) => `sub_bad${n}`)
    await insert(pool, ...bad, 'sub_good')
    const round = roundOf(pool, isBad)
    for (let rounds = 0; rounds < 5; rounds += 1) {
      await round()
      nowMs += 1_000
    }
    expect(asked.filter((id) => id === 'sub_good')).toHaveLength(1)
    // Each was asked for once: the rest of the minute Stripe is left in peace.
    expect(asked).toHaveLength(13)
  })

  test('are asked for less and less often, and at least every six hours', async ({ pool }) => {
    await insert(pool, 'sub_bad')
    const round = roundOf(pool, isBad)
    const times: number[] = []
    for (let minute = 0; minute <= 24 * 60; minute += 1) {
      const before = asked.length
      await round()
      if (asked.length > before) times.push(minute)
      nowMs += MINUTE_MS
    }
    const pauses = times.slice(1).map((time, index) => time - (times[index] ?? 0))
    expect(pauses.slice(0, 5)).toEqual([1, 1, 2, 4, 8])
    expect(Math.max(...pauses)).toBe(360)
    expect(times.length).toBeLessThan(15)
  })

  test('are asked for at once when an event reports something new', async ({ pool }) => {
    await insert(pool, 'sub_bad')
    await roundOf(pool, isBad)()
    await saveSubscriptionUpdates(pool, [{ id: 'sub_bad' as SubscriptionId }]) // a test may invent ids
    await roundOf(pool, () => false)()
    expect(await selectAll(pool, `select status, failures, next_try_at, stale from subscriptions`)).toEqual([
      { status: 'active', failures: 0, next_try_at: null, stale: false },
    ])
  })
})

test('leaves the rest for the next round when several fail in a row: Stripe may be away', async ({
  pool,
}) => {
  await insert(pool, ...Array.from({ length: 10 }, (_, n) => `sub_bad${n}`))
  expect(await roundOf(pool, isBad)()).toBe(false)
  expect(asked).toHaveLength(3)
})

test('postpones a subscription whose state the database refuses', async ({ pool }) => {
  await insert(pool, 'sub_1', 'sub_2')
  const round = subscriptionRound({
    pool,
    retrieveSubscription: async (id) =>
      id === 'sub_1' ? { ...active, frequency: 'daily' as 'monthly' } : active, // Stripe may surprise us
    clock: () => new Date(nowMs),
    report: ({ id }) => failed.push(id),
  })
  await round()
  expect(failed).toEqual(['sub_1'])
  expect(await selectAll(pool, `select status from subscriptions order by stripe_subscription_id`)).toEqual([
    { status: null },
    { status: 'active' },
  ])
})

test('postpones nothing when a call fails because the service stops', async ({ pool }) => {
  await insert(pool, 'sub_bad')
  expect(await roundOf(pool, isBad, { signal: AbortSignal.abort() })()).toBe(false)
  expect(failed).toEqual([])
  expect(await selectAll(pool, `select failures from subscriptions`)).toEqual([{ failures: 0 }])
})

describe('what is done for donors with what is read', () => {
  const failing: SubscriptionState = {
    ...active,
    status: 'past_due',
    openInvoice: { id: 'in_1', createdAt: new Date(Date.UTC(2026, 0, 31)), url: null, nextAttemptAt: null },
    newerCard: 'pm_new',
  }
  const careOf = (pool: pg.Pool) => {
    const used: string[] = []
    const mails: string[] = []
    const round = subscriptionRound({
      pool,
      retrieveSubscription: () => Promise.resolve(used.length > 0 ? { ...active, newerCard: null } : failing),
      donors: {
        useCard: async (_, card) => void used.push(card),
        reminderDays: null,
        owe: async (_, notices) => void mails.push(...notices.map(({ messageKey }) => messageKey)),
      },
      clock: () => new Date((nowMs += 48 * 60 * MINUTE_MS)),
      report: ({ error }) => {
        throw error
      },
    })
    return { used, mails, round }
  }
  const giftOf = (pool: pg.Pool) =>
    pool.query(
      `insert into donations (id, payment_intent_id, stripe_subscription_id, currency, gross_minor, frequency, succeeded_at, succeeded_on)
       values (gen_random_uuid(), 'pi_1', 'sub_1', 'usd', 500, 'monthly', now(), current_date)`,
    )

  test('a card that is saved at Stripe comes into use only where the donor asked for that by our link', async ({
    pool,
  }) => {
    await insert(pool, 'sub_1')
    const { used, round } = careOf(pool)
    await round()
    expect(used).toEqual([])
    await pool.query(`insert into card_changes values ('sub_1', now())`)
    await round()
    expect(used).toEqual(['pm_new'])
    await round()
    expect(used).toEqual(['pm_new'])
  })

  test('a mail is owed under a key of agreement and occasion, and none for an agreement without a gift', async ({
    pool,
  }) => {
    await insert(pool, 'sub_1')
    const { mails, round } = careOf(pool)
    await round()
    expect(mails).toEqual([])
    await giftOf(pool)
    await round()
    expect(mails).toEqual(['recurring-failed.sub_1.in_1'])
  })
})

test('leaves a row that was changed while Stripe was asked as it is, and reads it again', async ({
  pool,
}) => {
  await insert(pool, 'sub_meanwhile')
  let isChanged = false
  const round = subscriptionRound({
    pool,
    retrieveSubscription: async (id) => {
      // The page of the gift saves a newer state before this answer is here.
      if (id === 'sub_meanwhile' && !isChanged)
        await pool.query(
          `update subscriptions set status = 'active', amount_minor = 700, currency = 'usd' where stripe_subscription_id = $1`,
          [id],
        )
      isChanged ||= id === 'sub_meanwhile'
      return { ...active, status: 'past_due' }
    },
    clock: () => new Date(nowMs),
    report: ({ id }) => failed.push(id),
  })
  const row = () =>
    selectAll(
      pool,
      `select status, amount_minor, stale from subscriptions where stripe_subscription_id = 'sub_meanwhile'`,
    )
  await round()
  expect(await row()).toEqual([{ status: 'active', amount_minor: 700n, stale: true }])
  await round()
  expect(await row()).toMatchObject([{ status: 'past_due', stale: false }])
})
