import type pg from 'pg'
import { Stripe } from 'stripe'
import { beforeEach, describe, expect } from 'vitest'
import type { BalanceTransaction } from '../../src/settlement/balance/balance-transaction.ts'
import {
  syncNewestTransactions,
  syncTransactions,
  type SyncDeps,
} from '../../src/sync/balance-sync-worker.ts'
import type { Payout, Page, Place, StripeLists } from '../../src/settlement/balance/stripe-balance.ts'
import { markItemised, oldestAwaited, upsertPayouts } from '../../src/settlement/payouts/payout-store.ts'
import { syncPayouts } from '../../src/sync/payout-sync-worker.ts'
import { completeSync, saveCursor, syncState } from '../../src/sync/sync-state-store.ts'
import { inTransaction } from '../../src/db/database.ts'
import { fact } from '../processing/facts.ts'
import { selectAll } from '../kit/processing.ts'
import { databaseTest as test } from '../kit/fixtures.ts'
import { feeTransaction } from '../kit/settlement-samples.ts'
import { depsAt } from '../reconciliation/kit.ts'

/** Where syncs begin, resume and end, with a Stripe whose pages and times the test determines. */

/** The service's clock: it advances by a minute with every page that Stripe answers. */
let nowMs: number
let asked: (Place & { readonly list: string })[]
beforeEach(() => {
  nowMs = Date.UTC(2026, 10, 20, 12)
  asked = []
})
const START = new Date('2026-11-20T12:00:00Z')
const minutesBefore = (minutes: number) => new Date(START.getTime() - minutes * 60_000)

const { currency } = fact.succeeded(1).gross
const transaction = (id: string, fields: Partial<BalanceTransaction> = {}): BalanceTransaction =>
  feeTransaction(id, START, fields)
const payout = (id: string, fields: Partial<Payout> = {}): Payout => ({
  id,
  currency,
  amountMinor: 500n,
  status: 'paid',
  automatic: true,
  arrivalDate: '2026-11-18',
  createdAt: minutesBefore(3000),
  balanceTransactionId: null,
  failureBalanceTransactionId: null,
  failureCode: null,
  traceId: null,
  itemisable: 'now',
  ...fields,
})

/** A list in pages of two. */
function pageOf<Row extends { readonly id: string }>(
  list: string,
  rows: readonly Row[],
  place: Place,
): Page<Row> {
  asked.push({ list, ...place })
  nowMs += 60_000
  const from = rows.findIndex(({ id }) => id === place.after) + 1
  const page = rows.slice(from, from + 2)
  return { rows: page, unreadable: [], next: from + 2 < rows.length ? (page.at(-1)?.id ?? null) : null }
}

function depsWith(
  pool: pg.Pool,
  listed: {
    transactions?: BalanceTransaction[]
    payouts?: Payout[]
    items?: Record<string, BalanceTransaction[]>
  },
  stopping: () => boolean = () => false,
): SyncDeps {
  const lists: StripeLists = {
    transactions: async (place) => pageOf('transactions', listed.transactions ?? [], place),
    payouts: async (place) => pageOf('payouts', listed.payouts ?? [], place),
    itemsOf: async (id, after) => pageOf(id, listed.items?.[id] ?? [], { since: null, after }),
  }
  return { pool, lists, processing: depsAt(() => new Date(nowMs)), stopping }
}
const five = ['txn_5', 'txn_4', 'txn_3', 'txn_2', 'txn_1'].map((id) => transaction(id))
const completeTime = async (pool: pg.Pool, name: 'balance_transactions' | 'payouts') =>
  (await syncState(pool, name)).completeUpTo

describe('the sync of balance transactions', () => {
  test('is complete up to its start time, and the next sync begins fifteen minutes before that', async ({
    pool,
  }) => {
    await syncTransactions(depsWith(pool, { transactions: five }))
    expect(await completeTime(pool, 'balance_transactions')).toEqual(START)
    asked = []
    await syncTransactions(depsWith(pool, { transactions: five.slice(0, 1) }))
    expect(asked.map(({ since }) => since)).toEqual([minutesBefore(15)])
  })

  test('ends after the present page when the service stops', async ({ pool }) => {
    expect(await syncTransactions(depsWith(pool, { transactions: five }, () => true))).toBe(2)
    expect(await completeTime(pool, 'balance_transactions')).toBeNull()
    expect(await syncTransactions(depsWith(pool, { transactions: five }))).toBe(3)
  })

  test('never moves its complete time back', async ({ pool }) => {
    await completeSync(pool, 'payouts', START, START)
    await completeSync(pool, 'payouts', minutesBefore(5), START)
    expect(await completeTime(pool, 'payouts')).toEqual(START)
  })
})

test('reads newest pages only until one has nothing new', async ({ pool }) => {
  await syncTransactions(depsWith(pool, { transactions: five.slice(2) }))
  asked = []
  expect(await syncNewestTransactions(depsWith(pool, { transactions: five }))).toBe(2)
  expect(asked.map(({ after }) => after)).toEqual([null, 'txn_4'])
})

describe('the sync of payouts', () => {
  const items = { po_1: five }

  test('is complete up to its start time', async ({ pool }) => {
    await syncPayouts(depsWith(pool, { payouts: [payout('po_1')], items }))
    expect(await completeTime(pool, 'payouts')).toEqual(START)
  })

  test('resumes in the middle of a payout’s items, and only for that payout', async ({ pool }) => {
    const two = [payout('po_2'), payout('po_1')]
    const both = { po_1: five, po_2: ['txn_9', 'txn_8', 'txn_7'].map((id) => transaction(id)) }
    await upsertPayouts(pool, two, START)
    await saveCursor(pool, 'payouts', { payout: 'po_1', after: 'txn_2' })
    await syncPayouts(depsWith(pool, { payouts: two, items: both }))
    const places = asked.filter(({ list }) => list !== 'payouts').map(({ list, after }) => `${list} ${after}`)
    expect(places).toEqual(['po_2 null', 'po_2 txn_8', 'po_1 txn_2'])
    expect(await selectAll(pool, `select id from payouts where itemisation = 'complete'`)).toHaveLength(2)
  })

  test('keeps the sum of a payout’s items once all are known, until they change', async ({ pool }) => {
    const sum = async () => (await selectAll(pool, `select items_minor as minor from payouts`))[0]?.minor
    const itemised = () => inTransaction(pool, (tx) => markItemised(tx, 'po_1'))
    await syncPayouts(depsWith(pool, { payouts: [payout('po_1')], items: { po_1: five } }))
    const [first] = five
    expect(await sum()).toBe(five.reduce((total, { netMinor }) => total + netMinor, 0n))
    await pool.query(`delete from payout_items where balance_transaction_id = $1`, [first?.id])
    expect(await sum()).toBeNull()
    await itemised()
    expect(await sum()).toBe(-20n)
    await pool.query(`insert into payout_items values ('po_1', 'txn_unknown')`)
    expect(await sum()).toBeNull()
    await itemised()
    expect(await sum()).toBeNull()
  })

  test('leaves the payout’s own balance transaction out of its items, however Stripe names it', async ({
    pool,
  }) => {
    const its = payout('po_1', { balanceTransactionId: 'txn_own' })
    const ofIt = [
      transaction('txn_own'),
      transaction('txn_back', { source: 'po_1' }),
      transaction('txn_part'),
      transaction('txn_other', { source: 'po_0' }),
    ]
    await syncPayouts(depsWith(pool, { payouts: [its], items: { po_1: ofIt } }))
    expect(await selectAll(pool, `select balance_transaction_id as id from payout_items order by 1`)).toEqual(
      [{ id: 'txn_other' }, { id: 'txn_part' }],
    )
  })

  test('reads thirty days back and as far as the oldest payout without items, failed ones aside', async ({
    pool,
  }) => {
    const days = (n: number) => minutesBefore(n * 24 * 60)
    const waiting = (id: string, createdAt: Date, status = 'paid') =>
      payout(id, { createdAt, status, itemisable: 'later' })
    await completeSync(pool, 'payouts', START, START)
    await upsertPayouts(pool, [waiting('po_failed', days(90), 'failed')], START)
    await syncPayouts(depsWith(pool, {}))
    await upsertPayouts(pool, [waiting('po_old', days(40))], START)
    await syncPayouts(depsWith(pool, {}))
    expect(asked.map(({ since }) => since)).toEqual([days(30), days(40)])
    expect(await oldestAwaited(pool)).toEqual(days(40))
  })

  test('itemises the others when Stripe refuses to list the items of one', async ({ pool }) => {
    const two = [payout('po_2'), payout('po_1')]
    const deps = depsWith(pool, { payouts: two, items })
    const refused = new Stripe.errors.StripeInvalidRequestError({ type: 'invalid_request_error' })
    const itemsOf: typeof deps.lists.itemsOf = (id, after) =>
      id === 'po_2' ? Promise.reject(refused) : deps.lists.itemsOf(id, after)
    await syncPayouts({ ...deps, lists: { ...deps.lists, itemsOf } })
    expect(await selectAll(pool, `select id, itemisation from payouts order by id`)).toEqual([
      { id: 'po_1', itemisation: 'complete' },
      { id: 'po_2', itemisation: 'awaited' },
    ])
    expect(await completeTime(pool, 'payouts')).not.toBeNull()
  })

  test('does not overwrite a payout with an answer that is older', async ({ pool }) => {
    await upsertPayouts(pool, [payout('po_1', { status: 'failed' })], START)
    await upsertPayouts(pool, [payout('po_1', { status: 'paid' })], minutesBefore(1))
    expect(await selectAll(pool, `select status from payouts`)).toEqual([{ status: 'failed' }])
  })
})
