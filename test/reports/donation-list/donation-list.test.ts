import * as fc from 'fast-check'
import { describe, expect } from 'vitest'
import { cursorText, orders, parseCursor, sorts } from '../../../src/reports/donation-list/donation-search.ts'
import { pointersIn } from '../../kit/answers.ts'
import { giveDonation, giveReceipt, type GivenDonation } from '../../kit/factories.ts'
import { financeTest } from '../../kit/fixtures.ts'

let receiptNumber: string
const given: GivenDonation[] = []

type Answer = { data: { id: string; succeededAt: string }[]; nextCursor: string | null }

const test = financeTest
  .extend('list', { scope: 'file' }, ({ service, headers }) => async (query: Record<string, string>) => {
    const answer = await service.get(`/api/donations?${new URLSearchParams(query)}`, headers)
    if (answer.status !== 200) throw new Error(`The list was answered ${answer.status}`)
    return (await answer.json()) as Answer // the shape is checked in openapi.test.ts
  })
  .extend('everyPage', { scope: 'file' }, ({ list }) => async (query: Record<string, string>) => {
    const ids: string[] = []
    let cursor: string | null = null
    do {
      const page: Answer = await list({ ...query, ...(cursor === null ? {} : { cursor }) })
      ids.push(...page.data.map(({ id }) => id))
      cursor = page.nextCursor
    } while (cursor !== null)
    return ids
  })

test.beforeAll(async ({ db }) => {
  const { knex } = db.database
  // Four of the same instant on each of three days, and one of them a microsecond younger, which no JavaScript date shows.
  for (let index = 0; index < 12; index++)
    given.push(
      await giveDonation(knex, {
        succeededAt: new Date(Date.parse('2026-01-30T12:00:00Z') + Math.floor(index / 4) * 86_400_000),
        donorEmail: `giver${index}@reader.example`,
        donorName: index === 3 ? '100% Müller_x' : `Giver ${index}`,
        articleTitle: index === 5 ? 'Water wars' : null,
      }),
    )
  const [first, second] = given
  await knex.raw(`update donations set succeeded_at = succeeded_at + interval '1 microsecond' where id = ?`, [
    first?.id ?? '',
  ])
  if (second) receiptNumber = (await giveReceipt(knex, second)).number
})

/** The ids in the order of the list: of the same instant, the larger id comes first. */
function newestFirst(): string[] {
  const micros = (donation: GivenDonation) =>
    donation.succeeded_at.getTime() * 1000 + (donation === given[0] ? 1 : 0)
  return given.toSorted((a, b) => micros(b) - micros(a) || (a.id < b.id ? 1 : -1)).map(({ id }) => id)
}

describe('the list of donations', () => {
  test('holds every donation once, newest first, in pages of any size', async ({ list, everyPage }) => {
    const inOnePage = (await list({ limit: '200' })).data.map(({ id }) => id)
    expect(inOnePage).toEqual(newestFirst())
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 13 }), async (limit) => {
        expect(await everyPage({ limit: String(limit) })).toEqual(inOnePage)
      }),
      { numRuns: 13 },
    )
  })

  test('skips no donation when another is given between two pages', async ({ db, list, everyPage }) => {
    const first = await list({ limit: '5', to: '2026-02-03' })
    const between = await giveDonation(db.database.knex, { succeededAt: new Date('2026-02-03T12:00:00Z') })
    const rest = await everyPage({ cursor: first.nextCursor ?? '', to: '2026-02-03' })
    expect(rest).not.toContain(between.id)
    expect(new Set([...first.data.map(({ id }) => id), ...rest])).toEqual(new Set(given.map(({ id }) => id)))
  })

  test('takes from and to as days of the newsroom, both inclusive', async ({ everyPage }) => {
    const ids = await everyPage({ from: '2026-01-31', to: '2026-01-31' })
    expect(new Set(ids)).toEqual(new Set(given.slice(4, 8).map(({ id }) => id)))
  })

  test.for<[string, () => string | undefined, number]>([
    ['a receipt number', () => receiptNumber, 1],
    ['a payment intent', () => given[2]?.payment_intent_id, 2],
    ['the beginning of an e-mail address', () => 'GIVER7@re', 7],
    ['a name', () => 'müller', 3],
    ['a per cent sign', () => '%', 3],
    ['an underscore', () => '_', 3],
    ['the article', () => 'water', 5],
  ])('finds a donation by %s', async ([_what, q, index], { everyPage }) => {
    expect(await everyPage({ q: q() ?? '' })).toEqual([given[index]?.id])
  })

  test('is empty for a receipt number that was not issued and a status that no donation has', async ({
    everyPage,
  }) => {
    expect(await everyPage({ q: '2026-999999' })).toEqual([])
    expect(await everyPage({ status: 'refunded' })).toEqual([])
    expect((await everyPage({ status: 'succeeded', to: '2026-02-01' })).length).toBe(given.length)
  })

  test('names every problem of the query at once', async ({ service, headers }) => {
    const answer = await service.get(
      '/api/donations?from=x&to=2026-13-01&status=paid&limit=0&cursor=x&q=%20&page=2',
      headers,
    )
    expect(answer.status).toBe(400)
    const { errors } = (await answer.json()) as { errors: { pointer: string }[] } // checked elsewhere
    expect(errors.map(({ pointer }) => pointer).toSorted()).toEqual(
      ['/cursor', '/from', '/limit', '/page', '/q', '/status', '/to'].toSorted(),
    )
    const outOfOrder = await service.get('/api/donations?from=2026-02-02&to=2026-02-01&limit=0', headers)
    expect(await pointersIn(outOfOrder)).toEqual(['/limit', '/to'])
    for (const limit of ['201', '-1', '1.5', 'ten'])
      expect((await service.get(`/api/donations?limit=${limit}`, headers)).status).toBe(400)
    expect((await service.get('/api/donations?q=%00', headers)).status).toBe(400)
  })
})

test('reads a cursor as it was written, and accepts no other text as a cursor', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('after', 'before'),
      fc.constantFrom(...sorts),
      fc.constantFrom(...orders),
      fc.uuid({ version: 4 }),
      (way, sort, order, id) => {
        const cursor = { way, sort, order, id }
        expect(parseCursor(cursorText(cursor))).toEqual(cursor)
      },
    ),
  )
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(parseCursor(text)).toBeNull()
    }),
  )
  const forged = Buffer.from(JSON.stringify(['after', 'date', 'asc', "1'; drop"])).toString('base64url')
  expect(parseCursor(forged)).toBeNull()
})
