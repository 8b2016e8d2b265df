import { pino } from 'pino'
import { generateSync } from 'otplib'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { rateLimiter } from '../../../src/http/rate-limit.ts'
import { cookieJar } from '../../kit/cookie-jar.ts'
import { testDatabase, type TestDatabase } from '../../kit/database.ts'
import { hireStaff, signInToken } from '../../kit/factories.ts'
import { financeService, type FinanceService } from '../../kit/finance-service.ts'

const ASK = '/finance/sign-in/second-factor'

let db: TestDatabase
let service: FinanceService

beforeAll(async () => {
  db = await testDatabase()
  const log = pino({ level: 'silent' })
  service = await financeService(db.database, {
    limiters: (name, limit) => rateLimiter({ queries: db.database.pool, name, limit, log }),
  })
})
beforeEach(async () => {
  service.now = new Date()
  service.refused.length = 0
})
afterAll(async () => {
  await service.close()
  await db.drop()
})

async function statuses(times: number, ask: () => Promise<Response>): Promise<number[]> {
  const found = []
  for (let count = 0; count < times; count++) found.push((await ask()).status)
  return found
}

test('wrong codes are refused after ten tries for one account, and for no other', async () => {
  const { knex } = db.database
  const people = []
  for (const role of ['viewer', 'viewer'] as const) {
    const staff = await hireStaff(knex, role)
    const jar = cookieJar(service)
    const token = await signInToken(knex, staff, service.now)
    await jar.post('/finance/sign-in/confirm', { token })
    const page = await (await jar.get('/finance/account/second-factor')).text()
    const secret = (/class="secret"\s*>([A-Z2-7 ]+)</.exec(page)?.[1] ?? '').replaceAll(' ', '')
    const code = generateSync({ secret, epoch: Math.floor(service.now.getTime() / 1000) })
    const added = await jar.post('/finance/account/second-factor', { code })
    expect(added.status).toBe(200)
    people.push({ staff, jar, secret })
  }
  const [one, other] = people
  if (!one || !other) throw new Error('two were hired')
  // Setting up the app took the first try.
  const tries = await statuses(11, () => one.jar.post(ASK, { code: '000000' }))
  expect(tries).toEqual([...Array.from({ length: 9 }, () => 400), 429, 429])
  const refused = await one.jar.post(ASK, { recovery: 'x' })
  expect(Number(refused.headers.get('Retry-After'))).toBeLessThanOrEqual(900)
  expect(service.refused).toContainEqual({ kind: 'refused_too_many_tries', staffId: one.staff.id })
  service.now = new Date(service.now.getTime() + 60_000)
  const code = generateSync({ secret: other.secret, epoch: Math.floor(service.now.getTime() / 1000) })
  expect((await other.jar.post(ASK, { code })).status).toBe(303)
  // Somebody with a passkey is not shut out by wrong codes.
  expect((await one.jar.post(ASK, { credential: '{}' })).status).toBe(400)
})

test('wrong links in a row are refused after a while, and recorded', async () => {
  const tries = await statuses(40, () => service.post('/finance/sign-in/confirm', { token: 'A'.repeat(43) }))
  // The two links above count, too.
  expect(tries).toEqual([...Array.from({ length: 28 }, () => 410), ...Array.from({ length: 12 }, () => 429)])
  expect(service.refused.filter(({ kind }) => kind === 'refused_too_many_tries')).toHaveLength(12)
})

test('requests for a link that are refused are recorded', async () => {
  const email = 'somebody@elsewhere.example'
  const tries = await statuses(12, () => service.post('/finance/sign-in', { email }))
  expect(tries).toEqual([...Array.from({ length: 10 }, () => 200), 429, 429])
  expect(service.refused.filter(({ kind }) => kind === 'refused_too_many_tries')).toEqual([
    { kind: 'refused_too_many_tries', staffId: null },
    { kind: 'refused_too_many_tries', staffId: null },
  ])
})
