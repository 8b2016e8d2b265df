import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import type { PostingDeps } from '../../src/settlement/balance-store.ts'
import { syncTransactions, type SyncDeps } from '../../src/sync/balance-sync-worker.ts'
import { syncPayouts } from '../../src/sync/payout-sync-worker.ts'
import type { StripeLists } from '../../src/settlement/stripe-lists.ts'
import { localDate } from '../../src/calendar/local-date.ts'
import { stripeLists } from '../../src/stripe/balance-gateway.ts'
import { pacedCalls } from '../../src/stripe/paced-calls-gateway.ts'
import type { Sandbox } from '../../src/stripe-sandbox/sandbox.ts'
import { sdk } from '../stripe-sandbox/kit.ts'

export function batchOf(box: Sandbox): StripeLists {
  return stripeLists(sdk(box), pacedCalls({ callsPerSecond: 10_000 }))
}

export function depsAt(now: () => Date): PostingDeps {
  return { now, localDate: (instant) => localDate(instant, 'America/New_York'), newId: () => randomUUID() }
}

export function syncStateOf(pool: pg.Pool, box: Sandbox, books = batchOf(box)): SyncDeps {
  return { pool, books, processing: depsAt(() => box.now()) }
}

export async function syncAll(parts: SyncDeps): Promise<number> {
  const fresh = await syncTransactions(parts)
  await syncPayouts(parts)
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

/** What does not sum to zero; nothing, ever. */
export async function offBalance(pool: pg.Pool): Promise<unknown[]> {
  const { rows } = await pool.query<Record<string, unknown>>(
    `select currency, sum(amount_minor) from ledger_entries group by 1 having sum(amount_minor) <> 0`,
  )
  return rows
}

export async function count(pool: pg.Pool, table: string): Promise<number> {
  const { rows } = await pool.query<{ n: number }>(`select count(*)::int as n from ${table}`)
  return rows[0]?.n ?? 0
}

/** The list of events was read until then, and nothing was missing. */
export async function completeTo(pool: pg.Pool, moment: Date): Promise<void> {
  await pool.query(
    `insert into sync_states (name, complete_up_to) values ('events', $1) on conflict (name) do update set complete_up_to = $1`,
    [moment],
  )
}
