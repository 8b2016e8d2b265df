import { afterAll, beforeAll, expect, test } from 'vitest'
import { withProfile } from '../../kit/books.ts'
import { testDatabase, type TestDatabase } from '../../kit/database.ts'
import { giveDonation, giveReceipt, type GivenDonation } from '../../kit/factories.ts'
import { financeService, type FinanceService } from '../../kit/finance-service.ts'
import { otherThan } from '../../kit/other-than.ts'

let db: TestDatabase
let service: FinanceService
let donation: GivenDonation
let receipt: { token: string; number: string }

beforeAll(async () => {
  db = await testDatabase()
  service = await financeService(db.database)
  await withProfile(db.database.pool)
  donation = await giveDonation(db.database.knex)
  receipt = await giveReceipt(db.database.knex, donation)
})
afterAll(async () => {
  await service.close()
  await db.drop()
})

function expectKeptPrivate(answer: Response) {
  expect(answer.headers.get('Cache-Control')).toBe('private, no-store')
  expect(answer.headers.get('X-Robots-Tag')).toContain('noindex')
  expect(answer.headers.get('Referrer-Policy')).toBe('no-referrer')
}

test('whoever has the link sees the receipt with the particulars it was issued with', async () => {
  const answer = await service.get(`/receipts/${receipt.token}`)
  expect(answer.status).toBe(200)
  expectKeptPrivate(answer)
  const html = await answer.text()
  for (const fact of [
    receipt.number,
    '$5.00',
    '15 January 2026',
    'Ann Giver',
    'The Test Courier',
    'not tax-deductible',
  ])
    expect(html).toContain(fact)
  expect(html).toContain(`/receipts/${receipt.token}.pdf`)
})

test('and as a PDF', async () => {
  const answer = await service.get(`/receipts/${receipt.token}.pdf`)
  expect(answer.status).toBe(200)
  expectKeptPrivate(answer)
  expect(answer.headers.get('Content-Type')).toBe('application/pdf')
  expect(answer.headers.get('Content-Disposition')).toBe(`inline; filename="receipt-${receipt.number}.pdf"`)
  expect(
    Buffer.from(await answer.arrayBuffer())
      .subarray(0, 5)
      .toString(),
  ).toBe('%PDF-')
})

test('a newsroom that changes its particulars does not change the receipts it has given', async () => {
  const { knex } = db.database
  await knex.raw(
    `insert into newsroom_profiles (in_force_from, name, address, email, timezone, legal_status, tax_id, statement)
     select now(), 'New Name', address, email, timezone, 'charity', '12-345', 'New words' from newsroom_profiles limit 1`,
  )
  const html = await (await service.get(`/receipts/${receipt.token}`)).text()
  expect(html).toContain('The Test Courier')
  expect(html).not.toMatch(/New (Name|words)/)
})

test('404 for every other address', async () => {
  const other = otherThan(receipt.token)
  for (const address of [
    other,
    `${other}.pdf`,
    'short',
    '.pdf',
    '%00',
    `${receipt.token}.html`,
    `${receipt.token}.pdf.pdf`,
  ])
    expect([address, (await service.get(`/receipts/${address}`)).status]).toEqual([address, 404])
})

test('an erased donor leaves a receipt without a name', async () => {
  const { knex } = db.database
  await knex('donations')
    .where({ id: donation.id })
    .update({ donor_name: null, donor_email: null, message: null })
  const answer = await service.get(`/receipts/${receipt.token}`)
  expect(answer.status).toBe(200)
  const html = await answer.text()
  expect(html).toContain(receipt.number)
  expect(html).not.toContain('Ann Giver')
  expect((await service.get(`/receipts/${receipt.token}.pdf`)).status).toBe(200)
})
