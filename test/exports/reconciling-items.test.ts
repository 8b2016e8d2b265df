import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { z } from 'zod'
import { inTransaction, type Database } from '../../src/db/database.ts'
import { accountSums } from '../../src/ledger/kept-tables-store.ts'
import { foldLedger } from '../../src/ledger/ledger-fold-store.ts'
import { postToLedger } from '../../src/ledger/ledger-store.ts'
import type { LedgerEffect } from '../../src/ledger/ledger.ts'
import { reconcile } from '../../src/reconciliation/months/month-close-store.ts'
import {
  insertEnd,
  insertExplanation,
} from '../../src/reconciliation/explanations/standing-explanation-store.ts'
import { recordTransactions } from '../../src/settlement/balance/balance-store.ts'
import { completeSync } from '../../src/sync/sync-state-store.ts'
import { bearer, hireStaff, signInToken } from '../kit/factories.ts'
import { cookiesOf } from '../kit/finance-service.ts'
import { financeTest } from '../kit/fixtures.ts'
import { currencyNamed, dayNamed, monthNamed } from '../kit/named.ts'
import { selectAll } from '../kit/processing.ts'
import { feeTransaction } from '../kit/settlement-samples.ts'
import { until } from '../kit/until.ts'
import { depsAt } from '../reconciliation/kit.ts'
import { rowsIn } from './csv-rows.ts'

const NOW = new Date('2026-04-10T12:00:00Z')
const problems = z.looseObject({
  errors: z.array(z.looseObject({ pointer: z.string(), message: z.string() })),
})

type Pool = Database['pool']
type Posting = readonly [
  object: string,
  day: string,
  effect: LedgerEffect,
  currency: string,
  /** What it adds to the clearing account. */
  minor: bigint,
]

const post = (pool: Pool, postings: readonly Posting[]) =>
  inTransaction(pool, (tx) =>
    postToLedger(
      tx,
      postings.map(([object, day, effect, currency, minor]) => ({
        id: randomUUID(),
        source: `source ${randomUUID()}`,
        effect,
        clears: object,
        donationId: null,
        // In the evening of New York, where it is the next day in Greenwich.
        occurredAt: new Date(Date.parse(`${day}T12:00:00Z`) + 14 * 3_600_000),
        day: { bookedOn: dayNamed(day), period: null },
        entries: [
          { account: 'stripe_clearing', amount: { minor, currency: currencyNamed(currency) } },
          { account: 'donations', amount: { minor: -minor, currency: currencyNamed(currency) } },
        ],
      })),
      NOW,
    ),
  )

/** Folds until nothing is left. Database transactions of other tests hold it up, since ids are the whole server's. */
const foldAll = (pool: Pool) =>
  until('everything is folded', async () => {
    while (await inTransaction(pool, (tx) => foldLedger(tx, NOW)));
    const left = await selectAll(
      pool,
      `select from ledger_transactions where posted_xid >= (select folded_below from ledger_fold_states)`,
    )
    return left.length === 0
  })

async function move(pool: Pool, id: string, type: string, minor: bigint) {
  const category = type === 'adjustment' ? { reportingCategory: 'other_adjustment' } : {}
  const over = { type, ...category, amountMinor: minor, netMinor: minor }
  const at = new Date('2026-03-10T12:00:00Z')
  await inTransaction(pool, (tx) =>
    recordTransactions(
      tx,
      [feeTransaction(id, at, over)],
      depsAt(() => NOW),
    ),
  )
}

/** Items of every kind in two currencies, some of which the kept tables do not have yet. */
const test = financeTest
  .extend('books', { scope: 'file', auto: true }, async ({ db, service }) => {
    const { pool } = db.database
    service.now = NOW
    for (const name of ['balance_transactions', 'payouts', 'events', 'objects'] as const)
      await completeSync(pool, name, NOW, NOW)
    await post(pool, [
      ['pi_february', '2026-02-27', 'donation_succeeded', 'usd', 700n],
      ['pi_unknown_at_stripe', '2026-03-02', 'donation_succeeded', 'usd', 500n],
      ['pi_unknown_here', '2026-03-03', 'settled', 'usd', -800n],
      ['re_differs', '2026-03-04', 'refunded', 'eur', -300n],
      ['re_differs', '2026-03-05', 'settled', 'eur', 310n],
      ['dp_two', '2026-03-06', 'dispute_withdrawn', 'eur', -900n],
      ['dp_two', '2026-03-06', 'settled', 'usd', 1_000n],
      ['pi_written_off', '2026-03-07', 'donation_succeeded', 'usd', 250n],
      ['pi_written_off', '2026-03-08', 'written_off', 'usd', -200n],
      ['pi_done', '2026-03-08', 'donation_succeeded', 'usd', 600n],
      ['pi_done', '2026-03-08', 'settled', 'usd', -600n],
      ['pi_done_since', '2026-03-09', 'donation_succeeded', 'usd', 40n],
      ['pi_grows', '2026-03-09', 'donation_succeeded', 'eur', 40n],
    ])
    await move(pool, 'txn_tax', 'moon_tax', -70n)
    await move(pool, 'txn_former', 'sun_tax', -6n)
    await move(pool, 'txn_adjusted', 'adjustment', -3n)
    await foldAll(pool)
    await post(pool, [
      ['pi_done_since', '2026-03-11', 'settled', 'usd', -40n],
      ['pi_grows', '2026-03-11', 'settled', 'eur', -15n],
      ['=1+1', '2026-04-09', 'donation_succeeded', 'eur', 5n],
      ['pi_new', '2026-04-10', 'donation_succeeded', 'eur', 20n],
    ])
    await pool.query(
      `insert into month_sign_offs (month, object, kind, currency, amount_minor, reason, signed_off_by, signed_off_at)
       values ('2026-02', 'pi_february', 'missing_at_stripe', 'usd', 700, 'paid by cheque', 'ann@courier.example', $1),
         -- Of another amount and of another kind, which are other differences.
         ('2026-03', 'pi_unknown_here', 'missing_here', 'usd', -801, 'by post', 'ann@courier.example', $1),
         ('2026-03', 'pi_unknown_at_stripe', 'amount_mismatch', 'usd', 500, 'by post', 'ann@courier.example', $1)`,
      [NOW],
    )
    const madeBy = 'ann@courier.example'
    for (const type of ['moon_tax', 'sun_tax']) {
      const explanation = { id: randomUUID(), kind: 'unknown_type', type, reason: `the ${type}` } as const
      await insertExplanation(pool, { ...explanation, madeBy, madeAt: NOW })
      if (type === 'sun_tax') await insertEnd(pool, explanation.id, { by: madeBy, at: NOW })
    }
  })
  .extend('auditor', { scope: 'file' }, async ({ db, service }) => {
    const { knex } = db.database
    const token = await signInToken(knex, await hireStaff(knex, 'auditor'), service.now)
    return cookiesOf(await service.post('/finance/sign-in/confirm', { token }))
  })

const PATH = '/api/reconciling-items.csv'

test('every open item is a line with both amounts, what it means and whether it was accepted', async ({
  service,
  headers,
}) => {
  const answer = await service.get(PATH, headers)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('Content-Disposition')).toBe('attachment; filename="reconciling-items.csv"')
  const rows = await rowsIn(answer)
  expect(
    rows.map((row) => [
      row['First booked on'],
      row['What'],
      row['Stripe object'],
      row['Currency'],
      row['Remains open (minor units)'],
      row['Kind'],
      row['State'],
      row['Accepted in'],
    ]),
  ).toEqual([
    ['2026-02-27', 'gift', 'pi_february', 'USD', '700', 'missing_at_stripe', 'accepted exception', '2026-02'],
    ['2026-03-02', 'gift', 'pi_unknown_at_stripe', 'USD', '500', 'missing_at_stripe', 'to explain', ''],
    ['2026-03-03', 'gift', 'pi_unknown_here', 'USD', '-800', 'missing_here', 'to explain', ''],
    ['2026-03-04', 'refund', 're_differs', 'EUR', '10', 'amount_mismatch', 'to explain', ''],
    ['2026-03-06', 'dispute', 'dp_two', 'EUR', '-900', 'currency_mismatch', 'to explain', ''],
    ['2026-03-06', 'dispute', 'dp_two', 'USD', '1000', 'currency_mismatch', 'to explain', ''],
    ['2026-03-07', 'gift', 'pi_written_off', 'USD', '50', 'changed_after_write_off', 'to explain', ''],
    ['2026-03-09', 'gift', 'pi_grows', 'EUR', '25', 'amount_mismatch', 'to explain', ''],
    ['2026-03-10', 'other', 'txn_adjusted', 'USD', '3', 'adjustment', 'to explain', ''],
    ['2026-03-10', 'other', 'txn_former', 'USD', '6', 'unknown_type', 'to explain', ''],
    ['2026-03-10', 'other', 'txn_tax', 'USD', '70', 'unknown_type', 'explained for ever', ''],
    ['2026-04-09', 'other', `'=1+1`, 'EUR', '5', 'not_settled', 'timing difference', ''],
    ['2026-04-10', 'gift', 'pi_new', 'EUR', '20', 'not_settled', 'timing difference', ''],
  ])
  expect(rows.find((row) => row['Stripe object'] === 're_differs')).toEqual({
    'First booked on': '2026-03-04',
    What: 'refund',
    'Stripe object': 're_differs',
    Currency: 'EUR',
    'By events': '-3.00',
    'By events (minor units)': '-300',
    'By Stripe balance': '3.10',
    'By Stripe balance (minor units)': '310',
    'Written off': '0.00',
    'Written off (minor units)': '0',
    'Remains open': '0.10',
    'Remains open (minor units)': '10',
    'Last event on': '2026-03-04',
    'Last movement on': '2026-03-05',
    'Stripe types': '',
    'Stripe payment': '',
    Kind: 'amount_mismatch',
    Meaning: 'the amounts here and at Stripe differ',
    State: 'to explain',
    'Accepted in': '',
  })
  expect(rows.find((row) => row['Stripe object'] === 'txn_tax')).toMatchObject({
    'By events': '',
    'Last event on': '',
    'Stripe types': 'moon_tax',
    Meaning: 'a movement of a type that this service does not know',
  })
  expect(rows.find((row) => row['Stripe object'] === 'pi_written_off')).toMatchObject({
    'Written off': '-2.00',
    'By Stripe balance': '',
  })
})

test('what remains adds up to the balance of the clearing account in each currency', async ({
  db,
  service,
  headers,
}) => {
  const { pool } = db.database
  const sums: Record<string, bigint> = {}
  for (const row of await rowsIn(await service.get(PATH, headers))) {
    const currency = row['Currency'] ?? ''
    sums[currency] = (sums[currency] ?? 0n) + BigInt(row['Remains open (minor units)'] ?? '')
  }
  const balances = (await accountSums(pool, { from: '2026-01-01', to: '2026-12-31' })).filter(
    ({ account }) => account === 'stripe_clearing',
  )
  expect(balances).toHaveLength(2)
  expect(sums).toEqual(
    Object.fromEntries(
      balances.map(({ currency, openingMinor, debitMinor, creditMinor }) => [
        currency.toUpperCase(),
        openingMinor + debitMinor - creditMinor,
      ]),
    ),
  )
})

test('the file of a month’s days has the items of its page', async ({ db, service, headers }) => {
  const { pool } = db.database
  const march = await rowsIn(await service.get(`${PATH}?from=2026-03-01&to=2026-03-31`, headers))
  const { differences, accepted } = await reconcile(pool, monthNamed('2026-03'), NOW)
  const onPage = [...differences, ...accepted.map(({ difference }) => difference)].map(
    ({ object, currency, kind, amountMinor, what }) => [
      object,
      currency.toUpperCase(),
      kind,
      amountMinor,
      what.split(':')[0],
    ],
  )
  const inFile = march.map((row) => [
    row['Stripe object'],
    row['Currency'],
    row['Kind'],
    BigInt(row['Remains open (minor units)'] ?? ''),
    row['Meaning'],
  ])
  expect(onPage).toHaveLength(10)
  expect(inFile.toSorted()).toEqual(onPage.toSorted())
  const objects = async (query: string) =>
    (await rowsIn(await service.get(`${PATH}?${query}`, headers))).map((row) => row['Stripe object'])
  expect(await objects('to=2026-03-01')).toEqual(['pi_february'])
  expect(await objects('from=2026-03-11')).toEqual([`'=1+1`, 'pi_new'])
})

test('before anything is folded the whole ledger is read', async ({ db, service, headers }) => {
  const { pool } = db.database
  const before = await rowsIn(await service.get(PATH, headers))
  await pool.query(`update ledger_fold_states set filled_at = null`)
  expect(await rowsIn(await service.get(PATH, headers))).toEqual(before)
  await pool.query(`update ledger_fold_states set filled_at = $1`, [NOW])
})

test('the page sends the same file to an auditor and to no viewer, and both are logged without a donor', async ({
  db,
  service,
  headers,
  auditor,
}) => {
  const { knex } = db.database
  const page = '/finance/exports/reconciling-items'
  // A form sends the days that nobody filled in, too.
  const file = await service.get(`${page}?from=&to=2026-03-31&format=csv`, auditor)
  expect(file.headers.get('Content-Disposition')).toBe(
    'attachment; filename="reconciling-items-2026-03-31.csv"',
  )
  expect(await rowsIn(file)).toEqual(await rowsIn(await service.get(`${PATH}?to=2026-03-31`, headers)))
  const sheet = await service.get(`${page}?format=xlsx`, auditor)
  expect([sheet.status, sheet.headers.get('Content-Type')]).toEqual([
    200,
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  ])
  await sheet.arrayBuffer()
  const logged = await knex('exports').where({ kind: 'reconciling_items' }).orderBy('begun_at')
  expect(logged.some(({ filters }) => JSON.stringify(filters) === '{"to":"2026-03-31"}')).toBe(true)
  expect(logged.every(({ outcome }) => outcome === 'complete')).toBe(true)
  const acts = await knex('audit_trail').where({ subject: `export/${logged[0].id}` })
  expect(acts).toMatchObject([{ act: 'books_exported', after: { file: 'reconciling_items', rows: 13 } }])
  const exports = await (await service.get('/finance/exports', auditor)).text()
  expect(exports).toContain('Reconciling items (CSV)')
  expect(exports).toContain('action="/finance/exports/reconciling-items"')
  // The days of this form are empty, since the balance is that of all items.
  expect(exports.replaceAll(/\s+/g, ' ')).toContain(
    'id="reconciling_items-from" name="from" type="date" value=""',
  )
  const viewer = await bearer(knex, 'viewer')
  expect((await service.get(PATH, viewer)).status).toBe(403)
  const token = await signInToken(knex, await hireStaff(knex, 'viewer'), service.now)
  const cookies = cookiesOf(await service.post('/finance/sign-in/confirm', { token }))
  expect((await service.get(`${page}?format=csv`, cookies)).status).toBe(403)
})

test('days that are none, or in the wrong order, are named', async ({ service, headers, auditor }) => {
  const refusedBy = async (query: string) => {
    const answer = await service.get(`${PATH}?${query}`, headers)
    expect(answer.status).toBe(400)
    return problems.parse(await answer.json()).errors.map(({ pointer, message }) => [pointer, message])
  }
  expect(await refusedBy('from=2026-02-30&to=soon&month=2026-03')).toEqual([
    ['/from', 'must be a date such as 2026-01-31'],
    ['/to', 'must be a date such as 2026-01-31'],
    ['/month', expect.any(String)],
  ])
  expect(await refusedBy('from=2026-03-02&to=2026-03-01')).toEqual([['/to', 'must not be before from']])
  const page = await service.get(
    '/finance/exports/reconciling-items?from=2026-03-02&to=2026-03-01&format=csv',
    auditor,
  )
  expect(page.status).toBe(400)
  const words = (await page.text()).replaceAll(/\s+/g, ' ')
  expect(words).toContain('to: must not be before from')
  expect(words).toContain('id="reconciling_items-from" name="from" type="date" value="2026-03-02"')
})
