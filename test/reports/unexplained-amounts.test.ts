import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { countUnexplained, unexplainedAmounts } from '../../src/reports/attention/attention-store.ts'
import { databaseTest as test } from '../kit/fixtures.ts'

test('sums what has not been explained since before a day, without signs', async ({ pool }) => {
  const open = (object: string, firstOn: string, minor: number, account = 'stripe_clearing') =>
    pool.query(
      `insert into ledger_open_items (ledger_account, object, currency, events_minor, written_off_minor, first_on, types)
       values ($1, $2, 'usd', $3, 0, $4, '{}')`,
      [account, object, minor, firstOn],
    )
  await open('pi_old', '2026-11-01', 2500)
  await open('re_old', '2026-11-02', -500)
  await open('pi_new', '2026-11-20', 9900)
  await open('po_old', '2026-11-01', 7700, 'payouts_in_transit')
  expect(await unexplainedAmounts(pool, '2026-11-10')).toEqual([{ currency: 'usd', items: 2, minor: 3000n }])
})

test('leaves out what an explanation for ever is about, until it ends', async ({ pool }) => {
  const before = '2026-11-10'
  const count = () => countUnexplained(pool, before)
  const open = (object: string, types: string[]) =>
    pool.query(
      `insert into ledger_open_items (ledger_account, object, currency, balance_minor, written_off_minor, first_on, types)
       values ('stripe_clearing', $1, 'eur', 100, 0, '2026-11-01', $2)`,
      [object, types],
    )
  const already = await count()
  await open('txn_new', ['new_type'])
  await open('txn_both', ['new_type', 'charge'])
  await open('txn_none', [])
  expect(await count()).toBe(already + 3)

  const id = randomUUID()
  await pool.query(
    `insert into standing_explanations (id, kind, type, reason, made_by, made_at)
     values ($1, 'unknown_type', 'new_type', 'A service that we sell elsewhere', 'finance@news.example', now())`,
    [id],
  )
  expect(await count()).toBe(already + 2)
  expect(await unexplainedAmounts(pool, before)).toContainEqual({ currency: 'eur', items: 2, minor: 200n })

  await pool.query(
    `insert into standing_explanation_ends (explanation_id, ended_by, ended_at) values ($1, 'finance@news.example', now())`,
    [id],
  )
  expect(await count()).toBe(already + 3)
})
