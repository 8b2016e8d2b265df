import { testKeys } from '../kit/keys.ts'
import { describe, expect } from 'vitest'
import { monthlyReportPdf } from '../../src/exports/monthly-report/monthly-report-pdf.ts'
import { textFor } from '../../src/text/text.ts'
import { pdfText } from '../kit/pdf-text.ts'
import { removeStaff } from '../../src/access/staff-store.ts'
import type { Role } from '../../src/access/role.ts'
import { createComposer } from '../../src/mail/kinds/mail-kinds.ts'
import { monthlyReportRound } from '../../src/mail/monthly-report-worker.ts'
import { claimDue } from '../../src/outbox/outbox-store.ts'
import { giveDonation, hireStaff, signInToken } from '../kit/factories.ts'
import { cookiesOf } from '../kit/finance-service.ts'
import { financeTest } from '../kit/fixtures.ts'
import { currencyNamed } from '../kit/named.ts'
import { profile, selectAll } from '../kit/processing.ts'

const PATH = '/finance/account/monthly-report'

const test = financeTest
  .extend('signedIn', { scope: 'file' }, ({ db, service }) => async (role: Role) => {
    const staff = await hireStaff(db.database.knex, role)
    const token = await signInToken(db.database.knex, staff, service.now)
    return { ...staff, cookies: cookiesOf(await service.post('/finance/sign-in/confirm', { token })) }
  })
  .extend(
    'roundOn',
    { scope: 'file' },
    ({ pool }) =>
      (at: string) =>
        monthlyReportRound(pool, profile.timezone, () => new Date(at))(),
  )
  .extend(
    'keys',
    { scope: 'file' },
    ({ pool }) =>
      (id: string) =>
        selectAll(
          pool,
          `select message_key from outbox_messages where kind = 'monthly_report' and subject = $1 order by id`,
          id,
        ),
  )

describe('the monthly report', () => {
  test('is chosen and ended by a check box on the account page, and recorded', async ({
    service,
    signedIn,
    pool,
  }) => {
    const viewer = await signedIn('viewer')
    const page = async () => (await service.get('/finance/account', viewer.cookies)).text()
    expect(await page()).not.toMatch(/name="send"[^>]*checked/)
    expect((await service.post(PATH, { send: 'yes' }, viewer.cookies)).status).toBe(303)
    await service.post(PATH, { send: 'yes' }, viewer.cookies)
    expect(await page()).toMatch(/name="send"[^>]*checked/)
    await service.post(PATH, {}, viewer.cookies)
    expect(await page()).not.toMatch(/name="send"[^>]*checked/)
    expect((await service.post(PATH, { send: 'no' }, viewer.cookies)).status).toBe(400)
    const acts = await selectAll(
      pool,
      `select after from audit_trail where act = 'report_mail_changed' and subject = $1 order by position`,
      `staff/${viewer.id}`,
    )
    expect(acts).toEqual([{ after: { monthlyReport: true } }, { after: { monthlyReport: false } }])
  })

  test('waits until the fourth, and is put into the outbox once with several workers', async ({
    service,
    signedIn,
    roundOn,
    keys,
  }) => {
    const reader = await signedIn('auditor')
    const other = await signedIn('auditor')
    await service.post(PATH, { send: 'yes' }, reader.cookies)
    await roundOn('2026-04-03T23:00:00Z')
    expect(await keys(reader.id)).toEqual([])
    await Promise.all([roundOn('2026-04-04T12:00:00Z'), roundOn('2026-04-04T12:00:00Z')])
    await roundOn('2026-04-20T12:00:00Z')
    expect(await keys(reader.id)).toEqual([{ message_key: `monthly-report.2026-03.${reader.id}` }])
    expect(await keys(other.id)).toEqual([])
  })

  test('comes at once when the month is closed', async ({ service, signedIn, roundOn, keys, pool }) => {
    const reader = await signedIn('auditor')
    await service.post(PATH, { send: 'yes' }, reader.cookies)
    await pool.query(
      `insert into month_closings (month, closed_at, closed_by, record_version, reconciliation)
       values ('2027-01', now(), 'test', 1, '{}')`,
    )
    await roundOn('2027-02-01T12:00:00Z')
    expect(await keys(reader.id)).toEqual([{ message_key: `monthly-report.2027-01.${reader.id}` }])
  })

  test('has sums, stories and a link in text and HTML, and no donor', async ({
    db,
    service,
    signedIn,
    roundOn,
  }) => {
    const { knex, pool } = db.database
    const on = { succeededAt: new Date('2026-06-10T12:00:00Z') }
    const disputed = await giveDonation(knex, { ...on, grossMinor: 1500n })
    await pool.query(
      `insert into disputes (id, donation_id, currency, amount_minor, status, evidence_due_by, created_at)
       values ('dp_1', $1, 'usd', 1500, 'needs_response', $2, $2)`,
      [disputed.id, new Date(service.now.getTime() + 3 * 86_400_000)],
    )
    await pool.query(
      `insert into payouts (id, currency, amount_minor, status, automatic, arrival_date, created_at, itemisation, read_at)
       values ('po_failed', 'usd', 100, 'failed', true, $1::timestamptz, $1, 'awaited', $1)`,
      [service.now],
    )
    await pool.query(
      `insert into payouts (id, currency, amount_minor, status, automatic, arrival_date, created_at, itemisation, read_at)
       values ('po_june', 'usd', 777, 'paid', true, '2026-06-14', '2026-06-12', 'complete', '2026-06-14')`,
    )
    await giveDonation(knex, { ...on, grossMinor: 700n, articleUrl: null })
    const auditor = await signedIn('auditor')
    const viewer = await signedIn('viewer')
    const leaver = await signedIn('viewer')
    const ended = await signedIn('viewer')
    for (const one of [auditor, viewer, leaver, ended]) await service.post(PATH, { send: 'yes' }, one.cookies)
    await roundOn('2026-07-05T12:00:00Z')
    await service.post(PATH, {}, ended.cookies)
    await knex.transaction((tx) => removeStaff(tx, leaver.email, service.now))
    const compose = createComposer({
      db: knex,
      pool,
      clock: () => service.now,
      publicUrl: 'https://news.example',
      newsroom: profile,
      languages: { offered: ['en'], fallback: 'en' },
      keys: testKeys,
      logoUrl: null,
      reporting: { currency: currencyNamed('usd') },
      renderReport: (report) =>
        report.books === null ? Promise.reject(new Error('busy')) : monthlyReportPdf(report, textFor('en')),
    })
    const due = (await claimDue(pool, 50, 60_000)).filter(({ messageKey }) =>
      messageKey.includes('.2026-06.'),
    )
    const mailTo = async (id: string) => {
      const message = due.find(({ subject }) => subject === id)
      return message ? compose(message, '<a@b>') : undefined
    }
    const mail = await mailTo(auditor.id)
    expect(mail?.to.address).toBe(auditor.email)
    expect(mail?.subject).toContain('June 2026')
    for (const body of [mail?.text, mail?.html]) {
      expect(body).toContain('$22.00')
      expect(body).toContain('The story')
      expect(body).toContain('$15.00')
      expect(body).toContain('The month is not closed yet.')
      // What the file has of the books.
      expect(body).toContain('Income statement in USD')
      expect(body).toMatch(/Result(: |<\/td>\s*<td[^>]*>)\$22\.00/)
      expect(body).toContain('Deposits of the month')
      expect(body).toContain('Jun 14, 2026')
      expect(body).toContain('$7.77')
      expect(body).toContain('2 gifts are not settled')
      expect(body).toContain('https://news.example/finance/months/2026-06')
      expect(body).toMatch(/1 dispute waits for an answer, by \w+ \d+, 2026/)
      expect(body).toContain(`https://news.example/finance/donations/${disputed.id}`)
      expect(body).toContain('1 deposit did not reach the bank.')
      expect(body).toContain('https://news.example/finance/deposits/po_failed')
      expect(body).not.toContain('ann@reader.example')
      expect(body).not.toContain('Ann Giver')
    }
    const [file] = mail?.attachments ?? []
    expect([file?.filename, file?.contentType]).toEqual(['monthly-report-2026-06.pdf', 'application/pdf'])
    const words = pdfText(file?.content ?? Buffer.alloc(0))
    expect(words).toContain('Gifts in June 2026')
    expect(words).toContain('1 deposit did not reach the bank.')
    expect(words).not.toContain('Ann Giver')
    expect(mail?.text).toContain('The report is attached as a PDF')
    const month = await service.get('/finance/months/2026-06/report.pdf', auditor.cookies)
    expect([month.status, month.headers.get('content-type')]).toEqual([200, 'application/pdf'])
    expect(pdfText(Buffer.from(await month.arrayBuffer()))).toContain('Gifts in June 2026')
    expect((await service.get('/finance/months/2026-06/report.pdf', viewer.cookies)).status).toBe(403)
    // The report could not be drawn for the viewer just now: the mail goes out without it.
    const toViewer = await mailTo(viewer.id)
    expect([toViewer?.attachments, toViewer?.text.includes('attached')]).toEqual([undefined, false])
    const forViewer = toViewer?.text
    expect(forViewer).toContain('https://news.example/finance/reports')
    expect(forViewer).not.toMatch(/Income statement|balance at Stripe|Deposits of/)
    expect(forViewer).not.toMatch(/dispute waits|did not reach/)
    expect(await mailTo(ended.id)).toBeNull()
    expect(await mailTo(leaver.id)).toBeUndefined()
  })
})
