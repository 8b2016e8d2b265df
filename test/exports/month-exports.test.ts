import { createHash, randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { parseMonth } from '../../src/calendar/month.ts'
import { inTransaction } from '../../src/db/database.ts'
import { eraseDonor } from '../../src/donors/erasure/erase-donor.ts'
import { freezeMonthExports, monthExports } from '../../src/exports/month-exports-store.ts'
import { giveDonation, hireStaff, signInToken, type GivenDonation } from '../kit/factories.ts'
import { cookiesOf } from '../kit/finance-service.ts'
import { financeTest } from '../kit/fixtures.ts'
import { profile } from '../kit/processing.ts'

/** The tests of this file follow March through its closing: each one builds on those before it. */

const test = financeTest
  .extend('gift', { scope: 'file' }, async ({ db }) => {
    const { knex, pool } = db.database
    const gift = await giveDonation(knex, {
      succeededAt: new Date('2026-03-20T12:00:00Z'),
      donorName: 'Erasable Erna',
      donorEmail: 'erna@reader.example',
      message: 'my message',
    })
    await pool.query(
      `insert into account_codes (account, code, name, changed_at) values ('stripe_clearing', '4,0', '=a "b" ü', now())`,
    )
    await arrive(db.database.pool, gift)
    return gift
  })
  .extend('auditor', { scope: 'file' }, async ({ db, service }) => {
    const staff = await hireStaff(db.database.knex, 'auditor')
    const token = await signInToken(db.database.knex, staff, service.now)
    return cookiesOf(await service.post('/finance/sign-in/confirm', { token }))
  })

const march = parseMonth('2026-03')
if (!march) throw new Error('2026-03 is a month')
const DAYS = 'from=2026-03-01&to=2026-03-31'

/** A deposit of the gift and of a fee without one. */
async function arrive(pool: Parameters<typeof inTransaction>[0], gift: GivenDonation): Promise<void> {
  await pool.query(
    `insert into balance_transactions (id, type, reporting_category, currency, amount_minor, fee_minor, net_minor, created_at,
       available_on, clears, payment_intent_id, description, read_at)
     values ('txn_gift', 'charge', 'charge', 'usd', 500, 45, 455, $1, $1, $2, $2, 'a gift of Erna', $1),
       ('txn_fee', 'stripe_fee', 'fee', 'usd', -20, 0, -20, $1, $1, 'txn_fee', null, 'Tax, "monthly"', $1)`,
    [gift.succeeded_at, gift.payment_intent_id],
  )
  await pool.query(
    `insert into payouts (id, currency, amount_minor, status, automatic, arrival_date, created_at, itemisation, read_at)
     values ('po_march', 'usd', 435, 'in_transit', true, '2026-03-30', $1, 'complete', $1)`,
    [gift.succeeded_at],
  )
  await pool.query(
    `insert into payout_items (payout_id, balance_transaction_id) values ('po_march', 'txn_gift'), ('po_march', 'txn_fee')`,
  )
}

const wordsOf = (html: string) => html.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')

test('the hashes of a month are those of its files, a deposit with its parts among them', async ({
  db,
  gift,
  service,
  headers,
}) => {
  expect(gift.day).toBe('2026-03-20')
  const { pool } = db.database
  const frozen = await inTransaction(pool, (tx) => freezeMonthExports(tx, march, profile.timezone))
  for (const kind of ['ledger', 'deposits']) {
    const file = await service.get(`/api/${kind}.csv?${DAYS}`, headers)
    expect(file.status).toBe(200)
    const bytes = Buffer.from(await file.arrayBuffer())
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    expect(frozen).toContainEqual({ name: `${kind}-2026-03-01-2026-03-31.csv`, sha256 })
    expect(bytes.toString().trimEnd().split('\n')).toHaveLength(3)
  }
  expect(await monthExports(pool, march, profile.timezone)).toEqual(frozen)
  await pool.query(
    `insert into month_closings (month, closed_at, closed_by, record_version, reconciliation) values ($1, now(), 'ann', 1, $2)`,
    [march, JSON.stringify({ exports: frozen })],
  )
})

test('a later export is the file of the closing, also when the donor was erased meanwhile', async ({
  db,
  gift,
  service,
  auditor,
}) => {
  const { pool } = db.database
  const actor = { kind: 'operator', name: 'root' } as const
  await eraseDonor({ pool, clock: () => service.now }, { donationId: gift.id, actor })
  const erased = await pool.query(`select donor_name from donations where id = $1`, [gift.id])
  expect(erased.rows).toEqual([{ donor_name: null }])
  for (const kind of ['ledger', 'deposits']) {
    await (await service.get(`/finance/exports/${kind}?${DAYS}&format=csv`, auditor)).arrayBuffer()
    const page = await (await service.get(`/finance/months/2026-03/files/${kind}`, auditor)).text()
    expect(wordsOf(page)).toContain('March 2026: the same as at closing')
  }
  const log = wordsOf(await (await service.get('/finance/exports', auditor)).text())
  expect(log.match(/The same as at the closing/g)).toHaveLength(4)
  expect(log).not.toContain('Differs')
  expect(log).toContain('From: Mar 1, 2026 · To: Mar 31, 2026')
})

test('a file with another code or deposit differs from the closing, and its page names the lines', async ({
  db,
  gift,
  service,
  auditor,
}) => {
  const { pool } = db.database
  await pool.query(`update account_codes set code = '41' where account = 'stripe_clearing'`)
  await pool.query(`update payouts set status = 'paid' where id = 'po_march'`)
  for (const kind of ['ledger', 'deposits'])
    await (await service.get(`/finance/exports/${kind}?${DAYS}&format=csv`, auditor)).arrayBuffer()
  const log = await (await service.get('/finance/exports', auditor)).text()
  expect(log).toContain('href="/finance/months/2026-03/files/ledger"')
  expect(wordsOf(log).match(/Differs from the closing/g)).toHaveLength(2)
  const ledger = wordsOf(await (await service.get('/finance/months/2026-03/files/ledger', auditor)).text())
  expect(ledger).toMatch(/differs from the closing .* Lines 2 2 .* since 1 No longer there, or changed 1 /)
  expect(ledger).toMatch(/Line What it says now 2 2026-03-20,,donation_succeeded,stripe_clearing,41,/)
  expect(ledger).toContain(gift.id)
  const deposits = wordsOf(
    await (await service.get('/finance/months/2026-03/files/deposits', auditor)).text(),
  )
  expect(deposits).toMatch(/since 2 No longer there, or changed 2 /)
  expect(deposits).toContain('2026-03-30,paid,USD,4.35')
})

test('what no closing kept is not compared', async ({ db, service, auditor }) => {
  const { pool } = db.database
  for (const path of ['2026-03/files/donations', '2026-02/files/ledger', '2026-03/files/x'])
    expect((await service.get(`/finance/months/${path}`, auditor)).status).toBe(404)
  await pool.query(
    `insert into exports (id, kind, format, filters, made_by, snapshot, begun_at, finished_at, outcome, row_count, bytes, sha256)
     select gen_random_uuid(), kind, format, filters || $1, made_by, snapshot, now(), now(), outcome, row_count, bytes, $2
     from exports where kind = 'ledger' limit 1`,
    [JSON.stringify({ since: randomUUID() }), Buffer.alloc(32)],
  )
  const log = wordsOf(await (await service.get('/finance/exports', auditor)).text())
  expect(log.match(/Differs from the closing/g)).toHaveLength(2)
})

test('an edit of the rows behind the database shows as another file', async ({ db }) => {
  const { pool } = db.database
  const [before] = await monthExports(pool, march, profile.timezone)
  await inTransaction(pool, async (tx) => {
    await tx.query('set local session_replication_role = replica')
    await tx.query(`update ledger_transactions set occurred_at = occurred_at + interval '1 second'`)
  })
  const [after] = await monthExports(pool, march, profile.timezone)
  expect(after?.sha256).not.toBe(before?.sha256)
})
