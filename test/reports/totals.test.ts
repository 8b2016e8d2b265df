import { describe, expect } from 'vitest'
import { jsonAmount } from '../../src/money/money.ts'
import { pointersIn } from '../kit/answers.ts'
import { bearer, giveDonation } from '../kit/factories.ts'
import { financeTest } from '../kit/fixtures.ts'

const test = financeTest
  .extend('headers', { scope: 'file' }, ({ db }) => bearer(db.database.knex, 'viewer'))
  .extend('rows', { scope: 'file' }, ({ service, headers }) => async (query: string) => {
    const answer = await service.get(`/api/reports/totals?${query}`, headers)
    if (answer.status !== 200) throw new Error(`The totals were answered ${answer.status}`)
    const totals = (await answer.json()) as { rows: Record<string, unknown>[] } // the shape is checked in openapi.test.ts
    return totals.rows.map(({ key, currency, donations, gross }) => [key, currency, donations, gross])
  })

test.beforeAll(async ({ db }) => {
  const { knex } = db.database
  // Midnight in New York is 05:00 UTC: the first of these belongs to 31 January, the second to 1 February.
  await giveDonation(knex, { succeededAt: new Date('2026-02-01T04:59:59Z'), campaignName: 'spring' })
  await giveDonation(knex, { succeededAt: new Date('2026-02-01T05:00:00Z'), frequency: 'monthly' })
  await giveDonation(knex, {
    succeededAt: new Date('2026-02-02T12:00:00Z'),
    grossMinor: 700n,
    articleUrl: null,
  })
  await giveDonation(knex, {
    succeededAt: new Date('2026-02-02T12:00:00Z'),
    currency: 'jpy',
    campaignName: 'spring',
  })
})

describe('totals', () => {
  test('are sorted by day of the newsroom’s timezone, from the first to the last day inclusive', async ({
    rows,
  }) => {
    expect(await rows('from=2026-01-31&to=2026-02-02&by=day')).toEqual([
      ['2026-01-31', 'usd', 1, 500],
      ['2026-02-01', 'usd', 1, 500],
      ['2026-02-02', 'jpy', 1, 500],
      ['2026-02-02', 'usd', 1, 700],
    ])
    expect(await rows('from=2026-02-01&to=2026-02-01&by=day')).toEqual([['2026-02-01', 'usd', 1, 500]])
  })

  test('add up to the same by month, frequency, article and campaign', async ({ rows }) => {
    const range = 'from=2026-01-01&to=2026-02-28'
    expect(await rows(`${range}&by=month`)).toEqual([
      ['2026-01', 'usd', 1, 500],
      ['2026-02', 'jpy', 1, 500],
      ['2026-02', 'usd', 2, 1200],
    ])
    expect(await rows(`${range}&by=frequency`)).toEqual([
      ['monthly', 'usd', 1, 500],
      ['once', 'jpy', 1, 500],
      ['once', 'usd', 2, 1200],
    ])
    expect(await rows(`${range}&by=article`)).toEqual([
      ['https://news.example/story', 'jpy', 1, 500],
      ['https://news.example/story', 'usd', 2, 1000],
      [null, 'usd', 1, 700],
    ])
    expect(await rows(`${range}&by=campaign`)).toEqual([
      ['spring', 'jpy', 1, 500],
      ['spring', 'usd', 1, 500],
      [null, 'usd', 2, 1200],
    ])
  })

  test('are null, not zero, while the fee is not known, and are as of the present', async ({
    service,
    headers,
  }) => {
    const answer = await service.get('/api/reports/totals?from=2026-02-01&to=2026-02-01', headers)
    expect(await answer.json()).toEqual({
      rows: [
        {
          key: '2026-02-01',
          currency: 'usd',
          donations: 1,
          gross: 500,
          refunded: 0,
          disputed: 0,
          settlementCurrency: null,
          fee: null,
          net: null,
          settled: [],
        },
      ],
      nextCursor: null,
      inReportingCurrency: {
        currency: 'usd',
        donations: 1,
        donors: 1,
        gross: 500,
        refunded: 0,
        disputed: 0,
        processingFee: 0,
        disputeFee: 0,
        net: 500,
        unsettled: 1,
        isEstimated: false,
        notConverted: [],
      },
      asOf: service.now.toISOString(),
    })
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
  })

  test('name every problem of the query at once', async ({ service, headers }) => {
    const answer = await service.get('/api/reports/totals?from=2026-02-30&by=hour&form=x', headers)
    expect(answer.status).toBe(400)
    expect(answer.headers.get('Content-Type')).toContain('application/problem+json')
    const { errors } = (await answer.json()) as { errors: { pointer: string }[] } // checked against the schema elsewhere
    expect(errors.map(({ pointer }) => pointer).toSorted()).toEqual(['/by', '/form', '/from', '/to'])
  })

  test('refuse a year that Postgres does not know, as the trial balance does', async ({
    service,
    headers,
  }) => {
    for (const query of [
      'totals?from=0000-01-01&to=9999-12-31',
      'totals?from=2026-01-01&to=2026-01-31&asOf=0000-01-01T00:00:00Z',
      'trial-balance?to=0000-01-01',
      'trial-balance?asOf=0000-01-01T00:00:00Z',
    ])
      expect([query, (await service.get(`/api/reports/${query}`, headers)).status]).toEqual([query, 400])
  })

  test('refuse an asOf in the future, whose answer could change, as the trial balance does', async ({
    service,
    headers,
  }) => {
    const soon = new Date(service.now.getTime() + 1).toISOString()
    for (const query of [`totals?from=2026-01-01&to=2026-01-31&asOf=${soon}`, `trial-balance?asOf=${soon}`]) {
      const answer = await service.get(`/api/reports/${query}`, headers)
      expect([query, answer.status]).toEqual([query, 400])
      expect(await answer.json()).toMatchObject({ errors: [{ pointer: '/asOf' }] })
    }
    const now = service.now.toISOString()
    expect((await service.get(`/api/reports/trial-balance?asOf=${now}`, headers)).status).toBe(200)
  })

  test('refuse a range that ends before it begins', async ({ service, headers }) => {
    const answer = await service.get('/api/reports/totals?from=2026-02-02&to=2026-02-01', headers)
    expect(answer.status).toBe(400)
    expect(await answer.text()).toContain('must not be before from')
  })

  test('name every problem of the query', async ({ service, headers }) => {
    const queries: [string, string[]][] = [
      ['totals?from=2026-02-02&to=2026-02-01&by=hour', ['/by', '/to']],
      ['totals?from=2026-02-02&to=2026-02-01&asOf=2999-01-01T00:00:00Z', ['/asOf', '/to']],
      ['totals?from=2026-02-31&to=2026-02-01', ['/from']],
      ['trial-balance?to=yesterday&asOf=2999-01-01T00:00:00Z', ['/asOf', '/to']],
    ]
    for (const [query, pointers] of queries)
      expect(await pointersIn(await service.get(`/api/reports/${query}`, headers))).toEqual(pointers)
  })
})

test('an amount that a JSON number cannot hold is refused and never rounded', () => {
  expect(jsonAmount(9007199254740991n)).toBe(9007199254740991)
  expect(() => jsonAmount(9007199254740992n)).toThrow(RangeError)
  expect(() => jsonAmount(-9007199254740992n)).toThrow(RangeError)
})

test('a refund counts on the day of its booking, and asOf leaves out what was posted later', async ({
  db,
  service,
  headers,
}) => {
  const { knex } = db.database
  const given = await giveDonation(knex, { succeededAt: new Date('2023-05-10T12:00:00Z'), grossMinor: 1000n })
  const [id] = await knex('ledger_transactions')
    .insert({
      id: knex.raw('gen_random_uuid()'),
      source: 're_1',
      effect: 'refunded',
      clears: 're_1',
      donation_id: given.id,
      occurred_at: '2023-06-02T12:00:00Z',
      posted_at: '2023-06-02T12:00:00Z',
      booked_on: '2023-06-02',
    })
    .returning('id')
  await knex('ledger_entries').insert([
    { ledger_transaction_id: id.id, account: 'refunds', currency: 'usd', amount_minor: '300' },
    { ledger_transaction_id: id.id, account: 'stripe_clearing', currency: 'usd', amount_minor: '-300' },
  ])
  const months = '/api/reports/totals?from=2023-05-01&to=2023-06-30&by=month'
  const rowsOf = async (path: string): Promise<unknown> => {
    const answer = await service.get(path, headers)
    return ((await answer.json()) as { rows: unknown }).rows // the shape is checked in openapi.test.ts
  }
  const may = { key: '2023-05', currency: 'usd', donations: 1, gross: 1000, refunded: 0, disputed: 0 }
  expect(await rowsOf(months)).toMatchObject([may, { key: '2023-06', donations: 0, gross: 0, refunded: 300 }])
  expect(await rowsOf(`${months}&asOf=2023-06-01T00:00:00Z`)).toMatchObject([may])
  expect(await rowsOf(`${months}&asOf=2023-05-01T00:00:00Z`)).toEqual([])
})
