import fc from 'fast-check'
import { describe, expect, test as rule } from 'vitest'
import { z } from 'zod'
import { changeOf, shareOf, summaryOf } from '../../src/reports/overview.ts'
import { convertedMinor } from '../../src/reports/recurring.ts'
import { figuresOf, rowsOf } from '../../src/reports/totals/figures.ts'
import { bearer, giveDonation } from '../kit/factories.ts'
import { financeTest as test } from '../kit/fixtures.ts'
import { currencyNamed } from '../kit/named.ts'
import type { FinanceService } from '../kit/finance-service.ts'

const answerSchema = z.looseObject({
  bars: z.array(z.unknown()).default([]),
  errors: z.array(z.object({ pointer: z.string() })).default([]),
})

/** What a program gets. */
async function read(service: FinanceService, path: string, headers: Record<string, string>) {
  const answer = await service.get(path, headers)
  return { status: answer.status, body: answerSchema.parse(await answer.json()) }
}

describe('the API of the overview', () => {
  test('gives a period beside the one before, as the page does', async ({ db, service }) => {
    const { knex } = db.database
    const on = (day: string) => ({ succeededAt: new Date(`${day}T12:00:00Z`) })
    await giveDonation(knex, { ...on('2026-02-03'), grossMinor: 1500n, campaignName: 'spring' })
    await giveDonation(knex, {
      ...on('2026-02-04'),
      grossMinor: 500n,
      frequency: 'monthly',
      articleUrl: null,
    })
    await giveDonation(knex, { ...on('2026-01-05'), grossMinor: 1000n })
    await giveDonation(knex, { ...on('2026-01-25'), grossMinor: 9000n })
    const { status, body } = await read(service, '/api/reports/overview', await bearer(knex, 'viewer'))
    expect(status).toBe(200)
    expect(body).toMatchObject({
      currency: 'usd',
      basis: 'booked',
      now: {
        from: '2026-02-01',
        to: '2026-02-10',
        donations: 2,
        donors: 1,
        gross: 2000,
        net: 2000,
        average: 1000,
        recurringShare: 0.25,
        unsettled: 2,
        notConverted: [],
      },
      before: { from: '2026-01-01', to: '2026-01-10', donations: 1, gross: 1000 },
      currencies: [{ currency: 'usd', donations: 2, gross: 2000, net: 2000 }],
      stories: [{ key: 'https://news.example/story', title: 'The story', donations: 1, net: 1500 }],
      campaigns: [{ key: 'spring', title: null, fund: null, net: 1500 }],
      restricted: [],
      failedDebitFees: { now: [], before: [] },
    })
    expect(body.bars).toHaveLength(10)
    expect(body.bars.slice(2, 4)).toEqual([
      { from: '2026-02-03', once: 1500, recurring: 0 },
      { from: '2026-02-04', once: 0, recurring: 500 },
    ])
    const yearly = '/api/reports/overview?from=2025-01-01&to=2026-12-31&grain=year'
    expect((await read(service, yearly, await bearer(knex, 'viewer'))).body.bars).toEqual([
      { from: '2025-01-01', once: 0, recurring: 0 },
      { from: '2026-01-01', once: 11_500, recurring: 500 },
    ])
  })

  test('refuses strangers, and names every field that is wrong', async ({ service, headers }) => {
    for (const path of ['/api/reports/overview', '/api/reports/recurring'])
      expect((await read(service, path, {})).status).toBe(401)
    const { status, body } = await read(service, '/api/reports/overview?from=x&grain=hour&foo=1', headers)
    expect(status).toBe(400)
    expect(body.errors.map(({ pointer }) => pointer).toSorted()).toEqual([
      '/foo',
      '/from',
      '/grain',
      '/period',
    ])
    expect((await read(service, '/api/reports/recurring?x=1', headers)).status).toBe(400)
  })
})

describe('the key figures', () => {
  const usd = currencyNamed('usd')
  const group = (key: string, gross: bigint, fee: bigint, donations: bigint) => ({
    key,
    currency: usd,
    settlement_currency: usd,
    donations,
    gross_minor: gross,
    refunded_minor: 0n,
    disputed_minor: 0n,
    cleared_gross_minor: gross,
    cleared_refunded_minor: 0n,
    cleared_disputed_minor: 0n,
    settled_gross_minor: gross,
    settled_refunded_minor: 0n,
    settled_disputed_minor: 0n,
    processing_fee_minor: fee,
    dispute_fee_minor: 0n,
    unsettled: 0n,
    gross,
    refunded: 0n,
    disputed: 0n,
    processing_fee: fee,
    dispute_fee: 0n,
    is_estimated: false,
  })

  rule('have shares between nothing and everything, and an average within the gifts', () => {
    const row = fc.tuple(
      fc.constantFrom('once', 'monthly', 'yearly'),
      fc.bigInt({ min: 50n, max: 10n ** 9n }),
      fc.bigInt({ min: 1n, max: 1000n }),
    )
    fc.assert(
      fc.property(fc.uniqueArray(row, { selector: ([key]) => key, minLength: 1 }), (rows) => {
        const groups = rows.map(([key, gross, n]) => group(key, gross * n, (gross * n) / 20n, n))
        const figures = { rows: rowsOf(groups, usd), total: figuresOf(groups, usd), next: null, donors: 1n }
        const summary = summaryOf(figures)
        expect(summary.recurringShare).toBeGreaterThanOrEqual(0)
        expect(summary.recurringShare).toBeLessThanOrEqual(1)
        expect(summary.feeShare).toBeLessThanOrEqual(0.05)
        const gifts = rows.map(([, gross]) => gross)
        const [least, most] = [gifts, gifts].map((all, index) =>
          all.reduce((found, one) => ((index === 0 ? one < found : one > found) ? one : found)),
        )
        expect(summary.averageMinor).toBeGreaterThanOrEqual(least ?? 0n)
        expect(summary.averageMinor).toBeLessThanOrEqual(most ?? 0n)
        expect(summary.netMinor).toBe(summary.grossMinor - summary.feesMinor)
      }),
    )
  })

  rule('change by what lies between them, with a share only of what was something', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }),
        fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }),
        (now, before) => {
          const { kind, by, share } = changeOf(now, before)
          const sign = { up: 1n, down: -1n, same: 0n }[kind]
          expect(before + sign * by).toBe(now)
          expect(share === null).toBe(before <= 0n)
        },
      ),
    )
    expect(changeOf(125n, 100n)).toEqual({ kind: 'up', by: 25n, share: 0.25 })
    expect(shareOf(1n, 0n)).toBeNull()
  })

  rule('of other currencies are rounded half up at Stripe’s rate', () => {
    expect(convertedMinor(1000n, { from: 900n, to: 1000n })).toBe(1111n)
    expect(convertedMinor(5n, { from: 10n, to: 1n })).toBe(1n)
    expect(convertedMinor(4n, { from: 10n, to: 1n })).toBe(0n)
    expect(convertedMinor(5n, undefined)).toBeNull()
    expect(convertedMinor(0n, undefined)).toBe(0n)
  })
})
