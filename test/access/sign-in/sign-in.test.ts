import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Refusal } from '../../../src/http/refusal.ts'
import { hashOf } from '../../../src/access/secret-hash.ts'
import type { Role } from '../../../src/access/role.ts'
import { removeStaff } from '../../../src/access/staff-store.ts'
import { testDatabase, type TestDatabase } from '../../kit/database.ts'
import { hireStaff, madeEarlier, signInToken } from '../../kit/factories.ts'
import { cookiesOf, financeService, type FinanceService } from '../../kit/finance-service.ts'

const HOUR_MS = 3_600_000

let db: TestDatabase
let service: FinanceService

beforeAll(async () => {
  db = await testDatabase()
  service = await financeService(db.database)
})
beforeEach(() => {
  service.now = new Date()
})
afterAll(async () => {
  await service.close()
  await db.drop()
})

async function signIn(role: Role = 'finance', at = service) {
  const staff = await hireStaff(db.database.knex, role)
  const token = await signInToken(db.database.knex, staff, at.now)
  const answer = await at.post('/finance/sign-in/confirm', { token })
  return { staff, token, answer, cookies: cookiesOf(answer) }
}

describe('asking for a sign-in link', () => {
  test('gives staff and strangers the same answer, and queues a mail for staff only', async () => {
    const { knex } = db.database
    const staff = await hireStaff(knex, 'viewer')
    const pages = []
    for (const email of [` ${staff.email.toUpperCase()} `, 'stranger@elsewhere.example']) {
      const answer = await service.post('/finance/sign-in', { email })
      expect(answer.status).toBe(200)
      pages.push([
        await answer.text(),
        Object.fromEntries([...answer.headers].filter(([name]) => name !== 'date')),
      ])
    }
    expect(pages[0]).toEqual(pages[1])
    const owed = await knex('outbox_messages').where({ kind: 'staff_sign_in' })
    expect(owed).toEqual([expect.objectContaining({ subject: staff.id })])
    expect(owed[0].message_key).toMatch(/^sign-in\.[0-9a-f-]{36}$/)
    // Nothing that opens a door rests in the database until the mail is composed.
    expect(await knex('staff_sign_in_links').where({ staff_id: staff.id })).toEqual([])
  })

  test('notifies the mailer at commit in both cases', async () => {
    const client = await db.database.pool.connect()
    const recorded: string[] = []
    client.on('notification', ({ channel }) => recorded.push(channel))
    await client.query('listen outbox')
    const staff = await hireStaff(db.database.knex, 'viewer')
    for (const email of [staff.email, 'stranger@elsewhere.example'])
      await service.post('/finance/sign-in', { email })
    await expect.poll(() => recorded).toEqual(['outbox', 'outbox'])
    client.release(true)
  })

  test('counts by network, and by network and address, and stores none in readable form', async () => {
    service.counted.length = 0
    await service.post('/finance/sign-in', { email: 'Someone@elsewhere.example' })
    expect(service.counted.map((key) => key.split('.')[0])).toEqual(['network', 'asked'])
    expect(service.counted.join()).not.toMatch(/someone|127\.0/i)
  })

  test('answers with the rate limiter’s refusal, and queues no mail', async () => {
    const limiter = {
      take: () => Promise.reject(new Refusal('too_many_requests', 'Too many.', { retryAfterSeconds: 60 })),
    }
    const limited = await financeService(db.database, { limiter })
    const staff = await hireStaff(db.database.knex, 'viewer')
    const answer = await limited.post('/finance/sign-in', { email: staff.email })
    expect(answer.status).toBe(429)
    expect(answer.headers.get('Retry-After')).toBe('60')
    expect(await db.database.knex('outbox_messages').where({ subject: staff.id })).toEqual([])
    await limited.close()
  })

  test('names the problem when the text is not an e-mail address', async () => {
    const answer = await service.post('/finance/sign-in', { email: '<b>nobody' })
    expect(answer.status).toBe(400)
    const page = await answer.text()
    expect(page).toContain('Write your e-mail address')
    expect(page).not.toContain('<b>nobody')
  })
})

describe('the sign-in link', () => {
  test('lets in where the database first rolls the sign-in back for a deadlock', async () => {
    const { knex } = db.database
    // A sequence counts on across rollbacks.
    await knex.raw(`create sequence sign_ins`)
    await knex.raw(`create function meet() returns trigger language plpgsql as $$ begin
      if nextval('sign_ins') = 1 then raise exception 'in the way' using errcode = '40P01'; end if;
      return new;
    end $$`)
    await knex.raw(
      `create trigger met before insert on authentication_log for each row execute function meet()`,
    )
    const { answer, staff } = await signIn()
    await knex.raw(`drop trigger met on authentication_log`)
    expect(answer.status).toBe(303)
    expect(await knex('authentication_log').where({ staff_id: staff.id })).toHaveLength(1)
    expect((await knex.raw(`select last_value from sign_ins`)).rows).toEqual([{ last_value: 2n }])
  })

  test('is used up by the button, once, and not by opening it', async () => {
    const staff = await hireStaff(db.database.knex, 'finance')
    const token = await signInToken(db.database.knex, staff, service.now)
    for (const headers of [{}, {}]) {
      const looked = await service.get(`/finance/sign-in/${token}`, headers)
      expect(looked.status).toBe(200)
      // The address stays in no Referer, and browsers name the form's origin, which `no-referrer` would hide.
      expect(looked.headers.get('Referrer-Policy')).toBe('strict-origin')
      expect(looked.headers.get('Cache-Control')).toContain('no-store')
    }
    const used = await service.post('/finance/sign-in/confirm', { token })
    expect([used.status, used.headers.get('Location')]).toEqual([303, '/finance'])
    const again = await service.post('/finance/sign-in/confirm', { token })
    expect(again.status).toBe(410)
    expect(again.headers.getSetCookie()).toEqual([])
  })

  test('lets exactly one in when many press the button at once', async () => {
    const staff = await hireStaff(db.database.knex, 'finance')
    const token = await signInToken(db.database.knex, staff, service.now)
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => service.post('/finance/sign-in/confirm', { token })),
    )
    expect(answers.map(({ status }) => status).toSorted()).toEqual([
      303,
      ...Array.from({ length: 11 }, () => 410),
    ])
  })

  test('expires after ten minutes, and only its hash is stored', async () => {
    const { knex } = db.database
    const staff = await hireStaff(knex, 'finance')
    const token = await signInToken(knex, staff, service.now)
    const [row] = await knex('staff_sign_in_links').where({ staff_id: staff.id })
    expect(row.token_hash).toEqual(hashOf(token))
    await madeEarlier(knex, staff, 10)
    expect((await service.post('/finance/sign-in/confirm', { token })).status).toBe(410)
  })

  test('opens nothing when it is made up or posted from another site', async () => {
    for (const token of ['', 'x', 'A'.repeat(43)])
      expect((await service.post('/finance/sign-in/confirm', { token })).status).toBe(410)
    const staff = await hireStaff(db.database.knex, 'finance')
    const token = await signInToken(db.database.knex, staff, service.now)
    const foreign = { 'Sec-Fetch-Site': 'cross-site' }
    expect((await service.post('/finance/sign-in/confirm', { token }, foreign)).status).toBe(403)
    expect((await service.post('/finance/sign-in', { email: staff.email }, foreign)).status).toBe(403)
    expect((await service.post('/finance/sign-out', {}, foreign)).status).toBe(403)
    expect((await service.post('/finance/sign-in/confirm', { token })).status).toBe(303)
  })
})

describe('the staff session', () => {
  test('has a signed cookie for this site only, hidden from scripts; the database stores its hash', async () => {
    const { answer, cookies } = await signIn()
    for (const cookie of answer.headers.getSetCookie())
      expect(cookie.toLowerCase()).toMatch(/path=\/; expires=.*; samesite=lax; httponly$/)
    const key = /staff=([^;]+)/.exec(cookies['Cookie'] ?? '')?.[1] ?? ''
    // 256 random bits.
    expect(key).toMatch(/^[\w-]{43}$/)
    expect(await db.database.knex('staff_sessions').where({ key_hash: hashOf(key) })).toHaveLength(1)
    expect((await service.get('/finance', cookies)).status).toBe(200)
    const unsigned = { Cookie: `staff=${key}` }
    expect((await service.get('/finance', unsigned)).status).toBe(303)
  })

  test('has a Secure cookie bound to the host over https', async () => {
    const secure = await financeService(db.database, { publicUrl: 'https://donations.example' })
    const { answer, cookies } = await signIn('finance', secure)
    for (const cookie of answer.headers.getSetCookie())
      expect(cookie).toMatch(/^__Host-staff(-browser|-last)?(\.sig)?=.*path=\/;.*; secure; httponly$/i)
    expect((await secure.get('/finance', cookies)).status).toBe(200)
    await secure.close()
  })

  test('gets a new key at sign-in, so that a planted key does not become signed in', async () => {
    const before = await signIn()
    const token = await signInToken(db.database.knex, before.staff, service.now)
    const again = await service.post('/finance/sign-in/confirm', { token }, before.cookies)
    const after = cookiesOf(again)
    expect(after).not.toEqual(before.cookies)
    expect((await service.get('/finance', after)).status).toBe(200)
    expect((await service.get('/finance', before.cookies)).status).toBe(303)
  })

  test('is prolonged by twelve hours at each request, and ends after seven days', async () => {
    const { cookies } = await signIn()
    const begun = service.now.getTime()
    const statuses = []
    for (let hours = 11; hours < 24 * 7; hours += 11) {
      service.now = new Date(begun + hours * HOUR_MS)
      statuses.push((await service.get('/finance', cookies)).status)
    }
    expect(new Set(statuses)).toEqual(new Set([200]))
    service.now = new Date(begun + 24 * 7 * HOUR_MS)
    expect((await service.get('/finance', cookies)).status).toBe(303)
  })

  test('ends after twelve hours without a request', async () => {
    const { cookies } = await signIn()
    service.now = new Date(service.now.getTime() + 12.1 * HOUR_MS)
    expect((await service.get('/finance', cookies)).status).toBe(303)
  })

  test('ends at sign-out, also for a page that is still loading', async () => {
    const { cookies } = await signIn()
    const [out] = await Promise.all([
      service.post('/finance/sign-out', {}, cookies),
      ...Array.from({ length: 5 }, () => service.get('/finance', cookies)),
    ])
    expect([out.status, out.headers.get('Location')]).toEqual([303, '/finance/sign-in'])
    expect(out.headers.get('Clear-Site-Data')).toBe('"storage"')
    expect((await service.get('/finance', cookies)).status).toBe(303)
  })

  test('ends at once for staff who were removed, and follows a changed role at once', async () => {
    const { knex } = db.database
    const { staff, cookies } = await signIn('viewer')
    const page = '/finance/donations/00000000-0000-4000-8000-000000000000'
    expect((await service.get(page, cookies)).status).toBe(403)
    await knex('staff').where({ id: staff.id }).update({ role: 'admin' })
    expect((await service.get(page, cookies)).status).toBe(404)
    await removeStaff(knex, staff.email, service.now)
    expect((await service.get('/finance', cookies)).status).toBe(303)
  })

  test('opens nothing for staff who were removed, even where the session is still there', async () => {
    const { knex } = db.database
    const { staff, cookies } = await signIn('viewer')
    await knex('staff').where({ id: staff.id }).update({ removed_at: service.now })
    expect((await service.get('/finance', cookies)).status).toBe(303)
  })
})
