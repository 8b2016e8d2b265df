import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { createApiToken } from '../../../src/access/tokens/api-token-store.ts'
import type { Role } from '../../../src/access/role.ts'
import { hireStaff, signInToken } from '../../kit/factories.ts'
import { cookiesOf } from '../../kit/finance-service.ts'
import { financeTest } from '../../kit/fixtures.ts'
import { selectAll } from '../../kit/processing.ts'

const PATH = '/finance/settings/tokens'
const DAY_MS = 86_400_000

const test = financeTest
  .extend('cookiesAs', { scope: 'file' }, ({ db, service }) => async (role: Role) => {
    // The database's clock decides when a token expires.
    service.now = new Date()
    const staff = await hireStaff(db.database.knex, role)
    const token = await signInToken(db.database.knex, staff, service.now)
    return cookiesOf(await service.post('/finance/sign-in/confirm', { token }))
  })
  .extend('cookies', { scope: 'file' }, ({ cookiesAs }) => cookiesAs('admin'))

const form = (over: Record<string, string> = {}) => ({
  request: randomUUID(),
  name: 'the books, Kim',
  role: 'auditor',
  days: '3650',
  ...over,
})

test('makes a token, shows it once, and records it without the secret', async ({
  service,
  cookies,
  pool,
  db,
}) => {
  const wish = form({ days: '90' })
  const answer = await service.post(PATH, wish, cookies)
  const token = /rd_[A-Za-z0-9_-]{43}/.exec(await answer.text())?.[0] ?? ''
  expect(answer.status).toBe(200)
  expect(answer.headers.get('Cache-Control')).toContain('no-store')
  const headers = { Authorization: `Bearer ${token}` }
  expect((await service.get('/api/donations', headers)).status).toBe(200)
  const again = await service.post(PATH, wish, cookies)
  expect([again.status, await again.text()]).toEqual([409, expect.stringContaining('cannot be shown again')])
  expect(await (await service.get(PATH, cookies)).text()).not.toContain(token)
  const acts = await selectAll(pool, 'select * from audit_trail')
  const stored = acts.map(({ before, after, actor_name: name }) => ({ before, after, name }))
  expect(JSON.stringify(stored)).not.toContain(token.slice(3))
  expect(acts.at(-1)).toMatchObject({
    act: 'token_created',
    subject: `token/${wish.request}`,
    after: { name: 'the books, Kim', role: 'auditor' },
  })
  expect(await db.database.knex('api_tokens').where({ id: wish.request })).toHaveLength(1)
})

test('names every problem of the form and keeps what was typed', async ({ service, cookies }) => {
  const answer = await service.post(PATH, form({ name: ' ', role: 'boss', days: '3650' }), cookies)
  const page = await answer.text()
  expect(answer.status).toBe(400)
  for (const problem of ['#name">Write what it is for', '#role">Choose a role', '#days">Choose how long'])
    expect(page).toContain(problem)
  const kept = await (await service.post(PATH, form({ name: 'typed name', role: '' }), cookies)).text()
  expect(kept).toContain('value="typed name"')
  expect((await service.post(PATH, form({ request: 'x' }), cookies)).status).toBe(400)
})

test('warns of tokens that expire soon', async ({ service, cookies, db }) => {
  const { knex } = db.database
  const now = service.now.getTime()
  const inDays = (days: number) => new Date(now + days * DAY_MS)
  await createApiToken(knex, { name: 'soon', role: 'viewer', expiresAt: inDays(29) })
  await createApiToken(knex, { name: 'late', role: 'viewer', expiresAt: inDays(31) })
  await createApiToken(knex, { name: 'over', role: 'viewer', expiresAt: inDays(-1) })
  const page = await (await service.get(PATH, cookies)).text()
  expect(page).toContain('One token expires within 30 days.')
  expect(page).toContain('Tokens that work no more')
})

test('revokes a token after a confirmation, once', async ({ service, cookies, db, pool }) => {
  const { knex } = db.database
  const id = randomUUID()
  const expiresAt = new Date(service.now.getTime() + 100 * DAY_MS)
  const token = await createApiToken(knex, { id, name: 'old program', role: 'viewer', expiresAt })
  const headers = { Authorization: `Bearer ${token}` }
  const path = '/api/reports/trial-balance'
  expect((await service.get(path, headers)).status).toBe(200)
  expect(await (await service.get(`${PATH}/${id}/revoke`, cookies)).text()).toContain(
    'Revoke the token “old program”?',
  )
  expect((await service.get(path, headers)).status).toBe(200)
  const answer = await service.post(`${PATH}/${id}/revoke`, {}, cookies)
  expect(await (await service.get(answer.headers.get('Location') ?? '', cookies)).text()).toContain(
    'The token “old program” is revoked.',
  )
  expect((await service.get(path, headers)).status).toBe(401)
  expect((await service.post(`${PATH}/${id}/revoke`, {}, cookies)).status).toBe(409)
  const acts = await selectAll(pool, 'select act, before from audit_trail where subject = $1', `token/${id}`)
  expect(acts).toEqual([{ act: 'token_revoked', before: { name: 'old program', role: 'viewer' } }])
  expect((await service.post(`${PATH}/${randomUUID()}/revoke`, {}, cookies)).status).toBe(404)
})

test('refuses everybody but admins, and other sites', async ({ service, cookies, cookiesAs, db }) => {
  const id = randomUUID()
  await createApiToken(db.database.knex, { id, name: 'x', role: 'viewer' })
  const posts = [
    [PATH, form()],
    [`${PATH}/${id}/revoke`, {}],
  ] as const
  for (const role of ['viewer', 'auditor', 'finance'] as const) {
    const others = await cookiesAs(role)
    for (const [path, fields] of posts) expect((await service.post(path, fields, others)).status).toBe(403)
    for (const path of [PATH, `${PATH}/${id}/revoke`])
      expect((await service.get(path, others)).status).toBe(403)
  }
  for (const [path, fields] of posts)
    expect((await service.post(path, fields, { ...cookies, 'Sec-Fetch-Site': 'cross-site' })).status).toBe(
      403,
    )
})
