import { pino } from 'pino'
import { expect } from 'vitest'
import { eraseDonor } from '../../src/donors/erasure/erase-donor.ts'
import { giftsOfAddress } from '../../src/donors/donor-gifts-store.ts'
import { statementOf } from '../../src/donors/statements/statement-store.ts'
import { historyImportRound } from '../../src/imports/import-worker.ts'
import { makeRefund } from '../../src/refunds/make-refund.ts'
import { verify } from '../../src/verification/verify.ts'
import { operator } from '../kit/admin.ts'
import { dyingAt, KILLED } from '../kit/dying-pool.ts'
import { bearer, hireStaff, signInToken } from '../kit/factories.ts'
import { cookiesOf } from '../kit/finance-service.ts'
import { financeTest } from '../kit/fixtures.ts'
import { ownership } from '../kit/marks.ts'
import { applyAll, openCheckout, receive, selectAll } from '../kit/processing.ts'
import { charge, sessionOf, stripeEvent } from '../kit/stripe-events.ts'

const NOW = new Date('2026-02-10T12:00:00Z')
const silent = pino({ level: 'silent' })

const test = financeTest.extend('desk', { scope: 'file' }, async ({ db, service }) => {
  const { pool, knex } = db.database
  const token = await signInToken(knex, await hireStaff(knex, 'finance'), service.now)
  const cookies = cookiesOf(await service.post('/finance/sign-in/confirm', { token }))
  const round = historyImportRound({ pool, clock: () => NOW, timezone: 'America/New_York', log: silent })
  return {
    cookies,
    work: async () => {
      while (await round());
    },
    async send(text: string): Promise<Response> {
      const form = new FormData()
      form.set('gifts', new Blob([text], { type: 'text/csv' }), 'gifts.csv')
      return fetch(`${service.url}/finance/imports`, {
        method: 'POST',
        redirect: 'manual',
        body: form,
        headers: { 'Sec-Fetch-Site': 'same-origin', ...cookies },
      })
    },
    page: async (path: string) => (await service.get(path, cookies)).text(),
    post: (path: string, fields: Record<string, string> = {}) => service.post(path, fields, cookies),
  }
})

const HEADINGS = 'Gift,Day,Sum,Mail,Who'
const COLUMNS = {
  source: 'paper',
  'column-id': '0',
  'column-date': '1',
  'column-amount': '2',
  'column-email': '3',
  'column-name': '4',
  dateOrder: 'dmy',
  decimalSign: '.',
  currency: 'usd',
  timezone: 'America/New_York',
  paidWords: '',
}

test('finance says once what the columns mean, looks at what was found, and imports it', async ({
  db,
  service,
  desk,
}) => {
  const { pool } = db.database
  const sent = await desk.send(`${HEADINGS}\n1,03/04/2023,5.00,ada@reader.example,Ada\n2,04/04/2023,x,,\n`)
  const path = sent.headers.get('Location') ?? ''
  expect(await desk.page(path)).toContain('What do the columns mean?')
  const refused = await desk.post(`${path}/columns`, { ...COLUMNS, dateOrder: '' })
  expect([refused.status, await refused.text()]).toEqual([
    400,
    expect.stringContaining('Say how dates are written.'),
  ])
  expect((await desk.post(`${path}/columns`, COLUMNS)).status).toBe(303)
  await desk.work()
  const found = await desk.page(path)
  expect(found).toContain('Import 1 gift')
  expect(found).toContain('The amount cannot be read.')
  expect(await selectAll(pool, 'select from donations')).toEqual([])
  expect((await desk.post(`${path}/start`)).status).toBe(303)
  await desk.work()
  expect(await desk.page(path)).toContain('1 gift of paper is imported.')
  expect((await desk.post(`${path}/start`)).status).toBe(409)

  const listed = await desk.page(`/finance/donations?import=${path.split('/').at(-1)}`)
  expect(listed).toContain('imported from paper')
  const [gift] = await selectAll(pool, 'select id from donations')
  const id = String(gift?.['id'])
  const donation = await desk.page(`/finance/donations/${id}`)
  expect(donation).toContain('From paper, its id there: 1')
  expect(donation).toContain('the former system issued it')
  expect(donation).not.toContain('/refunds')
  expect(await desk.page(`/finance/donors/${id}`)).toContain('imported from paper')
  const rows = await service.get(`${path}/rows.csv`, desk.cookies)
  expect(await rows.text()).toContain('"3","Sum","The amount cannot be read."')
  const refund = await makeRefund(
    { pool, createRefund: () => Promise.reject(new Error('Stripe is not asked')) },
    {
      id: id.replace('0', '1'),
      donationId: id,
      typed: '5.00',
      reason: 'duplicate',
      requestedBy: operator('root'),
      requestedAt: NOW,
    },
  )
  expect(refund).toEqual({ outcome: 'unknown_donation' })
  expect(await giftsOfAddress(pool, 'ada@reader.example')).toMatchObject([
    { isImported: true, receipt: null },
  ])
  const statement = await statementOf(
    pool,
    'ada@reader.example',
    { from: '2023-01-01', to: '2023-12-31' },
    NOW,
  )
  expect(statement?.gifts).toMatchObject([{ isImported: true, receipt: null, grossMinor: 500n }])

  // The next file with these headings is read in the same way.
  const next =
    (
      await desk.send(`${HEADINGS}\n1,03/04/2023,5.00,ada@reader.example,Ada\n5,03/06/2023,7.00,,\n`)
    ).headers.get('Location') ?? ''
  await desk.work()
  expect(await desk.page(next)).toContain('Import 1 gift')
  expect(await desk.page(next)).toContain('Imported before')
  await desk.post(`${next}/cancel`)
})

const DONORBOX = [
  "Id,Name,Donor's First Name,Donor's Last Name,Donating Company,Email,Amount,Currency,Donation Date,Status,Amount Refunded,Campaign,Interval,Plan Id,Stripe Charge Id",
  '901,Dora Box,Dora,Box,,dora@reader.example,25.00,USD,2023-03-04T15:05:06.000Z,paid,,Spring Drive,,,ch_theirs1',
  '902,Dora Box,Dora,Box,,DORA@reader.example,5.00,USD,2023-04-01T02:30:00.000Z,paid,,Spring Drive,monthly,77,ch_theirs2',
  '903,Dora Box,Dora,Box,,dora@reader.example,9.00,USD,2023-04-05T15:05:06.000Z,paid,,Spring Drive,,,ch_ours',
  '904,Paul Part,Paul,Part,,paul@reader.example,10.00,USD,2023-04-06T15:05:06.000Z,paid,4.00,Spring Drive,,,ch_theirs4',
  '905,Rhea Fund,Rhea,Fund,,rhea@reader.example,10.00,USD,2023-04-06T15:05:06.000Z,refunded,10.00,Spring Drive,,,ch_theirs5',
  '906,Ed Wrong,Ed,Wrong,,not an address,a lot,USD,2023-04-31T15:05:06.000Z,paid,,Spring Drive,,,ch_theirs6',
  '901,Dora Box,Dora,Box,,dora@reader.example,26.00,USD,2023-03-04T15:05:06.000Z,paid,,Spring Drive,,,ch_theirs7',
].join('\r\n')

/** The fields of the form as the page shows it. */
function shownFields(page: string): Record<string, string> {
  const chosen = [...page.matchAll(/<select[^>]*\bname="([^"]+)"[^>]*>([^]*?)<\/select>/g)].map(
    ([, name = '', options = '']) =>
      [name, /<option value="([^"]*)"[^>]*\bselected/.exec(options)?.[1] ?? ''] as const,
  )
  const typed = [...page.matchAll(/<input[^>]*>/g)].flatMap(([input]) => {
    const [name, value] = [/\bname="([^"]+)"/.exec(input)?.[1], /\bvalue="([^"]*)"/.exec(input)?.[1]]
    return name === undefined || input.includes('type="file"') ? [] : [[name, value ?? ''] as const]
  })
  const written = [...page.matchAll(/<textarea[^>]*\bname="([^"]+)"[^>]*>([^]*?)<\/textarea/g)].map(
    ([, name = '', words = '']) => [name, words.trim()] as const,
  )
  return Object.fromEntries([...typed, ...chosen, ...written])
}

test('an export of Donorbox is recognised, checked row by row, imported, and counts for its donors and nowhere at Stripe', async ({
  db,
  desk,
  service,
}) => {
  const { pool, knex } = db.database
  const checkout = await openCheckout(pool)
  await receive(
    pool,
    stripeEvent('charge.succeeded', charge({ id: 'ch_ours', paymentIntentId: checkout.paymentIntentId })),
    stripeEvent('checkout.session.completed', sessionOf(checkout, { email: 'dora@reader.example' })),
  )
  await applyAll(pool)
  const [ours] = await selectAll(pool, 'select id from donations where checkout_id = $1', checkout.id)
  const stripesOf = () =>
    selectAll(
      pool,
      `select account, sum(amount_minor)::bigint as minor from ledger_entries
        where account not in ('donations', 'imported_history') group by 1 order by 1`,
    )
  const numbersOf = () => selectAll(pool, 'select * from receipt_counters')
  const [stripes, numbers] = [await stripesOf(), await numbersOf()]
  const path = (await desk.send(DONORBOX)).headers.get('Location') ?? ''
  // What the columns mean is recognised: finance agrees with the form as it is shown.
  const fields = shownFields(await desk.page(path))
  expect(fields).toMatchObject({ source: 'donorbox', 'column-amount': '6', 'column-payment': '14' })
  expect((await desk.post(`${path}/columns`, fields)).status).toBe(303)
  await desk.work()
  expect(await desk.page(path)).toContain('Import 2 gifts')
  const rows = (await desk.page(`${path}/rows.csv`)).trim().split(/\r?\n/)
  expect(rows.map((row) => row.replaceAll('"', '').split(',').slice(0, 3).join(' | '))).toEqual([
    'Row | Column | What is wrong',
    '4 |  | Our own Stripe account has brought it already',
    '5 | Amount Refunded | A part of it was refunded.',
    '6 | Status | Refunded or disputed at the former system',
    '7 | Amount | The amount cannot be read.',
    '7 | Donation Date | The date cannot be read.',
    '7 | Email | This is no e-mail address.',
    '8 |  | The id stands in the file before',
  ])
  expect(await selectAll(pool, `select from imported_gifts where source = 'donorbox'`)).toEqual([])

  expect((await desk.post(`${path}/start`)).status).toBe(303)
  await desk.work()
  const gifts = await giftsOfAddress(pool, 'dora@reader.example')
  // 1 April at 02:30 in UTC is the evening of 31 March in New York.
  expect(
    gifts
      .filter(({ isImported }) => isImported)
      .map(({ givenOn, gross, frequency, receipt }) => [givenOn, gross.minor, frequency, receipt]),
  ).toEqual([
    ['2023-03-31', 500n, 'monthly', null],
    ['2023-03-04', 2_500n, 'once', null],
  ])
  const api = await bearer(knex, 'auditor')
  const totals = await (
    await service.get('/api/reports/totals?from=2023-03-01&to=2023-04-30&by=campaign', api)
  ).text()
  expect(totals).toContain('Spring Drive')
  const donor = await desk.page(`/finance/donors/${String(ours?.['id'])}`)
  for (const amount of ['$25.00', '$5.00']) expect(donor).toContain(amount)
  expect(await stripesOf()).toEqual(stripes)
  expect(await numbersOf()).toEqual(numbers)
  const findings = await verify({ pool, lists: null, timezone: 'America/New_York', ownership })
  expect(findings.findings).toEqual([])
})

test('a row of a closed month stays out, and an import that such a month has part of is not taken back', async ({
  db,
  desk,
}) => {
  const { pool } = db.database
  const close = (month: string) =>
    pool.query(
      `insert into month_closings (month, closed_at, closed_by, record_version, reconciliation) values ($1, now(), 'ann', 1, '{}')`,
      [month],
    )
  const path =
    (await desk.send(`${HEADINGS}\nc1,03/01/2024,5.00,,\nc2,03/02/2024,5.00,,\n`)).headers.get('Location') ??
    ''
  await desk.work()
  expect(await desk.page(path)).toContain('Import 2 gifts')
  // Somebody closes the month between the check and the import.
  await close('2024-02')
  await desk.post(`${path}/start`)
  await desk.work()
  expect(await desk.page(path)).toContain('Its month is closed here.')
  expect(
    await selectAll(pool, `select external_id as id from imported_gifts where external_id like 'c%'`),
  ).toEqual([{ id: 'c1' }])
  await close('2024-01')
  const back = await desk.post(`${path}/take-back`)
  expect([back.status, await back.text()]).toEqual([
    409,
    expect.stringContaining('A month that has some of its gifts is closed.'),
  ])
})

test('an erased donor is not brought back by a later file, and waiting files that name the donor are given up', async ({
  db,
  desk,
}) => {
  const { pool } = db.database
  const text = `${HEADINGS}\n91,03/04/2022,5.00,eve@reader.example,Eve\n`
  const path = (await desk.send(text)).headers.get('Location') ?? ''
  await desk.work()
  await desk.post(`${path}/start`)
  await desk.work()
  const waiting =
    (await desk.send(`${HEADINGS}\n92,03/04/2022,5.00,EVE@reader.example,Eve\n`)).headers.get('Location') ??
    ''
  await desk.work()
  // It names the donor only in a row that was imported before, and somebody else in a new one.
  const mixed =
    (await desk.send(`${text}94,04/04/2022,5.00,fay@reader.example,Fay\n`)).headers.get('Location') ?? ''
  await desk.work()
  const [gift] = await selectAll(
    pool,
    `select donation_id as id from imported_gifts where external_id = '91'`,
  )
  await eraseDonor({ pool, clock: () => NOW }, { donationId: String(gift?.['id']), actor: operator('root') })
  expect(await desk.page(waiting)).toContain('Cancelled')
  expect(await desk.page(mixed)).toContain('Import 1 gift')
  expect(await selectAll(pool, 'select from history_imports where file is not null')).toEqual([])
  await desk.post(`${mixed}/cancel`)
  expect(await selectAll(pool, 'select from history_import_staged')).toEqual([])
  const again = (await desk.send(text)).headers.get('Location') ?? ''
  await desk.work()
  expect(await desk.page(again)).toContain('Its donor was erased')
  const kept = JSON.stringify(
    await selectAll(
      pool,
      `select d.donor_name, d.donor_email, encode(g.content_hash, 'hex') as hash from donations d join imported_gifts g on g.donation_id = d.id where g.external_id = '91'`,
    ),
  )
  expect(JSON.parse(kept)).toEqual([{ donor_name: null, donor_email: null, hash: null }])
  await desk.post(`${again}/cancel`)
})

/** Whether the rounds come to their end without a statement that never reached the database. */
async function finishes(round: () => Promise<boolean>, isWhole: () => boolean): Promise<boolean> {
  try {
    while (await round());
    return isWhole()
  } catch (error) {
    expect(String(error)).toContain(KILLED)
    return false
  }
}

test.for(['before', 'after'] as const)(
  'a process that dies %s any statement of an import leaves it to the next one, and nothing comes twice',
  async (when, { db, desk }) => {
    const { pool } = db.database
    const rows = Array.from({ length: 3 }, (_, index) => `${when}${index},0${index + 1}/02/2021,5.00,,`)
    const path = (await desk.send([HEADINGS, ...rows].join('\n'))).headers.get('Location') ?? ''
    const id = path.split('/').at(-1)
    const imported = () => selectAll(pool, `select from imported_gifts where external_id like $1`, `${when}%`)
    for (const next of ['start', 'take-back', null]) {
      let deaths = 0
      for (let n = 1; n < 60; n += 1) {
        const dying = dyingAt(pool, n, { when, forGood: true })
        const round = historyImportRound({
          pool: dying.pool,
          clock: () => NOW,
          timezone: 'America/New_York',
          log: silent,
        })
        // The worker catches what fails and says so in the log; what it does next may fail, too.
        const isOver = await finishes(round, () => dying.seen.statements < n)
        deaths += 1
        expect([0, 3]).toContain((await imported()).length)
        await pool.query(
          'update history_imports set claimed_until = null, claim = null, failures = 0 where id = $1',
          [id],
        )
        if (isOver) break
      }
      expect(deaths).toBeGreaterThan(5)
      if (next === 'start') expect(await imported()).toHaveLength(0)
      if (next === 'take-back') expect(await imported()).toHaveLength(3)
      if (next !== null) expect((await desk.post(`${path}/${next}`)).status).toBe(303)
    }
    expect(await imported()).toHaveLength(0)
    const findings = await verify({ pool, lists: null, timezone: 'America/New_York', ownership })
    expect(findings.findings).toEqual([])
  },
)
