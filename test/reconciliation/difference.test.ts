import { expect, test } from 'vitest'
import { classify, isUnexplained } from '../../src/reconciliation/difference.ts'
import type { ClearingItem } from '../../src/reconciliation/clearing-items.ts'

const SENT = new Date('2026-10-29T12:00:00Z')
const onlyTheirs = (type: string): ClearingItem => ({
  object: 'pi_1',
  currency: 'usd',
  oursMinor: null,
  theirsMinor: -500n,
  otherCurrency: false,
  types: [type],
  paymentIntentId: 'pi_1',
  oursAt: null,
  theirsAt: SENT,
})
const daysLater = (days: number) => new Date(SENT.getTime() + days * 24 * 60 * 60 * 1000)

test.each([
  ['a card’s charge', 'charge', 1, 'missing_here', true],
  ['a debit of which the bank has not spoken', 'payment', 1, 'debit_under_way', false],
  ['a debit at the end of its time', 'payment', 13, 'debit_under_way', false],
  ['a debit of which the bank must have spoken', 'payment', 15, 'missing_here', true],
] as const)('%s that only Stripe knows', (_, type, days, kind, unexplained) => {
  expect(classify(onlyTheirs(type), daysLater(days)).kind).toBe(kind)
  expect(isUnexplained(kind)).toBe(unexplained)
})
