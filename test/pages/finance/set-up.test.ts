import { expect, test } from 'vitest'
import { readConfig } from '../../../src/config/config.ts'
import { setUpOf } from '../../../src/pages/finance/set-up/set-up.ts'

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
