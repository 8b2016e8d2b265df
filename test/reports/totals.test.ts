import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '../kit/database.ts'
import { bearer, giveDonation } from '../kit/factories.ts'
import { financeService, type FinanceService } from '../kit/finance-service.ts'
import { jsonAmount } from '../../src/money/money.ts'

let db: TestDatabase
let service: FinanceService
let headers: { Authorization: string }

beforeAll(async () => {
  db = await testDatabase()
  service = await financeService(db.database)
  const { knex } = db.database
  headers = await bearer(knex, 'viewer')
  // New York: midnight is 05:00 UTC, so the first of these belongs to 31 January and the second to 1 February.
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
afterAll(async () => {
  await service.close()
  await db.drop()
})

async function rows(query: string) {
  const answer = await service.get(`/api/reports/totals?${query}`, headers)
  expect(answer.status).toBe(200)
  const totals = (await answer.json()) as { rows: Record<string, unknown>[] } // the shape is checked in openapi.test.ts
  return totals.rows.map(({ key, currency, donations, gross }) => [key, currency, donations, gross])
}

describe('totals', () => {
  test('by day, in the newsroom’s timezone, both ends inclusive, sorted', async () => {
    expect(await rows('from=2026-01-31&to=2026-02-02&by=day')).toEqual([
      ['2026-01-31', 'usd', 1, 500],
      ['2026-02-01', 'usd', 1, 500],
      ['2026-02-02', 'jpy', 1, 500],
      ['2026-02-02', 'usd', 1, 700],
    ])
    expect(await rows('from=2026-02-01&to=2026-02-01&by=day')).toEqual([['2026-02-01', 'usd', 1, 500]])
  })

  test('by month, frequency, article and campaign add up to the same', async () => {
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

  test('what is not known yet is null, not nought; the moment is the clock’s', async () => {
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
          fee: null,
          net: null,
        },
      ],
      asOf: service.now.toISOString(),
    })
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
  })

  test('names every problem of the query at once', async () => {
    const answer = await service.get('/api/reports/totals?from=2026-02-30&by=hour&form=x', headers)
    expect(answer.status).toBe(400)
    expect(answer.headers.get('Content-Type')).toContain('application/problem+json')
    const { errors } = (await answer.json()) as { errors: { pointer: string }[] } // checked against the schema elsewhere
    expect(errors.map(({ pointer }) => pointer).toSorted()).toEqual(['/by', '/form', '/from', '/to'])
  })

  test('a year that Postgres does not know is a problem of the query, everywhere', async () => {
    for (const query of [
      'totals?from=0000-01-01&to=9999-12-31',
      'totals?from=2026-01-01&to=2026-01-31&asOf=0000-01-01T00:00:00Z',
      'trial-balance?to=0000-01-01',
      'trial-balance?asOf=0000-01-01T00:00:00Z',
    ])
      expect([query, (await service.get(`/api/reports/${query}`, headers)).status]).toEqual([query, 400])
  })

  test('a moment to come is a problem of the query: its answer would not stay the same', async () => {
    const soon = new Date(service.now.getTime() + 1).toISOString()
    for (const query of [`totals?from=2026-01-01&to=2026-01-31&asOf=${soon}`, `trial-balance?asOf=${soon}`]) {
      const answer = await service.get(`/api/reports/${query}`, headers)
      expect([query, answer.status]).toEqual([query, 400])
      expect(await answer.json()).toMatchObject({ errors: [{ pointer: '/asOf' }] })
    }
    const now = service.now.toISOString()
    expect((await service.get(`/api/reports/trial-balance?asOf=${now}`, headers)).status).toBe(200)
  })

  test('refuses a range that ends before it begins', async () => {
    const answer = await service.get('/api/reports/totals?from=2026-02-02&to=2026-02-01', headers)
    expect(answer.status).toBe(400)
    expect(await answer.text()).toContain('must not be before from')
  })
})

test('an amount no JSON number holds exactly is refused, never rounded', () => {
  expect(jsonAmount(9007199254740991n)).toBe(9007199254740991)
  expect(() => jsonAmount(9007199254740992n)).toThrow(RangeError)
  expect(() => jsonAmount(-9007199254740992n)).toThrow(RangeError)
})

test('what went back counts on the day it was booked; asked as of a moment, the answer stays the same', async () => {
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
