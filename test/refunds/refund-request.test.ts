import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { amountToRefund, isKeyValid, refundable } from '../../src/refunds/refund-request.ts'
import { money, toDecimalString } from '../../src/money/money.ts'
import { currencyNamed } from '../kit/named.ts'

const usd = currencyNamed('usd')

describe('the refundable amount', () => {
  test('is the gift less refunds and withdrawals, and never below zero', () => {
    fc.assert(
      fc.property(
        fc.bigInt(1n, 10_000n),
        fc.bigInt(0n, 20_000n),
        fc.bigInt(0n, 20_000n),
        (gross, refunded, disputed) => {
          const { minor } = refundable(money(gross, usd), refunded, disputed)
          expect(minor).toBe(gross > refunded + disputed ? gross - refunded - disputed : 0n)
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
