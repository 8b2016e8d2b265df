import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createApiToken } from '../../../src/access/tokens/api-token-store.ts'
import { readAuthenticationLog } from '../../../src/access/audit/authentication-log-store.ts'
import { startRefusalLog } from '../../../src/access/audit/refusal-log-worker.ts'
import { removeStaff } from '../../../src/access/staff-store.ts'
import { testDatabase, type TestDatabase } from '../../kit/database.ts'
import { hireStaff, madeEarlier, signInToken } from '../../kit/factories.ts'
import { cookiesOf, financeService, type FinanceService } from '../../kit/finance-service.ts'

let db: TestDatabase
let service: FinanceService

beforeAll(async () => {
  db = await testDatabase()
  service = await financeService(db.database)
})
beforeEach(() => {
  service.now = new Date()
  service.refused.length = 0
})
afterAll(async () => {
  await service.close()
  await db.drop()
})

const logged = async (email: string) =>
  (await readAuthenticationLog(db.database.knex, { since: new Date(0), email })).map(({ kind }) => kind)

const logText = async () =>
  JSON.stringify(await db.database.knex('authentication_log').select('kind', 'staff_id', 'token_id'))

describe('the authentication log', () => {
  test('records that a link was asked for, that it signed in, and that the person signed out', async () => {
    const { knex } = db.database
    const staff = await hireStaff(knex, 'finance')
    await service.post('/finance/sign-in', { email: staff.email })
    const token = await signInToken(knex, staff, service.now)
    const signedIn = await service.post('/finance/sign-in/confirm', { token })
    await service.post('/finance/sign-out', {}, cookiesOf(signedIn))
    expect(await logged(staff.email)).toEqual(['link_asked', 'signed_in', 'signed_out'])
    expect(await logText()).not.toContain(token)
  })

  test('is only added to', async () => {
    const { knex } = db.database
    const staff = await hireStaff(knex, 'viewer')
    await service.post('/finance/sign-in', { email: staff.email })
    const log = knex('authentication_log').where({ staff_id: staff.id })
    await expect(log.clone().update({ kind: 'signed_in' })).rejects.toThrow('append-only')
    await expect(log.clone().delete()).rejects.toThrow('append-only')
    await expect(knex.raw('truncate authentication_log')).rejects.toThrow('append-only')
    await expect(knex('staff').where({ id: staff.id }).delete()).rejects.toThrow(
      'authentication_log_staff_exists',
    )
  })

  test('says why a link was refused: wrong, used, expired, superseded, or of somebody who was removed', async () => {
    const { knex } = db.database
    const [used, expired, superseded, removed] = await Promise.all(
      [1, 2, 3, 4].map(() => hireStaff(knex, 'viewer')),
    )
    if (!used || !expired || !superseded || !removed) throw new Error('four were hired')
    const confirm = (token: string) => service.post('/finance/sign-in/confirm', { token })
    const spent = async (token: string) => expect((await confirm(token)).status).toBe(410)

    await spent('nonsense')
    await spent('A'.repeat(43))
    const usedToken = await signInToken(knex, used, service.now)
    await confirm(usedToken)
    await spent(usedToken)
    const expiredToken = await signInToken(knex, expired, service.now)
    await madeEarlier(knex, expired, 15)
    await spent(expiredToken)
    const supersededToken = await signInToken(knex, superseded, service.now)
    await knex('staff_sign_in_links')
      .where({ staff_id: superseded.id })
      .update({ superseded_at: service.now })
    await spent(supersededToken)
    const removedToken = await signInToken(knex, removed, service.now)
    await removeStaff(knex, removed.email, service.now)
    await spent(removedToken)

    expect(service.refused).toEqual([
      { kind: 'refused_link_unknown', staffId: null },
      { kind: 'refused_link_unknown', staffId: null },
      { kind: 'refused_link_used', staffId: used.id },
      { kind: 'refused_link_expired', staffId: expired.id },
      { kind: 'refused_link_superseded', staffId: superseded.id },
      { kind: 'refused_staff_removed', staffId: removed.id },
    ])
  })

  test('says why a token was refused, and names no token that it does not know', async () => {
    const { knex } = db.database
    const make = async (wish: { readonly expiresAt?: Date; readonly role?: 'viewer' | 'finance' } = {}) =>
      createApiToken(knex, { name: 'books', role: wish.role ?? 'finance', ...wish })
    const ask = async (token: string) =>
      (await service.get('/api/donations', { Authorization: `Bearer ${token}` })).status
    const revoked = await make()
    await knex('api_tokens').update({ revoked_at: new Date() })
    const expired = await make({ expiresAt: new Date(Date.now() - 1_000) })
    const viewer = await make({ role: 'viewer' })

    expect(await ask('x')).toBe(401)
    expect(await ask(`rd_${'A'.repeat(43)}`)).toBe(401)
    expect(await ask(revoked)).toBe(401)
    expect(await ask(expired)).toBe(401)
    expect(await ask(viewer)).toBe(403)
    expect((await service.get('/api/donations')).status).toBe(401)

    const id = expect.stringMatching(/^[0-9a-f-]{36}$/)
    expect(service.refused).toEqual([
      { kind: 'refused_token_unknown', tokenId: null },
      { kind: 'refused_token_unknown', tokenId: null },
      { kind: 'refused_token_revoked', tokenId: id },
      { kind: 'refused_token_expired', tokenId: id },
      { kind: 'refused_role_lacking', tokenId: id },
    ])
  })

  test('notes an unknown address without the address, and a role that does not suffice', async () => {
    const { knex } = db.database
    await service.post('/finance/sign-in', { email: 'stranger@elsewhere.example' })
    const staff = await hireStaff(knex, 'viewer')
    const token = await signInToken(knex, staff, service.now)
    const cookies = cookiesOf(await service.post('/finance/sign-in/confirm', { token }))
    await service.get('/finance/months', cookies)
    expect(service.refused).toEqual([
      { kind: 'refused_address_unknown' },
      { kind: 'refused_role_lacking', staffId: staff.id },
    ])
    expect(await logText()).not.toContain('elsewhere')
  })
})

describe('refusals', () => {
  const quiet = pino({ level: 'silent' })
  const refusals = async () => {
    const rows = await db.database.knex('authentication_log').whereLike('kind', 'refused%').orderBy('id')
    return rows.map(({ kind, times, staff_id: staffId }) => ({ kind, times, staffId }))
  }

  test('of a flood of strangers share one row for each kind', async () => {
    const { knex } = db.database
    const staff = await hireStaff(knex, 'viewer')
    const pauses = { firstMs: 5, everyMs: 3_600_000 }
    const log = startRefusalLog({ db: knex, clock: () => service.now, log: quiet, pauses })
    const flood = () => {
      for (let tries = 0; tries < 500; tries++) log.note({ kind: 'refused_token_unknown', tokenId: null })
      log.note({ kind: 'refused_role_lacking', staffId: staff.id })
    }
    flood()
    await expect.poll(refusals).toHaveLength(2)
    flood()
    flood()
    // The row of a second process, whose pause is over later, shows that this one's lasts on.
    const other = startRefusalLog({ db: knex, clock: () => service.now, log: quiet, pauses })
    other.note({ kind: 'refused_link_used', staffId: staff.id })
    await expect.poll(refusals).toHaveLength(3)
    await log.stop()
    expect(await refusals()).toEqual([
      { kind: 'refused_token_unknown', times: 500, staffId: null },
      { kind: 'refused_role_lacking', times: 1, staffId: staff.id },
      { kind: 'refused_link_used', times: 1, staffId: staff.id },
      { kind: 'refused_token_unknown', times: 1_000, staffId: null },
      { kind: 'refused_role_lacking', times: 2, staffId: staff.id },
    ])
  })

  test('that cannot be written disturb nobody', async () => {
    const lines: string[] = []
    const log = startRefusalLog({
      db: db.database.knex,
      clock: () => new Date(Number.NaN),
      log: pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) }),
    })
    log.note({ kind: 'refused_link_unknown' })
    await log.stop()
    expect(lines.join()).toContain('refusals could not be written')
  })
})
