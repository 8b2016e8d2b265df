import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { reminderRound } from '../../../src/checkout/reminder-worker.ts'
import { composeCheckoutReminder } from '../../../src/mail/kinds/reminder-mail.ts'
import { eraseDonor } from '../../../src/donors/erasure/erase-donor.ts'
import { readConfig } from '../../../src/config/read-config.ts'
import { ARRIVED, startTestService, type TestService } from '../../kit/service.ts'
import { until } from '../../kit/until.ts'

/** A reader asks to be reminded, leaves Stripe's page, and gets one mail; over HTTP and without scripts. */

const HOUR_MS = 3_600_000

let service: TestService
beforeAll(async () => {
  service = await startTestService({ CHECKOUT_REMINDER: 'on', CURRENCIES: 'usd' }, { asApp: true })
})
afterAll(() => service?.stop())

const post = (path: string, form: Record<string, string>) =>
  fetch(service.url + path, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'Sec-Fetch-Site': 'same-origin' },
    body: new URLSearchParams(form),
  })

const begin = async (form: Record<string, string>) =>
  post('/donate', {
    lang: 'en',
    shownCurrency: 'usd',
    amount: '1000',
    frequency: 'once',
    idempotencyKey: crypto.randomUUID(),
    ...form,
  })

/** A gift begun with the wish; its checkout, and Stripe's session. */
async function begun(email: string) {
  const answer = await begin({ remind: 'true', remindEmail: email })
  expect(answer.status).toBe(303)
  const { rows } = await service.database.pool.query<{ id: string; session: string }>(
    `select c.id, c.stripe_session_id as session from checkout_reminders r join checkouts c on c.id = r.checkout_id
      where r.email = $1 order by r.consented_at desc limit 1`,
    [email],
  )
  const [row] = rows
  if (!row) throw new Error('no wish was kept')
  return { id: row.id, session: { id: row.session, url: answer.headers.get('location') ?? '' } }
}

/** The payment page has closed for longer than an hour. */
const closePage = (id: string) =>
  service.database.pool.query(
    `update checkouts set stripe_session_expires_at = now() - interval '2 hours' where id = $1`,
    [id],
  )

const round = () => reminderRound(service.database.pool, () => new Date())()

const mailsTo = async (email: string) =>
  (await service.mails.list()).filter(
    ({ mail }) => mail.to === email && mail.subject.includes('is not finished'),
  )

/** What would be sent now. */
const composed = (id: string) => {
  const { newsroom, languages } = readConfig({})
  const keys = { newsletterLinks: ['a key of this test alone'] as const }
  return composeCheckoutReminder(
    { pool: service.database.pool, publicUrl: service.url, newsroom, languages, logoUrl: null, keys },
    { id: 1n, kind: 'checkout_reminder', messageKey: `reminder.${id}`, subject: id, attempts: 1 },
    '<reminder@test.example>',
  )
}

const kept = async (email: string) =>
  (
    await service.database.pool.query('select from checkout_reminders where lower(email) = lower($1)', [
      email,
    ])
  ).rowCount

/** A checkout whose reminder is owed and not sent yet. */
async function reminderOwedTo(email: string): Promise<string> {
  const { id } = await begun(email)
  await closePage(id)
  await service.database.pool.query(
    'update checkout_reminders set queued_at = now() where checkout_id = $1',
    [id],
  )
  expect(await composed(id)).not.toBe(null)
  return id
}

describe('a reminder of an unfinished gift', () => {
  it('goes out once, after the payment page has closed, resumes the gift and can be declined by one press', async () => {
    const form = await (await service.get('/donate?lang=en')).text()
    expect(form).toContain('name="remind"')
    expect(form).not.toMatch(/name="remind"[^>]*checked/)
    const sentence = /<span>(Yes, [^<]*remind me once[^<]*)<\/span>/.exec(form)?.[1]
    const email = 'once@reader.example'
    const { id } = await begun(email)
    const { rows } = await service.database.pool.query(
      `select consent, language from checkout_reminders where checkout_id = $1`,
      [id],
    )
    expect(rows).toEqual([{ consent: sentence, language: 'en' }])
    await round()
    expect(await composed(id)).toBe(null)
    await closePage(id)
    await round()
    const [found] = await until('the mail', async () => {
      const mails = await mailsTo(email)
      return mails.length > 0 ? mails : null
    })
    expect(found?.mail.text).toContain(`/donate?again=${id}`)
    expect(await (await service.get(`/donate?again=${id}&lang=en`)).text()).toContain('value="1000"')
    await round()
    expect(await mailsTo(email)).toHaveLength(1)
    const eml = String(await service.mails.readEml(found?.name ?? '')).replaceAll(/\r\n[ \t]/g, '')
    const stop = /^List-Unsubscribe: *<(http[^>]+)>/m.exec(eml)?.[1] ?? ''
    expect(await (await fetch(stop)).text()).toContain('<button')
    expect(await kept(email)).toBe(1)
    expect((await fetch(stop, { method: 'POST' })).status).toBe(200)
    expect(await kept(email)).toBe(0)
    expect((await fetch(stop.slice(0, -1), { method: 'POST' })).status).toBe(404)
  })

  it('is not sent when a gift of the address arrives after it was queued', async () => {
    const email = 'later@reader.example'
    const id = await reminderOwedTo(email)
    const session = await service.session()
    await service.pay(session, { email: email.toUpperCase() })
    await service.thankYou(session, ARRIVED)
    expect(await composed(id)).toBe(null)
    await round()
    expect(await kept(email)).toBe(0)
  })

  it('is not sent while a bank debit of the address settles', async () => {
    const email = 'debit@reader.example'
    const id = await reminderOwedTo(email)
    const session = await service.session()
    await service.pay(session, { how: 'bank_debit', email })
    await until('the debit to be known', async () => {
      const { rows } = await service.database.pool.query(
        `select from checkouts where stripe_session_id = $1 and status = 'processing'`,
        [session.id],
      )
      return rows.length === 1
    })
    expect(await composed(id)).toBe(null)
    await round()
    expect(await kept(email)).toBe(0)
  })

  it('is not sent when the payment of an expired checkout is reported late', async () => {
    const email = 'late@reader.example'
    const { id, session } = await begun(email)
    const { pool } = service.database
    await closePage(id)
    await pool.query(`update checkouts set status = 'expired' where id = $1`, [id])
    await service.pay(session, { email: 'other@reader.example' })
    await service.thankYou(session, ARRIVED)
    await pool.query('update checkout_reminders set queued_at = now() where checkout_id = $1', [id])
    expect(await composed(id)).toBe(null)
    await round()
    expect(await mailsTo(email)).toHaveLength(0)
  })

  it('is one for several tries of an address, and none for an erased one', async () => {
    const email = 'many@reader.example'
    const tries = [await begun(email), await begun(email)]
    for (const { id } of tries) await closePage(id)
    await round()
    await until('the mail', async () => ((await mailsTo(email)).length > 0 ? true : null))
    expect(await mailsTo(email)).toHaveLength(1)
    // A try of another day agrees again, and the address has its mail of this month.
    const another = await begun(email.toUpperCase())
    await closePage(another.id)
    await round()
    const owed = async () =>
      (
        await service.database.pool.query('select from outbox_messages where message_key = $1', [
          `reminder.${another.id}`,
        ])
      ).rowCount
    expect(await owed()).toBe(0)
    expect(await composed(another.id)).not.toBe(null)
    const { pool } = service.database
    const monthAgo = new Date(Date.now() - 31 * 24 * HOUR_MS)
    const earlier = tries.map(({ id }) => id)
    await pool.query('update checkout_reminders set consented_at = $2 where checkout_id = any($1)', [
      earlier,
      monthAgo,
    ])
    await pool.query('update checkout_reminders set queued_at = null where checkout_id = $1', [another.id])
    await round()
    expect(await owed()).toBe(1)
    const session = await service.session()
    const erased = 'erased@reader.example'
    await service.pay(session, { email: erased })
    await service.thankYou(session, ARRIVED)
    const { id } = await begun(erased)
    const { rows } = await pool.query<{ id: string }>('select id from donations where donor_email = $1', [
      erased,
    ])
    const actor = { kind: 'operator', name: 'op' } as const
    await eraseDonor({ pool, clock: () => new Date() }, { donationId: rows[0]?.id ?? '', actor })
    expect(await kept(erased)).toBe(0)
    expect(await composed(id)).toBe(null)
  })

  it('needs the box and an address', async () => {
    expect((await begin({ remindEmail: 'unticked@reader.example' })).status).toBe(303)
    expect(await kept('unticked@reader.example')).toBe(0)
    const refused = await begin({ remind: 'true', remindEmail: 'nobody' })
    expect([refused.status, await refused.text()]).toEqual([
      400,
      expect.stringMatching(/id="remindEmail"[^>]*aria-invalid="true"/),
    ])
  })

  it('is forgotten after a month', async () => {
    const email = 'old@reader.example'
    const { id } = await begun(email)
    await service.database.pool.query(
      `update checkout_reminders set consented_at = $2 where checkout_id = $1`,
      [id, new Date(Date.now() - 31 * 24 * HOUR_MS)],
    )
    await round()
    expect(await kept(email)).toBe(0)
  })
})
