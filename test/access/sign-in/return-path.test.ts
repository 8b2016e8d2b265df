import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { safeReturnPath } from '../../../src/access/sign-in/return-path.ts'
import { cookieJar } from '../../kit/cookie-jar.ts'
import { testDatabase, type TestDatabase } from '../../kit/database.ts'
import { hireStaff, signInToken } from '../../kit/factories.ts'
import { financeService, type FinanceService } from '../../kit/finance-service.ts'

describe('the page to open after the sign-in', () => {
  test.each([
    '/finance',
    '/finance/donations/0b1c?from=2026-01-01&q=a%20b',
    '/finance?month=2026-01',
    '/finance/months/2026-03',
  ])('may be %s', (address) => {
    expect(safeReturnPath(address)).toBe(address)
  })

  test.each([
    ['another site’s', 'https://evil.example/finance'],
    ['another site’s, without a scheme', '//evil.example/finance'],
    ['another site’s, with backslashes', '/\\evil.example'],
    ['another site’s, with a backslash in a path of ours', '/finance\\..\\..\\evil.example'],
    ['another site’s, after going up', '/finance/../..//evil.example'],
    ['another site’s, with a tab', '/\t/evil.example'],
    ['one with a line break', '/finance\r\nSet-Cookie: a=b'],
    ['one with a control character', '/finance/\u0000x'],
    ['one with a space', '/finance/a b'],
    ['one with other letters', '/finance/ä'],
    ['a script', 'javascript:alert(1)'],
    ['a scheme', 'https:'],
    ['one of readers’ pages', '/receipts/abc'],
    ['one whose beginning looks alike', '/financevil.example'],
    ['one that goes up to another page', '/finance/../receipts/abc'],
    ['the sign-in', '/finance/sign-in'],
    ['a step of the sign-in', '/finance/sign-in/second-factor'],
    ['the sign-out', '/finance/sign-out'],
    ['a sign-in that is written in codes', '/finance/x/../sign-in/abc'],
    ['nothing', ''],
    ['a very long one', `/finance?q=${'a'.repeat(3_000)}`],
  ])('is never %s', (_, address) => {
    expect(safeReturnPath(address)).toBeNull()
  })

  test('has no fragment, which browsers do not send', () => {
    expect(safeReturnPath('/finance#part')).toBe('/finance')
  })
})

describe('a page that is asked for while signed out', () => {
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

  const confirm = async (jar: ReturnType<typeof cookieJar>) => {
    const staff = await hireStaff(db.database.knex, 'finance')
    const token = await signInToken(db.database.knex, staff, service.now)
    return (await jar.post('/finance/sign-in/confirm', { token })).headers.get('Location')
  }

  test('opens after the sign-in, once', async () => {
    const jar = cookieJar(service)
    const wanted = '/finance/donations/0b1c?from=2026-01-01'
    expect((await jar.get(wanted)).headers.get('Location')).toBe('/finance/sign-in')
    expect(await confirm(jar)).toBe(wanted)
    await jar.post('/finance/sign-out')
    expect(await confirm(jar)).toBe('/finance')
  })

  test('is not remembered when it is a form that was sent', async () => {
    const jar = cookieJar(service)
    await jar.post('/finance/account/sessions/end-others')
    expect(await confirm(jar)).toBe('/finance')
  })

  test('cannot be planted by somebody who does not know the key of our cookies', async () => {
    for (const address of ['//evil.example', 'https://evil.example/finance', '/finance/settings']) {
      const jar = cookieJar(service)
      jar.plant('staff-return', encodeURIComponent(address))
      jar.plant('staff-return.sig', 'A'.repeat(27))
      expect(await confirm(jar)).toBe('/finance')
    }
  })
})
