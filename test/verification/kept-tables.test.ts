import { expect } from 'vitest'
import { inTransaction } from '../../src/db/database.ts'
import { foldLedger } from '../../src/ledger/ledger-fold-store.ts'
import { keptTablesFindings } from '../../src/verification/kept-tables-check-store.ts'
import { newsroomTest as test } from '../kit/fixtures.ts'
import { selectAll } from '../kit/processing.ts'
import { DAY_MS, forward, openSandbox, paidGift } from '../kit/sandbox.ts'
import { until } from '../kit/until.ts'
import { syncBalance, syncDepsOf } from '../reconciliation/kit.ts'

test('verifying finds every edit of the kept sums and open items', async ({ pool }) => {
  const box = await openSandbox()
  try {
    await paidGift(box, 5000)
    await forward(box, 9 * DAY_MS)
    await syncBalance(syncDepsOf(pool, box))
    await paidGift(box, 700)
    await syncBalance(syncDepsOf(pool, box))
  } finally {
    await box.close()
  }
  await until('everything is folded', async () => {
    while (await inTransaction(pool, (tx) => foldLedger(tx, box.now())));
    const left = await selectAll(
      pool,
      `select from ledger_transactions where posted_xid >= (select folded_below from ledger_fold_states)`,
    )
    return left.length === 0
  })
  const found = async () => (await keptTablesFindings(pool, ['America/New_York'])).map(({ kind }) => kind)
  expect(await found()).toEqual([])
  for (const [edit, kinds] of [
    [
      `update ledger_account_totals set debit_minor = debit_minor + 1 where grain = 'day' and ledger_account = 'bank'`,
      ['kept_balance'],
    ],
    [
      `delete from ledger_account_totals where grain = 'month' and ledger_account = 'stripe_fees'`,
      ['kept_balance'],
    ],
    [
      `insert into ledger_account_totals values ('day', '2026-01-01', 'bank', 'usd', 1, 0, 1)`,
      ['kept_balance'],
    ],
    [
      `delete from ledger_open_items where ledger_account = 'stripe_clearing' and object = (select min(object) from ledger_open_items where ledger_account = 'stripe_clearing')`,
      ['open_item'],
    ],
    [
      `insert into ledger_open_items select ledger_account, 'pi_invented', currency, events_minor, balance_minor, written_off_minor, first_on, last_event_at, last_movement_at, types, payment_intent_id from ledger_open_items limit 1`,
      ['open_item'],
    ],
    [`update ledger_open_item_sums set items = items + 1`, ['open_item_sum']],
    [`delete from ledger_open_item_sums`, ['open_item_sum']],
    [
      `update stripe_balance_days set net_minor = net_minor + 1 where day = (select min(day) from stripe_balance_days)`,
      ['stripe_day'],
    ],
    [`update charge_volumes set gross_minor = gross_minor + 1`, ['charge_volume']],
    [`delete from charge_volumes`, ['charge_volume']],
    [`insert into charge_volumes values ('2020-01', 'usd', 'payment', 1, 500)`, ['charge_volume']],
    [
      `insert into agreement_totals (part, agreements, amount_minor) values ('failing', 1, 0)`,
      ['agreement_total'],
    ],
    [
      `insert into agreement_changes (part, frequency, currency, agreements, amount_minor) values ('running', 'monthly', 'usd', 0, 5)`,
      ['agreement_total'],
    ],
  ] as const) {
    const client = await pool.connect()
    try {
      await client.query('begin')
      await client.query(edit)
      const kindsFound = (await keptTablesFindings(client, ['America/New_York'])).map(({ kind }) => kind)
      expect([edit, kindsFound]).toEqual([edit, kinds])
    } finally {
      await client.query('rollback')
      client.release()
    }
  }
})
