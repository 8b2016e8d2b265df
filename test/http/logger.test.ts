import { expect, it } from 'vitest'
import { keptLog } from '../kit/log.ts'

it('logs the state, table and constraint of a database error and none of the row that it quotes', () => {
  const kept = keptLog()
  const cause = Object.assign(new Error('insert into donors values (ann@example.org) - duplicate key'), {
    code: '23505',
    severity: 'ERROR',
    detail: 'Key (email)=(ann@example.org) already exists.',
    constraint: 'staff_one_per_email',
  })
  kept.log.error({ err: new Error('outer', { cause }) }, 'failed')
  const line = JSON.parse(kept.text())
  expect(line.err).toMatchObject({
    message: 'outer',
    cause: { code: '23505', constraint: 'staff_one_per_email', message: 'the database answered 23505' },
  })
  expect(line.err.stack).toContain('logger.test.ts')
  expect(kept.text()).not.toContain('ann@')
})

it('writes one line of JSON, whatever a value holds', () => {
  const kept = keptLog()
  const path = '/a"\n{"level":50,"msg":"forged"}\r\u2028\u0000\ud800'
  kept.log.info({ path }, path)
  const lines = kept.text().split('\n').filter(Boolean)
  expect(lines).toHaveLength(1)
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ path, msg: path })
})

it('drops private fields that are handed to it by mistake', () => {
  const kept = keptLog()
  kept.log.info(
    { email: 'ann@example.org', donor: { name: 'Ann' }, request: { headers: { cookie: 'sesame' } } },
    'x',
  )
  expect(kept.text()).not.toMatch(/ann@|Ann|sesame/)
})

it.each([
  ['Invalid API Key provided: sk_live_abc123', 'Invalid API Key provided: [hidden]'],
  ['refused Authorization: Bearer rd_abc-def', 'refused Authorization: [hidden]'],
  ['signed with whsec_abc+/=', 'signed with [hidden]'],
  ['No such customer: ann@example.org', 'No such customer: [hidden]'],
  ['receipt_email=ann%2Bx@example.org&amount=500', 'receipt_email=[hidden]&amount=500'],
  ['connect postgres://app:sesame@db.internal/x', 'connect postgres://[hidden]'],
  ['getaddrinfo ENOTFOUND api.stripe.com', 'getaddrinfo ENOTFOUND api.stripe.com'],
])('logs the message of an error without keys and addresses: %s', (message, logged) => {
  const kept = keptLog()
  kept.log.error({ err: new Error(message) }, 'failed')
  expect(JSON.parse(kept.text()).err.message).toBe(logged)
})
