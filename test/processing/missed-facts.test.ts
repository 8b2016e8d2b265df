import { expect, test } from 'vitest'
import { decide } from '../../src/processing/decide.ts'
import type { PaymentFact } from '../../src/donations/payment-fact.ts'
import { isMissed } from '../../src/processing/missed-facts.ts'
import { processing } from '../kit/books.ts'
import { fact, openCheckout, refund } from './facts.ts'

const recorded = {
  awaitedPayments: new Set<string>(),
  warnings: new Set<string>(),
  subscriptions: new Set<string>(),
}
const { paymentIntentId, chargeId } = fact.charged(1)
const cameBack: PaymentFact = {
  kind: 'bank_return',
  paymentIntentId,
  chargeId,
  refund: { ...refund(1, { minor: 500n, status: 'succeeded' }), id: paymentIntentId, kind: 'bank_return' },
}

test('a debit that came back is news of a gift whose charge was never heard of, and of nothing that is no gift', () => {
  const none = { checkouts: [openCheckout(1)], donations: [] }
  expect(isMissed(cameBack, none, recorded, processing)).toBe(false)
  const { changes } = decide(none, [fact.succeeded(1)], processing)
  expect(isMissed(cameBack, { ...none, donations: changes.booked }, recorded, processing)).toBe(true)
})
