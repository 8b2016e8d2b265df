import { expect } from 'vitest'
import { subscriptionRound } from '../../src/subscriptions/subscription-worker.ts'
import type { SubscriptionState } from '../../src/subscriptions/subscription.ts'
import { selectAll } from '../kit/processing.ts'
import { databaseTest as test } from '../kit/fixtures.ts'

test('reads the other subscriptions when one cannot be read, and reports the error', async ({ pool }) => {
  await pool.query(`insert into subscriptions (stripe_subscription_id) values ('sub_1'), ('sub_2')`)
  const active: SubscriptionState = {
    status: 'active',
    amount: null,
    frequency: 'monthly',
    currentPeriodEnd: null,
    cancelAt: null,
    endedAt: null,
  }
  const retrieve = (id: string) =>
    id === 'sub_1' ? Promise.reject(new Error('unreadable')) : Promise.resolve(active)
  const round = subscriptionRound({ pool, retrieve, clock: () => new Date('2026-02-01T00:00:00Z') })
  await expect(round()).rejects.toThrow('unreadable')
  expect(
    await selectAll(pool, `select stripe_subscription_id as id, status, stale from subscriptions order by 1`),
  ).toEqual([
    { id: 'sub_1', status: null, stale: true },
    { id: 'sub_2', status: 'active', stale: false },
  ])
})
