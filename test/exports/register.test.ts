import { parse } from 'csv-parse/sync'
import { expect } from 'vitest'
import type { Role } from '../../src/access/role.ts'
import { receiptCodes } from '../../src/receipts/receipt-code.ts'
import { receiptStatus } from '../../src/receipts/receipt.ts'
import { checkedStatus } from '../../src/reports/receipt-register-sql.ts'
import { giveDonation, giveReceipt, hireStaff, signInToken } from '../kit/factories.ts'
import { cookiesOf } from '../kit/finance-service.ts'
import { financeTest } from '../kit/fixtures.ts'
import { testKeys } from '../kit/keys.ts'

const test = financeTest.extend('signedIn', { scope: 'file' }, ({ db, service }) => async (role: Role) => {
  const staff = await hireStaff(db.database.knex, role)
  const token = await signInToken(db.database.knex, staff, service.now)
  return cookiesOf(await service.post('/finance/sign-in/confirm', { token }))
})
const rowsOf = async (answer: Response): Promise<Record<string, string>[]> =>
  parse(Buffer.from(await answer.arrayBuffer()), { columns: true, bom: true })

test('the register lists every number in order and proves that none is missing, until a superuser removes one', async ({
  db,
  service,
  headers,
  signedIn,
}) => {
  const { knex, pool } = db.database
  const cookies = await signedIn('auditor')
  for (let day = 1; day <= 4; day += 1) {
    const gift = await giveDonation(knex, { succeededAt: new Date(`2025-05-0${day}T12:00:00Z`) })
    await giveReceipt(knex, gift)
  }
  await knex('receipt_voidings').insert({
    year: 2025,
    number: 3,
    voided_at: new Date('2025-05-09'),
    reason: 'refunded',
  })
  const whole = await (await service.get('/finance/reports/receipts?year=2025', cookies)).text()
  expect(whole).toContain('No number is missing between 1 and 4.')
  // The gift by its donor; its id is in the link alone.
  const shown = whole.replaceAll(/<[^>]*>/g, '')
  expect(shown).toContain('Gift of ')
  expect(shown).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/)
  // Each with the code that the receipt bears.
  const codes = receiptCodes(testKeys.receiptCodes)
  for (const number of [1n, 2n, 3n, 4n]) expect(whole).toContain(codes.codeFor({ year: 2025, number }))
  const rows = await rowsOf(await service.get('/api/receipts.csv?year=2025', headers))
  expect(rows.map((row) => [row['Receipt'], row['State'], row['Amount'], row['Voided because']])).toEqual([
    ['2025-000001', 'valid', '5.00', ''],
    ['2025-000002', 'valid', '5.00', ''],
    ['2025-000003', 'voided', '5.00', 'refunded'],
    ['2025-000004', 'valid', '5.00', ''],
  ])
  // The public check of a receipt says the same.
  expect(rows.map((row) => row['Status when checked'])).toEqual(['valid', 'valid', 'returned', 'valid'])
  const unrefunded = await (await service.get('/finance/reports/receipts?year=2025&from=1', cookies)).text()
  expect(unrefunded).toContain('Gift returned')
  // What only a superuser can do.
  await pool.query(
    `set session_replication_role = replica; delete from receipts where year = 2025 and number = 2; reset session_replication_role`,
  )
  const holed = await (await service.get('/finance/reports/receipts?year=2025', cookies)).text()
  expect(holed).toContain('One number is missing: 2025-000002.')
  expect(holed).not.toContain('No number is missing')
  const after = await rowsOf(await service.get('/api/receipts.csv?year=2025', headers))
  expect(after.map((row) => row['State'])).toEqual(['valid', 'missing', 'voided', 'valid'])
  // A number that was read back from Stripe is known, but its receipt is not there yet.
  await knex('receipt_reservations').insert({ year: 2025, number: 2, reserved_at: new Date() })
  const recovered = await (await service.get('/finance/reports/receipts?year=2025', cookies)).text()
  expect(recovered).toContain('One number was read back from Stripe')
  expect(recovered).toContain('Number recovered from a backup')
  expect((await service.get('/finance/reports/receipts?year=25', cookies)).status).toBe(400)
})

test('lists donors above an amount by what remains of their gifts, together or single, and leads to the donor', async ({
  db,
  service,
  headers,
  signedIn,
}) => {
  const { knex } = db.database
  const cookies = await signedIn('auditor')
  const give = (donorEmail: string, grossMinor: bigint, currency = 'usd') =>
    giveDonation(knex, {
      donorEmail,
      donorName: donorEmail.split('@')[0] ?? '',
      grossMinor,
      currency,
      succeededAt: new Date('2024-06-01T12:00:00Z'),
    })
  await give('Small@reader.example', 12_500n)
  await give('small@reader.example', 12_500n)
  await give('big@reader.example', 25_000n)
  const returned = await give('returned@reader.example', 30_000n)
  await knex('donations')
    .where({ id: returned.id })
    .update({ refunded_minor: 10_000n, status: 'partially_refunded' })
  await knex.raw(
    `with posted as (
       insert into ledger_transactions (id, source, effect, donation_id, clears, occurred_at, posted_at, booked_on)
       values (gen_random_uuid(), 're_returned', 'refunded', :id, 're_returned', '2024-06-02T12:00Z', now(), '2024-06-02')
       returning id)
     insert into ledger_entries (ledger_transaction_id, account, currency, amount_minor)
     select id, account, 'usd', minor from posted, (values ('refunds', 10000), ('stripe_clearing', -10000)) as e(account, minor)`,
    { id: returned.id },
  )
  await give('euro@reader.example', 90_000n, 'eur')
  const asked = 'from=2024-01-01&to=2024-12-31&currency=usd'
  const total = await rowsOf(await service.get(`/api/donors.csv?${asked}&above=25000`, headers))
  expect(total.map((row) => [row['E-mail'], row['Remains'], row['Gifts']])).toEqual([
    ['big@reader.example', '250.00', '1'],
    ['small@reader.example', '250.00', '2'],
  ])
  const single = await rowsOf(
    await service.get(`/api/donors.csv?${asked}&above=25000&measure=single`, headers),
  )
  expect(single.map((row) => row['E-mail'])).toEqual(['big@reader.example'])
  const page = await (await service.get(`/finance/reports/donors?${asked}&amount=250`, cookies)).text()
  expect(page).toContain('2 donors.')
  expect(page).toMatch(/href="\/finance\/donors\/[0-9a-f-]{36}"/)
  expect(page).not.toContain('euro@')
  const exported = await knex('audit_trail').where({ act: 'donors_exported' }).orderBy('position')
  expect(exported.at(-1)).toMatchObject({
    after: { file: 'donors', above: '25000', measure: 'single', rows: 1, outcome: 'complete' },
  })
})

test('the file of the register says of every receipt what the check of it says', async ({ pool }) => {
  const reasons = [
    'refunded',
    'dispute_lost',
    'bank_returned',
    'reversal_undone',
    'redated',
    'corrected',
  ] as const
  for (const voidReason of reasons)
    for (const isReplaced of [true, false]) {
      const state = isReplaced ? 'replaced' : 'voided'
      const { rows } = await pool.query(
        `select ${checkedStatus} as status from (select $1::text as state, $2::text as void_reason) g`,
        [state, voidReason],
      )
      expect(rows).toEqual([{ status: receiptStatus({ voidReason, isReplaced }) }])
    }
})
