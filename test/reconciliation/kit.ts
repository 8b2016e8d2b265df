import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import type { PostingMeans } from '../../src/settlement/balance-store.ts'
import { sweepTransactions, type SweepParts } from '../../src/sync/balance-sync-worker.ts'
import { sweepPayouts } from '../../src/sync/payout-sync-worker.ts'
import type { StripeBooks } from '../../src/settlement/stripe-lists.ts'
import { localDate } from '../../src/calendar/local-date.ts'
import { stripeBooks } from '../../src/stripe/balance-gateway.ts'
import { pacedCalls } from '../../src/stripe/paced-calls-gateway.ts'
import type { Sandbox } from '../../src/stripe-sandbox/sandbox.ts'
import { sdk } from '../stripe-sandbox/kit.ts'

export function booksOf(box: Sandbox): StripeBooks {
  return stripeBooks(sdk(box), pacedCalls({ callsPerSecond: 10_000 }))
}

export function meansAt(now: () => Date): PostingMeans {
  return { now, localDate: (instant) => localDate(instant, 'America/New_York'), newId: () => randomUUID() }
}

export function sweepOf(hot: pg.Pool, box: Sandbox, books = booksOf(box)): SweepParts {
  return { hot, books, means: meansAt(() => box.now()) }
}

export async function sweepAll(parts: SweepParts): Promise<number> {
  const fresh = await sweepTransactions(parts)
  await sweepPayouts(parts)
  return fresh
}

/** A ledger account's balance, by currency. */
export async function account(hot: pg.Pool, name: string): Promise<Record<string, bigint>> {
  const { rows } = await hot.query<{ currency: string; sum: string }>(
    `select currency, sum(amount_minor)::text as sum from ledger_entries where account = $1 group by 1 having sum(amount_minor) <> 0`,
    [name],
  )
  return Object.fromEntries(rows.map(({ currency, sum }) => [currency, BigInt(sum)]))
}

/** What does not sum to zero; nothing, ever. */
export async function offBalance(hot: pg.Pool): Promise<unknown[]> {
  const { rows } = await hot.query<Record<string, unknown>>(
    `select currency, sum(amount_minor) from ledger_entries group by 1 having sum(amount_minor) <> 0`,
  )
  return rows
}

export async function count(hot: pg.Pool, table: string): Promise<number> {
  const { rows } = await hot.query<{ n: number }>(`select count(*)::int as n from ${table}`)
  return rows[0]?.n ?? 0
}

/** The list of events was read until then, and nothing was missing. */
export async function completeTo(hot: pg.Pool, moment: Date): Promise<void> {
  await hot.query(
    `insert into sweeps (name, complete_up_to) values ('events', $1) on conflict (name) do update set complete_up_to = $1`,
    [moment],
  )
}
