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

it('drops private fields that are handed to it by mistake', () => {
  const kept = keptLog()
  kept.log.info(
    { email: 'ann@example.org', donor: { name: 'Ann' }, request: { headers: { cookie: 'sesame' } } },
    'x',
  )
  expect(kept.text()).not.toMatch(/ann@|Ann|sesame/)
})
