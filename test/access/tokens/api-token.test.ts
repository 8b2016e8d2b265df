import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createApiToken, findApiToken } from '../../../src/access/tokens/api-token-store.ts'
import { mayActAs, roles, type Role } from '../../../src/access/role.ts'
import { testDatabase, type TestDatabase } from '../../kit/database.ts'
import { financeService, type FinanceService } from '../../kit/finance-service.ts'

let db: TestDatabase
let service: FinanceService

beforeAll(async () => {
  db = await testDatabase()
  service = await financeService(db.database)
})
afterAll(async () => {
  await service.close()
  await db.drop()
})

test('lets each role do what the roles below it may do', () => {
  const allowed = roles.map((has) => roles.filter((needed) => mayActAs(has, needed)))
  expect(allowed).toEqual([
    ['viewer'],
    ['viewer', 'auditor'],
    ['viewer', 'auditor', 'finance'],
    ['viewer', 'auditor', 'finance', 'admin'],
  ])
})

test('makes a long, recognisable token, stores only its hash, and refuses it once it is revoked', async () => {
  const { knex } = db.database
  const token = await createApiToken(knex, { name: 'books', role: 'finance' })
  expect(token).toMatch(/^rd_[A-Za-z0-9_-]{43}$/)
  expect(JSON.stringify(await knex('api_tokens'))).not.toContain(token.slice(3))
  expect(await findApiToken(knex, token)).toMatchObject({ name: 'books', role: 'finance' })
  expect(await findApiToken(knex, token.toUpperCase())).toBeNull()
  await knex('api_tokens').update({ revoked_at: knex.fn.now() })
  expect(await findApiToken(knex, token)).toBeNull()
})

describe('an API route', () => {
  const ID = '00000000-0000-4000-8000-000000000000'
  const routes: [address: string, found: number, allowed: readonly Role[]][] = [
    ['/api/reports/totals?from=2026-01-01&to=2026-01-31', 200, ['viewer', 'auditor', 'finance', 'admin']],
    ['/api/donations', 200, ['auditor', 'finance', 'admin']],
    [`/api/donations/${ID}`, 404, ['auditor', 'finance', 'admin']],
  ]

  test.each(routes)('%s answers only tokens whose role is enough', async (address, found, allowed) => {
    for (const role of roles) {
      const token = await createApiToken(db.database.knex, { name: role, role })
      const answer = await service.get(address, { Authorization: `Bearer ${token}` })
      expect([role, answer.status]).toEqual([role, allowed.includes(role) ? found : 403])
    }
    for (const Authorization of ['', 'Bearer', 'Bearer x', `Bearer rd_${'A'.repeat(43)}`, 'Basic eDp5']) {
      const answer = await service.get(address, { Authorization })
      expect([Authorization, answer.status]).toEqual([Authorization, 401])
      expect(answer.headers.get('WWW-Authenticate')).toMatch(/^Bearer/)
      expect(answer.headers.get('Content-Type')).toContain('application/problem+json')
    }
  })

  test('checks the token before the query, so that a stranger learns nothing about it', async () => {
    expect((await service.get('/api/donations?limit=x')).status).toBe(401)
  })
})
