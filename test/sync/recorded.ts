import type { Stripe } from 'stripe'
import type pg from 'pg'
import type { BalanceTransaction } from '../../src/settlement/balance-transaction.ts'
import type { Payout } from '../../src/settlement/payout.ts'
import type { Page, StripeLists } from '../../src/settlement/stripe-lists.ts'
import { completeSync } from '../../src/sync/sync-state-store.ts'
import type { Sandbox } from '../../src/stripe-sandbox/sandbox.ts'
import { applyAll, keep, processing } from '../kit/books.ts'
import { batchOf, depsAt, syncAll } from '../reconciliation/kit.ts'

/** All that the offline Stripe says at one moment, so that it can be told again, true or twisted, without asking it. */
export type Recorded = {
  readonly at: Date
  readonly events: readonly Stripe.Event[]
  /** Newest first, as Stripe lists them. */
  readonly transactions: readonly BalanceTransaction[]
  readonly payouts: readonly Payout[]
  readonly itemsOf: ReadonlyMap<string, readonly BalanceTransaction[]>
}

export async function record(box: Sandbox): Promise<Recorded> {
  const books = batchOf(box)
  const payouts = await whole((after) => books.payouts({ since: null, after }))
  const itemsOf = new Map<string, readonly BalanceTransaction[]>()
  for (const { id, itemisable } of payouts)
    if (itemisable === 'now') itemsOf.set(id, await whole((after) => books.itemsOf(id, after)))
  const transactions = await whole((after) => books.transactions({ since: null, after }))
  return { at: box.now(), events: box.events(), transactions, payouts, itemsOf }
}

async function whole<Row>(page: (after: string | null) => Promise<Page<Row>>): Promise<Row[]> {
  const rows: Row[] = []
  let after: string | null = null
  do {
    const { rows: more, next }: Page<Row> = await page(after)
    rows.push(...more)
    after = next
  } while (after !== null)
  return rows
}

function told({ transactions, payouts, itemsOf }: Recorded): StripeLists {
  const all = <Row>(rows: readonly Row[]) => Promise.resolve({ rows, next: null })
  const youngerThan = <Row extends { readonly createdAt: Date }>(rows: readonly Row[], since: Date | null) =>
    all(since === null ? rows : rows.filter(({ createdAt }) => createdAt >= since))
  return {
    transactions: ({ since }) => youngerThan(transactions, since),
    payouts: ({ since }) => youngerThan(payouts, since),
    itemsOf: (id) => all(itemsOf.get(id) ?? []),
  }
}

/** The webhooks of all events, applied. */
export async function hearEvents(pool: pg.Pool, recorded: Recorded): Promise<void> {
  await keep(pool, ...recorded.events)
  await applyAll(pool, { ...processing, now: () => recorded.at })
  await completeSync(pool, 'events', recorded.at, recorded.at)
}

/** Sweeps of Stripe's books, whole. */
export async function readBooks(pool: pg.Pool, recorded: Recorded): Promise<void> {
  await syncAll({ pool, books: told(recorded), processing: depsAt(() => recorded.at) })
}

/** One object's movement or movements put in its place. */
export function moved(
  recorded: Recorded,
  change: (one: BalanceTransaction) => BalanceTransaction | readonly BalanceTransaction[],
): Recorded {
  const transactions = recorded.transactions.flatMap(change)
  const itemsOf = new Map([...recorded.itemsOf].map(([id, items]) => [id, items.flatMap(change)]))
  return { ...recorded, transactions, itemsOf }
}

/** Only the events that pass, each as it is or changed. */
export function withEvents(
  recorded: Recorded,
  change: (event: Stripe.Event) => Stripe.Event | readonly Stripe.Event[],
): Recorded {
  return { ...recorded, events: recorded.events.flatMap(change) }
}

/** Whether an event's object speaks of this id or word anywhere. */
export function about(word: string): (event: Stripe.Event) => boolean {
  return (event) => JSON.stringify(event.data.object).includes(word)
}

/** One movement more, in no payout; of the likeness given, in November unless that says otherwise. */
export function withMovement(
  recorded: Recorded,
  its: Pick<BalanceTransaction, 'type' | 'amountMinor'> & Partial<BalanceTransaction>,
): Recorded {
  const createdAt = new Date('2026-11-20T12:00:00Z')
  const [like] = recorded.transactions
  if (!like) throw new Error('nothing moved')
  const planted: BalanceTransaction = {
    ...like,
    reportingCategory: its.type,
    createdAt,
    availableOn: createdAt,
    source: null,
    clears: 'txn_planted',
    paymentIntentId: null,
    presentment: null,
    ...its,
    id: 'txn_planted',
    feeMinor: 0n,
    netMinor: its.amountMinor,
  }
  return { ...recorded, transactions: [planted, ...recorded.transactions] }
}
