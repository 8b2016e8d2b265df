import { describe, expect } from 'vitest'
import { syncNewestTransactions, syncTransactions } from '../../src/sync/balance-sync-worker.ts'
import { reconcile } from '../../src/reconciliation/months/month-close-store.ts'
import { syncPayouts } from '../../src/sync/payout-sync-worker.ts'
import type { StripeLists } from '../../src/settlement/balance/stripe-balance.ts'
import type { Sandbox } from '../../src/stripe-sandbox/sandbox.ts'
import { selectAll } from '../kit/processing.ts'
import { databaseTest as test } from '../kit/fixtures.ts'
import { monthNamed } from '../kit/named.ts'
import { DAY_MS, debitedGift, forward, gift, paidGift, sdk } from '../kit/sandbox.ts'
import { sandboxForTest } from '../stripe-sandbox/kit.ts'
import {
  account,
  stripeListsOf,
  countRows,
  offBalance,
  syncBalance,
  syncDepsOf,
} from '../reconciliation/kit.ts'

async function balanceAt(box: Sandbox): Promise<bigint> {
  const { available, pending } = await sdk(box).balance.retrieve()
  return BigInt((available[0]?.amount ?? 0) + (pending[0]?.amount ?? 0))
}

/** Two months with every kind of balance transaction. */
async function twoMonths(box: Sandbox): Promise<void> {
  const card = await paidGift(box, 5000)
  const euros = await paidGift(box, 2500, 'eur')
  const won = await paidGift(box, 3000)
  const lost = await paidGift(box, 800, 'eur')
  await paidGift(box, 20_000)
  await forward(box, DAY_MS)
  await box.refund(card, { amount: 1000 })
  await box.refund(euros, { amount: 500, outcome: 'fails after success' })
  const returned = await debitedGift(box, 4000)
  await forward(box, 9 * DAY_MS)
  await box.returnBankDebit(returned)
  const dispute = await box.dispute(won)
  await box.closeDispute(dispute, 'won')
  await box.closeDispute(await box.dispute(lost), 'lost')
  const [paid] = (await sdk(box).payouts.list({ status: 'paid' })).data
  await forward(box, 2 * DAY_MS)
  await box.failPayout(paid?.id ?? '')
  await box.injectBalanceTransaction({ type: 'moon_tax', amount: -123, fee: 7 })
  await box.injectBalanceTransaction({ type: 'adjustment', amount: 55 })
  await forward(box, 40 * DAY_MS)
}

describe('recorded balance transactions', () => {
  test('are posted to the cent, and a second sync changes nothing', async ({ pool }) => {
    const box = await sandboxForTest()
    await twoMonths(box)
    const deps = syncDepsOf(pool, box)
    expect(await syncBalance(deps)).toBeGreaterThan(14)
    expect(await offBalance(pool)).toEqual([])
    expect((await account(pool, 'stripe_balance'))['usd'] ?? 0n).toBe(await balanceAt(box))
    const { data } = await sdk(box).payouts.list({ limit: 100 })
    const arrived = data.filter(({ status }) => status !== 'failed' && status !== 'canceled')
    expect(await account(pool, 'bank')).toEqual({
      usd: BigInt(arrived.reduce((sum, { amount }) => sum + amount, 0)),
    })
    const before = await selectAll(
      pool,
      `select account, currency, amount_minor from ledger_entries order by 1, 2, 3`,
    )
    expect(await syncBalance(deps)).toBe(0)
    expect(
      await selectAll(pool, `select account, currency, amount_minor from ledger_entries order by 1, 2, 3`),
    ).toEqual(before)
  })

  test('clear what events posted and keep unknown types visible', async ({ pool }) => {
    const box = await sandboxForTest()
    await twoMonths(box)
    await syncBalance(syncDepsOf(pool, box))
    const clears = await selectAll(
      pool,
      `select distinct type, left(clears, 3) as clears, left(payment_intent_id, 3) as payment from balance_transactions order by 1`,
    )
    expect(clears).toEqual([
      { type: 'adjustment', clears: 'dp_', payment: 'pi_' },
      { type: 'adjustment', clears: 'txn', payment: null },
      { type: 'charge', clears: 'pi_', payment: 'pi_' },
      { type: 'moon_tax', clears: 'txn', payment: null },
      { type: 'payment', clears: 'pi_', payment: 'pi_' },
      { type: 'payment_failure_refund', clears: 'pi_', payment: 'pi_' },
      { type: 'payout', clears: 'po_', payment: null },
      { type: 'payout_failure', clears: 'po_', payment: null },
      { type: 'refund', clears: 're_', payment: 'pi_' },
      { type: 'refund_failure', clears: 're_', payment: 'pi_' },
      { type: 'stripe_fee', clears: 'txn', payment: null },
    ])
    expect(
      await selectAll(
        pool,
        `select t.type, e.currency, sum(e.amount_minor) as left_over from balance_transactions t
        join ledger_transactions l on l.source = t.id join ledger_entries e on e.ledger_transaction_id = l.id
        where e.account = 'stripe_clearing' and t.clears = t.id group by 1, 2 order by 1`,
      ),
    ).toEqual([
      { type: 'adjustment', currency: 'usd', left_over: '-55' },
      { type: 'moon_tax', currency: 'usd', left_over: '123' },
    ])
  })

  test('keep a fee without an amount of an unknown type in the clearing account', async ({ pool }) => {
    const box = await sandboxForTest()
    const id = await box.injectBalanceTransaction({ type: 'moon_tax', amount: 0, fee: 7 })
    await syncBalance(syncDepsOf(pool, box))
    expect(await account(pool, 'stripe_clearing')).toEqual({ usd: 7n })
    expect(await account(pool, 'stripe_fees')).toEqual({})
    expect(await offBalance(pool)).toEqual([])
    const { differences } = await reconcile(pool, monthNamed('2026-11'), box.now())
    expect(differences).toMatchObject([{ kind: 'unknown_type', object: id, amountMinor: 7n }])
  })

  test('clear a gift in the reader’s currency, whatever the settlement currency', async ({ pool }) => {
    const box = await sandboxForTest()
    const charge = await paidGift(box, 1000, 'eur')
    await forward(box, DAY_MS)
    await box.setExchangeRate('eur', '1.2')
    await box.refund(charge)
    await syncBalance(syncDepsOf(pool, box))
    expect(
      await selectAll(
        pool,
        `select presentment_currency, presentment_minor, currency, amount_minor, exchange_rate
        from balance_transactions order by amount_minor`,
      ),
    ).toEqual([
      {
        presentment_currency: 'eur',
        presentment_minor: -1000n,
        currency: 'usd',
        amount_minor: -1200n,
        exchange_rate: '1.2',
      },
      {
        presentment_currency: 'eur',
        presentment_minor: 1000n,
        currency: 'usd',
        amount_minor: 1084n,
        exchange_rate: '1.0842',
      },
    ])
    expect(await account(pool, 'stripe_clearing')).toEqual({}) // in euros, the refund cancels the gift
    expect(await account(pool, 'fx')).toEqual({ usd: 116n }) // the change of the exchange rate costs this much
  })
})

describe('a debit that the bank returns after a partial refund', () => {
  /** A debit of £10: a refund of £3 is pending when the bank returns the rest, and then the refund fails. */
  async function returnedAndFailed(box: Sandbox, between: () => Promise<unknown>): Promise<void> {
    const { id } = await sdk(box).checkout.sessions.create(gift({}, 1000, 'gbp'))
    await box.pay(id, 'bank_debit')
    await box.settleBankDebit(id, 'succeeded')
    const charge = box.chargeIdOf(id) ?? ''
    await forward(box, DAY_MS)
    const refund = await box.refund(charge, { amount: 300 })
    await forward(box, DAY_MS)
    await box.returnBankDebit(charge)
    await between()
    await forward(box, DAY_MS)
    await box.settleRefund(refund, 'failed')
  }
  const took = `select presentment_minor from balance_transactions where type = 'payment_failure_refund'`

  test.for([
    ['before', true],
    ['after', false],
  ])(
    'takes back what was not refunded at that time, when it is read %s the refund fails',
    async ([, early], { pool }) => {
      const box = await sandboxForTest()
      const deps = syncDepsOf(pool, box)
      await returnedAndFailed(box, async () => early && syncBalance(deps))
      await syncBalance(deps)
      expect(await selectAll(pool, took)).toEqual([{ presentment_minor: -700n }])
      expect(await account(pool, 'stripe_clearing')).toEqual({ gbp: -300n })
    },
  )
})

/** Lists whose n-th page of balance transactions fails, as when the connection is lost. */
function breakingAt(lists: StripeLists, page: number): StripeLists {
  let calls = 0
  return {
    ...lists,
    transactions: (place) => {
      calls += 1
      return calls === page ? Promise.reject(new Error('cut')) : lists.transactions(place)
    },
  }
}

describe('a sync that is interrupted', () => {
  test('resumes at its cursor, is complete only at its end, and misses nothing that arrived meanwhile', async ({
    pool,
  }) => {
    const box = await sandboxForTest({ payouts: 'manual' })
    for (let n = 0; n < 250; n += 1) await box.injectBalanceTransaction({ type: 'topup', amount: n + 1 })
    const deps = syncDepsOf(pool, box)
    await expect(syncTransactions({ ...deps, lists: breakingAt(deps.lists, 2) })).rejects.toThrow('cut')
    expect(await countRows(pool, 'balance_transactions')).toBe(100)
    expect(
      await selectAll(
        pool,
        `select complete_up_to, cursor->>'after' is not null as goes_on from sync_states`,
      ),
    ).toEqual([{ complete_up_to: null, goes_on: true }])
    await forward(box, 1000)
    await box.injectBalanceTransaction({ type: 'topup', amount: 9999 })
    const places: (string | null)[] = []
    const watched: StripeLists = {
      ...deps.lists,
      transactions: (place) => {
        places.push(place.after)
        return deps.lists.transactions(place)
      },
    }
    expect(await syncTransactions({ ...deps, lists: watched })).toBe(150)
    expect(places).toHaveLength(2)
    expect(places[0]).not.toBeNull()
    expect(await syncTransactions(deps)).toBe(1)
    expect(await countRows(pool, 'ledger_transactions')).toBe(251)
    expect(await selectAll(pool, `select complete_up_to, cursor from sync_states`)).toEqual([
      { complete_up_to: box.now(), cursor: null },
    ])
  })

  test('stores every balance transaction once beside another sync', async ({ pool }) => {
    const box = await sandboxForTest({ payouts: 'manual' })
    for (let n = 0; n < 250; n += 1) await box.injectBalanceTransaction({ type: 'topup', amount: n + 1 })
    const deps = syncDepsOf(pool, box)
    const kept = await Promise.all([syncTransactions(deps), syncTransactions(deps), syncTransactions(deps)])
    expect(kept.reduce((sum, one) => sum + one)).toBe(250)
    expect(await countRows(pool, 'ledger_transactions')).toBe(250)
  })

  test('keeps its complete time when only the newest page is read', async ({ pool }) => {
    const box = await sandboxForTest({ payouts: 'manual' })
    for (let n = 0; n < 150; n += 1) await box.injectBalanceTransaction({ type: 'topup', amount: n + 1 })
    const deps = syncDepsOf(pool, box)
    expect(await syncNewestTransactions(deps)).toBe(150)
    expect(await syncNewestTransactions(deps)).toBe(0)
    expect(await countRows(pool, 'sync_states')).toBe(0)
  })
})

describe('payouts', () => {
  test('are itemised as soon as Stripe can, and their items sum to their amount', async ({ pool }) => {
    const box = await sandboxForTest()
    const first = await paidGift(box, 5000)
    await paidGift(box, 1000)
    await forward(box, DAY_MS)
    await box.refund(first, { amount: 400 })
    await forward(box, 2 * DAY_MS)
    const deps = syncDepsOf(pool, box)
    await syncPayouts(deps)
    expect(await selectAll(pool, `select itemisation, status from payouts`)).toEqual([
      { itemisation: 'awaited', status: 'in_transit' },
    ])
    await forward(box, 4 * DAY_MS)
    await syncPayouts(deps)
    const added = `select p.itemisation, p.status, p.amount_minor - sum(t.net_minor) as off, count(*)::int as items from payouts p
      join payout_items i on i.payout_id = p.id join balance_transactions t on t.id = i.balance_transaction_id group by p.id`
    expect(await selectAll(pool, added)).toEqual([
      { itemisation: 'complete', status: 'paid', off: '0', items: 3 },
    ])
    // The itemisation brought the balance transactions, so the sync of the balance finds nothing new.
    expect(await syncTransactions(deps)).toBe(0)
    const [{ id = '' } = {}] = (await sdk(box).payouts.list()).data
    await box.failPayout(id)
    // The items are recorded, so they are not read again.
    const itemsOf = () => Promise.reject(new Error('asked for again'))
    await syncPayouts({ ...deps, lists: { ...deps.lists, itemsOf } })
    expect(
      await selectAll(
        pool,
        `select itemisation, status, failure_code from payouts where failure_code is not null`,
      ),
    ).toEqual([{ itemisation: 'complete', status: 'failed', failure_code: 'account_closed' }])
  })

  test('are marked as not itemisable when they were made by hand', async ({ pool }) => {
    const box = await sandboxForTest({ payouts: 'manual' })
    await paidGift(box, 5000)
    await forward(box, 3 * DAY_MS)
    await sdk(box).payouts.create({ amount: 1000, currency: 'usd' })
    await forward(box, 5 * DAY_MS)
    await syncBalance(syncDepsOf(pool, box, stripeListsOf(box)))
    expect(await selectAll(pool, `select itemisation, automatic from payouts`)).toEqual([
      { itemisation: 'not_possible', automatic: false },
    ])
    expect(await account(pool, 'bank')).toEqual({ usd: 1000n })
  })
})
