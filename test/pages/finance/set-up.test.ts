import { expect } from 'vitest'
import type { Role } from '../../../src/access/role.ts'
import { readConfig } from '../../../src/config/read-config.ts'
import { setUpOf } from '../../../src/pages/finance/set-up/set-up.ts'
import { hireStaff, signInToken } from '../../kit/factories.ts'
import { cookiesOf } from '../../kit/finance-service.ts'
import { financeTest as test } from '../../kit/fixtures.ts'

const nothing = {
  hasWebhook: false,
  hasSentMail: false,
  hasGift: false,
  staff: 1,
  withoutFactor: 1,
  hasAccountCodes: false,
}

test('counts every step of a new newsroom as to do', () => {
  const { left, mode } = setUpOf(readConfig({ ALLOWED_ORIGINS: 'https://courier.example' }), nothing)
  expect([mode, left]).toEqual(['offline', 7])
})

test('tells a test key from a live one, and shows neither', () => {
  for (const [key, mode] of [
    ['sk_test_51HaRbOuRsEcReT0000', 'test'],
    ['rk_live_51HaRbOuRsEcReT0000', 'live'],
  ] as const) {
    const { stripe, ...config } = readConfig({ ALLOWED_ORIGINS: 'https://courier.example' })
    const found = setUpOf({ ...config, stripe: { ...stripe, secretKey: key } }, nothing)
    expect(found.mode).toBe(mode)
    expect(found.isDone.stripe).toBe(true)
    expect(JSON.stringify(found)).not.toContain('HaRbOuR')
  }
})

test('asks for a second person and for second factors of all who move money', () => {
  const config = readConfig({ ALLOWED_ORIGINS: 'https://courier.example' })
  const staffDone = (staff: number, withoutFactor: number) =>
    setUpOf(config, { ...nothing, staff, withoutFactor }).isDone.staff
  expect([staffDone(1, 0), staffDone(2, 1), staffDone(2, 0)]).toEqual([false, false, true])
})

test('is for finance and admins alone, and neither page nor refusal shows a secret', async ({
  db,
  service,
}) => {
  const { knex } = db.database
  const statusOf = async (role: Role) => {
    const token = await signInToken(knex, await hireStaff(knex, role), service.now)
    const answer = await service.get(
      '/finance/set-up',
      cookiesOf(await service.post('/finance/sign-in/confirm', { token })),
    )
    const body = await answer.text()
    expect(body).not.toMatch(/sk_|rk_|whsec_/)
    return [role, answer.status, body.includes('<h1>Set up')]
  }
  expect(await Promise.all((['viewer', 'auditor', 'finance', 'admin'] as const).map(statusOf))).toEqual([
    ['viewer', 403, false],
    ['auditor', 403, false],
    ['finance', 200, true],
    ['admin', 200, true],
  ])
  const unknown = await service.get('/finance/set-up')
  expect(unknown.status).toBe(303)
  expect(unknown.headers.get('Location')).toContain('/finance/sign-in')
  expect((await service.post('/finance/set-up', {})).status).toBeGreaterThanOrEqual(400)
})
