import { expect } from 'vitest'
import { receiptCodes } from '../../../src/receipts/receipt-code.ts'
import { parseReceiptNumber } from '../../../src/receipts/receipt-number.ts'
import { giveDonation, giveReceipt } from '../../kit/factories.ts'
import { financeTest } from '../../kit/fixtures.ts'
import { testKeys } from '../../kit/keys.ts'

/** The public page on which anybody can check a receipt by its number and its code. */

const codeOf = (number: string) => {
  const cited = parseReceiptNumber(number)
  if (!cited) throw new Error('no number')
  return receiptCodes(testKeys.receiptCodes).codeFor({ year: cited.year, number: cited.sequence })
}

const test = financeTest
  .extend('number', async ({ db }) => {
    const donation = await giveDonation(db.database.knex)
    return (await giveReceipt(db.database.knex, donation)).number
  })
  .extend('check', ({ service }) => async (number: string, code: string, language = 'en') => {
    const path = `/verify-receipt?${new URLSearchParams({ number, code })}`
    const answer = await service.get(path, { 'Accept-Language': language })
    if (answer.status !== 200) throw new Error(`The page answers ${answer.status}`)
    return answer.text()
  })

test('says that a receipt is genuine and valid, with its date and amount, and nothing about its donor', async ({
  number,
  check,
}) => {
  const page = await check(number, codeOf(number))
  for (const fact of [
    'This receipt is genuine.',
    'It is valid.',
    number,
    '$5.00',
    '15 January 2026',
    'The Test Courier',
  ])
    expect(page).toContain(fact)
  expect(page).not.toMatch(/Ann|Giver|reader\.example/)
})

test('answers a wrong code and a number that was never issued alike', async ({ number, check }) => {
  const other = '2026-999999'
  const wrong = await check(number, codeOf(other))
  const unknown = await check(other, codeOf(number))
  expect(wrong).toContain('do not belong together')
  expect(wrong.replaceAll(number, '').replaceAll(codeOf(other), '')).toBe(
    unknown.replaceAll(other, '').replaceAll(codeOf(number), ''),
  )
  // With the right code of a number that nobody has, too: nothing says which numbers were issued.
  expect(await check(other, codeOf(other))).toContain('do not belong together')
})

test.for([
  ['refunded', 'The gift was returned in full'],
  ['bank_returned', 'The gift was returned in full'],
  ['corrected', 'It has been voided'],
] as const)(
  'says of a receipt voided as %s that it holds no longer',
  async ([reason, words], { pool, number, check }) => {
    await pool.query(
      `insert into receipt_voidings (year, number, voided_at, reason) values ($1, $2, now(), $3)`,
      [Number(number.slice(0, 4)), Number(number.slice(5)), reason],
    )
    const page = await check(number, codeOf(number))
    expect(page).toContain(words)
    expect(page).not.toContain('It is valid.')
  },
)

test('shows an empty form to whoever opens it, and keeps out of caches and search engines', async ({
  service,
}) => {
  const answer = await service.get('/verify-receipt')
  const page = await answer.text()
  expect(page).toContain('name="number"')
  expect(page).not.toContain('role="status"')
  expect(answer.headers.get('Cache-Control')).toBe('private, no-store')
  expect(answer.headers.get('X-Robots-Tag')).toContain('noindex')
})

test('speaks the reader’s language, from right to left in Arabic', async ({ number, check }) => {
  expect(await check(number, codeOf(number), 'de')).toContain('Dieser Beleg ist echt.')
  const arabic = await check(number, codeOf(number), 'ar')
  expect(arabic).toContain('dir="rtl"')
  expect(arabic).toContain('هذا الإيصال صحيح.')
})

test('escapes what was typed', async ({ check }) => {
  expect(await check('"><script>', '<b>')).not.toContain('<script>')
})

test('counts a check by its caller, and not who opens the empty form', async ({ service, number, check }) => {
  const before = service.counted.length
  await service.get('/verify-receipt')
  expect(service.counted).toHaveLength(before)
  await check(number, codeOf(number))
  await check(number, 'wrong')
  expect(service.counted.slice(before)).toEqual(['receipt-check', 'receipt-check'])
})
