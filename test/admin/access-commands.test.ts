import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findApiToken } from '../../src/access/tokens/api-token-store.ts'
import { requestSignInMail, useSignInLink } from '../../src/access/sign-in/sign-in-link-store.ts'
import { randomUUID } from 'node:crypto'
import { opened, sealed } from '../../src/access/sealed-secret.ts'
import { putStaff } from '../../src/access/staff-store.ts'
import { olderTestKeys, testKeys } from '../kit/keys.ts'
import { runAdmin } from '../../src/admin/admin.ts'
import { adminDeps, written } from '../kit/admin.ts'
import { testDatabase, type TestDatabase } from '../kit/database.ts'
import { signInToken } from '../kit/factories.ts'
import { cookiesOf, financeService, type FinanceService } from '../kit/finance-service.ts'

let db: TestDatabase
let service: FinanceService
const now = new Date()

beforeAll(async () => {
  db = await testDatabase()
  service = await financeService(db.database)
  service.now = now
})
afterAll(async () => {
  await service.close()
  await db.drop()
})

function admin(...argv: string[]) {
  return written((output) =>
    runAdmin(
      argv,
      adminDeps(db, () => now),
      output,
    ),
  )
}

/** The token of the link that create-staff prints. */
async function printedLink(email: string): Promise<string> {
  const { out } = await admin('create-staff', '--email', email, '--role', 'finance')
  return out.trim().split('/').at(-1) ?? ''
}

describe('remove-staff', () => {
  test('ends sessions, links and mails that wait, at once, and keeps who it was', async () => {
    const { knex } = db.database
    const cookies = cookiesOf(
      await service.post('/finance/sign-in/confirm', { token: await printedLink('leaver@news.example') }),
    )
    expect((await service.get('/finance', cookies)).status).toBe(200)
    const [staff] = await knex('staff').where({ email: 'leaver@news.example' })
    const unused = await signInToken(knex, staff, now)
    await requestSignInMail(knex, { email: staff.email, askedFrom: 'elsewhere' }, now)

    expect(await admin('remove-staff', '--email', 'Leaver@News.example')).toMatchObject({
      code: 0,
      err: 'leaver@news.example is signed out everywhere and cannot sign in any more.\n',
    })
    expect((await service.get('/finance', cookies)).status).toBe(303)
    expect(await knex('staff_sessions').whereRaw(`data->>'staffId' = ?`, [staff.id])).toEqual([])
    expect(await knex('staff_browsers').where({ staff_id: staff.id })).toEqual([])
    expect(await useSignInLink(knex, unused, now)).toBeNull()
    expect(await knex('outbox_messages').where({ subject: staff.id })).toEqual([])
    await requestSignInMail(knex, { email: staff.email, askedFrom: 'elsewhere' }, now)
    expect(await knex('outbox_messages').where({ subject: staff.id })).toEqual([])
    expect((await admin('list-staff')).out).toMatch(/leaver@news\.example +finance .*removed on \d{4}-/)
  })

  test('says when nobody has the address, and does it once', async () => {
    await printedLink('once@news.example')
    expect((await admin('remove-staff', '--email', 'once@news.example')).code).toBe(0)
    for (const email of ['once@news.example', 'nobody@news.example'])
      expect(await admin('remove-staff', '--email', email)).toMatchObject({
        code: 1,
        err: `Nobody with the address ${email} may sign in. Nothing was done.\n`,
      })
    expect((await admin('remove-staff')).err).toContain('--email is needed')
  })

  test('is undone by create-staff, which opens no old link', async () => {
    const old = await printedLink('back@news.example')
    await admin('remove-staff', '--email', 'back@news.example')
    const fresh = await printedLink('back@news.example')
    expect(await useSignInLink(db.database.knex, old, now)).toBeNull()
    expect(await useSignInLink(db.database.knex, fresh, now)).not.toBeNull()
  })
})

describe('tokens', () => {
  const token = async (name: string, ...more: string[]) =>
    admin('create-token', '--name', name, '--role', 'viewer', ...more)

  test('expire after a year, or after the days that create-token is given, and say so beside the token', async () => {
    const year = new Date(now.getTime() + 365 * 86_400_000)
    const { out, err } = await token('a year')
    expect(out).toMatch(/^rd_[\w-]{43}\n$/)
    expect(err).toContain(`It works until ${year.toISOString()}.`)
    const week = new Date(now.getTime() + 7 * 86_400_000)
    expect((await token('a week', '--expires-in-days', '7')).err).toContain(week.toISOString())
  })

  test.each(['0', '-1', '1.5', 'x', '99999'])('are not made with %s days', async (days) => {
    const { code, out, err } = await token('odd', `--expires-in-days=${days}`)
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain('--expires-in-days must be')
  })

  test('are refused once they have expired or are revoked, by name or by id', async () => {
    const { knex } = db.database
    const works = async (made: { out: string }) => (await findApiToken(knex, made.out.trim())) !== null
    const expiring = await token('expiring', '--expires-in-days', '1')
    expect(await works(expiring)).toBe(true)
    await knex('api_tokens').where({ name: 'expiring' }).update({ expires_at: knex.fn.now() })
    expect(await works(expiring)).toBe(false)

    const byName = await token('by name')
    expect(await admin('revoke-token', '--name', 'by name')).toMatchObject({ code: 0, out: '' })
    expect(await works(byName)).toBe(false)
    expect(await admin('revoke-token', '--name', 'by name')).toMatchObject({
      code: 1,
      err: 'The token is revoked already. Nothing was done.\n',
    })

    const twins = [await token('twin'), await token('twin')]
    const refusal = await admin('revoke-token', '--name', 'twin')
    expect(refusal).toMatchObject({ code: 1, err: expect.stringContaining('2 tokens have this name') })
    const [id] = /[0-9a-f-]{36}/.exec(refusal.err) ?? []
    expect(await admin('revoke-token', '--id', String(id))).toMatchObject({ code: 0 })
    expect((await Promise.all(twins.map(works))).toSorted()).toEqual([false, true])
  })

  test.each([
    [[], 'give either --name or --id'],
    [['--name', 'a', '--id', '00000000-0000-4000-8000-000000000000'], 'give either --name or --id'],
    [['--id', 'books'], '--id must be an id of list-tokens'],
  ])('are not revoked by revoke-token %j', async (argv, words) => {
    expect(await admin('revoke-token', ...argv)).toMatchObject({
      code: 2,
      err: expect.stringContaining(words),
    })
  })

  test('are listed with their last day of use, and never themselves', async () => {
    const { knex } = db.database
    const made = await token('listed')
    expect((await admin('list-tokens')).out).toMatch(
      /listed +viewer +[\d-]{10} +never +[\d-]{10} +works +[0-9a-f-]{36}/,
    )
    await findApiToken(knex, made.out.trim())
    const { out } = await admin('list-tokens')
    expect(out).toMatch(/listed +viewer +[\d-]{10} +\d{4}-\d{2}-\d{2} +[\d-]{10} +works/)
    expect(out).not.toContain('rd_')
    expect(out).not.toContain(made.out.trim())
  })
})

test('list-sign-ins prints who got in, who was refused and who was let in or removed', async () => {
  const link = await printedLink('watched@news.example')
  const cookies = cookiesOf(await service.post('/finance/sign-in/confirm', { token: link }))
  await service.post('/finance/sign-out', {}, cookies)
  await admin('remove-staff', '--email', 'watched@news.example')
  const { out, err } = await admin('list-sign-ins', '--email', 'watched@news.example')
  const lines = out.trim().split('\n').slice(1)
  expect(lines.map((line) => line.split('watched@news.example')[1]?.trim())).toEqual([
    'was let in, or got a role, by create-staff',
    'got a sign-in link from create-staff',
    'signed in',
    'signed out',
    'was removed by remove-staff',
  ])
  expect(err).toContain('5 entries since')
  expect(out).not.toContain(link)
  expect((await admin('list-sign-ins')).out).toMatch(
    /token twin \([0-9a-f-]{36}\) +was revoked by revoke-token/,
  )
  expect((await admin('list-sign-ins', '--days', '0')).code).toBe(2)
})

describe('reset-second-factor', () => {
  test('takes the factors and sessions of one person away, and records who did it', async () => {
    const { knex } = db.database
    const email = 'locked-out@news.example'
    const cookies = cookiesOf(
      await service.post('/finance/sign-in/confirm', { token: await printedLink(email) }),
    )
    const [staff] = await knex('staff').where({ email })
    await knex('staff_totp_secrets').insert({
      staff_id: staff.id,
      sealed_secret: Buffer.from('sealed'),
      last_step: 0,
      added_at: now,
    })
    const asked = await service.get('/finance', cookies)
    expect(asked.headers.get('Location')).toBe('/finance/sign-in/second-factor')

    const { code, err } = await admin('reset-second-factor', '--email', email)
    expect([code, err]).toEqual([0, expect.stringContaining('has lost 1 second factor')])
    expect((await service.get('/finance', cookies)).headers.get('Location')).toBe('/finance/sign-in')
    expect(await knex('staff_totp_secrets').where({ staff_id: staff.id })).toEqual([])
    expect(
      await knex('audit_trail').where({ act: 'second_factor_reset', subject: `staff/${staff.id}` }),
    ).toEqual([expect.objectContaining({ actor_kind: 'operator', before: { apps: 1, passkeys: 0 } })])
    expect(await admin('reset-second-factor', '--email', 'nobody@news.example')).toMatchObject({ code: 1 })
  })
})

describe('seal-secrets', () => {
  test('seals what a former secret sealed with the present one, and nothing twice', async () => {
    const { knex } = db.database
    const staff = await putStaff(knex, { email: 'app@news.example', role: 'finance' })
    const endpoint = randomUUID()
    const sealedWith = (owner: string) => sealed('a secret', owner, olderTestKeys.secondFactors)
    await knex('staff_totp_secrets').insert({
      staff_id: staff.id,
      sealed_secret: sealedWith(staff.id),
      last_step: 0,
      added_at: now,
    })
    await knex('webhook_endpoints').insert({
      id: endpoint,
      url: 'https://crm.example/gifts',
      description: '',
      events: ['donation.succeeded'],
      with_donor: false,
      sealed_secret: sealed('a secret', endpoint, olderTestKeys.webhookSecrets),
      former_sealed_secret: sealed('an older one', endpoint, olderTestKeys.webhookSecrets),
      former_secret_until: now,
      created_at: now,
    })
    expect((await admin('seal-secrets')).err).toBe(
      'Sealed anew: 1 authenticator apps, 1 webhook endpoints.\n',
    )
    const [app] = await knex('staff_totp_secrets').where({ staff_id: staff.id })
    const [kept] = await knex('webhook_endpoints').where({ id: endpoint })
    expect(opened(app.sealed_secret, staff.id, [testKeys.secondFactors[0]])).toBe('a secret')
    expect(opened(kept.sealed_secret, endpoint, [testKeys.webhookSecrets[0]])).toBe('a secret')
    expect(opened(kept.former_sealed_secret, endpoint, [testKeys.webhookSecrets[0]])).toBe('an older one')
    expect((await admin('seal-secrets')).err).toContain('0 authenticator apps, 0 webhook endpoints')
    expect(await knex('audit_trail').where({ act: 'secrets_sealed_anew' })).toHaveLength(2)
  })
})
