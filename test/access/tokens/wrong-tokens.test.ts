import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createApiToken } from '../../../src/access/tokens/api-token-store.ts'
import { WRONG_TOKENS, wrongTokenLimit } from '../../../src/access/tokens/wrong-tokens-middleware.ts'
import { callersThrough } from '../../../src/http/client-ip.ts'
import { rateLimiter, type RateLimit } from '../../../src/http/rate-limit.ts'
import { testDatabase, type TestDatabase } from '../../kit/database.ts'
import { financeService, type FinanceService } from '../../kit/finance-service.ts'

let db: TestDatabase
let service: FinanceService
let right: string
let revoked: string

beforeAll(async () => {
  db = await testDatabase()
  const { knex, pool } = db.database
  const log = pino({ level: 'silent' })
  const limiter = (name: string, limit: RateLimit) => rateLimiter({ queries: pool, name, limit, log })
  service = await financeService(db.database, {
    // The test is the trusted proxy: it says from which address a request comes.
    wrongTokens: wrongTokenLimit({
      limiter,
      callers: callersThrough(['127.0.0.1/32', '::1/128']),
      hashKey: 'k',
    }),
  })
  right = await createApiToken(knex, { name: 'right', role: 'viewer' })
  revoked = await createApiToken(knex, { name: 'revoked', role: 'viewer' })
  await knex('api_tokens').where({ name: 'revoked' }).update({ revoked_at: new Date() })
})
afterAll(async () => {
  await service.close()
  await db.drop()
})

async function ask(address: string, token: string | null) {
  const answer = await service.get('/api/reports/trial-balance', {
    'X-Forwarded-For': address,
    ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
  })
  return { status: answer.status, retryAfter: answer.headers.get('Retry-After'), text: await answer.text() }
}

const wrong = `rd_${'A'.repeat(43)}`
const statuses = async (address: string, tokens: readonly (string | null)[]) => {
  const found: number[] = []
  for (const token of tokens) found.push((await ask(address, token)).status)
  return found
}

test('after ten wrong tokens in a row an address is refused with 429, whatever token it shows', async () => {
  expect(await statuses('203.0.113.1', Array<string>(10).fill(wrong))).toEqual(Array(10).fill(401))
  const answers = [
    await ask('203.0.113.1', wrong),
    await ask('203.0.113.1', right),
    await ask('203.0.113.1', 'x'),
  ]
  for (const { status, retryAfter } of answers) {
    expect(status).toBe(429)
    expect(Number(retryAfter)).toBeGreaterThan(0)
    expect(Number(retryAfter)).toBeLessThanOrEqual(WRONG_TOKENS.seconds)
  }
  const details = answers.map(({ text }) => (JSON.parse(text) as { detail: string }).detail) // RFC 9457
  expect(new Set(details).size).toBe(1)
  expect((await ask('203.0.113.2', right)).status).toBe(200)
})

test('answers every kind of wrong token alike', async () => {
  const answers = [
    await ask('203.0.113.3', wrong),
    await ask('203.0.113.3', revoked),
    await ask('203.0.113.3', 'x'),
  ]
  expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
})

test('a right token ends the row, and a request without a token counts for nothing', async () => {
  const row = [...Array<string>(9).fill(wrong), right]
  expect(await statuses('203.0.113.4', [...row, ...row])).not.toContain(429)
  expect(await statuses('203.0.113.5', Array<null>(12).fill(null))).toEqual(Array(12).fill(401))
  expect((await ask('203.0.113.5', right)).status).toBe(200)
})
