import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { browserName } from '../../../src/access/session/staff-session.ts'
import { cookieJar } from '../../kit/cookie-jar.ts'
import { testDatabase, type TestDatabase } from '../../kit/database.ts'
import { hireStaff, signInToken } from '../../kit/factories.ts'
import { financeService, type FinanceService } from '../../kit/finance-service.ts'

const HOUR_MS = 3_600_000
const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0'
const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 16_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.3 Mobile/15E148 Safari/604.1'

let db: TestDatabase
let service: FinanceService

beforeAll(async () => {
  db = await testDatabase()
  service = await financeService(db.database)
})
beforeEach(() => {
  service.now = new Date('2026-02-10T12:00:00Z')
})
afterAll(async () => {
  await service.close()
  await db.drop()
})

type Person = Awaited<ReturnType<typeof hireStaff>>

async function signedIn(staff: Person, userAgent: string, at = service) {
  const jar = cookieJar(at)
  const token = await signInToken(db.database.knex, staff, at.now)
  await jar.post('/finance/sign-in/confirm', { token }, { 'User-Agent': userAgent })
  return jar
}
const sessionIds = (page: string) =>
  [...page.matchAll(/name="session" value="([0-9a-f-]{36})"/g)].map(([, id]) => id ?? '')

describe('the account page', () => {
  test('lists where somebody is signed in, in words, and marks this browser', async () => {
    const staff = await hireStaff(db.database.knex, 'viewer')
    await signedIn(staff, IPHONE)
    service.now = new Date(service.now.getTime() + HOUR_MS)
    const jar = await signedIn(staff, FIREFOX)
    const page = await (await jar.get('/finance/account')).text()
    expect(page).toContain('Safari on iPhone')
    expect(page).toMatch(/Firefox on Windows<\/strong\s*>\s*<span class="status good">this browser/)
    expect(page.match(/this browser/g)).toHaveLength(1)
    expect(page).toContain('<time datetime="2026-02-10T12:00:00.000Z">Feb 10, 2026, 7:00 AM</time>')
    expect(sessionIds(page)).toHaveLength(2)
  })

  test('ends a session of another browser, whose next request is refused', async () => {
    const staff = await hireStaff(db.database.knex, 'viewer')
    const [lost, jar] = [await signedIn(staff, IPHONE), await signedIn(staff, FIREFOX)]
    const page = await (await jar.get('/finance/account')).text()
    const other =
      /action="\/finance\/account\/sessions\/end"[^<]*<input type="hidden" name="session" value="([^"]+)"/
    const session = other.exec(page)?.[1] ?? ''
    const answer = await jar.post('/finance/account/sessions/end', { session })
    expect(answer.headers.get('Location')).toBe('/finance/account?done=session_ended')
    expect((await lost.get('/finance')).headers.get('Location')).toBe('/finance/sign-in')
    expect((await jar.get('/finance')).status).toBe(200)
    expect((await jar.post('/finance/account/sessions/end', { session })).status).toBe(404)
    expect((await jar.post('/finance/account/sessions/end', { session: 'x' })).status).toBe(400)
  })

  test('ends every other session at once', async () => {
    const staff = await hireStaff(db.database.knex, 'viewer')
    const others = [await signedIn(staff, IPHONE), await signedIn(staff, FIREFOX)]
    const stranger = await signedIn(await hireStaff(db.database.knex, 'viewer'), FIREFOX)
    const jar = await signedIn(staff, FIREFOX)
    await jar.post('/finance/account/sessions/end-others')
    for (const other of others) expect((await other.get('/finance')).status).toBe(303)
    expect((await jar.get('/finance')).status).toBe(200)
    expect((await stranger.get('/finance')).status).toBe(200)
    const acts = await db.database
      .knex('audit_trail')
      .where({ subject: `staff/${staff.id}` })
      .select('act')
    expect(acts).toContainEqual({ act: 'other_sessions_ended' })
  })

  test('ends nobody else’s session, and none from another site', async () => {
    const [jar, other] = [
      await signedIn(await hireStaff(db.database.knex, 'admin'), FIREFOX),
      await signedIn(await hireStaff(db.database.knex, 'viewer'), FIREFOX),
    ]
    const [session = ''] = sessionIds(await (await other.get('/finance/account')).text())
    expect((await jar.post('/finance/account/sessions/end', { session })).status).toBe(404)
    expect((await other.get('/finance')).status).toBe(200)
    const foreign = { 'Sec-Fetch-Site': 'cross-site' }
    for (const path of [
      'sessions/end',
      'sessions/end-others',
      'recovery-codes',
      'second-factor',
      'second-factor/remove',
    ])
      expect((await jar.post(`/finance/account/${path}`, { session }, foreign)).status).toBe(403)
  })

  test('does not list a session that is over', async () => {
    const staff = await hireStaff(db.database.knex, 'viewer')
    await signedIn(staff, IPHONE)
    service.now = new Date(service.now.getTime() + 13 * HOUR_MS)
    const jar = await signedIn(staff, FIREFOX)
    expect(sessionIds(await (await jar.get('/finance/account')).text())).toHaveLength(1)
  })
})

describe('a session', () => {
  test('ends after the minutes and hours that the settings say', async () => {
    const limits = { idleMs: HOUR_MS, longestMs: 3 * HOUR_MS }
    const short = await financeService(db.database, { signIn: limits })
    const begun = short.now.getTime()
    const staff = await hireStaff(db.database.knex, 'viewer')
    const [used, unused] = [await signedIn(staff, FIREFOX, short), await signedIn(staff, FIREFOX, short)]
    for (const hours of [0.9, 1.8, 2.7]) {
      short.now = new Date(begun + hours * HOUR_MS)
      expect((await used.get('/finance')).status).toBe(200)
    }
    expect((await unused.get('/finance')).status).toBe(303)
    short.now = new Date(begun + 3 * HOUR_MS)
    expect((await used.get('/finance')).status).toBe(303)
    await short.close()
  })

  test('of an older version, which knew no second factor, asks for one where one is needed', async () => {
    const strict = await financeService(db.database, { signIn: { secondFactor: 'required' } })
    const staff = await hireStaff(db.database.knex, 'finance')
    const jar = await signedIn(staff, FIREFOX, strict)
    await db.database.knex.raw(
      `update staff_sessions set data = data - 'secondFactorAt' - 'browser' - 'system' where data->>'staffId' = ?`,
      [staff.id],
    )
    expect((await jar.get('/finance')).headers.get('Location')).toBe('/finance/account/second-factor')
    await strict.close()
  })
})

test.each([
  [FIREFOX, 'Firefox', 'Windows'],
  [IPHONE, 'Safari', 'iPhone'],
  [
    'Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36 Edg/139.0',
    'Edge',
    'ChromeOS',
  ],
  [
    'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Mobile Safari/537.36',
    'Chrome',
    'Android',
  ],
  ['<script>', null, null],
  ['', null, null],
])('the browser that sends %s is %s on %s', (userAgent, browser, system) => {
  expect(browserName(userAgent)).toEqual({ browser, system })
})
