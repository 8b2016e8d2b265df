import type pg from 'pg'
import { expect, vi } from 'vitest'
import { inTransaction } from '../../src/db/database.ts'
import { holdPostings } from '../../src/ledger/closing-store.ts'
import { closeMonth } from '../../src/reconciliation/months/close-month.ts'
import { recordTransactions } from '../../src/settlement/balance/balance-store.ts'
import { completeSync } from '../../src/sync/sync-state-store.ts'
import { selectAll } from '../kit/processing.ts'
import { databaseTest as test } from '../kit/fixtures.ts'
import { monthNamed } from '../kit/named.ts'
import { feeTransaction } from '../kit/settlement-samples.ts'
import { depsAt } from './kit.ts'
import { operator } from '../kit/admin.ts'

const transaction = feeTransaction('txn_waiting', new Date('2026-11-30T12:00:00Z'))

/** One row for each session of this database that waits for an advisory lock. */
const waiters = (pool: pg.Pool) =>
  selectAll(
    pool,
    `select from pg_locks where locktype = 'advisory' and not granted and database =
    (select oid from pg_database where datname = current_database())`,
  )

test('books a transaction that waited for a closing on the day on which the wait ended', async ({ pool }) => {
  // In New York the last minute of November.
  let now = new Date('2026-12-01T04:59:00Z')
  let recorded: Promise<number> | undefined
  await inTransaction(pool, async (tx) => {
    await holdPostings(tx)
    recorded = inTransaction(pool, (other) =>
      recordTransactions(
        other,
        [transaction],
        depsAt(() => now),
      ),
    )
    await vi.waitFor(async () => expect(await waiters(pool)).toHaveLength(1))
    now = new Date('2026-12-01T05:01:00Z')
    await tx.query(
      `insert into month_closings (month, closed_at, closed_by, reconciliation) values ('2026-11', $1, 'f', '{}')`,
      [now],
    )
  })
  expect(await recorded).toBe(1)
  expect(
    await selectAll(pool, `select to_char(booked_on, 'YYYY-MM-DD') as day, period from ledger_transactions`),
  ).toEqual([{ day: '2026-12-01', period: '2026-11' }])
})

test('waits with closing for what is being posted, and then sees it', async ({ pool }) => {
  const now = new Date('2026-12-01T05:01:00Z')
  for (const name of ['balance_transactions', 'payouts', 'events'] as const)
    await completeSync(pool, name, now, now)
  const deps = { pool, timezone: 'America/New_York', now: () => now }
  let closed: Promise<unknown> | undefined
  await inTransaction(pool, async (tx) => {
    await recordTransactions(
      tx,
      [{ ...transaction, type: 'moon_tax' }],
      depsAt(() => now),
    )
    closed = closeMonth(deps, monthNamed('2026-11'), operator('f')).catch(String)
    await vi.waitFor(async () => expect(await waiters(pool)).toHaveLength(1))
  })
  expect(await closed).toContain('txn_waiting (unknown_type)')
})
