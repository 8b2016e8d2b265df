import { expect } from 'vitest'
import { runAdmin } from '../../../src/admin/admin.ts'
import { putStaff } from '../../../src/access/staff-store.ts'
import { adminDeps, written } from '../../kit/admin.ts'
import { hireStaff, signInToken } from '../../kit/factories.ts'
import { cookiesOf } from '../../kit/finance-service.ts'
import { financeTest as test } from '../../kit/fixtures.ts'
import { selectAll } from '../../kit/processing.ts'

const FORM = '/finance/months/2026-02/other-activity'

test('finance says on the page, once and with a name, that other activity is not theirs to explain', async ({
  db,
  pool,
  service,
}) => {
  const signedIn = async (role: 'finance' | 'viewer') => {
    const staff = await hireStaff(db.database.knex, role)
    const token = await signInToken(db.database.knex, staff, service.now)
    return { staff, cookies: cookiesOf(await service.post('/finance/sign-in/confirm', { token })) }
  }
  const decisions = () =>
    selectAll(
      pool,
      `select is_explained as explained, decided_by as by from others_activity_rules order by id`,
    )
  const viewer = await signedIn('viewer')
  expect((await service.post(FORM, { explained: 'yes' }, viewer.cookies)).status).toBe(403)
  const { staff, cookies } = await signedIn('finance')
  expect((await service.post(FORM, { explained: 'perhaps' }, cookies)).status).toBe(400)
  expect(await decisions()).toEqual([])

  expect((await service.post(FORM, { explained: 'yes', reason: 'ok.' }, cookies)).status).toBe(400)
  const reason = 'The shop keeps its own books'
  const said = await service.post(FORM, { explained: 'yes', reason }, cookies)
  expect([said.status, said.headers.get('location')]).toEqual([303, '/finance/months/2026-02#other-activity'])
  const page = await (await service.get('/finance/months/2026-02', cookies)).text()
  expect(page).toContain('Other activity on this Stripe account')
  expect(page).toContain(`${staff.email} said on`)
  expect(page).toContain(reason)
  expect(page).toContain('name="explained" value="no"')

  const admin = (...argv: string[]) =>
    written((output) =>
      runAdmin(
        argv,
        adminDeps(db, () => service.now),
        output,
      ),
    )
  const { knex } = db.database
  await putStaff(knex, { email: 'books@courier.example', role: 'finance' })
  await putStaff(knex, { email: 'reads@courier.example', role: 'auditor' })
  const by = ['--by', 'Books@courier.example'] as const
  const stranger = await admin('explain-other-activity', '--by', 'nobody@courier.example')
  expect([stranger.code, stranger.err]).toEqual([1, expect.stringContaining('who is no member of staff')])
  const auditor = await admin('explain-other-activity', '--by', 'reads@courier.example')
  expect([auditor.code, auditor.err]).toEqual([1, expect.stringContaining('whose role is auditor')])
  expect((await admin('explain-other-activity', ...by, '--withdraw')).code).toBe(0)
  expect((await admin('explain-other-activity')).err).toContain('--by is needed')
  expect(await decisions()).toEqual([
    { explained: true, by: staff.email },
    { explained: false, by: 'books@courier.example' },
  ])
})
