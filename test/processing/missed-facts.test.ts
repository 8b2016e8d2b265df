import { expect, test } from 'vitest'
import { decide } from '../../src/processing/decide.ts'
import type { PaymentFact } from '../../src/donations/payment-fact.ts'
import { isMissed, type KnownIds } from '../../src/processing/missed-facts.ts'
import { processing } from '../kit/processing.ts'
import { fact, openCheckout, refund } from './facts.ts'

const recorded: KnownIds = {
  awaitedPayments: new Set<string>(),
  warnings: new Set<string>(),
  subscriptions: new Set<string>(),
}
const { paymentIntentId, chargeId } = fact.charged(1)
const bankReturn: PaymentFact = {
  kind: 'bank_return',
  paymentIntentId,
  chargeId,
  isMarked: true,
  refund: { ...refund(1, { minor: 500n, status: 'succeeded' }), id: paymentIntentId, kind: 'bank_return' },
}

test('misses a bank return of a gift whose charge is not recorded, but none that is about no gift', () => {
  const empty = { checkouts: [openCheckout(1)], donations: [], subscriptions: [] }
  expect(isMissed(bankReturn, empty, recorded, processing)).toBe(false)
  const { changes } = decide(empty, [fact.succeeded(1)], processing)
  expect(isMissed(bankReturn, { ...empty, donations: changes.booked }, recorded, processing)).toBe(true)
})
