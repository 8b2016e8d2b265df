import { describe, expect } from 'vitest'
import type { Role } from '../../../src/access/role.ts'
import { hireStaff, signInToken } from '../../kit/factories.ts'
import { cookiesOf } from '../../kit/finance-service.ts'
import { financeTest } from '../../kit/fixtures.ts'
import { selectAll } from '../../kit/processing.ts'

const PATH = '/finance/settings/staff'

const test = financeTest
  .extend('signedIn', { scope: 'file' }, ({ db, service }) => async (role: Role) => {
    const staff = await hireStaff(db.database.knex, role)
    const token = await signInToken(db.database.knex, staff, service.now)
    return { ...staff, cookies: cookiesOf(await service.post('/finance/sign-in/confirm', { token })) }
  })
  .extend('admin', { scope: 'file' }, ({ signedIn }) => signedIn('admin'))
  .extend(
    'acts',
    { scope: 'file' },
    ({ pool }) =>
      (id: string) =>
        selectAll(
          pool,
          `select act, before, after, actor_name as by from audit_trail
        where subject = $1 and act not in ('signed_in', 'signed_out') order by position`,
          `staff/${id}`,
        ),
  )
  .extend(
    'mails',
    { scope: 'file' },
    ({ pool }) =>
      (id: string) =>
        selectAll(pool, `select kind from outbox_messages where subject = $1 order by id`, id),
  )

test('lets a colleague in, mails where, and says so', async ({ service, admin, acts, mails, pool }) => {
  const answer = await service.post(PATH, { email: ' New@News.example ', role: 'auditor' }, admin.cookies)
  expect(answer.status).toBe(303)
  const page = await (await service.get(answer.headers.get('Location') ?? '', admin.cookies)).text()
  expect(page).toContain('new@news.example may sign in now, as Auditor.')
  const [row] = await selectAll(pool, `select id, role from staff where email = 'new@news.example'`)
  const id = String(row?.['id'])
  expect(row?.['role']).toBe('auditor')
  expect(await acts(id)).toEqual([
    { act: 'staff_added', before: null, after: { role: 'auditor' }, by: admin.email },
  ])
  expect(await mails(id)).toEqual([{ kind: 'staff_welcome' }])
})

test('names every problem and keeps what was typed', async ({ service, admin }) => {
  const answer = await service.post(PATH, { email: 'no address', role: 'boss' }, admin.cookies)
  const page = await answer.text()
  expect(answer.status).toBe(400)
  expect(page).toContain('<a href="#email">Write an e-mail address, like you@news.example.</a>')
  expect(page).toContain('<a href="#role">Choose a role.</a>')
  expect(page).toContain('value="no address"')
})

test('does not change the role of somebody who is in by the form that lets people in', async ({
  service,
  admin,
  signedIn,
  acts,
}) => {
  const known = await signedIn('finance')
  const answer = await service.post(PATH, { email: known.email, role: 'viewer' }, admin.cookies)
  expect([answer.status, await answer.text()]).toEqual([
    400,
    expect.stringContaining(`${known.email} may sign in already.`),
  ])
  expect(await acts(known.id)).toEqual([])
})

test('changes a role from the next click on', async ({ service, admin, signedIn, acts }) => {
  const person = await signedIn('finance')
  expect((await service.get('/finance/mail', person.cookies)).status).toBe(200)
  await service.post(`${PATH}/${person.id}/role`, { role: 'viewer' }, admin.cookies)
  expect((await service.get('/finance/mail', person.cookies)).status).toBe(403)
  expect(await acts(person.id)).toEqual([
    { act: 'staff_role_changed', before: { role: 'finance' }, after: { role: 'viewer' }, by: admin.email },
  ])
})

test('takes access away at once, and lets the person in again', async ({
  service,
  admin,
  signedIn,
  acts,
  mails,
}) => {
  const leaver = await signedIn('finance')
  const confirm = await (await service.get(`${PATH}/remove?who=${leaver.id}`, admin.cookies)).text()
  expect(confirm).toContain(`value="${leaver.email}"`)
  const removed = await service.post(`${PATH}/remove`, { email: leaver.email.toUpperCase() }, admin.cookies)
  expect(removed.status).toBe(303)
  expect((await service.get('/finance', leaver.cookies)).headers.get('Location')).toContain(
    '/finance/sign-in',
  )
  const list = await (await service.get(PATH, admin.cookies)).text()
  expect(list).toContain('Former colleagues')

  await service.post(`${PATH}/${leaver.id}/role`, { role: 'viewer' }, admin.cookies)
  expect((await acts(leaver.id)).map(({ act }) => act)).toEqual(['staff_removed', 'staff_let_in_again'])
  expect(await mails(leaver.id)).toEqual([{ kind: 'staff_welcome' }])
  // The session of before stays ended.
  expect((await service.get('/finance', leaver.cookies)).status).toBe(303)
})

test('keeps what was typed when it is nobody’s address', async ({ service, admin }) => {
  const answer = await service.post(`${PATH}/remove`, { email: 'nobody@news.example' }, admin.cookies)
  const page = await answer.text()
  expect([answer.status, page.includes('value="nobody@news.example"')]).toEqual([400, true])
  expect(page).toContain('Nobody with this address may sign in.')
})

test('resets a lost second factor', async ({ service, admin, signedIn, acts, pool }) => {
  const person = await signedIn('viewer')
  await pool.query(
    `insert into staff_passkeys (id, staff_id, credential_id, public_key, counter, transports, name, added_at)
     values (gen_random_uuid(), $1, $2, '\\x00', 0, '{}', 'key', now())`,
    [person.id, `credential ${person.id}`],
  )
  expect(await (await service.get(`${PATH}/${person.id}`, admin.cookies)).text()).toContain(
    'Second factor lost?',
  )
  const answer = await service.post(`${PATH}/${person.id}/second-factor`, {}, admin.cookies)
  expect(answer.status).toBe(303)
  expect(await acts(person.id)).toMatchObject([
    { act: 'second_factor_reset', before: { passkeys: 1, apps: 0 } },
  ])
  expect((await service.get('/finance', person.cookies)).status).toBe(303)
})

describe('an admin', () => {
  test('cannot take their own access or role away', async ({ service, admin, signedIn, acts }) => {
    await signedIn('admin')
    const removal = await service.post(`${PATH}/remove`, { email: admin.email }, admin.cookies)
    const role = await service.post(`${PATH}/${admin.id}/role`, { role: 'finance' }, admin.cookies)
    for (const answer of [removal, role])
      expect([answer.status, await answer.text()]).toEqual([
        400,
        expect.stringContaining('You cannot take your own access'),
      ])
    expect(await acts(admin.id)).toEqual([])
  })

  test('stays: of two who remove each other at once one is left', async ({ service, signedIn, pool }) => {
    const [one, other] = [await signedIn('admin'), await signedIn('admin')]
    await pool.query(`update staff set role = 'finance' where role = 'admin' and id not in ($1, $2)`, [
      one.id,
      other.id,
    ])
    const answers = await Promise.all([
      service.post(`${PATH}/remove`, { email: other.email }, one.cookies),
      service.post(`${PATH}/${one.id}/role`, { role: 'viewer' }, other.cookies),
    ])
    const present = await selectAll(pool, `select id from staff where role = 'admin' and removed_at is null`)
    expect(present).toHaveLength(1)
    // Whoever is out already is led to the sign-in.
    const done = answers.filter(({ headers }) => headers.get('Location')?.startsWith(`${PATH}?done=`))
    expect(done).toHaveLength(1)
    const [last] = present[0]?.['id'] === one.id ? [one] : [other]
    if (!last) throw new Error('one of the two is left')
    const alone = await service.post(`${PATH}/remove`, { email: last.email }, last.cookies)
    expect(await alone.text()).toContain('is the only admin')
  })
})

test('refuses everybody else, other sites and other people’s ids', async ({ service, signedIn }) => {
  const boss = await signedIn('admin')
  const target = await signedIn('viewer')
  const forms: [path: string, form: Record<string, string>][] = [
    [PATH, { email: 'x@news.example', role: 'admin' }],
    [`${PATH}/remove`, { email: target.email }],
    [`${PATH}/${target.id}/role`, { role: 'admin' }],
    [`${PATH}/${target.id}/second-factor`, {}],
  ]
  for (const role of ['viewer', 'auditor', 'finance'] as const) {
    const { cookies } = await signedIn(role)
    for (const [path, form] of forms) expect((await service.post(path, form, cookies)).status).toBe(403)
    for (const path of [PATH, `${PATH}/remove`, `${PATH}/${target.id}`])
      expect((await service.get(path, cookies)).status).toBe(403)
  }
  for (const [path, form] of forms)
    expect((await service.post(path, form, { ...boss.cookies, 'Sec-Fetch-Site': 'cross-site' })).status).toBe(
      403,
    )
  expect((await service.get(`${PATH}/not-an-id`, boss.cookies)).status).toBe(404)
})
