import { expect, it } from 'vitest'
import type { SubscriptionId } from '../../src/ids.ts'
import { recurringLinks } from '../../src/subscriptions/recurring-link.ts'
import { receiptLinks } from '../../src/receipts/receipt-link.ts'

const id = 'sub_1AbC' as SubscriptionId // a cast stands in for the parser
const links = recurringLinks(['new key', 'old key'])

it('makes the same token for the same gift again, and reads those of an older key', () => {
  expect(links.tokenFor(id)).toBe(links.tokenFor(id))
  expect(links.subscriptionIn(links.tokenFor(id))).toBe(id)
  expect(links.subscriptionIn(recurringLinks(['old key']).tokenFor(id))).toBe(id)
})

it('reads no token of another key, gift or purpose, and no other text', () => {
  const token = links.tokenFor(id)
  expect(links.subscriptionIn(recurringLinks(['strange key']).tokenFor(id))).toBeNull()
  expect(links.subscriptionIn(token.replace('sub_1AbC', 'sub_1AbD'))).toBeNull()
  expect(links.subscriptionIn(receiptLinks(['new key']).tokenFor({ year: 2026, number: 1n }))).toBeNull()
  for (const text of ['', 'sub_1AbC', `${token}A`, token.slice(1), `${token}/../x`])
    expect(links.subscriptionIn(text)).toBeNull()
})
