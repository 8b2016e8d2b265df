import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  amountToRefund,
  isAnswerDue,
  isKeyValid,
  pauseBeforeAskingAgainMs,
  refundable,
} from '../../src/refunds/refund-request.ts'
import { money, toDecimalString } from '../../src/money/money.ts'
import { currencyNamed } from '../kit/named.ts'

const usd = currencyNamed('usd')

describe('the refundable amount', () => {
  test('is the gift less refunds, withdrawals and outstanding refunds, and never below zero', () => {
    fc.assert(
      fc.property(
        fc.bigInt(1n, 10_000n),
        fc.bigInt(0n, 20_000n),
        fc.bigInt(0n, 20_000n),
        fc.bigInt(0n, 20_000n),
        (gross, refundedMinor, disputedMinor, outstandingMinor) => {
          const { minor } = refundable(money(gross, usd), { refundedMinor, disputedMinor, outstandingMinor })
          const gone = refundedMinor + disputedMinor + outstandingMinor
          expect(minor).toBe(gross > gone ? gross - gone : 0n)
        },
      ),
    )
  })

  test('is the largest amount that staff may type', () => {
    fc.assert(
      fc.property(fc.bigInt(1n, 10_000n), fc.bigInt(1n, 20_000n), (left, asked) => {
        const typed = toDecimalString(money(asked, usd))
        const read = amountToRefund(typed, money(left, usd))
        if ('minor' in read !== asked <= left) throw new Error(`${typed} of ${left}`)
      }),
    )
    for (const typed of ['0', '', 'ten', '-1', '1.001'])
      expect(amountToRefund(typed, money(500n, usd))).toHaveProperty('problem')
  })
})

test('an idempotency key is valid for twenty hours', () => {
  const requestedAt = new Date('2026-01-01T00:00:00Z')
  expect(isKeyValid({ requestedAt }, new Date('2026-01-01T19:59:59Z'))).toBe(true)
  expect(isKeyValid({ requestedAt }, new Date('2026-01-01T20:00:00Z'))).toBe(false)
})

test('a refund that Stripe does not list may still be made until two hours after Stripe forgot its key', () => {
  const requestedAt = new Date('2026-01-01T00:00:00Z')
  expect(isAnswerDue({ requestedAt }, new Date('2026-01-02T01:59:59Z'))).toBe(false)
  expect(isAnswerDue({ requestedAt }, new Date('2026-01-02T02:00:00Z'))).toBe(true)
})

test('Stripe is asked again after longer and longer pauses, a quarter of an hour at most', () => {
  const pauses = [0, 1, 2, 3, 4, 5, 6, 7, 1000].map((tries) => pauseBeforeAskingAgainMs(tries) / 1000)
  expect(pauses).toEqual([15, 30, 60, 120, 240, 480, 900, 900, 900])
})
