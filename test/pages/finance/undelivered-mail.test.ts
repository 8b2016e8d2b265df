import { describe, expect } from 'vitest'
import type { Role } from '../../../src/access/role.ts'
import { runAdmin } from '../../../src/admin/admin.ts'
import { outboxDepth } from '../../../src/outbox/outbox-store.ts'
import { adminDeps, written } from '../../kit/admin.ts'
import { giveDonation, giveReceipt, hireStaff, signInToken } from '../../kit/factories.ts'
import { cookiesOf } from '../../kit/finance-service.ts'
import { financeTest } from '../../kit/fixtures.ts'

const test = financeTest
  .extend('signedIn', { scope: 'file' }, ({ db, service }) => async (role: Role) => {
    const staff = await hireStaff(db.database.knex, role)
    const token = await signInToken(db.database.knex, staff, service.now)
    return { staff, cookies: cookiesOf(await service.post('/finance/sign-in/confirm', { token })) }
  })
  // A donation whose receipt could not be mailed. Earlier ones are left alone.
  .extend('givenUp', { scope: 'file' }, ({ db }) => async (failure = 'no_such_address') => {
    const { knex } = db.database
    await knex('outbox_messages').whereNotNull('gave_up_at').update({ left_unsent_at: knex.fn.now() })
    const donation = await giveDonation(knex, { donorName: '<b>Ada</b>', donorEmail: 'ada@mial.example' })
    const { number } = await giveReceipt(knex, donation)
    const [row] = await knex('outbox_messages')
      .insert({
        kind: 'receipt',
        message_key: `receipt.${number}`,
        subject: donation.id,
        attempts: 3,
        gave_up_at: knex.fn.now(),
        last_error: 'EENVELOPE 550 5.1.1 RCPT TO',
        failure,
      })
      .returning('id')
    const message = async () => (await knex('outbox_messages').where({ id: row.id.toString() }))[0]
    const email = async () => (await knex('donations').where({ id: donation.id }))[0].donor_email
    return { id: String(row.id), donation, number, message, email, path: `/finance/mail/${row.id}` }
  })

describe('/finance/mail', () => {
  test('shows what was not delivered, about which donation and why, and the overview leads there', async ({
    service,
    signedIn,
    givenUp,
  }) => {
    const { donation, number } = await givenUp()
    const { cookies } = await signedIn('finance')
    const overview = await (await service.get('/finance', cookies)).text()
    expect(overview).toContain('1 e-mail to a reader was not delivered.')
    expect(overview).toContain('href="/finance/mail"')
    const page = await (await service.get('/finance/mail', cookies)).text()
    expect(page).toContain(`href="/finance/donations/${donation.id}"`)
    expect(page).toContain(`Receipt ${number}: $5.00 from <bdi>&lt;b&gt;Ada&lt;/b&gt;</bdi>`)
    expect(page).toContain('says that this address does not exist')
    expect(page).toContain('value="ada@mial.example"')
  })

  test('sends the mail again to the corrected address, and records who corrected it', async ({
    db,
    service,
    headers,
    signedIn,
    givenUp,
  }) => {
    const mail = await givenUp()
    const { staff, cookies } = await signedIn('finance')
    const form = { action: 'send', email: ' ada@mail.example ' }
    const answer = await service.post(mail.path, form, cookies)
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/finance/mail?done=sent'])
    expect(await mail.message()).toMatchObject({
      gave_up_at: null,
      attempts: 0,
      failure: null,
      sent_at: null,
    })
    expect(await mail.email()).toBe('ada@mail.example')
    // The donation's money is untouched, and a second click changes nothing.
    await service.post(mail.path, { ...form, email: 'other@mail.example' }, cookies)
    expect(await mail.email()).toBe('ada@mail.example')
    const record = await (await service.get(`/api/donations/${mail.donation.id}`, headers)).json()
    expect(record).toMatchObject({
      gross: 500,
      history: expect.arrayContaining([
        expect.objectContaining({ kind: 'mail_intervention', what: 'address_corrected', by: staff.email }),
        expect.objectContaining({ kind: 'mail_intervention', what: 'sent_again', by: staff.email }),
      ]),
    })
    const page = await (await service.get(`/finance/donations/${mail.donation.id}`, cookies)).text()
    expect(page).toContain(`${staff.email} corrected the reader’s e-mail address`)
    expect(await outboxDepth(db.database.pool)).toMatchObject({ gaveUp: 0 })
    expect(await (await service.get('/finance', cookies)).text()).not.toContain('/finance/mail')
    const interventions = db.database.knex('outbox_interventions')
    await expect(interventions.update({ made_by: 'nobody' })).rejects.toThrow('append-only')
  })

  test('sends the mail again to the same address without a correction', async ({
    db,
    service,
    signedIn,
    givenUp,
  }) => {
    const mail = await givenUp('sending_limit')
    const { cookies } = await signedIn('admin')
    await service.post(mail.path, { action: 'send', email: 'ada@mial.example' }, cookies)
    const rows = await db.database.knex('outbox_interventions').where({ outbox_message_id: mail.id })
    expect(rows.map(({ kind }) => kind)).toEqual(['sent_again'])
  })

  test('names the problem of an address that cannot be one, keeps what was typed and sends nothing', async ({
    service,
    signedIn,
    givenUp,
  }) => {
    const mail = await givenUp()
    const { cookies } = await signedIn('finance')
    for (const email of ['', 'ada@', 'a@b.example, c@d.example', `${'a'.repeat(250)}@mail.example`]) {
      const answer = await service.post(mail.path, { action: 'send', email }, cookies)
      expect(answer.status).toBe(400)
      const page = await answer.text()
      expect(page).toContain(`id="email-${mail.id}-problem"`)
      expect(page).toContain('aria-invalid="true"')
      expect(page).toContain(`value="${email}"`)
    }
    expect((await mail.message()).gave_up_at).not.toBeNull()
    expect(await mail.email()).toBe('ada@mial.example')
  })

  test('leaves a mail unsent when somebody decides so, and says who', async ({
    db,
    service,
    signedIn,
    givenUp,
  }) => {
    const mail = await givenUp()
    const { staff, cookies } = await signedIn('finance')
    const answer = await service.post(mail.path, { action: 'leave', email: 'nonsense' }, cookies)
    expect(answer.headers.get('Location')).toBe('/finance/mail?done=left')
    expect(await outboxDepth(db.database.pool)).toMatchObject({ gaveUp: 0 })
    const page = await (await service.get(`/finance/donations/${mail.donation.id}`, cookies)).text()
    expect(page).toContain(`${staff.email} decided to leave the e-mail unsent`)
    expect(page).toContain('Receipt could not be delivered by e-mail')
    expect(await mail.email()).toBe('ada@mial.example')
  })

  test('is closed to viewers, strangers and other sites', async ({ service, signedIn, givenUp }) => {
    const mail = await givenUp()
    const viewer = (await signedIn('viewer')).cookies
    const finance = (await signedIn('finance')).cookies
    const form = { action: 'send', email: 'ada@mail.example' }
    expect((await service.get('/finance/mail', viewer)).status).toBe(403)
    expect((await service.post(mail.path, form, viewer)).status).toBe(403)
    expect((await service.post(mail.path, form)).status).toBe(303)
    expect((await service.post(mail.path, form, { ...finance, 'Sec-Fetch-Site': 'cross-site' })).status).toBe(
      403,
    )
    expect(await (await service.get('/finance', viewer)).text()).not.toContain('not delivered')
    expect((await mail.message()).gave_up_at).not.toBeNull()
    for (const path of ['/finance/mail/0', '/finance/mail/x', '/finance/mail/99999999999999999999'])
      expect((await service.post(path, form, finance)).status).toBe(404)
    expect((await service.post(mail.path, { action: 'dance' }, finance)).status).toBe(400)
  })

  test('shows no sign-in mail, and no mail that has nobody to go to', async ({
    db,
    service,
    signedIn,
    givenUp,
  }) => {
    const { knex } = db.database
    await givenUp('nobody_to_write_to')
    const { staff, cookies } = await signedIn('finance')
    await knex('outbox_messages').insert({
      kind: 'staff_sign_in',
      message_key: 'sign-in.x',
      subject: staff.id,
      gave_up_at: knex.fn.now(),
    })
    expect(await outboxDepth(db.database.pool)).toMatchObject({ gaveUp: 0 })
    expect(await (await service.get('/finance/mail', cookies)).text()).toContain('Every e-mail was delivered')
  })
})

describe('npm run admin -- resend-mail', () => {
  test('sends again what was given up, of one donation or of all, and says what', async ({ db, givenUp }) => {
    const admin = (...argv: string[]) =>
      written((output) =>
        runAdmin(
          ['resend-mail', ...argv],
          adminDeps(db, () => new Date()),
          output,
        ),
      )
    const { donation, number, message } = await givenUp()
    const one = await admin('--donation', donation.id)
    expect(one).toMatchObject({ code: 0, err: '1 mail will be sent again.\n' })
    expect(one.out).toContain(`${number}  ${donation.id}  no_such_address  EENVELOPE 550 5.1.1 RCPT TO`)
    expect(await message()).toMatchObject({ gave_up_at: null, attempts: 0 })
    expect(await admin('--donation', donation.id)).toMatchObject({
      code: 0,
      out: '',
      err: 'No mail was given up. Nothing was done.\n',
    })
    await givenUp()
    expect((await admin('--all')).err).toBe('1 mail will be sent again.\n')
    for (const argv of [[], ['--all', '--donation', donation.id], ['--donation', 'x']])
      expect((await admin(...argv)).code).toBe(2)
  })
})
