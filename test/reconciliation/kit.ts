import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { expect } from 'vitest'
import type { Month } from '../../src/calendar/month.ts'
import { itemCount } from '../../src/reconciliation/items/clearing-item.ts'
import { needsExplanation } from '../../src/reconciliation/items/difference.ts'
import { reconcile } from '../../src/reconciliation/months/month-close-store.ts'
import { monthsInList } from '../../src/reconciliation/months/month-list-store.ts'
import type { OthersPostingDeps } from '../../src/settlement/ownership/activity-of-others-store.ts'
import { syncTransactions, type SyncDeps } from '../../src/sync/balance-sync-worker.ts'
import { syncPayouts } from '../../src/sync/payout-sync-worker.ts'
import type { StripeLists } from '../../src/settlement/balance/stripe-balance.ts'
import { localDate } from '../../src/calendar/local-date.ts'
import { stripeLists } from '../../src/stripe/balance-gateway.ts'
import { pacedCalls } from '../../src/stripe/paced-calls-gateway.ts'
import type { Sandbox } from '../../src/stripe-sandbox/sandbox.ts'
import { ownership } from '../kit/marks.ts'
import { sdk } from '../kit/sandbox.ts'

/** The offline Stripe's lists of balance transactions and payouts, read without pacing. */
export function stripeListsOf(box: Sandbox): StripeLists {
  return stripeLists(sdk(box), pacedCalls({ callsPerSecond: 10_000 }))
}

export function depsAt(now: () => Date): OthersPostingDeps {
  return {
    ownership,
    now,
    localDate: (instant) => localDate(instant, 'America/New_York'),
    newId: () => randomUUID(),
  }
}

/** What the balance sync needs, at the offline Stripe's time. */
export function syncDepsOf(pool: pg.Pool, box: Sandbox, lists = stripeListsOf(box)): SyncDeps {
  return { pool, lists, processing: depsAt(() => box.now()) }
}

/** Syncs balance transactions and payouts. @returns how many balance transactions are new */
export async function syncBalance(deps: SyncDeps): Promise<number> {
  const fresh = await syncTransactions(deps)
  await syncPayouts(deps)
  return fresh
}

/** A ledger account's balance, by currency. */
export async function account(pool: pg.Pool, name: string): Promise<Record<string, bigint>> {
  const { rows } = await pool.query<{ currency: string; sum: string }>(
    `select currency, sum(amount_minor)::text as sum from ledger_entries where account = $1 group by 1 having sum(amount_minor) <> 0`,
    [name],
  )
  return Object.fromEntries(rows.map(({ currency, sum }) => [currency, BigInt(sum)]))
}

/** The currencies in which the ledger does not sum to zero: always none. */
export async function offBalance(pool: pg.Pool): Promise<unknown[]> {
  const { rows } = await pool.query<Record<string, unknown>>(
    `select currency, sum(amount_minor) from ledger_entries group by 1 having sum(amount_minor) <> 0`,
  )
  return rows
}

export async function countRows(pool: pg.Pool, table: string): Promise<number> {
  const { rows } = await pool.query<{ n: number }>(`select count(*)::int as n from ${table}`)
  return rows[0]?.n ?? 0
}

/** Marks the event sync as complete up to the instant. */
export async function completeEventSync(pool: pg.Pool, instant: Date): Promise<void> {
  await pool.query(
    `insert into sync_states (name, complete_up_to) values ('events', $1) on conflict (name) do update set complete_up_to = $1`,
    [instant],
  )
}

/**
 * The list reads what needs an explanation for all months at once, and counts as many as each month's own page lists.
 * @param months from the newest to the oldest
 */
export async function expectListToAgree(pool: pg.Pool, months: readonly Month[], now: Date): Promise<void> {
  const onPages: { month: Month; unexplained: number }[] = []
  for (const month of months) {
    const { closing, differences } = await reconcile(pool, month, now)
    const unexplained = closing ? 0 : itemCount(differences.filter(needsExplanation))
    onPages.push({ month, unexplained })
  }
  const listed = await monthsInList(pool, months, now)
  expect(listed.map(({ month, unexplained }) => ({ month, unexplained }))).toEqual(onPages)
}
