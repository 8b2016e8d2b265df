import { parse } from 'csv-parse/sync'
import { expect } from 'vitest'
import type { Role } from '../../src/access/role.ts'
import { giveDonation, hireStaff, signInToken } from '../kit/factories.ts'
import { cookiesOf } from '../kit/finance-service.ts'
import { financeTest } from '../kit/fixtures.ts'

const test = financeTest.extend('signedIn', { scope: 'file' }, ({ db, service }) => async (role: Role) => {
  const staff = await hireStaff(db.database.knex, role)
  const token = await signInToken(db.database.knex, staff, service.now)
  return { staff, cookies: cookiesOf(await service.post('/finance/sign-in/confirm', { token })) }
})

const rowsOf = async (answer: Response): Promise<Record<string, string>[]> =>
  parse(Buffer.from(await answer.arrayBuffer()), { columns: true, bom: true })
const cents = (text = '') => Math.round(Number(text || '0') * 100)
const CODES = {
  'code-donations': '400',
  'name-donations': 'Income:Reader gifts',
  'code-stripe_clearing': '110',
  'name-stripe_clearing': '=Stripe',
}

test('names the accounts that have no code, and with codes makes balanced files for each product', async ({
  db,
  service,
  headers,
  signedIn,
}) => {
  const { knex } = db.database
  const { cookies } = await signedIn('finance')
  await giveDonation(knex, { succeededAt: new Date('2026-03-03T12:00:00Z') })
  await giveDonation(knex, { succeededAt: new Date('2026-03-05T12:00:00Z'), grossMinor: 1234n })
  await giveDonation(knex, {
    succeededAt: new Date('2026-03-05T12:00:00Z'),
    currency: 'jpy',
    grossMinor: 700n,
  })
  const march = 'from=2026-03-01&to=2026-03-31'
  const refused = await service.get(
    `/finance/exports/journal?${march}&product=xero&currency=usd&format=csv`,
    cookies,
  )
  expect(refused.status).toBe(409)
  const page = await refused.text()
  expect(page).toContain('donations, stripe clearing')
  expect(page).toContain('href="/finance/settings/accounts"')
  expect((await service.get(`/api/journal.csv?${march}`, headers)).status).toBe(409)

  const half = await service.post('/finance/settings/accounts', { 'code-bank': '1' }, cookies)
  expect(half.status).toBe(400)
  expect(await half.text()).toContain('id="code-bank-problem"')
  expect((await service.post('/finance/settings/accounts', CODES, cookies)).status).toBe(303)
  expect(await (await service.get('/finance/settings/accounts', cookies)).text()).toContain(
    'value="Income:Reader gifts"',
  )
  const acts = await knex('audit_trail').where({ act: 'account_codes_changed' })
  expect(acts).toMatchObject([
    { after: { donations: '400 Income:Reader gifts', stripe_clearing: '110 =Stripe' } },
  ])

  const quickbooks = await rowsOf(
    await service.get(
      `/finance/exports/journal?${march}&product=quickbooks&by=day&currency=usd&format=csv`,
      cookies,
    ),
  )
  expect(quickbooks.map((row) => Object.values(row))).toEqual([
    [
      'RD-20260303-USD',
      '03/03/2026',
      "'=Stripe",
      '5.00',
      '',
      'Reader donations 2026-03-03: stripe clearing',
      '',
      'USD',
    ],
    [
      'RD-20260303-USD',
      '03/03/2026',
      'Income:Reader gifts',
      '',
      '5.00',
      'Reader donations 2026-03-03: donations',
      '',
      'USD',
    ],
    [
      'RD-20260305-USD',
      '03/05/2026',
      "'=Stripe",
      '12.34',
      '',
      'Reader donations 2026-03-05: stripe clearing',
      '',
      'USD',
    ],
    [
      'RD-20260305-USD',
      '03/05/2026',
      'Income:Reader gifts',
      '',
      '12.34',
      'Reader donations 2026-03-05: donations',
      '',
      'USD',
    ],
  ])
  const xero = await rowsOf(await service.get(`/api/journal.csv?${march}&product=xero&currency=usd`, headers))
  expect(xero.map((row) => [row['*Date'], row['*AccountCode'], row['*TaxRate'], row['*Amount']])).toEqual([
    ['31/03/2026', '110', 'Tax Exempt', '17.34'],
    ['31/03/2026', '400', 'Tax Exempt', '-17.34'],
  ])
  const generic = await rowsOf(await service.get(`/api/journal.csv?${march}&by=day`, headers))
  const sums = new Map<string, number>()
  for (const row of generic)
    sums.set(
      row['Reference'] ?? '',
      (sums.get(row['Reference'] ?? '') ?? 0) + cents(row['Debit']) - cents(row['Credit']),
    )
  expect([...sums]).toEqual([
    ['RD-20260303-USD', 0],
    ['RD-20260305-JPY', 0],
    ['RD-20260305-USD', 0],
  ])
  expect(generic.find((row) => row['Currency'] === 'JPY')?.['Debit']).toBe('700')
  const without = await service.get(`/api/journal.csv?${march}&product=xero`, headers)
  expect(without.status).toBe(400)
})

test('gives on request only what was posted after an earlier export of the same days', async ({
  db,
  service,
  headers,
  signedIn,
}) => {
  const { knex, pool } = db.database
  const { cookies } = await signedIn('auditor')
  const january = 'from=2026-01-01&to=2026-01-31'
  await giveDonation(knex, { succeededAt: new Date('2026-01-03T12:00:00Z') })
  // A posting that is under way while the export is read: its time is before the export's, its commit after it.
  const slow = await pool.connect()
  await slow.query('begin')
  const late = await giveDonation(knex, { succeededAt: new Date('2026-01-04T12:00:00Z'), grossMinor: 999n })
  await slow.query(
    `insert into ledger_transactions (id, source, effect, donation_id, clears, occurred_at, posted_at, booked_on)
    values (gen_random_uuid(), 're_slow', 'refunded', $1, 're_slow', $2, $2, '2026-01-04')`,
    [late.id, service.now],
  )
  await slow.query(`insert into ledger_entries select id, a.*  from ledger_transactions,
    (values ('refunds', 'usd', 999), ('stripe_clearing', 'usd', -999)) as a where source = 're_slow'`)
  const first = await rowsOf(await service.get(`/api/ledger.csv?${january}`, headers))
  expect(first).toHaveLength(4)
  await slow.query('commit')
  slow.release()
  const [{ id, begun_at: begunAt }] = await knex('exports')
    .where({ kind: 'ledger', outcome: 'complete' })
    .orderBy('begun_at', 'desc')
    .limit(1)
  // By the clock that postings bear, too: the database's own is years apart here.
  expect(begunAt).toEqual(service.now)
  await giveDonation(knex, { succeededAt: new Date('2026-02-04T12:00:00Z') })
  const later = await rowsOf(await service.get(`/api/ledger.csv?${january}&since=${id}`, headers))
  expect(later.map((row) => [row['Source'], row['Debit'], row['Credit']])).toEqual([
    ['re_slow', '9.99', ''],
    ['re_slow', '', '9.99'],
  ])
  const page = await (await service.get('/finance/exports', cookies)).text()
  expect(page).toContain(`since=${id}`)
  expect((await service.get(`/api/ledger.csv?${january}&since=${late.id}`, headers)).status).toBe(400)
})

test('auditors read the codes and finance changes them; a viewer and another site do neither', async ({
  service,
  signedIn,
}) => {
  const auditor = await signedIn('auditor')
  const viewer = await signedIn('viewer')
  const finance = await signedIn('finance')
  // The search beside the menu is everybody's.
  const page = await (await service.get('/finance/settings/accounts', auditor.cookies)).text()
  expect(page).not.toContain('action="/finance/settings/accounts"')
  expect(page).not.toMatch(/name="\w+-bank"/)
  expect((await service.post('/finance/settings/accounts', CODES, auditor.cookies)).status).toBe(403)
  const elsewhere = { ...finance.cookies, 'Sec-Fetch-Site': 'cross-site' }
  expect((await service.post('/finance/settings/accounts', CODES, elsewhere)).status).toBe(403)
  for (const path of [
    '/finance/exports',
    '/finance/exports/donations?format=csv',
    '/finance/reports/donors',
    '/finance/reports/receipts',
    '/finance/settings/accounts',
  ])
    expect([path, (await service.get(path, viewer.cookies)).status]).toEqual([path, 403])
})
