import { expect, test } from 'vitest'
import type { SubscriptionId } from '../../src/ids.ts'
import type { Stripe } from '../../src/stripe/stripe-gateway.ts'
import { retrieveSubscription } from '../../src/stripe/subscription-gateway.ts'

test.each([
  [700, 2, 1400n],
  [Number.MAX_SAFE_INTEGER, 1, 9_007_199_254_740_991n],
  [Number.MAX_SAFE_INTEGER, 3, null],
  [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, null],
])('reads a subscription of %i times %i as %s minor units', async (unitAmount, quantity, minor) => {
  const price = { currency: 'usd', unit_amount: unitAmount, recurring: { interval: 'month' } }
  const answer = { object: 'subscription', status: 'active', items: { data: [{ quantity, price }] } }
  // The gateway uses nothing else of the SDK.
  const stripe = { subscriptions: { retrieve: async () => answer } } as unknown as Stripe
  const state = await retrieveSubscription(stripe, (call) => call())('sub_1' as SubscriptionId)
  expect(state?.amount).toEqual(minor === null ? null : { minor, currency: 'usd' })
})
