import type { Stripe } from 'stripe'
import type pg from 'pg'
import type { BalanceTransaction } from '../../src/settlement/balance/balance-transaction.ts'
import type { Payout, Page, StripeLists } from '../../src/settlement/balance/stripe-balance.ts'
import type { Sandbox } from '../../src/stripe-sandbox/sandbox.ts'
import { completeSync } from '../../src/sync/sync-state-store.ts'
import { applyAll, receive, processing } from '../kit/processing.ts'
import { depsAt, stripeListsOf, syncBalance } from './kit.ts'

/** Everything that the offline Stripe holds at one instant. It is read once; tests change copies of it. */
export type Recorded = {
  readonly at: Date
  readonly events: readonly Stripe.Event[]
  /** Newest first, as Stripe lists them. */
  readonly transactions: readonly BalanceTransaction[]
  readonly payouts: readonly Payout[]
  readonly itemsOf: ReadonlyMap<string, readonly BalanceTransaction[]>
}

export async function record(box: Sandbox): Promise<Recorded> {
  const lists = stripeListsOf(box)
  const payouts = await everyPage((after) => lists.payouts({ since: null, after }))
  const itemsOf = new Map<string, readonly BalanceTransaction[]>()
  for (const { id, itemisable } of payouts)
    if (itemisable === 'now') itemsOf.set(id, await everyPage((after) => lists.itemsOf(id, after)))
  const transactions = await everyPage((after) => lists.transactions({ since: null, after }))
  return { at: box.now(), events: box.events(), transactions, payouts, itemsOf }
}

async function everyPage<Row>(read: (after: string | null) => Promise<Page<Row>>): Promise<Row[]> {
  const rows: Row[] = []
  let after: string | null = null
  do {
    const page: Page<Row> = await read(after)
    rows.push(...page.rows)
    after = page.next
  } while (after !== null)
  return rows
}

/** The recorded lists, each in one page. */
function listsOf({ transactions, payouts, itemsOf }: Recorded): StripeLists {
  const onePage = <Row>(rows: readonly Row[]) => Promise.resolve({ rows, unreadable: [], next: null })
  const from = <Row extends { readonly createdAt: Date }>(rows: readonly Row[], since: Date | null) =>
    onePage(since === null ? rows : rows.filter(({ createdAt }) => createdAt >= since))
  return {
    transactions: ({ since }) => from(transactions, since),
    payouts: ({ since }) => from(payouts, since),
    itemsOf: (id) => onePage(itemsOf.get(id) ?? []),
  }
}

/** Receives the webhooks of all recorded events, processes them and marks the event sync as complete. */
export async function receiveEvents(pool: pg.Pool, recorded: Recorded): Promise<void> {
  await receive(pool, ...recorded.events)
  await applyAll(pool, { ...processing, now: () => recorded.at })
  await completeSync(pool, 'events', recorded.at, recorded.at)
}

/** Syncs the recorded balance transactions and payouts to their end. */
export async function receiveBalance(pool: pg.Pool, recorded: Recorded): Promise<void> {
  await syncBalance({ pool, lists: listsOf(recorded), processing: depsAt(() => recorded.at) })
}

/** The record in which `change` replaces each balance transaction by one, several or none. */
export function withTransactions(
  recorded: Recorded,
  change: (transaction: BalanceTransaction) => BalanceTransaction | readonly BalanceTransaction[],
): Recorded {
  const transactions = recorded.transactions.flatMap(change)
  const itemsOf = new Map([...recorded.itemsOf].map(([id, items]) => [id, items.flatMap(change)]))
  return { ...recorded, transactions, itemsOf }
}

/** The record in which `change` replaces each event by one, several or none. */
export function withEvents(
  recorded: Recorded,
  change: (event: Stripe.Event) => Stripe.Event | readonly Stripe.Event[],
): Recorded {
  return { ...recorded, events: recorded.events.flatMap(change) }
}

/** Whether the text occurs anywhere in the event's object. */
export function about(text: string): (event: Stripe.Event) => boolean {
  return (event) => JSON.stringify(event.data.object).includes(text)
}

/** The record with one more balance transaction, `txn_planted`, in no payout and on 20 November unless given otherwise. */
export function withOneMoreTransaction(
  recorded: Recorded,
  fields: Pick<BalanceTransaction, 'type' | 'amountMinor'> & Partial<BalanceTransaction>,
): Recorded {
  const createdAt = new Date('2026-11-20T12:00:00Z')
  const [template] = recorded.transactions
  if (!template) throw new Error('The record has no balance transactions')
  const planted: BalanceTransaction = {
    ...template,
    reportingCategory: fields.type,
    createdAt,
    availableOn: createdAt,
    source: null,
    clears: 'txn_planted',
    paymentIntentId: null,
    presentment: null,
    ...fields,
    id: 'txn_planted',
    feeMinor: 0n,
    netMinor: fields.amountMinor,
  }
  return { ...recorded, transactions: [planted, ...recorded.transactions] }
}
