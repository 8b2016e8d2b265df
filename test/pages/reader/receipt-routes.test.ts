import { expect } from 'vitest'
import { receiptLinks } from '../../../src/receipts/receipt-link.ts'
import { giveDonation, giveReceipt } from '../../kit/factories.ts'
import { financeTest } from '../../kit/fixtures.ts'
import { foreignKeys, olderTestKeys } from '../../kit/keys.ts'
import { startTestService } from '../../kit/service.ts'
import { otherThan } from '../../kit/other-than.ts'

const test = financeTest
  .extend('donation', { scope: 'file' }, ({ db }) => giveDonation(db.database.knex))
  .extend('receipt', { scope: 'file' }, ({ db, donation }) => giveReceipt(db.database.knex, donation))

function expectPrivate(answer: Response) {
  expect(answer.headers.get('Cache-Control')).toBe('private, no-store')
  expect(answer.headers.get('X-Robots-Tag')).toContain('noindex')
  expect(answer.headers.get('Referrer-Policy')).toBe('no-referrer')
}

test('shows the receipt, with the particulars it was issued with, to everyone who has its link', async ({
  service,
  receipt,
}) => {
  const answer = await service.get(`/receipts/${receipt.token}`)
  expect(answer.status).toBe(200)
  expectPrivate(answer)
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

test('shows the newsroom’s logo and its follow links, and lets the page load pictures of its host alone', async ({
  db,
  receipt,
}) => {
  const NEWSROOM_LOGO_URL = 'https://cdn.courier.example/logo.png?v=2'
  const NEWSROOM_FOLLOW_LINKS = 'Bluesky=https://bsky.app/profile/news.example,Radio=https://radio.example/'
  const own = await startTestService({ DATABASE_URL: db.url, NEWSROOM_LOGO_URL, NEWSROOM_FOLLOW_LINKS })
  try {
    const answer = await own.get(`/receipts/${receipt.token}`)
    expect(answer.headers.get('Content-Security-Policy')).toContain(
      "img-src 'self' https://cdn.courier.example;",
    )
    const html = await answer.text()
    expect(html).toMatch(
      /<p class="follow">\s*Stay in touch:\s*<a href="https:\/\/bsky.app\/profile\/news.example"><bdi>Bluesky<\/bdi><\/a>\s*<a href="https:\/\/radio.example\/"><bdi>Radio<\/bdi>/,
    )
    expect(html).toContain(`<img class="logo" src="${NEWSROOM_LOGO_URL}" alt="The Test Courier" />`)
    const other = await own.get('/donate')
    expect(other.headers.get('Content-Security-Policy')).toContain("img-src 'self';")
  } finally {
    await own.stop()
  }
})

test('says what of the gift covers the fee, and no more once part of it was returned', async ({
  db,
  service,
}) => {
  const { knex } = db.database
  const gift = await giveDonation(knex, { grossMinor: 545n })
  const returned = await giveDonation(knex, { grossMinor: 545n })
  await knex('donations').whereIn('id', [gift.id, returned.id]).update({ covered_fee_minor: 45n })
  const whole = await giveReceipt(knex, gift)
  const remaining = await giveReceipt(knex, { ...returned, gross_minor: 300n })
  const pageOf = async (token: string) => (await service.get(`/receipts/${token}`)).text()
  expect(await pageOf(whole.token)).toContain('$5.45 USD, of which $0.45 covers the processing fee')
  expect(await pageOf(remaining.token)).not.toContain('processing fee')
})

test('offers the receipt as a PDF', async ({ service, receipt }) => {
  const answer = await service.get(`/receipts/${receipt.token}.pdf`)
  expect(answer.status).toBe(200)
  expectPrivate(answer)
  expect(answer.headers.get('Content-Type')).toBe('application/pdf')
  expect(answer.headers.get('Content-Disposition')).toBe(`inline; filename="receipt-${receipt.number}.pdf"`)
  expect(
    Buffer.from(await answer.arrayBuffer())
      .subarray(0, 5)
      .toString(),
  ).toBe('%PDF-')
})

test('keeps a receipt unchanged when the newsroom changes its particulars', async ({
  db,
  service,
  receipt,
}) => {
  const { knex } = db.database
  await knex.raw(
    `insert into newsroom_profiles (in_force_from, name, address, email, timezone, legal_status, tax_id, statement)
     select now(), 'New Name', address, email, timezone, 'charity', '12-345', 'New words' from newsroom_profiles limit 1`,
  )
  const html = await (await service.get(`/receipts/${receipt.token}`)).text()
  expect(html).toContain('The Test Courier')
  expect(html).not.toMatch(/New (Name|words)/)
})

test('opens a receipt by a link that was mailed before the secret was replaced and a backup restored', async ({
  db,
  service,
  receipt,
}) => {
  const { rows } = await db.database.pool.query<{ year: number; number: bigint }>(
    'select year, number from receipts where token = $1',
    [receipt.token],
  )
  const [named] = rows
  if (!named) throw new Error('the receipt is not stored')
  const mailed = receiptLinks(olderTestKeys.receiptLinks).tokenFor(named)
  for (const address of [mailed, `${mailed}.pdf`])
    expect([address, (await service.get(`/receipts/${address}`)).status]).toEqual([address, 200])
  expect(await (await service.get(`/receipts/${mailed}`)).text()).toContain(receipt.number)

  const forged = receiptLinks(foreignKeys.receiptLinks).tokenFor(named)
  const notIssued = receiptLinks(olderTestKeys.receiptLinks).tokenFor({ ...named, number: 999_999n })
  for (const address of [forged, notIssued])
    expect([address, (await service.get(`/receipts/${address}`)).status]).toEqual([address, 404])
})

test('answers 404 for every other address', async ({ service, receipt }) => {
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

test('shows the receipt of an erased donor without a name', async ({ db, service, donation, receipt }) => {
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
