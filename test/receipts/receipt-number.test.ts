import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseReceiptNumber, receiptNumber } from '../../src/receipts/receipt-number.ts'
import { localDate, yearOf } from '../../src/calendar/local-date.ts'

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
  ])('are not "%s"', (text) => {
    expect(parseReceiptNumber(text)).toBeNull()
  })

  it('begin with one', () => {
    expect(() => receiptNumber(2026, 0n)).toThrow(RangeError)
    expect(() => receiptNumber(2026.5, 1n)).toThrow(RangeError)
  })
})

describe('the newsroom’s day', () => {
  it.each([
    ['2026-01-01T04:59:59.999Z', 'America/New_York', '2025-12-31'],
    ['2026-01-01T05:00:00Z', 'America/New_York', '2026-01-01'],
    ['2025-12-31T09:59:59Z', 'Pacific/Kiritimati', '2025-12-31'],
    ['2025-12-31T10:00:00Z', 'Pacific/Kiritimati', '2026-01-01'],
    ['2026-01-01T11:59:59Z', 'Etc/GMT+12', '2025-12-31'],
    ['2025-12-31T18:14:59Z', 'Asia/Kathmandu', '2025-12-31'],
    ['2025-12-31T18:15:00Z', 'Asia/Kathmandu', '2026-01-01'],
    ['2026-03-08T04:59:59Z', 'America/New_York', '2026-03-07'],
    ['2026-03-09T03:59:59Z', 'America/New_York', '2026-03-08'],
    ['2026-03-09T04:00:00Z', 'America/New_York', '2026-03-09'],
    ['2026-11-02T04:59:59Z', 'America/New_York', '2026-11-01'],
    ['2024-02-29T12:00:00Z', 'UTC', '2024-02-29'],
  ])('of %s in %s is %s', (instant, timezone, date) => {
    expect(localDate(new Date(instant), timezone)).toBe(date)
  })

  it('does not depend on earlier calls', () => {
    const zones = ['America/New_York', 'Pacific/Kiritimati', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'UTC']
    const instant = fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
    const one = fc.tuple(instant, fc.constantFrom(...zones))
    fc.assert(
      fc.property(
        fc.array(one, { minLength: 1 }),
        fc.integer({ min: 0, max: 20 * 60_000 }),
        (asked, laterMs) => {
          for (const [at, timezone] of asked.flatMap(([d, z]) => [
            [d, z] as const,
            [new Date(d.getTime() + laterMs), z] as const,
          ])) {
            const parts = new Intl.DateTimeFormat('en', {
              timeZone: timezone,
              year: 'numeric',
              month: '2-digit',
              day: '2-digit',
            })
              .formatToParts(at)
              .reduce<Record<string, string>>((all, part) => ({ ...all, [part.type]: part.value }), {})
            expect(localDate(at, timezone)).toBe(`${parts['year']}-${parts['month']}-${parts['day']}`)
          }
        },
      ),
      { numRuns: 30 },
    )
  })

  it('determines the year of the receipt number', () => {
    expect(yearOf(localDate(new Date('2025-12-31T10:00:00Z'), 'Pacific/Kiritimati'))).toBe(2026)
  })

  it('refuses an invalid date and an unknown time zone', () => {
    expect(() => localDate(new Date(Number.NaN), 'UTC')).toThrow(RangeError)
    expect(() => localDate(new Date(0), 'Mars/Olympus')).toThrow(RangeError)
  })
})
