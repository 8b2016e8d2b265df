import { expect } from 'vitest'
import { unexplainedAmounts } from '../../src/reports/attention/attention-store.ts'
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
