import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseReceiptNumber, receiptNumber } from '../../src/receipts/receipt-number.ts'

describe('receipt numbers', () => {
  it('can be read back', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1000, max: 9999 }),
        fc.bigInt({ min: 1n, max: 10n ** 17n }),
        (year, sequence) => {
          expect(parseReceiptNumber(receiptNumber(year, sequence))).toEqual({ year, sequence })
        },
      ),
    )
    expect(receiptNumber(2026, 123n)).toBe('2026-000123')
    expect(receiptNumber(2026, 1_234_567n)).toBe('2026-1234567')
  })

  it('sort as text within a year up to one million', () => {
    expect(receiptNumber(2026, 99n) < receiptNumber(2026, 100n)).toBe(true)
  })

  it.each([
    '2026-000000',
    '2026-123',
    '2026-0000123',
    '26-000123',
    '2026-000123 ',
    '2026-00012a',
    '0026-000123',
    '',
  ])('cannot be read from "%s"', (text) => {
    expect(parseReceiptNumber(text)).toBeNull()
  })

  it('start at one', () => {
    expect(() => receiptNumber(2026, 0n)).toThrow(RangeError)
    expect(() => receiptNumber(2026.5, 1n)).toThrow(RangeError)
  })
})
