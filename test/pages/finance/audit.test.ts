import { expect } from 'vitest'
import { recordAct } from '../../../src/access/audit/audit-trail-store.ts'
import type { Role } from '../../../src/access/role.ts'
import { headText } from '../../../src/access/audit/audit-verification.ts'
import { auditHead } from '../../../src/access/audit/audit-verification-store.ts'
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

test('shows what acts changed in words, amounts as money and ids to copy', async ({
  service,
  signedIn,
  pool,
}) => {
  const { cookies } = await signedIn('finance')
  const actor = { kind: 'operator', name: 'words@news.example' } as const
  const month = { actor, subject: 'month/2025-11', at: service.now } as const
  const money = { currency: 'usd', reason: 'Paid twice by the bank.' }
  await recordAct(pool, {
    ...month,
    act: 'difference_signed_off',
    after: { kind: 'unknown_type', object: 'txn_JfCeemAc1t8yOP65cNRk6YKN', amountMinor: '-426', ...money },
  })
  await recordAct(pool, {
    ...month,
    act: 'written_off',
    after: { month: '2025-11', amount: 123_456, toAccount: 'other_expenses', ...money },
  })
  await recordAct(pool, {
    actor,
    act: 'donors_exported',
    subject: 'export/0b5f3a52-8d1c-4a4e-9f6a-2f6f0d3b7c11',
    after: {
      file: 'donors',
      to: '2025-12-31',
      from: '2025-01-01',
      measure: 'single',
      above: '25000',
      currency: 'usd',
      outcome: 'broken_off',
      sha256: '9f86d081'.repeat(8),
    },
    at: service.now,
  })
  await recordAct(pool, {
    actor,
    act: 'refund_requested',
    subject: 'donation/0b5f3a52-8d1c-4a4e-9f6a-2f6f0d3b7c13',
    after: { reason: 'duplicate', amountMinor: '600', currency: 'usd' },
    at: service.now,
  })
  await recordAct(pool, {
    actor,
    act: 'account_codes_changed',
    subject: 'settings/accounts',
    before: { stripe_fees: '6000' },
    after: { stripe_fees: '6010' },
    at: service.now,
  })
  const page = await (await service.get(`${PATH}?actor=words%40news.example`, cookies)).text()
  const lines = page.replaceAll(/<(?!code|\/code)[^>]*>/g, ' ').replaceAll(/\s+/g, ' ')
  for (const words of [
    'Kind: Movements of an unknown type',
    'About: <code class="id">txn_JfCeemAc1t8yOP65cNRk6YKN</code>',
    'Amount: -$4.26',
    'Reason: Paid twice by the bank.',
    'Month: November 2025',
    'Amount: $1,234.56',
    'To account: Other expenses',
    'A file',
    'File: Donors above an amount From: Jan 1, 2025 To: Dec 31, 2025',
    'Counts: Single gifts of the amount or more',
    'Reason: It was given twice',
    'At least: $250.00',
    'Outcome: broken off',
    `Fingerprint (SHA-256): <code class="id">${'9f86d081'.repeat(8)}</code>`,
    'Account codes',
    'Stripe fees: 6000 → 6010',
  ])
    expect(lines).toContain(words)
  expect(lines.slice(lines.indexOf('Latest acts'))).not.toMatch(/[a-z]_[a-z]|[a-z]Minor|currency/)
})

test('names what was done to the newsletter, and shows no id instead', async ({
  service,
  signedIn,
  pool,
}) => {
  const { cookies } = await signedIn('finance')
  const actor = { kind: 'operator', name: 'newsletter@news.example' } as const
  const id = '0b5f3a52-8d1c-4a4e-9f6a-2f6f0d3b7c12'
  const acts = [
    ['newsletter_reader_erased', `newsletter-consent/${id}`],
    ['newsletter_sent_again', `newsletter-delivery/${id}`],
  ] as const
  for (const [act, subject] of acts) await recordAct(pool, { actor, act, subject, at: service.now })
  const page = await (await service.get(`${PATH}?actor=newsletter%40news.example`, cookies)).text()
  expect(page).toContain('<a href="/finance/reports/newsletter">A reader of the newsletter</a>')
  expect(page).toContain('<a href="/finance/reports/newsletter">The newsletter’s mailing tool</a>')
  expect(page.replaceAll(/<[^>]*>/g, ' ')).not.toContain(id.slice(0, 8))
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
