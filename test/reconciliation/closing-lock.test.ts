import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { inTransaction } from '../../src/db/database.ts'
import { holdPostings } from '../../src/ledger/closing-store.ts'
import { recordTransactions } from '../../src/settlement/balance-store.ts'
import { closeMonth } from '../../src/reconciliation/close-month.ts'
import { completeSync } from '../../src/sync/sync-state-store.ts'
import { fact } from '../processing/facts.ts'
import { all } from '../kit/books.ts'
import { testDatabase, type TestDatabase } from '../kit/database.ts'
import { monthNamed } from '../kit/month.ts'
import { depsAt } from './kit.ts'

let own: TestDatabase
beforeEach(async () => void (own = await testDatabase()))
afterEach(() => own.drop())

const { currency } = fact.succeeded(1).gross
const at = new Date('2026-11-30T12:00:00Z')
const movement = {
  id: 'txn_late',
  type: 'stripe_fee',
  reportingCategory: 'fee',
  currency,
  amountMinor: -55n,
  feeMinor: 0n,
  netMinor: -55n,
  createdAt: at,
  availableOn: at,
  source: null,
  clears: 'txn_late',
  paymentIntentId: null,
  presentment: null,
  exchangeRate: null,
  description: null,
}

const waiters = () =>
  all(
    own.database.pool,
    `select from pg_locks where locktype = 'advisory' and not granted and database =
    (select oid from pg_database where datname = current_database())`,
  )

test('a movement that waited while its month was closed counts for the day on which the wait was over', async () => {
  const { pool } = own.database
  // In the newsroom’s timezone the last minute of November.
  let now = new Date('2026-12-01T04:59:00Z')
  let recorded: Promise<number> | undefined
  await inTransaction(pool, async (tx) => {
    await holdPostings(tx)
    recorded = inTransaction(pool, (other) =>
      recordTransactions(
        other,
        [movement],
        depsAt(() => now),
      ),
    )
    await vi.waitFor(async () => expect(await waiters()).toHaveLength(1))
    now = new Date('2026-12-01T05:01:00Z')
    await tx.query(
      `insert into month_closings (month, closed_at, closed_by, reconciliation) values ('2026-11', $1, 'f', '{}')`,
      [now],
    )
  })
  expect(await recorded).toBe(1)
  expect(
    await all(pool, `select to_char(booked_on, 'YYYY-MM-DD') as day, period from ledger_transactions`),
  ).toEqual([{ day: '2026-12-01', period: '2026-11' }])
})

test('a closing waits for what is being posted, and sees it', async () => {
  const { pool } = own.database
  const now = new Date('2026-12-01T05:01:00Z')
  for (const name of ['balance_transactions', 'payouts', 'events'] as const)
    await completeSync(pool, name, now, now)
  const processing = { pool, timezone: 'America/New_York', now: () => now }
  let closed: Promise<unknown> | undefined
  await inTransaction(pool, async (tx) => {
    await recordTransactions(
      tx,
      [{ ...movement, type: 'moon_tax' }],
      depsAt(() => now),
    )
    closed = closeMonth(processing, monthNamed('2026-11'), 'f').catch(String)
    await vi.waitFor(async () => expect(await waiters()).toHaveLength(1))
  })
  expect(await closed).toContain('txn_late (unknown_type)')
})
