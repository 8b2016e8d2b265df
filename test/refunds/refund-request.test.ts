import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { amountToRefund, isKeyValid, refundable } from '../../src/refunds/refund-request.ts'
import { parseCurrency } from '../../src/money/currency.ts'
import { money, toDecimalString } from '../../src/money/money.ts'

const usd = parseCurrency('usd') ?? expect.fail('usd is in the table')

describe('what can be refunded', () => {
  test('is what neither went back nor is withdrawn, and never less than nothing', () => {
    fc.assert(
      fc.property(
        fc.bigInt(1n, 10_000n),
        fc.bigInt(0n, 20_000n),
        fc.bigInt(0n, 20_000n),
        (gross, back, taken) => {
          const { minor } = refundable(money(gross, usd), back, taken)
          expect(minor).toBe(gross > back + taken ? gross - back - taken : 0n)
        },
      ),
    )
  })

  test('every amount up to it may be typed, and none above', () => {
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

test('Stripe is asked again under the same key only while it remembers it', () => {
  const requestedAt = new Date('2026-01-01T00:00:00Z')
  expect(isKeyValid({ requestedAt }, new Date('2026-01-01T19:59:59Z'))).toBe(true)
  expect(isKeyValid({ requestedAt }, new Date('2026-01-01T20:00:00Z'))).toBe(false)
})
