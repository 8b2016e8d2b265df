import { generateSync } from 'otplib'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Role } from '../../../src/access/role.ts'
import { keepChallenge, takeChallenge } from '../../../src/access/second-factor/passkey-store.ts'
import { standingOf } from '../../../src/access/second-factor/second-factor.ts'
import { resetSecondFactors } from '../../../src/access/second-factor/second-factor-store.ts'
import { useTotpCode } from '../../../src/access/second-factor/totp-store.ts'
import { testKeys } from '../../kit/keys.ts'
import { until } from '../../kit/until.ts'
import { cookieJar, type Jar } from '../../kit/cookie-jar.ts'
import { testDatabase, type TestDatabase } from '../../kit/database.ts'
import { hireStaff, signInToken } from '../../kit/factories.ts'
import { financeService, type FinanceService } from '../../kit/finance-service.ts'

const MINUTE_MS = 60_000
const SET_UP = '/finance/account/second-factor'
const ASK = '/finance/sign-in/second-factor'

let db: TestDatabase
let service: FinanceService

beforeAll(async () => {
  db = await testDatabase()
  service = await financeService(db.database, { signIn: { secondFactor: 'required' } })
})
beforeEach(() => {
  service.now = new Date()
  service.refused.length = 0
})
afterAll(async () => {
  await service.close()
  await db.drop()
})

const later = (ms: number) => void (service.now = new Date(service.now.getTime() + ms))

/** The code that the app shows now, or some steps from now. */
const codeOf = (secret: string, steps = 0) =>
  generateSync({ secret, epoch: Math.floor(service.now.getTime() / 1000) + steps * 30 })

async function useLink(staff: Awaited<ReturnType<typeof hireStaff>>, jar = cookieJar(service)) {
  const token = await signInToken(db.database.knex, staff, service.now)
  const answer = await jar.post('/finance/sign-in/confirm', { token })
  expect(answer.status).toBe(303)
  return jar
}

async function addApp(jar: Jar): Promise<{ secret: string; codes: string[]; page: string }> {
  const shown = await (await jar.get(SET_UP)).text()
  const secret = (/class="secret"\s*>([A-Z2-7 ]+)</.exec(shown)?.[1] ?? '').replaceAll(' ', '')
  expect(secret).toHaveLength(32)
  const answer = await jar.post(SET_UP, { code: codeOf(secret) })
  const page = await answer.text()
  const codes = [...page.matchAll(/<code>([0-9a-z-]{29})<\/code>/g)].map(([, code]) => code ?? '')
  return { secret, codes, page }
}

/** Somebody with an authenticator app who is signed out. */
async function withApp(role: Role = 'finance') {
  const staff = await hireStaff(db.database.knex, role)
  const jar = await useLink(staff)
  const { secret, codes } = await addApp(jar)
  await jar.post('/finance/sign-out')
  later(MINUTE_MS)
  return { staff, secret, codes }
}

const acts = async (staffId: string) =>
  (
    await db.database
      .knex('audit_trail')
      .where({ subject: `staff/${staffId}` })
      .orderBy('position')
  ).map(({ act }) => String(act))

describe('who needs a second factor', () => {
  test.each([
    ['viewer', false, false, 'required', 'complete'],
    ['viewer', false, false, 'everybody', 'second_factor_missing'],
    ['auditor', true, true, 'everybody', 'complete'],
    ['auditor', false, false, 'required', 'complete'],
    ['finance', false, false, 'required', 'second_factor_missing'],
    ['admin', false, false, 'required', 'second_factor_missing'],
    ['admin', false, false, 'optional', 'complete'],
    ['viewer', true, false, 'optional', 'second_factor_open'],
    ['admin', true, false, 'required', 'second_factor_open'],
    ['admin', true, true, 'required', 'complete'],
  ] as const)('a %s (has one: %s, shown: %s), %s: %s', (role, hasSecondFactor, shown, setting, standing) => {
    expect(standingOf({ role, hasSecondFactor }, shown, setting)).toBe(standing)
  })
})

describe('a finance member without a second factor', () => {
  test('is led to set one up, and no other page opens before', async () => {
    const staff = await hireStaff(db.database.knex, 'finance')
    const jar = await useLink(staff)
    for (const path of ['/finance', '/finance/donations/x', '/finance/months', '/finance/account', ASK]) {
      const answer = await jar.get(path)
      expect([path, answer.status, answer.headers.get('Location')]).toEqual([path, 303, SET_UP])
    }
    for (const path of ['/finance/account/sessions/end-others', '/finance/account/recovery-codes', ASK]) {
      const answer = await jar.post(path)
      expect([path, answer.status, answer.headers.get('Location')]).toEqual([path, 303, SET_UP])
    }
    expect(await acts(staff.id)).toEqual([])
    const { codes, page } = await addApp(jar)
    expect(codes).toHaveLength(10)
    // The page that was asked for last opens in the end.
    expect(page).toContain('href="/finance/account"')
    expect((await jar.get('/finance')).status).toBe(200)
    expect(await acts(staff.id)).toEqual(['signed_in', 'second_factor_added'])
  })

  test('adds no app by a wrong code, and is shown the same secret again', async () => {
    const jar = await useLink(await hireStaff(db.database.knex, 'finance'))
    const secretIn = (page: string) => /class="secret"\s*>([A-Z2-7 ]+)</.exec(page)?.[1]
    const shown = secretIn(await (await jar.get(SET_UP)).text())
    const answer = await jar.post(SET_UP, { code: '000000' })
    expect(answer.status).toBe(400)
    const page = await answer.text()
    expect(page).toContain('not the code')
    expect(secretIn(page)).toBe(shown)
    expect((await jar.get('/finance')).status).toBe(303)
  })

  test('keeps the session key that was there before for nobody', async () => {
    const jar = await useLink(await hireStaff(db.database.knex, 'finance'))
    const halfDone = { Cookie: jar.header() }
    await addApp(jar)
    expect((await jar.get('/finance')).status).toBe(200)
    const answer = await service.get('/finance', halfDone)
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/finance/sign-in'])
  })
})

describe('the authenticator app', () => {
  test('is asked for after the link, and opens what nothing else opens', async () => {
    const { staff, secret } = await withApp()
    const jar = await useLink(staff)
    for (const path of ['/finance', '/finance/account', SET_UP]) {
      const answer = await jar.get(path)
      expect([path, answer.status, answer.headers.get('Location')]).toEqual([path, 303, ASK])
    }
    const halfDone = { Cookie: jar.header() }
    const passed = await jar.post(ASK, { code: codeOf(secret).replace(/^.../, '$& ') })
    expect(passed.status).toBe(303)
    expect((await jar.get('/finance')).status).toBe(200)
    // The key of the half-finished session opens nothing, so that a planted one does not become a signed-in one.
    expect((await service.get('/finance', halfDone)).headers.get('Location')).toBe('/finance/sign-in')
    expect(await acts(staff.id)).toEqual(['signed_in', 'second_factor_added', 'signed_out', 'signed_in'])
  })

  test('is asked for although none is required, once somebody has one', async () => {
    const { staff } = await withApp('viewer')
    const jar = await useLink(staff)
    expect((await jar.get('/finance')).headers.get('Location')).toBe(ASK)
  })

  test('shows codes that work once, also when they are sent twice at once', async () => {
    const { staff, secret } = await withApp()
    const [first, second] = [await useLink(staff), await useLink(staff)]
    const code = codeOf(secret)
    const answers = await Promise.all([first.post(ASK, { code }), second.post(ASK, { code })])
    expect(answers.map(({ status }) => status).toSorted()).toEqual([303, 400])
    const third = await useLink(staff)
    expect((await third.post(ASK, { code })).status).toBe(400)
    expect((await third.post(ASK, { code: codeOf(secret, -1) })).status).toBe(400)
    later(MINUTE_MS)
    expect((await third.post(ASK, { code: codeOf(secret) })).status).toBe(303)
  })

  test('accepts a code once, although two requests have read that it was not used yet', async () => {
    const { knex } = db.database
    const { staff, secret } = await withApp()
    const attempt = { staffId: staff.id, code: codeOf(secret), keys: testKeys.secondFactors }
    const first = await knex.transaction()
    expect(await useTotpCode(first, attempt, service.now)).toBe(true)
    const second = knex.transaction((tx) => useTotpCode(tx, attempt, service.now))
    await until('the second request waiting for the first', async () => {
      const { rows } = await knex.raw(
        `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      )
      return rows.length > 0
    })
    await first.commit()
    expect(await second).toBe(false)
  })

  test('may be half a minute slow or fast, and no more', async () => {
    const { staff, secret } = await withApp()
    later(10 * MINUTE_MS)
    const jar = await useLink(staff)
    expect((await jar.post(ASK, { code: codeOf(secret, -3) })).status).toBe(400)
    expect((await jar.post(ASK, { code: codeOf(secret, 3) })).status).toBe(400)
    expect((await jar.post(ASK, { code: codeOf(secret, -1) })).status).toBe(303)
  })

  test('has a secret that the database does not hold in readable form', async () => {
    const { staff, secret } = await withApp()
    const [row] = await db.database.knex('staff_totp_secrets').where({ staff_id: staff.id })
    expect(row.sealed_secret.toString('latin1')).not.toContain(secret)
    // Copied to somebody else, it opens nothing.
    const other = await hireStaff(db.database.knex, 'finance')
    await db.database.knex('staff_totp_secrets').insert({ ...row, staff_id: other.id, last_step: 0 })
    const jar = await useLink(other)
    later(MINUTE_MS)
    expect((await jar.post(ASK, { code: codeOf(secret) })).status).toBe(400)
  })
})

test('a passkey’s question is answered once, and a later question takes its place', async () => {
  const { knex } = db.database
  const staff = await hireStaff(knex, 'viewer')
  await useLink(staff)
  const [{ id }] = (
    await knex.raw(`select data->>'signInId' as id from staff_sessions where data->>'staffId' = ?`, [
      staff.id,
    ])
  ).rows
  await keepChallenge(knex, id, 'first')
  await keepChallenge(knex, id, 'second')
  const taken = await Promise.all([takeChallenge(knex, id), takeChallenge(knex, id)])
  expect(taken.toSorted()).toEqual([null, 'second'])
  expect(await takeChallenge(knex, id)).toBeNull()
})

describe('recovery codes', () => {
  test('stand in for the app, once each, however they are typed', async () => {
    const { staff, codes } = await withApp()
    const [code = ''] = codes
    const jar = await useLink(staff)
    expect((await jar.post(ASK, { recovery: ` ${code.toUpperCase().replaceAll('-', ' ')}` })).status).toBe(
      303,
    )
    expect((await jar.get('/finance')).status).toBe(200)
    expect(await (await jar.get('/finance/account')).text()).toContain('9 codes are left')
    const again = await useLink(staff)
    expect((await again.post(ASK, { recovery: code })).status).toBe(400)
    expect(await acts(staff.id)).toContain('recovery_code_used')
  })

  test('of one person open nothing for another', async () => {
    const [one, other] = [await withApp(), await withApp()]
    const jar = await useLink(one.staff)
    expect((await jar.post(ASK, { recovery: other.codes[0] ?? '' })).status).toBe(400)
  })

  test('are replaced all together, shown once and stored as hashes', async () => {
    const { staff, codes, secret } = await withApp()
    const jar = await useLink(staff)
    await jar.post(ASK, { code: codeOf(secret) })
    const page = await (await jar.post('/finance/account/recovery-codes')).text()
    const fresh = [...page.matchAll(/<code>([0-9a-z-]{29})<\/code>/g)].map(([, code]) => code ?? '')
    expect(fresh).toHaveLength(10)
    const stored = await db.database.knex('staff_recovery_codes').where({ staff_id: staff.id })
    expect(stored).toHaveLength(10)
    expect(JSON.stringify(stored)).not.toContain(fresh[0])
    const again = await useLink(staff)
    expect((await again.post(ASK, { recovery: codes[1] ?? '' })).status).toBe(400)
    expect((await again.post(ASK, { recovery: fresh[1] ?? '' })).status).toBe(303)
  })
})

describe('a failed second factor', () => {
  test('is answered in the same words, whatever is wrong, and recorded', async () => {
    const { staff, secret, codes } = await withApp()
    const used = await useLink(staff)
    const code = codeOf(secret)
    await used.post(ASK, { code })
    const jar = await useLink(staff)
    const words = async (form: Record<string, string>) => {
      const answer = await jar.post(ASK, form)
      const page = await answer.text()
      return [answer.status, /<li><a href="#[a-z]+">([^<]*)</.exec(page)?.[1]]
    }
    const answers = [
      await words({ code: '123456' }),
      await words({ code }),
      await words({ code: 'nonsense' }),
      await words({ recovery: 'nonsense' }),
      await words({ recovery: `${codes[0]}x` }),
      await words({ credential: '{}' }),
    ]
    expect(answers[0]?.[0]).toBe(400)
    expect(answers[0]?.[1]).toContain('That did not work')
    expect(new Set(answers.map(String)).size).toBe(1)
    expect(service.refused).toEqual(
      Array.from({ length: 6 }, () => ({ kind: 'refused_second_factor', staffId: staff.id })),
    )
    expect((await jar.post(ASK, { code: '123456' }, { 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403)
  })
})

describe('a reset', () => {
  test('takes every factor and session away, and the next sign-in sets up a new one', async () => {
    const { staff, secret } = await withApp()
    const jar = await useLink(staff)
    await jar.post(ASK, { code: codeOf(secret) })
    expect((await jar.get('/finance')).status).toBe(200)
    const decision = { by: { kind: 'operator', name: 'root' }, at: service.now } as const
    expect(await db.database.knex.transaction((tx) => resetSecondFactors(tx, staff.id, decision))).toBe(1)
    expect(await acts(staff.id)).toContain('second_factor_reset')
    expect((await jar.get('/finance')).headers.get('Location')).toBe('/finance/sign-in')
    const again = await useLink(staff)
    expect((await again.get('/finance')).headers.get('Location')).toBe(SET_UP)
    expect(await db.database.knex('staff_recovery_codes').where({ staff_id: staff.id })).toEqual([])
  })
})

describe('a change of the second factors', () => {
  test('needs one that was shown a short time ago', async () => {
    const { staff, secret } = await withApp('viewer')
    const jar = await useLink(staff)
    await jar.post(ASK, { code: codeOf(secret) })
    later(16 * MINUTE_MS)
    for (const path of ['/finance/account/recovery-codes', '/finance/account/second-factor/remove']) {
      const answer = await jar.post(path, { factor: 'totp' })
      expect([path, answer.status, answer.headers.get('Location')]).toEqual([path, 303, ASK])
    }
    expect((await jar.get(SET_UP)).headers.get('Location')).toBe(ASK)
    expect((await jar.get('/finance/account')).status).toBe(200)
    const shown = await jar.post(ASK, { code: codeOf(secret) })
    expect(shown.headers.get('Location')).toBe(SET_UP)
    const removed = await jar.post('/finance/account/second-factor/remove', { factor: 'totp' })
    expect(removed.headers.get('Location')).toBe('/finance/account?done=removed')
    expect(await acts(staff.id)).toEqual([
      'signed_in',
      'second_factor_added',
      'signed_out',
      'signed_in',
      'second_factor_removed',
    ])
    expect(await db.database.knex('staff_recovery_codes').where({ staff_id: staff.id })).toEqual([])
  })

  test('leaves the last one to whoever needs one', async () => {
    const { staff, secret } = await withApp('admin')
    const jar = await useLink(staff)
    await jar.post(ASK, { code: codeOf(secret) })
    expect((await jar.post('/finance/account/second-factor/remove', { factor: 'totp' })).status).toBe(409)
    expect(await db.database.knex('staff_totp_secrets').where({ staff_id: staff.id })).toHaveLength(1)
  })

  test('concerns nobody else’s', async () => {
    const { knex } = db.database
    const [one, other] = [await withApp('viewer'), await withApp('viewer')]
    const id = '00000000-0000-4000-8000-00000000000a'
    await knex('staff_passkeys').insert({
      id,
      staff_id: other.staff.id,
      credential_id: 'of somebody else',
      public_key: Buffer.from('x'),
      counter: 0,
      transports: [],
      name: 'laptop',
      added_at: service.now,
    })
    const jar = await useLink(one.staff)
    await jar.post(ASK, { code: codeOf(one.secret) })
    expect((await jar.post('/finance/account/second-factor/remove', { factor: id })).status).toBe(404)
    expect((await jar.post('/finance/account/second-factor/remove', { factor: 'x' })).status).toBe(400)
    expect(await knex('staff_passkeys').where({ id })).toHaveLength(1)
    expect(await (await jar.get('/finance/account')).text()).not.toContain('laptop')
  })
})
