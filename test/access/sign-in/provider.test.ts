import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { vouchedFor } from '../../../src/access/sign-in/provider.ts'
import type { Role } from '../../../src/access/role.ts'
import type { ProviderSettings } from '../../../src/access/sign-in/sign-in-settings.ts'
import { removeStaff } from '../../../src/access/staff-store.ts'
import { cookieJar } from '../../kit/cookie-jar.ts'
import { testDatabase, type TestDatabase } from '../../kit/database.ts'
import { hireStaff } from '../../kit/factories.ts'
import { financeService, type FinanceService } from '../../kit/finance-service.ts'
import { CLIENT, startProvider, type TestProvider } from '../../kit/oidc-provider.ts'

const BEGIN = '/finance/sign-in/provider'
const PUBLIC_URL = 'http://donations.example'
const CALLBACK = `${PUBLIC_URL}${BEGIN}/callback`

const settings = (issuer: string, more: Partial<ProviderSettings> = {}): ProviderSettings => ({
  issuer,
  clientId: CLIENT.id,
  clientSecret: CLIENT.secret,
  name: 'Newsroom accounts',
  scopes: 'openid email profile',
  allowedDomains: ['news.example'],
  roles: null,
  ...more,
})
const ROLES = {
  claim: 'groups',
  byValue: new Map<string, Role>([
    ['editors', 'viewer'],
    ['money', 'finance'],
    ['owners', 'admin'],
  ]),
}

let db: TestDatabase
let provider: TestProvider
let foreign: TestProvider
let plain: FinanceService
let mapped: FinanceService
let strict: FinanceService
/** The reasons that the operator reads in the log. */
const reasons: string[] = []

beforeAll(async () => {
  db = await testDatabase()
  provider = await startProvider([CALLBACK])
  foreign = await startProvider([CALLBACK])
  const log = pino({ level: 'warn' }, { write: (line: string) => void reasons.push(JSON.parse(line).reason) })
  const start = (more: Partial<ProviderSettings>, secondFactor: 'required' | 'optional' = 'optional') =>
    financeService(db.database, {
      publicUrl: PUBLIC_URL,
      signIn: { secondFactor, provider: settings(provider.issuer, more) },
      log,
    })
  plain = await start({})
  mapped = await start({ roles: ROLES })
  strict = await start({ roles: ROLES }, 'required')
})
beforeEach(() => {
  for (const service of [plain, mapped, strict]) {
    service.now = new Date()
    service.refused.length = 0
  }
})
afterAll(async () => {
  for (const one of [plain, mapped, strict, provider, foreign]) await one.close()
  await db.drop()
})

/** Leaves for the provider and comes back to where it leads. */
async function leave(service: FinanceService, jar = cookieJar(service)) {
  const begun = await jar.get(BEGIN)
  expect(begun.status).toBe(303)
  return { jar, authorization: begun.headers.get('Location') ?? '' }
}
const pathOf = (url: URL) => `${url.pathname}${url.search}`

async function signIn(service: FinanceService) {
  const { jar, authorization } = await leave(service)
  const back = await provider.walk(authorization)
  return { jar, back, answer: await jar.get(pathOf(back)) }
}

const verified = (email: string, more: object = {}) => ({
  sub: `sub-of-${email}`,
  email,
  email_verified: true,
  ...more,
})
const roleOf = async (email: string) => (await db.database.knex('staff').where({ email }).first())?.role

describe('signing in at the identity provider', () => {
  test('is offered beside the mailed link, and asks the provider with PKCE, state and nonce', async () => {
    const page = await (await plain.get('/finance/sign-in')).text()
    expect(page).toContain('Sign in with Newsroom accounts')
    expect(page).toContain('Send me a link')
    const { authorization } = await leave(plain)
    const { searchParams, origin } = new URL(authorization)
    expect(origin).toBe(provider.issuer)
    expect(Object.fromEntries(searchParams)).toMatchObject({
      client_id: CLIENT.id,
      response_type: 'code',
      redirect_uri: CALLBACK,
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
    })
  })

  test('lets in who is listed here, with the role here, and opens the page that was asked for', async () => {
    const staff = await hireStaff(db.database.knex, 'auditor')
    provider.person = verified(staff.email.toUpperCase(), { groups: ['owners'] })
    const jar = cookieJar(plain)
    await jar.get('/finance/donations/0b1c')
    const { authorization } = await leave(plain, jar)
    const answer = await jar.get(pathOf(await provider.walk(authorization)))
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/finance/donations/0b1c'])
    expect(await (await jar.get('/finance/account')).text()).toContain('Your role is auditor')
    const acts = await db.database.knex('audit_trail').where({ subject: `staff/${staff.id}` })
    expect(acts.map(({ act }) => act)).toEqual(['signed_in'])
  })

  test('lets nobody in who is not listed, where the provider knows of no roles', async () => {
    provider.person = verified('newcomer@news.example')
    const { answer, jar } = await signIn(plain)
    expect(answer.status).toBe(403)
    expect((await jar.get('/finance')).status).toBe(303)
    expect(await roleOf('newcomer@news.example')).toBeUndefined()
  })
})

describe('the provider’s roles', () => {
  test('let somebody new in with the highest role that the mapping gives, and no higher one', async () => {
    provider.person = verified('bookkeeper@news.example', {
      groups: ['editors', 'money', 'admin', 'finance'],
    })
    const { answer, jar } = await signIn(mapped)
    expect(answer.status).toBe(303)
    expect(await roleOf('bookkeeper@news.example')).toBe('finance')
    expect((await jar.get('/finance')).status).toBe(200)
  })

  test('lower and raise a role at the next sign-in, and each change is in the audit trail', async () => {
    const staff = await hireStaff(db.database.knex, 'admin')
    await hireStaff(db.database.knex, 'admin')
    for (const [groups, role] of [
      ['editors', 'viewer'],
      ['money', 'finance'],
    ] as const) {
      provider.person = verified(staff.email, { groups })
      expect((await signIn(mapped)).answer.status).toBe(303)
      expect(await roleOf(staff.email)).toBe(role)
    }
    const acts = await db.database
      .knex('audit_trail')
      .where({ subject: `staff/${staff.id}`, act: 'staff_role_changed' })
      .orderBy('position')
    expect(acts.map(({ before, after, actor_kind: by }) => [before.role, after.role, by])).toEqual([
      ['admin', 'viewer', 'service'],
      ['viewer', 'finance', 'service'],
    ])
  })
})

describe('the second factor', () => {
  test('is asked for after the provider, too', async () => {
    provider.person = verified('owner@news.example', { groups: 'owners' })
    const { jar } = await signIn(strict)
    expect((await jar.get('/finance')).headers.get('Location')).toBe('/finance/account/second-factor')
  })

  test('is not asked for again when the provider says that it asked for one', async () => {
    provider.person = verified('owner.two@news.example', { groups: 'owners', amr: ['pwd', 'mfa'] })
    const { jar } = await signIn(strict)
    expect((await jar.get('/finance')).status).toBe(200)
  })
})

describe('the provider’s word', () => {
  test('is refused in the same words, whatever is wrong with the person', async () => {
    const removed = await hireStaff(db.database.knex, 'finance')
    await removeStaff(db.database.knex, removed.email, new Date())
    const people = [
      { sub: 'without-address', groups: 'owners' },
      { ...verified('unverified@news.example', { groups: 'owners' }), email_verified: false },
      { sub: 'silent', email: 'silent@news.example', groups: 'owners' },
      verified('owner@evil.example', { groups: 'owners' }),
      verified('owner@news.example.evil.example', { groups: 'owners' }),
      verified('unmapped@news.example', { groups: ['readers'] }),
      verified('without.groups@news.example'),
      verified(removed.email, { groups: 'owners' }),
      verified(removed.email, { groups: 'money' }),
    ]
    const pages = new Set<string>()
    for (const person of people) {
      provider.person = person
      const { answer, jar } = await signIn(mapped)
      expect([person.sub, answer.status]).toEqual([person.sub, 403])
      pages.add(await answer.text())
      expect((await jar.get('/finance')).headers.get('Location')).toBe('/finance/sign-in')
    }
    expect(pages.size).toBe(1)
    expect(mapped.refused).toEqual(people.map(() => ({ kind: 'refused_by_provider' })))
    expect(await db.database.knex('staff').where({ id: removed.id }).whereNull('removed_at')).toEqual([])
    expect((await signIn(plain)).answer.status).toBe(403)
    expect(await db.database.knex('authentication_log').where({ staff_id: removed.id })).toEqual([])
  })

  /** @returns the reason in the log, when the way back was changed */
  async function refused(way: (back: URL, authorization: URL) => URL | Promise<URL>) {
    reasons.length = 0
    const staff = await hireStaff(db.database.knex, 'finance')
    provider.person = verified(staff.email)
    const { jar, authorization } = await leave(plain)
    const back = await provider.walk(authorization)
    const changed = await way(back, new URL(authorization))
    const answer = await jar.get(pathOf(changed))
    expect(answer.status).toBe(403)
    expect(await answer.text()).toContain('You could not be signed in')
    expect((await jar.get('/finance')).status).toBe(303)
    // The attempt is over: the right answer comes too late now.
    expect((await jar.get(pathOf(back))).status).toBe(403)
    return reasons[0]
  }
  const withParameter = (url: URL, name: string, value: string) => {
    const changed = new URL(url)
    changed.searchParams.set(name, value)
    return changed
  }

  const without = (url: URL, name: string) => {
    const changed = new URL(url)
    changed.searchParams.delete(name)
    return changed
  }
  /** To the provider of somebody else, which has our client. */
  const elsewhere = (authorization: URL) => {
    foreign.person = verified('anybody@news.example')
    return foreign.walk(new URL(`${authorization.pathname}${authorization.search}`, foreign.issuer).href)
  }
  const changes: readonly (readonly [string, (back: URL, to: URL) => URL | Promise<URL>, string])[] = [
    [
      'with a state of somebody else',
      (back) => withParameter(back, 'state', 'A'.repeat(43)),
      'OAUTH_INVALID_RESPONSE',
    ],
    ['without a state', (back) => without(back, 'state'), 'OAUTH_INVALID_RESPONSE'],
    [
      'with a token whose nonce is somebody else’s',
      (_, to) => provider.walk(withParameter(to, 'nonce', 'B'.repeat(43)).href),
      'OAUTH_JWT_CLAIM_COMPARISON_FAILED',
    ],
    [
      'with a code whose PKCE challenge is somebody else’s',
      (_, to) => provider.walk(withParameter(to, 'code_challenge', 'C'.repeat(43)).href),
      'OAUTH_RESPONSE_BODY_ERROR invalid_grant',
    ],
    [
      'that names a foreign issuer',
      (back) => withParameter(back, 'iss', foreign.issuer),
      'OAUTH_INVALID_RESPONSE',
    ],
    ['that names no issuer', (back) => without(back, 'iss'), 'OAUTH_INVALID_RESPONSE'],
    ['with a code of a foreign issuer', (_, to) => elsewhere(to), 'OAUTH_INVALID_RESPONSE'],
    [
      'with a code of a foreign issuer under our issuer’s name',
      async (_, to) => withParameter(await elsewhere(to), 'iss', provider.issuer),
      'OAUTH_RESPONSE_BODY_ERROR invalid_grant',
    ],
    [
      'that says no',
      (back) => without(withParameter(back, 'error', 'access_denied'), 'code'),
      'OAUTH_AUTHORIZATION_RESPONSE_ERROR access_denied',
    ],
  ]
  test.each(changes)('is refused %s', async (_, change, reason) => {
    expect(await refused(change)).toBe(reason)
  })

  test('is refused the second time, with the same code, also in a browser that kept its cookies', async () => {
    const staff = await hireStaff(db.database.knex, 'finance')
    provider.person = verified(staff.email)
    const { jar, authorization } = await leave(plain)
    const back = await provider.walk(authorization)
    const cookies = { Cookie: jar.header() }
    expect((await jar.get(pathOf(back))).status).toBe(303)
    const before = provider.grants
    expect((await plain.get(pathOf(back), cookies)).status).toBe(403)
    expect(provider.grants).toBe(before)
  })

  test('is refused in a browser that did not leave for the provider', async () => {
    const staff = await hireStaff(db.database.knex, 'finance')
    provider.person = verified(staff.email)
    const { authorization } = await leave(plain)
    const back = await provider.walk(authorization)
    expect((await plain.get(pathOf(back))).status).toBe(403)
    const jar = cookieJar(plain)
    jar.plant('staff-provider', Buffer.from('{}').toString('base64url'))
    jar.plant('staff-provider.sig', 'A'.repeat(27))
    expect((await jar.get(pathOf(back))).status).toBe(403)
  })
})

test('a provider that cannot be reached is said to be so', async () => {
  const gone = await startProvider([CALLBACK])
  await gone.close()
  const service = await financeService(db.database, {
    publicUrl: PUBLIC_URL,
    signIn: { provider: settings(gone.issuer) },
  })
  const answer = await service.get(BEGIN)
  expect(answer.status).toBe(503)
  expect(await answer.text()).toContain('cannot be reached')
  await service.close()
})

test('a provider whose discovery names another issuer is not believed', async () => {
  const service = await financeService(db.database, {
    publicUrl: PUBLIC_URL,
    signIn: { provider: settings(provider.issuer.replace('127.0.0.1', 'localhost')) },
  })
  expect((await service.get(BEGIN)).status).toBe(503)
  await service.close()
})

describe('the claims of a token', () => {
  const allowed = { allowedDomains: ['news.example'], roles: ROLES }
  test.each([
    [verified('a@news.example', { groups: 'money' }), 'finance'],
    [verified('a@news.example', { groups: ['money', 'editors'] }), 'finance'],
    [verified('a@news.example', { groups: ['editors', 'money'] }), 'finance'],
  ])('%o give the role %s', (claims, role) => {
    expect(vouchedFor(claims, allowed)).toMatchObject({ email: 'a@news.example', role })
  })

  test.each([
    [{}, 'address_missing'],
    [verified('no address', { groups: 'money' }), 'address_missing'],
    [{ email: 'a@news.example', email_verified: 'true', groups: 'money' }, 'address_not_verified'],
    [verified('a@sub.news.example', { groups: 'money' }), 'domain_not_allowed'],
    [verified('"b@news.example"@evil.example', { groups: 'money' }), 'address_missing'],
    [verified('a@news.example', { groups: { money: true } }), 'role_not_mapped'],
    [verified('a@news.example', { groups: ['constructor'] }), 'role_not_mapped'],
  ])('%o are refused: %s', (claims, reason) => {
    expect(vouchedFor(claims, allowed)).toBe(reason)
  })
})
