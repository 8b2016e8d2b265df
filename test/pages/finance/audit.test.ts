import { expect } from 'vitest'
import { recordAct } from '../../../src/access/audit-trail-store.ts'
import type { Role } from '../../../src/access/role.ts'
import { headText } from '../../../src/access/audit-verification.ts'
import { auditHead } from '../../../src/access/audit-verification-store.ts'
import { hireStaff, signInToken } from '../../kit/factories.ts'
import { cookiesOf } from '../../kit/finance-service.ts'
import { financeTest } from '../../kit/fixtures.ts'

const test = financeTest.extend('signedIn', { scope: 'file' }, ({ db, service }) => async (role: Role) => {
  const staff = await hireStaff(db.database.knex, role)
  const token = await signInToken(db.database.knex, staff, service.now)
  return { staff, cookies: cookiesOf(await service.post('/finance/sign-in/confirm', { token })) }
})

const PATH = '/finance/settings/audit'

test('shows an auditor who did what, and a viewer nothing', async ({ service, signedIn }) => {
  const { staff, cookies } = await signedIn('auditor')
  const page = await (await service.get(PATH, cookies)).text()
  expect(page).toContain('Signed in')
  expect(page).toContain(`by <a href="${PATH}?actor=${encodeURIComponent(staff.email)}">${staff.email}</a>`)
  // What only an admin may open is no link.
  expect(page).not.toContain('href="/finance/settings/staff"')
  const viewer = await signedIn('viewer')
  expect((await service.get(PATH, viewer.cookies)).status).toBe(403)
  expect((await service.get('/finance/settings', viewer.cookies)).status).toBe(403)
})

test('filters by what is in the address, and pages through what fits', async ({
  service,
  signedIn,
  pool,
}) => {
  const { cookies } = await signedIn('finance')
  for (let index = 1; index <= 51; index += 1)
    await recordAct(pool, {
      actor: { kind: 'operator', name: 'kim@news.example' },
      act: 'month_closed',
      subject: 'month/2025-11',
      after: { index },
      at: service.now,
    })
  const filters = 'actor=Kim%40news.example&act=month_closed&subject=month%2F2025-11&from=2026-02-10&to='
  const first = await (await service.get(`${PATH}?${filters}`, cookies)).text()
  expect(first).toContain('November 2025')
  expect(first).toContain('index: 51')
  expect(first).not.toContain('index: 1\n')
  const later = /rel="next"\s+href="([^"]+)"/.exec(first)?.[1]?.replaceAll('&amp;', '&') ?? ''
  const second = await (await service.get(later, cookies)).text()
  expect(second).toMatch(/index: 1\s/)
  expect(second).not.toContain('index: 2<')
  expect(second).not.toContain('rel="next"')
})

test('names every filter that is not valid and keeps what was typed', async ({ service, signedIn }) => {
  const { cookies } = await signedIn('auditor')
  const answer = await service.get(`${PATH}?act=nothing&from=31.1.&actor=Ann&cursor=x`, cookies)
  expect(answer.status).toBe(400)
  const page = await answer.text()
  expect(page).toContain('<a href="#act">Choose one of the list.</a>')
  expect(page).toContain('<a href="#from">Write the first day like 2026-01-31.</a>')
  expect(page).toContain('Start again with the latest acts.')
  expect(page).toContain('value="Ann"')
  expect(page).toContain('value="31.1."')
})

test('checks the whole trail, also against a line that was kept', async ({ service, signedIn, pool, db }) => {
  const { cookies } = await signedIn('auditor')
  const check = async (line: string) => {
    const answer = await service.get(`${PATH}/check?head=${encodeURIComponent(line)}`, cookies)
    return { status: answer.status, page: await answer.text() }
  }
  const line = headText(await auditHead(pool))
  expect((await check('')).page).toContain('The audit trail is whole')
  expect((await check(line)).page).toContain('and your line agrees')
  const refused = await check('12:abc')
  expect([refused.status, refused.page.includes('value="12:abc"')]).toEqual([400, true])
  const { position } = await auditHead(pool)
  expect((await check(headText({ position: position + 3n, hash: Buffer.alloc(32) }))).page).toContain(
    'the latest acts were deleted',
  )
  await db.database.pool.query(
    `alter table audit_trail disable trigger user; update audit_trail set subject = 'staff/x' where position = 1;
     alter table audit_trail enable trigger user`,
  )
  expect((await check('')).page).toContain('The first act that is not right has the number 1.')
})
