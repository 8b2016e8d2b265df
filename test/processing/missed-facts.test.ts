import { expect, test } from 'vitest'
import { decide } from '../../src/processing/decide.ts'
import type { PaymentFact } from '../../src/donations/payment-fact.ts'
import { isUnheard } from '../../src/processing/missed-facts.ts'
import { means } from '../kit/books.ts'
import { fact, openCheckout, refund } from './facts.ts'

const heard = { coming: new Set<string>(), warnings: new Set<string>(), subscriptions: new Set<string>() }
const { paymentIntentId, chargeId } = fact.charged(1)
const cameBack: PaymentFact = {
  kind: 'bank_return',
  paymentIntentId,
  chargeId,
  refund: { ...refund(1, { minor: 500n, status: 'succeeded' }), id: paymentIntentId, kind: 'bank_return' },
}

test('a debit that came back is news of a gift whose charge was never heard of, and of nothing that is no gift', () => {
  const none = { checkouts: [openCheckout(1)], donations: [] }
  expect(isUnheard(cameBack, none, heard, means)).toBe(false)
  const { changes } = decide(none, [fact.succeeded(1)], means)
  expect(isUnheard(cameBack, { ...none, donations: changes.booked }, heard, means)).toBe(true)
})
