import { expect } from 'vitest'
import { pointersIn } from '../kit/answers.ts'
import { bearer, giveDonation } from '../kit/factories.ts'
import { financeTest as test } from '../kit/fixtures.ts'

type Answer = {
  data: { id: string; withdrawn: number; donation: { id: string } }[]
  nextCursor: string | null
}

test.beforeAll(async ({ db }) => {
  const { knex } = db.database
  const gift = await giveDonation(knex)
  const dispute = (id: string, status: string, over: object = {}) => ({
    id,
    donation_id: gift.id,
    currency: 'usd',
    amount_minor: '500',
    status,
    reason: 'fraudulent',
    created_at: '2026-01-20T00:00:00Z',
    ...over,
  })
  await knex('disputes').insert([
    dispute('du_1', 'needs_response', { evidence_due_by: '2026-02-01T00:00:00Z' }),
    dispute('du_2', 'lost', { withdrawn_at: '2026-01-21T00:00:00Z' }),
    dispute('du_3', 'warning_needs_response'),
    dispute('du_4', 'won', { created_at: '2026-01-25T00:00:00Z' }),
  ])
  const movement = { dispute_id: 'du_4', place: 1, currency: 'usd', moved_at: '2026-01-26T00:00:00Z' }
  await knex('dispute_movements').insert([
    { ...movement, direction: 'withdrawn', amount_minor: '-500' },
    { ...movement, direction: 'reinstated', amount_minor: '450' },
  ])
})

test('lists disputes newest first, with what is withdrawn at present, in pages of any size', async ({
  service,
  headers,
}) => {
  const found: [string, number][] = []
  let cursor: string | null = null
  do {
    const answer = await service.get(
      `/api/disputes?limit=1${cursor === null ? '' : `&cursor=${cursor}`}`,
      headers,
    )
    const page = (await answer.json()) as Answer // the shape is checked in openapi.test.ts
    found.push(...page.data.map(({ id, withdrawn }): [string, number] => [id, withdrawn]))
    cursor = page.nextCursor
  } while (cursor !== null)
  expect(found).toEqual([
    ['du_4', 50],
    ['du_3', 0],
    ['du_2', 500],
    ['du_1', 0],
  ])
})

test('lists those that somebody may have to answer apart from those that are over', async ({
  service,
  headers,
}) => {
  for (const [state, ids] of [
    ['open', ['du_3', 'du_1']],
    ['closed', ['du_4', 'du_2']],
  ] as const) {
    const answer = await service.get(`/api/disputes?state=${state}`, headers)
    expect(((await answer.json()) as Answer).data.map(({ id }) => id)).toEqual(ids)
  }
})

test('says the reason and until when an answer is possible', async ({ service, headers }) => {
  const { data } = (await (await service.get('/api/disputes', headers)).json()) as Answer
  expect(data.find(({ id }) => id === 'du_1')).toMatchObject({
    reason: 'fraudulent',
    evidenceDueBy: '2026-02-01T00:00:00.000Z',
    amount: 500,
    donation: { gross: 500 },
  })
})

test('refuses what it does not know by name, and a viewer', async ({ service, headers, db }) => {
  const refused = await service.get('/api/disputes?state=lost&cursor=x&limit=0&due=1', headers)
  expect(await pointersIn(refused)).toEqual(['/cursor', '/due', '/limit', '/state'])
  expect((await service.get('/api/disputes', await bearer(db.database.knex, 'viewer'))).status).toBe(403)
})
