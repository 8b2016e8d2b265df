import { expect } from 'vitest'
import { runAdmin } from '../../src/admin/admin.ts'
import { adminDeps, written } from '../kit/admin.ts'
import { hireStaff, signInToken } from '../kit/factories.ts'
import { financeTest } from '../kit/fixtures.ts'
import { cookiesOf } from '../kit/finance-service.ts'

/** Closings whose records this release cannot read: each is shown as it is stored, and every other month goes on. */
const MONTHS = [
  ['2025-09', 99, { month: '2025-09', payouts: [{ payout: 'po_renamed' }], words: '<b>kept</b>' }],
  ['2025-10', 1, { month: '2025-10', isClosed: true }],
  ['2025-11', 1, 'gone'],
  ['2025-12', 1, { payouts: 7 }],
] as const

const test = financeTest
  .extend('closed', { scope: 'file' }, async ({ pool }) => {
    for (const [month, version, record] of MONTHS)
      await pool.query(
        `insert into month_closings (month, closed_at, closed_by, record_version, reconciliation)
         values ($1, '2026-01-02T10:00:00Z', 'books@courier.example', $2, $3::jsonb)`,
        [month, version, JSON.stringify(record)],
      )
    return MONTHS
  })
  .extend('cookies', { scope: 'file' }, async ({ db, service }) => {
    const token = await signInToken(
      db.database.knex,
      await hireStaff(db.database.knex, 'finance'),
      service.now,
    )
    return cookiesOf(await service.post('/finance/sign-in/confirm', { token }))
  })

test('the page of such a month says so, and shows who closed it and what is stored', async ({
  service,
  closed,
  cookies,
}) => {
  for (const [month, version] of closed) {
    const answer = await service.get(`/finance/months/${month}`, cookies)
    expect([month, answer.status]).toEqual([month, 200])
    const page = await answer.text()
    expect(page).toContain(`(version ${version})`)
    expect(page).toContain('Closed by books@courier.example')
    expect(page).not.toContain('Sign off')
  }
  const page = await (await service.get('/finance/months/2025-09', cookies)).text()
  expect(page).toContain('po_renamed')
  expect(page).toContain('&lt;b&gt;kept&lt;/b&gt;')
})

test('the API names the version instead of sending another shape', async ({ service, closed, headers }) => {
  for (const [month, version] of closed) {
    const answer = await service.get(`/api/reconciliation?month=${month}`, headers)
    expect([month, answer.status]).toEqual([month, 409])
    expect(await answer.json()).toMatchObject({
      detail: expect.stringContaining(`has version ${version}`) as unknown,
    })
  }
})

test('the months after it reconcile as before', async ({ service, closed, cookies, headers }) => {
  expect(closed).toHaveLength(4)
  for (const month of ['2026-01', '2026-02']) {
    const answer = await service.get(`/api/reconciliation?month=${month}`, headers)
    expect([month, answer.status]).toEqual([month, 200])
    expect(await answer.json()).toMatchObject({ month, closed: false, differences: [] })
    expect((await service.get(`/finance/months/${month}`, cookies)).status).toBe(200)
  }
})

test('the command reconcile prints what is stored and exits with 1', async ({ db, service, closed }) => {
  const deps = adminDeps(db, () => service.now)
  for (const [month, version, record] of closed) {
    const report = await written((output) => runAdmin(['reconcile', '--month', month], deps, output))
    expect(report.code).toBe(1)
    expect(report.err).toContain(`version ${version}`)
    expect(JSON.parse(report.out)).toEqual(record)
  }
})
