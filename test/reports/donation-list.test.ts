import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { withProfile } from '../kit/books.ts'
import { testDatabase, type TestDatabase } from '../kit/database.ts'
import { bearer, giveDonation, giveReceipt, type GivenDonation } from '../kit/factories.ts'
import { financeService, type FinanceService } from '../kit/finance-service.ts'
import { cursorText, parseCursor } from '../../src/reports/donation-cursor.ts'

let db: TestDatabase
let service: FinanceService
let headers: { Authorization: string }
let receiptNumber: string
const given: GivenDonation[] = []

beforeAll(async () => {
  db = await testDatabase()
  service = await financeService(db.database)
  const { knex, pool } = db.database
  await withProfile(pool)
  headers = await bearer(knex, 'finance')
  // Many of the same instant, and two a microsecond apart, which a JavaScript date cannot tell from each other.
  for (let at = 0; at < 12; at++)
    given.push(
      await giveDonation(knex, {
        succeededAt: new Date(Date.parse('2026-01-30T12:00:00Z') + Math.floor(at / 4) * 86_400_000),
        donorEmail: `giver${at}@reader.example`,
        donorName: at === 3 ? '100% Müller_x' : `Giver ${at}`,
        articleTitle: at === 5 ? 'Water wars' : null,
      }),
    )
  const [first, second] = given
  await knex.raw(`update donations set succeeded_at = succeeded_at + interval '1 microsecond' where id = ?`, [
    first?.id ?? '',
  ])
  if (second) receiptNumber = (await giveReceipt(knex, second)).number
})
afterAll(async () => {
  await service.close()
  await db.drop()
})

type Answer = { data: { id: string; succeededAt: string }[]; nextCursor: string | null }

async function list(query: Record<string, string>): Promise<Answer> {
  const answer = await service.get(`/api/donations?${new URLSearchParams(query)}`, headers)
  expect(answer.status).toBe(200)
  return (await answer.json()) as Answer // the shape is checked in openapi.test.ts
}

async function everyPage(query: Record<string, string>): Promise<string[]> {
  const ids: string[] = []
  let cursor: string | null = null
  do {
    const page: Answer = await list({ ...query, ...(cursor === null ? {} : { cursor }) })
    ids.push(...page.data.map(({ id }) => id))
    cursor = page.nextCursor
  } while (cursor !== null)
  return ids
}

/** Of the same instant, the larger id first; the first one given is a microsecond younger than its fellows. */
function newestFirst(): string[] {
  const micros = (one: GivenDonation) => one.succeeded_at.getTime() * 1000 + (one === given[0] ? 1 : 0)
  return given.toSorted((a, b) => micros(b) - micros(a) || (a.id < b.id ? 1 : -1)).map(({ id }) => id)
}

describe('the list of donations', () => {
  test('pages of any size hold every donation once, newest first', async () => {
    const inOnePage = (await list({ limit: '200' })).data.map(({ id }) => id)
    expect(inOnePage).toEqual(newestFirst())
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 13 }), async (limit) => {
        expect(await everyPage({ limit: String(limit) })).toEqual(inOnePage)
      }),
      { numRuns: 13 },
    )
  })

  test('a donation that comes in between two pages moves none of the others', async () => {
    const first = await list({ limit: '5', to: '2026-02-03' })
    const late = await giveDonation(db.database.knex, { succeededAt: new Date('2026-02-03T12:00:00Z') })
    const rest = await everyPage({ cursor: first.nextCursor ?? '', to: '2026-02-03' })
    expect(rest).not.toContain(late.id)
    expect(new Set([...first.data.map(({ id }) => id), ...rest])).toEqual(new Set(given.map(({ id }) => id)))
  })

  test('from and to are days of the newsroom, inclusive', async () => {
    const ids = await everyPage({ from: '2026-01-31', to: '2026-01-31' })
    expect(new Set(ids)).toEqual(new Set(given.slice(4, 8).map(({ id }) => id)))
  })

  test.each([
    ['a receipt number', () => receiptNumber, 1],
    ['a payment intent', () => given[2]?.payment_intent_id, 2],
    ['the beginning of an e-mail address', () => 'GIVER7@re', 7],
    ['a name', () => 'müller', 3],
    ['a per cent sign', () => '%', 3],
    ['an underscore', () => '_', 3],
    ['the article', () => 'water', 5],
  ])('finds by %s', async (_what, q, at) => {
    expect(await everyPage({ q: q() ?? '' })).toEqual([given[at]?.id])
  })

  test('finds nothing by a receipt number nobody has, and by a status nothing is in', async () => {
    expect(await everyPage({ q: '2026-999999' })).toEqual([])
    expect(await everyPage({ status: 'refunded' })).toEqual([])
    expect((await everyPage({ status: 'succeeded', to: '2026-02-01' })).length).toBe(given.length)
  })

  test('names every problem of the query at once', async () => {
    const answer = await service.get(
      '/api/donations?from=x&to=2026-13-01&status=paid&limit=0&cursor=x&q=%20&page=2',
      headers,
    )
    expect(answer.status).toBe(400)
    const { errors } = (await answer.json()) as { errors: { pointer: string }[] } // checked elsewhere
    expect(errors.map(({ pointer }) => pointer).toSorted()).toEqual(
      ['/cursor', '/from', '/limit', '/page', '/q', '/status', '/to'].toSorted(),
    )
    for (const limit of ['201', '-1', '1.5', 'ten'])
      expect((await service.get(`/api/donations?limit=${limit}`, headers)).status).toBe(400)
    expect((await service.get('/api/donations?q=%00', headers)).status).toBe(400)
  })
})

test('a cursor is read back as it was written, and nothing else is a cursor', () => {
  fc.assert(
    fc.property(fc.bigInt(0n, 4_000_000_000_000_000n), fc.uuid({ version: 4 }), (micros, id) => {
      const cursor = { succeededAtMicros: String(micros), id }
      expect(parseCursor(cursorText(cursor))).toEqual(cursor)
    }),
  )
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(parseCursor(text)).toBeNull()
    }),
  )
  const forged = Buffer.from(JSON.stringify(["1'; drop", 'x'])).toString('base64url')
  expect(parseCursor(forged)).toBeNull()
})
