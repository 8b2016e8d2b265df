import { expect } from 'vitest'
import { recordAct } from '../../../src/access/audit/audit-trail-store.ts'
import type { Act } from '../../../src/access/audit/audit-trail.ts'
import { parseHead } from '../../../src/access/audit/audit-verification.ts'
import { bearer } from '../../kit/factories.ts'
import { financeTest } from '../../kit/fixtures.ts'

const act = (over: Partial<Act> & { readonly at: Date }): Act => ({
  actor: { kind: 'operator', name: 'kim@news.example' },
  act: 'month_closed',
  subject: 'month/2026-01',
  ...over,
})

const test = financeTest.extend('read', { scope: 'file' }, async ({ pool, service, db }) => {
  // Newsroom days begin at 05:00 UTC in February.
  const acts = [
    act({ at: new Date('2026-02-01T04:59:59.999Z') }),
    act({ at: new Date('2026-02-01T05:00:00Z'), act: 'mail_sent_again', subject: 'donation/1' }),
    act({ at: new Date('2026-02-01T05:00:00Z'), actor: { kind: 'service' } }),
    act({
      at: new Date('2026-02-03T04:59:59.999Z'),
      subject: 'donation/1',
      before: { a: 1 },
      after: { a: null },
    }),
    act({ at: new Date('2026-02-03T05:00:00Z'), actor: { kind: 'operator', name: 'root' } }),
  ]
  for (const one of acts) await recordAct(pool, one)
  const headers = await bearer(db.database.knex, 'auditor')
  return async (query: string) => {
    const answer = await service.get(`/api/audit-trail${query}`, headers)
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> } // each test checks its part
  }
})

type Answer = { status: number; body: Record<string, unknown> }
const positions = ({ body }: Answer) =>
  (body['data'] as { position: number }[]).map(({ position }) => position) // the API's own schema

test('lists acts, newest first, with everything that is stored of them', async ({ read }) => {
  const answer = await read('')
  expect(positions(answer)).toEqual([5, 4, 3, 2, 1])
  expect(answer.body['data']).toContainEqual({
    position: 4,
    at: '2026-02-03T04:59:59.999Z',
    actor: { kind: 'operator', id: null, name: 'kim@news.example' },
    act: 'month_closed',
    subject: 'donation/1',
    before: { a: 1 },
    after: { a: null },
    hash: expect.stringMatching(/^[0-9a-f]{64}$/),
  })
})

test('filters by actor, act, subject and days of the newsroom, alone and together', async ({ read }) => {
  expect(positions(await read('?actor=Kim@news.example'))).toEqual([4, 2, 1])
  expect(positions(await read('?act=mail_sent_again'))).toEqual([2])
  expect(positions(await read('?subject=donation/1'))).toEqual([4, 2])
  expect(positions(await read('?from=2026-02-01&to=2026-02-02'))).toEqual([4, 3, 2])
  expect(positions(await read('?from=2026-02-02&actor=root'))).toEqual([5])
})

test('goes through pages without repeating or skipping an act of the same instant', async ({ read }) => {
  const found: number[] = []
  let cursor: unknown = null
  do {
    const page = await read(`?limit=1${typeof cursor === 'string' ? `&cursor=${cursor}` : ''}`)
    found.push(...positions(page))
    cursor = page.body['nextCursor']
  } while (cursor !== null)
  expect(found).toEqual([5, 4, 3, 2, 1])
})

test('refuses every filter that is not valid, by name', async ({ read }) => {
  const answer = await read('?act=nothing&from=2026-02-30&limit=0&cursor=x&subject=%00&nope=1')
  expect(answer.status).toBe(400)
  const pointers = (answer.body['errors'] as { pointer: string }[]).map(({ pointer }) => pointer) // RFC 9457
  expect(pointers.toSorted()).toEqual(['/act', '/cursor', '/from', '/limit', '/nope', '/subject'])
  expect((await read('?from=2026-02-02&to=2026-02-01')).status).toBe(400)
})

test('gives the head to auditors and nothing to viewers', async ({ read, service, db }) => {
  const { body } = await read('/head')
  expect(parseHead(String(body['head']))?.position).toBe(5n)
  const viewer = await bearer(db.database.knex, 'viewer')
  for (const path of ['/api/audit-trail', '/api/audit-trail/head'])
    expect((await service.get(path, viewer)).status).toBe(403)
})
