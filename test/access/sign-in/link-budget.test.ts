import { testKeys } from '../../kit/keys.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { mayMailLink } from '../../../src/access/sign-in/link-budget.ts'
import type { Staff } from '../../../src/access/staff.ts'
import { useSignInLink } from '../../../src/access/sign-in/sign-in-link-store.ts'
import { Refusal } from '../../../src/http/refusal.ts'
import type { RateLimiter } from '../../../src/http/rate-limit.ts'
import { createComposer } from '../../../src/mail/kinds/mail-kinds.ts'
import { claimDue } from '../../../src/outbox/outbox-store.ts'
import type { OutboxMessage } from '../../../src/outbox/outbox.ts'
import { testDatabase, type TestDatabase } from '../../kit/database.ts'
import { hireStaff, signInToken } from '../../kit/factories.ts'
import { cookiesOf, financeService, type FinanceService } from '../../kit/finance-service.ts'
import { currencyNamed } from '../../kit/named.ts'
import { profile } from '../../kit/processing.ts'

const MINUTE_MS = 60_000

describe('the budget of sign-in mails', () => {
  const now = new Date('2026-11-28T12:00:00Z')
  const minutesAgo = (...minutes: number[]) => minutes.map((ago) => new Date(now.getTime() - ago * MINUTE_MS))

  test.each([
    ['elsewhere', [], true],
    ['elsewhere', [1, 0], true],
    ['elsewhere', [2, 1, 0], false],
    ['elsewhere', [14, 13, 4.9], false],
    ['elsewhere', [14, 13, 5], true],
    ['elsewhere', [14, 9, 5, 2], false],
    ['known_browser', [3, 2, 1, 0], true],
    ['known_browser', [4, 3, 2, 1, 0], false],
    ['known_browser', [9, 8, 7, 6, 5], true],
  ] as const)('%s, mailed %j minutes ago: one more is mailed: %s', (askedFrom, mailed, isMailed) => {
    expect(mayMailLink(askedFrom, minutesAgo(...mailed), now)).toBe(isMailed)
  })
})

describe('sign-in links', () => {
  let db: TestDatabase
  let service: FinanceService
  beforeAll(async () => {
    db = await testDatabase()
    service = await financeService(db.database)
  })
  beforeEach(async () => {
    service.now = new Date()
    service.counted.length = 0
    service.refused.length = 0
    await db.database.pool.query('delete from outbox_messages')
  })
  afterAll(async () => {
    await service.close()
    await db.drop()
  })

  const ask = async (staff: Staff, cookies: Record<string, string> = {}) =>
    (await service.post('/finance/sign-in', { email: staff.email }, cookies)).status
  const later = (minutes: number) => (service.now = new Date(service.now.getTime() + minutes * MINUTE_MS))
  const owed = async (staff: Staff) =>
    (await db.database.knex('outbox_messages').where({ subject: staff.id }).orderBy('id')).map(
      ({ asked_from: askedFrom }) => askedFrom,
    )
  const asked = async (staff: Staff) =>
    Number(
      (await db.database.knex('authentication_log').where({ staff_id: staff.id, kind: 'link_asked' })).length,
    )
  const compose = (message: OutboxMessage) =>
    createComposer({
      db: db.database.knex,
      clock: () => service.now,
      publicUrl: 'http://donations.example',
      newsroom: profile,
      languages: { offered: ['en'], fallback: 'en' },
      keys: testKeys,
      logoUrl: null,
      pool: db.database.pool,
      reporting: { currency: currencyNamed('usd') },
    })(message, '<a@b>')
  /** Composes every mail that is due. @returns the tokens of their links */
  const mailedLinks = async () => {
    const claimed = await claimDue(db.database.pool, 50, 60_000)
    const tokens: string[] = []
    for (const message of claimed) {
      const mail = await compose(message)
      tokens.push(/sign-in\/([\w-]{43})/.exec(mail?.text ?? '')?.[1] ?? 'none')
      await db.database.pool.query('update outbox_messages set sent_at = now() where id = $1', [message.id])
    }
    return tokens
  }
  const works = async (token: string) => (await useSignInLink(db.database.knex, token, service.now)) !== null
  /** Signs in and out again. @returns the cookie by which the browser is known */
  async function knownBrowser(staff: Staff): Promise<Record<string, string>> {
    const token = await signInToken(db.database.knex, staff, service.now)
    const { Cookie = '' } = cookiesOf(await service.post('/finance/sign-in/confirm', { token }))
    const [known = ''] = /staff-browser=[^;]+/.exec(Cookie) ?? []
    return { Cookie: known }
  }

  test('asked for by strangers are mailed three times at once, and then one every five minutes', async () => {
    const staff = await hireStaff(db.database.knex, 'finance')
    for (let tries = 0; tries < 10; tries++) expect(await ask(staff)).toBe(200)
    expect(await asked(staff)).toBe(3)
    expect(service.refused.filter(({ kind }) => kind === 'link_withheld')).toEqual(
      Array.from({ length: 7 }, () => ({ kind: 'link_withheld', staffId: staff.id })),
    )
    later(5)
    await ask(staff)
    await ask(staff)
    expect(await asked(staff)).toBe(4)
  })

  test('asked for at the same moment stay within the budget, and at least one is mailed', async () => {
    const staff = await hireStaff(db.database.knex, 'finance')
    await Promise.all(Array.from({ length: 12 }, () => ask(staff)))
    expect(await asked(staff)).toBeGreaterThanOrEqual(1)
    expect(await asked(staff)).toBeLessThanOrEqual(3)
  })

  test('of a browser in which the person signed in before have a budget that no stranger uses up', async () => {
    const staff = await hireStaff(db.database.knex, 'finance')
    const cookies = await knownBrowser(staff)
    for (let tries = 0; tries < 10; tries++) await ask(staff)
    for (const minutes of [5, 5]) {
      later(minutes)
      await ask(staff)
    }
    expect(await asked(staff)).toBe(5)
    service.counted.length = 0
    await ask(staff, cookies)
    expect(await asked(staff)).toBe(6)
    expect(service.counted.map((key) => key.split('.')[0])).toEqual(['known'])
    expect(await owed(staff)).toEqual(['elsewhere', 'known_browser'])
  })

  test('are not mailed on the account of another person’s browser, or of a made-up one', async () => {
    const staff = await hireStaff(db.database.knex, 'finance')
    const cookies = await knownBrowser(await hireStaff(db.database.knex, 'viewer'))
    service.counted.length = 0
    await ask(staff, cookies)
    await ask(staff, { Cookie: `staff-browser=${'A'.repeat(43)}` })
    await ask(staff, { Cookie: 'staff-browser=x' })
    expect(await owed(staff)).toEqual(['elsewhere'])
    expect(new Set(service.counted.map((key) => key.split('.')[0]))).toEqual(new Set(['network', 'asked']))
  })

  test('are refused to the network that asks too often, and to no other', async () => {
    const staff = await hireStaff(db.database.knex, 'finance')
    const cookies = await knownBrowser(staff)
    const limiter: RateLimiter = {
      take: async (key) => {
        if (!key.startsWith('known.'))
          throw new Refusal('too_many_requests', 'Too many.', { retryAfterSeconds: 60 })
      },
    }
    const limited = await financeService(db.database, { limiter })
    const form = { email: staff.email }
    expect((await limited.post('/finance/sign-in', form)).status).toBe(429)
    expect((await limited.post('/finance/sign-in', form, cookies)).status).toBe(200)
    await limited.close()
  })

  test('replace the ones before: only the latest mail is sent, and only its link works', async () => {
    const staff = await hireStaff(db.database.knex, 'finance')
    await ask(staff)
    const [first = ''] = await mailedLinks()
    await ask(staff)
    await ask(staff)
    const latest = await mailedLinks()
    expect(latest).toHaveLength(1)
    expect(await works(first)).toBe(false)
    expect(await works(latest[0] ?? '')).toBe(true)
  })

  test('that a stranger asks for do not end the link that a known browser asked for, nor one that was printed', async () => {
    const staff = await hireStaff(db.database.knex, 'finance')
    const printed = await signInToken(db.database.knex, staff, service.now)
    await ask(staff, await knownBrowser(staff))
    const [own = ''] = await mailedLinks()
    await ask(staff)
    const [strangers = ''] = await mailedLinks()
    expect(await Promise.all([own, strangers, printed].map(works))).toEqual([true, true, true])
  })

  test('of a mail that is sent once more both work, because a mail program may show either copy', async () => {
    const staff = await hireStaff(db.database.knex, 'finance')
    await ask(staff)
    const [first = ''] = await mailedLinks()
    await db.database.pool.query('update outbox_messages set sent_at = null, next_attempt_at = now()')
    const [again = ''] = await mailedLinks()
    expect([await works(first), await works(again)]).toEqual([true, true])
  })

  test('are not made for a mail that another has replaced while it was claimed, or that comes an hour late', async () => {
    const staff = await hireStaff(db.database.knex, 'finance')
    await ask(staff)
    const [claimed] = await claimDue(db.database.pool, 1, 60_000)
    await ask(staff)
    if (!claimed) throw new Error('a mail was due')
    expect(await compose(claimed)).toBeNull()
    await db.database.pool.query(`update outbox_messages set created_at = now() - interval '61 minutes'`)
    expect(await mailedLinks()).toEqual(['none'])
  })
})
