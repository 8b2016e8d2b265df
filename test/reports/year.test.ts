import fc from 'fast-check'
import { describe, expect, test as rule } from 'vitest'
import { fiscalYearDays, fiscalYearOf } from '../../src/reports/year.ts'
import { dayAway } from '../../src/calendar/days.ts'
import { giveDonation } from '../kit/factories.ts'
import { financeTest as test } from '../kit/fixtures.ts'

describe('/api/reports/year', () => {
  test('has the gross of all charges by month and method, and our gifts beside it', async ({
    db,
    service,
    headers,
  }) => {
    const { pool, knex } = db.database
    await giveDonation(knex, { succeededAt: new Date('2026-01-15T12:00:00Z'), grossMinor: 1500n })
    await pool.query(
      `insert into balance_transactions (id, type, reporting_category, currency, amount_minor, fee_minor, net_minor, created_at,
         available_on, read_at)
       select 'txn_' || n, type, 'charge', 'usd', amount, 0, amount, at::timestamptz, at::timestamptz, now()
       from (values (1, 'charge', 1000, '2026-01-31T23:00:00Z'), (2, 'payment', 300, '2026-02-01T01:00:00Z'),
         (3, 'refund', -200, '2026-02-01T01:00:00Z'), (4, 'charge', 70, '2025-12-31T23:59:59Z')) as t(n, type, amount, at)`,
    )
    await pool.query(
      `insert into balance_transactions (id, type, reporting_category, currency, amount_minor, fee_minor, net_minor, created_at,
         available_on, read_at) values ('txn_5', 'charge', 'charge', 'usd', 5, 0, 5, '2026-01-02', '2026-01-02', now())`,
    )
    const answer = await service.get('/api/reports/year?year=2026', headers)
    expect(answer.status).toBe(200)
    const body = await answer.json()
    expect(body).toMatchObject({
      year: 2026,
      from: '2026-01-01',
      to: '2026-12-31',
      currencies: [{ currency: 'usd', donations: 1, gross: 1500, unsettled: 1 }],
      volumes: [{ currency: 'usd', charges: 3, card: 1005, other: 300, ours: 0 }],
    })
    expect(body).toHaveProperty('volumes.0.months.0', {
      month: '2026-01',
      charges: 2,
      card: 1005,
      other: 0,
      ours: 0,
    })
    expect(body).toHaveProperty('volumes.0.months.1.other', 300)
  })
})

describe('a fiscal year', () => {
  rule('is twelve months and is named by the year in which it ends', () => {
    expect(fiscalYearDays(2026, 7)).toEqual({ from: '2025-07-01', to: '2026-06-30' })
    expect(fiscalYearDays(2026, 1)).toEqual({ from: '2026-01-01', to: '2026-12-31' })
  })

  rule('contains each of its days, and no other year does', () => {
    const day = fc.integer({ min: 0, max: 20_000 }).map((days) => dayAway('2005-01-01', days))
    fc.assert(
      fc.property(day, fc.integer({ min: 1, max: 12 }), (one, starts) => {
        const year = fiscalYearOf(one, starts)
        const { from, to } = fiscalYearDays(year, starts)
        expect(from <= one && one <= to).toBe(true)
        expect(dayAway(to, 1)).toBe(fiscalYearDays(year + 1, starts).from)
      }),
    )
  })
})
