import { randomUUID } from 'node:crypto'
import type { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { pino } from 'pino'
import { expect } from 'vitest'
import yauzl from 'yauzl'
import type { Role } from '../../src/access/role.ts'
import {
  claimStatementJob,
  insertStatementJob,
  removeOldStatements,
  statementJob,
} from '../../src/donors/statements/statement-job-store.ts'
import { mintDonorLink, requestDonorLink } from '../../src/donors/donor-link-store.ts'
import { inTransaction } from '../../src/db/database.ts'
import { statementOf } from '../../src/donors/statements/statement-store.ts'
import { statementPdf } from '../../src/donors/statements/statement-pdf.ts'
import { eraseDonor } from '../../src/donors/erasure/erase-donor.ts'
import { statementRound } from '../../src/donors/statements/statement-worker.ts'
import { sumsOf, type Statement } from '../../src/donors/statements/statement.ts'
import { textFor } from '../../src/text/text.ts'
import { giveDonation, giveReceipt, hireStaff, signInToken } from '../kit/factories.ts'
import { cookiesOf, financeService } from '../kit/finance-service.ts'
import { financeTest } from '../kit/fixtures.ts'
import { pdfText } from '../kit/pdf-text.ts'
import { applyAll, openCheckout, receive } from '../kit/processing.ts'
import { charge, sessionOf, stripeEvent } from '../kit/stripe-events.ts'

const test = financeTest
  .extend('signedIn', { scope: 'file' }, ({ db, service }) => async (role: Role) => {
    const staff = await hireStaff(db.database.knex, role)
    const token = await signInToken(db.database.knex, staff, service.now)
    return cookiesOf(await service.post('/finance/sign-in/confirm', { token }))
  })
  // At a newsroom whose fiscal year starts in July.
  .extend('fiscal', { scope: 'file' }, async ({ db }, { onCleanup }) => {
    const service = await financeService(db.database, { fiscalYearStarts: 7 })
    onCleanup(() => service.close())
    return service
  })
const log = pino({ level: 'silent' })

/** The first entry of a zip that was opened with `lazyEntries`. */
async function firstOf(zip: yauzl.ZipFile): Promise<{ name: string; content: string }> {
  const entry = await new Promise<yauzl.Entry>((resolve) => {
    zip.once('entry', resolve)
    zip.readEntry()
  })
  const open = promisify<yauzl.Entry, Readable>(zip.openReadStream.bind(zip))
  return { name: entry.fileName, content: (await (await open(entry)).toArray()).join('') }
}

const year = (of: number) => ({ from: `${of}-01-01`, to: `${of}-12-31` })

test('a donor’s statement lists the gifts of the year with returns and sums each currency', async ({
  db,
  service,
  signedIn,
}) => {
  const { knex, pool } = db.database
  const cookies = await signedIn('auditor')
  const first = await giveDonation(knex, {
    donorEmail: 'Ada@reader.example',
    donorName: 'Ada 王',
    succeededAt: new Date('2023-03-01T12:00:00Z'),
  })
  const { number } = await giveReceipt(knex, first)
  const back = await giveDonation(knex, {
    donorEmail: 'ada@reader.example',
    grossMinor: 2_000n,
    succeededAt: new Date('2023-04-01T12:00:00Z'),
  })
  // Nobody can say which part of the fee a partial return gives back.
  await knex('donations').whereIn('id', [first.id, back.id]).update({ covered_fee_minor: 45n })
  await knex('donations')
    .where({ id: back.id })
    .update({ refunded_minor: 500n, status: 'partially_refunded' })
  await giveDonation(knex, {
    donorEmail: 'ada@reader.example',
    currency: 'jpy',
    succeededAt: new Date('2023-05-01T12:00:00Z'),
  })
  await giveDonation(knex, {
    donorEmail: 'ada@reader.example',
    succeededAt: new Date('2024-01-02T12:00:00Z'),
  })
  await giveDonation(knex, {
    donorEmail: 'bob@reader.example',
    succeededAt: new Date('2023-05-01T12:00:00Z'),
  })
  const statement = await statementOf(pool, 'ada@reader.example', year(2023), service.now)
  expect(
    statement?.gifts.map(({ receipt, grossMinor, returnedMinor }) => [receipt, grossMinor, returnedMinor]),
  ).toEqual([
    [number, 500n, 0n],
    [null, 2_000n, 500n],
    [null, 500n, 0n],
  ])
  expect(sumsOf(statement?.gifts ?? [])).toEqual([
    { currency: 'jpy', gross: 500n, returned: 0n, fees: 0n, remains: 500n },
    { currency: 'usd', gross: 2_500n, returned: 500n, fees: 45n, remains: 2_000n },
  ])
  const answer = await service.get(`/finance/donors/${first.id}/statement.pdf?year=2023`, cookies)
  expect([answer.status, answer.headers.get('Content-Type')]).toEqual([200, 'application/pdf'])
  const pdf = Buffer.from(await answer.arrayBuffer()).toString('latin1')
  expect(pdf).toMatch(/^%PDF-1\.7/)
  expect(pdf).toContain('/MarkInfo')
  expect(await knex('audit_trail').where({ act: 'statement_read' })).toMatchObject([
    { subject: `donation/${first.id}` },
  ])
  expect((await service.get(`/finance/donors/${first.id}/statement.pdf?year=2022`, cookies)).status).toBe(404)
  expect((await service.get(`/finance/donors/${randomUUID()}/statement.pdf?year=2023`, cookies)).status).toBe(
    404,
  )
  const viewer = await signedIn('viewer')
  expect((await service.get(`/finance/donors/${first.id}/statement.pdf?year=2023`, viewer)).status).toBe(403)
})

test('a donor’s own page gives the statement of a fiscal year, whose first and last moments are the newsroom’s', async ({
  db,
  fiscal: service,
}) => {
  const { pool } = db.database
  const email = 'fay@reader.example'
  // New York is four hours behind in summer: the fiscal year of 2024 ends at 04:00 in UTC on 1 July 2025.
  const given = [
    ['2024-07-01T03:59:59Z', 100],
    ['2024-07-01T04:00:00Z', 2_000],
    ['2024-12-31T23:00:00Z', 3_000],
    ['2025-07-01T03:59:59Z', 4_000],
    ['2025-07-01T04:00:00Z', 50_000],
  ] as const
  for (const [at, amount] of given) {
    const checkout = await openCheckout(pool)
    const paid = charge({ paymentIntentId: checkout.paymentIntentId, amount })
    const created = Date.parse(at) / 1_000
    await receive(
      pool,
      stripeEvent('charge.succeeded', { ...paid, created }, { created }),
      stripeEvent('checkout.session.completed', sessionOf(checkout, { email, amount }), { created }),
    )
  }
  await applyAll(pool)
  const request = randomUUID()
  await requestDonorLink(pool, { id: request, email, locale: 'en' }, service.now)
  const link = await inTransaction(pool, (tx) => mintDonorLink(tx, request, service.now))
  const path = `/my/${link?.token ?? 'none'}`
  const page = await (await service.get(path)).text()
  const offered = [...page.matchAll(/statement\.pdf\?year=(\d+)&amp;kind=(\w+)/g)].map(
    ([, of, kind]) => `${kind} ${of}`,
  )
  expect(offered).toEqual(['fiscal 2025', 'calendar 2025', 'fiscal 2024', 'calendar 2024', 'fiscal 2023'])
  const amountsOf = async (of: number, kind: string) => {
    const answer = await service.get(`${path}/statement.pdf?year=${of}&kind=${kind}`)
    const words = pdfText(Buffer.from(await answer.arrayBuffer()))
    return [...new Set(words.match(/\$[\d,]+\.\d\d/g))]
  }
  expect(await amountsOf(2024, 'fiscal')).toEqual(['$20.00', '$30.00', '$40.00', '$90.00'])
  expect(await amountsOf(2023, 'fiscal')).toEqual(['$1.00'])
  expect(await amountsOf(2025, 'fiscal')).toEqual(['$500.00'])
  expect(await amountsOf(2024, 'calendar')).toEqual(['$1.00', '$20.00', '$30.00', '$51.00'])
  expect(await amountsOf(2025, 'calendar')).toEqual(['$40.00', '$500.00', '$540.00'])
  expect((await service.get(`${path}/statement.pdf?year=2022&kind=fiscal`)).status).toBe(404)
})

test('a statement of many gifts goes over several pages, each with its number and the names of the columns', async ({
  db,
  service,
}) => {
  const one = await statementOf(db.database.pool, 'ada@reader.example', year(2023), service.now)
  if (!one) throw new Error('there is no statement')
  const [gift] = one.gifts
  if (!gift) throw new Error('there is no gift')
  const made = await statementPdf({ ...one, gifts: Array.from({ length: 120 }, () => gift) }, textFor('en'))
  const pages = made.toString('latin1').match(/\/Type \/Page\b/g)?.length ?? 0
  expect(pages).toBeGreaterThan(2)
  const lines = pdfText(made).split('\n')
  expect(lines.filter((line) => line === 'Date Receipt Given Returned Remains')).toHaveLength(pages)
  const number = (index: number) => `Contributions from 1 Jan 2023 to 31 Dec 2023 ${index + 1} / ${pages}`
  expect(lines.filter((line) => / \d \/ \d$/.test(line))).toEqual(
    Array.from({ length: pages }, (_, i) => number(i)),
  )
})

test('statements of all donors are made in the background, survive a worker that dies, and are downloaded by those who may read donors', async ({
  db,
  service,
  signedIn,
}) => {
  const { knex, pool } = db.database
  const cookies = await signedIn('auditor')
  const formula = '=HYPERLINK("https://evil.example")'
  await knex('donations').where({ donor_email: 'bob@reader.example' }).update({ donor_name: formula })
  expect((await service.post('/finance/statements', { year: '2023' }, cookies)).status).toBe(303)
  const [{ id, donors }] = await knex('statement_jobs').select('id', 'donors')
  expect(donors).toBe(2)
  const drawn: (string | null)[] = []
  const render = (statement: Statement) => {
    drawn.push(statement.donorName)
    return Promise.resolve(Buffer.from(`%PDF ${statement.gifts.length}`))
  }
  const worker = () => statementRound({ pool, render, clock: () => service.now, log })
  // The first worker makes one statement and dies: nobody else takes its job until the lease is over.
  expect(await worker()()).toBe(true)
  expect(await claimStatementJob(pool, 1_000)).toBeNull()
  expect((await service.get(`/finance/statements/${id}.zip`, cookies)).status).toBe(404)
  expect(await (await service.get('/finance/statements', cookies)).text()).toContain('1 of 2 made')
  await knex('statement_jobs')
    .where({ id })
    .update({ claimed_until: new Date(0) })
  const second = worker()
  while (await second()) continue
  expect(drawn).toHaveLength(2)
  expect(await statementJob(pool, id)).toMatchObject({ status: 'done', made: 2 })
  expect((await knex('statement_jobs').where({ id }).first()).last_donor).toBe('')
  const answer = await service.get(`/finance/statements/${id}.zip`, cookies)
  expect(answer.status).toBe(200)
  const zip = await promisify<Buffer, yauzl.Options, yauzl.ZipFile>(yauzl.fromBuffer)(
    Buffer.from(await answer.arrayBuffer()),
    { lazyEntries: true },
  )
  expect(zip.entryCount).toBe(3)
  // The first file says whose the others are.
  const list = await firstOf(zip)
  expect(list.name).toBe('statements.csv')
  expect(list.content.split('\r\n')).toEqual([
    '\uFEFF"File","Name","E-mail address"',
    '"statement-000001.pdf","Ann Giver","ada@reader.example"',
    // A spreadsheet computes nothing that a donor wrote.
    `"statement-000002.pdf","'=HYPERLINK(""https://evil.example"")","bob@reader.example"`,
    '',
  ])
  // An id is not enough, and an unknown one opens nothing.
  const viewer = await signedIn('viewer')
  expect((await service.get(`/finance/statements/${id}.zip`, viewer)).status).toBe(403)
  expect((await service.get(`/finance/statements/${id}.zip`)).status).toBe(303)
  expect((await service.get(`/finance/statements/${randomUUID()}.zip`, cookies)).status).toBe(404)
  expect((await service.post('/finance/statements', { year: '2023' }, viewer)).status).toBe(403)
  const elsewhere = { ...cookies, 'Sec-Fetch-Site': 'cross-site' }
  expect((await service.post('/finance/statements', { year: '2023' }, elsewhere)).status).toBe(403)
  expect((await service.post('/finance/statements', { year: '1999' }, cookies)).status).toBe(400)
  // After a week the files are gone.
  expect(await removeOldStatements(pool, new Date(service.now.getTime() + 6 * 86_400_000))).toBe(0)
  expect(await removeOldStatements(pool, new Date(service.now.getTime() + 8 * 86_400_000))).toBe(1)
  expect(await knex('statement_files')).toEqual([])
  expect((await service.get(`/finance/statements/${id}.zip`, cookies)).status).toBe(404)
})

test('a cancelled job makes no further statement, and one that fails again and again says so', async ({
  db,
  service,
  signedIn,
}) => {
  const { knex, pool } = db.database
  const cookies = await signedIn('auditor')
  const job = { ...year(2023), by: 'auditor', requestedAt: service.now, donors: 2 }
  const [cancelled, failing] = [randomUUID(), randomUUID()]
  await insertStatementJob(pool, { ...job, id: cancelled })
  const round = statementRound({
    pool,
    render: () => Promise.resolve(Buffer.from('pdf')),
    clock: () => service.now,
    log,
  })
  expect(await round()).toBe(true)
  expect((await service.post(`/finance/statements/${cancelled}/cancel`, {}, cookies)).status).toBe(303)
  await round()
  expect(await statementJob(pool, cancelled)).toMatchObject({ status: 'cancelled', made: 1 })
  expect(await knex('statement_files').where({ job_id: cancelled })).toEqual([])

  await insertStatementJob(pool, { ...job, id: failing })
  const broken = statementRound({
    pool,
    render: () => Promise.reject(new Error('no')),
    clock: () => service.now,
    log,
  })
  for (let tries = 0; tries < 3; tries += 1) {
    await broken()
    await knex('statement_jobs').where({ id: failing }).update({ claimed_until: null })
  }
  expect(await statementJob(pool, failing)).toMatchObject({ status: 'failed' })
  expect(await (await service.get('/finance/statements', cookies)).text()).toContain('Failed')
})

test('an erased donor leaves a job that is making statements at once, also when a worker has just drawn the statement', async ({
  db,
  service,
}) => {
  const { knex, pool } = db.database
  const id = randomUUID()
  const give = (donorEmail: string) =>
    giveDonation(knex, { donorEmail, succeededAt: new Date('2021-05-05T12:00:00Z') })
  const [first, second] = [await give('a.first@reader.example'), await give('b.second@reader.example')]
  await give('c.third@reader.example')
  const clock = () => service.now
  const erase = (donationId: string) =>
    eraseDonor({ pool, clock }, { donationId, actor: { kind: 'operator', name: 'root' } })
  await insertStatementJob(pool, { ...year(2021), id, by: 'auditor', requestedAt: service.now, donors: 3 })
  let whileDrawn: () => Promise<unknown> = () => Promise.resolve()
  const render = async () => {
    await whileDrawn()
    return Buffer.from('%PDF')
  }
  const round = statementRound({ pool, render, clock, log })
  const files = async () => (await knex('statement_files').where({ job_id: id })).length

  // The first of all is drawn while its donor is erased.
  whileDrawn = () => erase(first.id)
  await round()
  expect(await files()).toBe(0)
  whileDrawn = () => Promise.resolve()
  await round()
  expect(await files()).toBe(1)
  await erase(second.id)
  expect(await files()).toBe(0)
  expect(await knex('statement_jobs').where({ id }).first()).toMatchObject({ made: 0, last_donor: '' })
  while ((await statementJob(pool, id))?.status === 'waiting') await round()
  expect(await statementJob(pool, id)).toMatchObject({ status: 'done', made: 1 })
  expect(await files()).toBe(1)
})
