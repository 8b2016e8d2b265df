import { deepStrictEqual } from 'node:assert/strict'
import { expect, test } from 'vitest'
import type { CheckoutId, CheckoutSessionId } from '../../src/ids.ts'
import { cardGiftEvents, monthlyGiftEvents } from '../kit/gift-events.ts'
import { permutations } from '../kit/orders.ts'
import { openCheckout } from './facts.ts'
import { MemoryProcessing, factOf, type CorrelatedFact } from './memory-processing.ts'

/** The seven events of one gift, as Stripe sends them, one by one in every order. */

// One checkout, as Stripe's events and our table name it. The casts replace the parsers that give ids their brands.
const named = { id: '5f0c1d6e-8a0b-4c5d-9e1f-0123456789ab', sessionId: 'cs_1', paymentIntentId: 'pi_1' }
const checkout = {
  ...openCheckout(1),
  id: named.id as CheckoutId,
  sessionId: named.sessionId as CheckoutSessionId,
}

function endOf(batches: readonly (readonly CorrelatedFact[])[]) {
  const processing = new MemoryProcessing(checkout)
  for (const batch of batches) processing.apply(batch)
  return processing.end()
}

test.each([
  [
    'a card gift with a dispute that is won',
    cardGiftEvents(named, 'won'),
    { status: 'partially_refunded', refundedMinor: 200n, disputedMinor: 0n },
    {
      receiptMinor: 300n,
      accounts: { disputes: 0n, donations: -500n, refunds: 200n, stripe_clearing: 300n },
    },
    ['dispute_reinstated', 'dispute_withdrawn', 'donation_succeeded', 'refunded'],
  ],
  [
    'a card gift with a dispute that is lost',
    cardGiftEvents(named, 'lost'),
    { status: 'dispute_lost', refundedMinor: 200n, disputedMinor: 300n },
    { receiptMinor: 0n, accounts: { disputes: 300n, donations: -500n, refunds: 200n, stripe_clearing: 0n } },
    ['dispute_withdrawn', 'donation_succeeded', 'refunded'],
  ],
  [
    'a monthly gift',
    monthlyGiftEvents(named),
    { status: 'dispute_lost', refundedMinor: 300n, disputedMinor: 400n },
    { receiptMinor: 0n, accounts: { disputes: 400n, donations: -700n, refunds: 300n, stripe_clearing: 0n } },
    ['dispute_withdrawn', 'donation_succeeded', 'refunded'],
  ],
])(
  'ends %s in the same state in all 5,040 orders',
  (_, events, balance, expectedEnd, effects) => {
    const facts = events.map(factOf)
    const expected = endOf([facts])
    expect(expected).toMatchObject({
      ...expectedEnd,
      balance,
      waiting: [],
      checkout: { status: 'succeeded' },
    })
    expect(expected.ledger.map(({ key }) => key.split(' ')[1]).toSorted()).toEqual(effects)
    expect(expected.donation.chargeId).toMatch(/^ch_/)
    const orders = permutations(facts)
    expect(orders).toHaveLength(5040)
    for (const order of orders) {
      const end = endOf(order.map((fact) => [fact]))
      deepStrictEqual(end, expected)
    }
  },
  30_000,
)
