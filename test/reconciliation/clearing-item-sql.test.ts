import pg from 'pg'
import { expect } from 'vitest'
import { inTransaction } from '../../src/db/database.ts'
import { withValues } from '../../src/exports/formats/export-table.ts'
import { itemsFile } from '../../src/exports/files/items-file.ts'
import { foldLedger } from '../../src/ledger/ledger-fold-store.ts'
import { clearingDifference, type ClearingItem } from '../../src/reconciliation/items/clearing-item.ts'
import { completeSync } from '../../src/sync/sync-state-store.ts'
import { databaseTest as test } from '../kit/fixtures.ts'

const NOW = new Date('2026-04-10T12:00:00Z')

test('the file judges every item as the page does', async ({ pool }) => {
  const hour = 3_600_000
  const ages = [null, 0.5, 1, 2, 7 * 24 - 1, 7 * 24, 14 * 24 - 1, 14 * 24]
  const timeOf = (age: number | null) => (age === null ? null : new Date(NOW.getTime() - age * hour))
  const amounts = [
    [100n, null],
    [null, -90n],
    [100n, -90n],
  ] as const
  const items: ClearingItem[] = []
  for (const [eventsMinor, balanceMinor] of amounts)
    for (const writtenOffMinor of [0n, 5n])
      for (const types of [[], ['payment'], ['charge', 'payment'], ['adjustment', 'fee'], ['moon_tax']])
        for (const prefix of ['pi', 'txn'])
          for (const lastEventAt of ages.map(timeOf))
            for (const lastMovementAt of ages.map(timeOf))
              for (const hasOtherCurrency of [false, true])
                items.push({
                  object: `${prefix}_${items.length}`,
                  currency: 'usd',
                  eventsMinor,
                  balanceMinor,
                  writtenOffMinor,
                  hasOtherCurrency,
                  types,
                  paymentIntentId: null,
                  lastEventAt,
                  lastMovementAt,
                })
  while (await inTransaction(pool, (tx) => foldLedger(tx, NOW)));
  const rows = items.flatMap((item) =>
    (item.hasOtherCurrency ? ['usd', 'eur'] : ['usd']).map((currency) => ({
      ledger_account: 'stripe_clearing',
      object: item.object,
      currency,
      events_minor: item.eventsMinor === null ? null : Number(item.eventsMinor),
      balance_minor: item.balanceMinor === null ? null : Number(item.balanceMinor),
      written_off_minor: Number(item.writtenOffMinor),
      first_on: '2026-03-01',
      last_event_at: item.lastEventAt,
      last_movement_at: item.lastMovementAt,
      types: item.types,
    })),
  )
  await pool.query(
    `insert into ledger_open_items select * from jsonb_populate_recordset(null::ledger_open_items, $1::jsonb)`,
    [JSON.stringify(rows)],
  )
  for (const readUpTo of [null, NOW]) {
    if (readUpTo)
      for (const name of ['balance_transactions', 'payouts', 'events'] as const)
        await completeSync(pool, name, readUpTo, readUpTo)
    const { from, values } = await itemsFile(pool, {}, 'America/New_York')
    const sql = `select i.object, i.kind ${from}`
    const { rows: judged } = await pool.query<{ object: string; kind: string }>(
      withValues(sql, values, pg.escapeLiteral),
    )
    const kinds = new Map(judged.map(({ object, kind }) => [object, kind]))
    const others = items.filter((item) => kinds.get(item.object) !== clearingDifference(item, readUpTo).kind)
    expect(kinds.size).toBe(items.length)
    expect(others.slice(0, 5)).toEqual([])
  }
})
