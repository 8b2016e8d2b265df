import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { localDate, yearOf } from '../../src/calendar/local-date.ts'

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
            const fields = new Intl.DateTimeFormat('en', {
              timeZone: timezone,
              year: 'numeric',
              month: '2-digit',
              day: '2-digit',
            })
              .formatToParts(at)
              .reduce<Record<string, string>>((all, field) => ({ ...all, [field.type]: field.value }), {})
            expect(localDate(at, timezone)).toBe(`${fields['year']}-${fields['month']}-${fields['day']}`)
          }
        },
      ),
      { numRuns: 30 },
    )
  })

  it('determines the year', () => {
    expect(yearOf(localDate(new Date('2025-12-31T10:00:00Z'), 'Pacific/Kiritimati'))).toBe(2026)
  })

  it('refuses an invalid date and an unknown time zone', () => {
    expect(() => localDate(new Date(Number.NaN), 'UTC')).toThrow(RangeError)
    expect(() => localDate(new Date(0), 'Mars/Olympus')).toThrow(RangeError)
  })
})
