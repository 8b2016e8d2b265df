import { expect } from 'vitest'
import type { Role } from '../../../src/access/role.ts'
import { giveDonation, hireStaff, signInToken } from '../../kit/factories.ts'
import { cookiesOf } from '../../kit/finance-service.ts'
import { financeTest } from '../../kit/fixtures.ts'

const test = financeTest.extend('signedIn', { scope: 'file' }, ({ db, service }) => async (role: Role) => {
  const staff = await hireStaff(db.database.knex, role)
  const token = await signInToken(db.database.knex, staff, service.now)
  return cookiesOf(await service.post('/finance/sign-in/confirm', { token }))
})

test('admins erase a donor after they were asked once more; others and other sites cannot', async ({
  db,
  service,
  signedIn,
}) => {
  const { knex } = db.database
  const gift = await giveDonation(knex, { donorName: '<b>Ann</b>', donorEmail: 'Ann@reader.example' })
  const same = await giveDonation(knex, { donorName: '<b>Ann</b>', donorEmail: 'ann@reader.example' })
  const other = await giveDonation(knex, { donorEmail: 'ben@reader.example' })
  const path = `/finance/donors/${gift.id}/erase`
  const admin = await signedIn('admin')
  for (const role of ['viewer', 'auditor', 'finance'] as const) {
    expect((await service.get(path, await signedIn(role))).status).toBe(403)
    expect((await service.post(path, {}, await signedIn(role))).status).toBe(403)
  }
  expect((await service.post(path, {}, { ...admin, 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403)
  const page = await (await service.get(path, admin)).text()
  expect(page).toContain('&lt;b&gt;Ann&lt;/b&gt;')
  expect(page).toContain('2 gifts are theirs.')

  const exported = await service.get(`/finance/donors/${gift.id}/export`, await signedIn('auditor'))
  expect(exported.headers.get('Content-Disposition')).toContain('attachment')
  expect(await exported.json()).toMatchObject({ email: 'Ann@reader.example', gifts: [{}, {}] })
  expect((await service.get(`/finance/donors/${gift.id}/export`, await signedIn('viewer'))).status).toBe(403)

  await knex('donation_notes').insert({
    donation_id: same.id,
    text: 'Ann rang twice',
    written_by: 'finance@news.example',
    written_at: service.now,
  })
  const finance = await hireStaff(knex, 'finance')
  const view = { staff_id: finance.id, shared: false, saved_at: service.now }
  await knex('saved_views').insert([
    { ...view, id: gift.id, name: 'Ann', filters: 'q=ann%40reader.example' },
    { ...view, id: other.id, name: 'Ben', filters: 'q=ben%40reader.example' },
  ])
  expect((await service.post(path, {}, admin)).status).toBe(303)
  expect(await knex('donation_notes').pluck('text')).toEqual([''])
  expect(await knex('saved_views').pluck('name')).toEqual(['Ben'])
  const rows = await knex('donations').select('id', 'donor_email').orderBy('donor_email')
  const emails = Object.fromEntries(rows.map((row) => [row.id, row.donor_email]))
  expect([emails[gift.id], emails[same.id], emails[other.id]]).toEqual([null, null, 'ben@reader.example'])
  expect((await service.get(path, admin)).status).toBe(404)
  expect((await service.get('/finance/donors/x/erase', admin)).status).toBe(404)
})
