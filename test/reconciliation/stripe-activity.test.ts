import type pg from 'pg'
import { describe, expect } from 'vitest'
import { closeMonth, signOff } from '../../src/reconciliation/months/close-month.ts'
import { reconcile } from '../../src/reconciliation/months/month-close-store.ts'
import type { BalanceTransaction } from '../../src/settlement/balance/balance-transaction.ts'
import { BALANCE_TYPES, balanceKind, isBalanceType } from '../../src/settlement/balance/balance-types.ts'
import type { StripeLists } from '../../src/settlement/balance/stripe-balance.ts'
import { clearedBy, presentmentOf } from '../../src/settlement/balance/balance-transaction.ts'
import type { Sandbox } from '../../src/stripe-sandbox/sandbox.ts'
import { newsroomTest as test } from '../kit/fixtures.ts'
import { monthNamed } from '../kit/named.ts'
import { profile } from '../kit/processing.ts'
import { DAY_MS, forward, HOUR_MS, sdk } from '../kit/sandbox.ts'
import { deliver, ourGift } from '../sync/event-sync-kit.ts'
import { sandboxForTest } from '../stripe-sandbox/kit.ts'
import {
  account,
  completeEventSync,
  expectListToAgree,
  offBalance,
  stripeListsOf,
  syncBalance,
  syncDepsOf,
} from './kit.ts'
import { operator } from '../kit/admin.ts'

/** What Stripe's balance shows beside gifts and their reversals. */

const november = monthNamed('2026-11')
const december = monthNamed('2026-12')
const by = operator('finance@news.example')

async function differencesIn(pool: pg.Pool, box: Sandbox, month = november) {
  await expectListToAgree(pool, [december, november], box.now())
  const { differences } = await reconcile(pool, month, box.now())
  return differences.map(({ kind, object, currency, amountMinor }) => ({
    kind,
    object,
    currency,
    amountMinor,
  }))
}

/** Reads Stripe's balance to its end an hour later: only then does anything count as missing. */
async function readAll(pool: pg.Pool, box: Sandbox, lists = stripeListsOf(box)): Promise<void> {
  await forward(box, 2 * HOUR_MS)
  await syncBalance(syncDepsOf(pool, box, lists))
  await completeEventSync(pool, box.now())
}

describe('reserves', () => {
  test('show what Stripe holds back at the end of a month, until it is released', async ({ pool }) => {
    const box = await sandboxForTest({ payouts: 'manual' })
    await box.injectBalanceTransaction({ type: 'payment_network_reserve_hold', amount: -3000 })
    await box.injectBalanceTransaction({ type: 'reserve_transaction', amount: -500 })
    await readAll(pool, box)
    const held = { kind: 'reserve_held', object: 'stripe_reserve', currency: 'usd', amountMinor: 3500n }
    expect(await differencesIn(pool, box)).toEqual([held])
    await forward(box, 35 * DAY_MS)
    await box.injectBalanceTransaction({ type: 'payment_network_reserve_release', amount: 3000 })
    await box.injectBalanceTransaction({ type: 'reserve_transaction', amount: 500 })
    await readAll(pool, box)
    expect(await differencesIn(pool, box)).toEqual([held])
    expect(await differencesIn(pool, box, december)).toEqual([])
    expect(await account(pool, 'stripe_reserve')).toEqual({})
    expect(await account(pool, 'stripe_clearing')).toEqual({})
    // For information: it does not keep the month open.
    await closeMonth({ pool, timezone: profile.timezone, now: () => box.now() }, november, by)
  })
})

describe('movements that have nothing to do with donations', () => {
  test('of every type that Stripe has are posted and show once for each type, however many there are', async ({
    pool,
  }) => {
    const box = await sandboxForTest({ payouts: 'manual' })
    const types = Object.keys(BALANCE_TYPES).filter(isBalanceType)
    const activity = types.filter((type) => BALANCE_TYPES[type] === 'activity')
    const products = types.filter((type) => BALANCE_TYPES[type] === 'product')
    for (const type of [...activity, ...products])
      for (const amount of [-100, -20]) await box.injectBalanceTransaction({ type, amount })
    for (const type of types.filter(
      (one) => BALANCE_TYPES[one] === 'own_fee' || BALANCE_TYPES[one] === 'topup',
    ))
      await box.injectBalanceTransaction({ type, amount: -7 })
    await readAll(pool, box)
    const differences = await differencesIn(pool, box)
    const once = (kind: string, type: string) => ({ kind, object: type, currency: 'usd', amountMinor: -120n })
    expect(differences.toSorted((a, b) => (a.object < b.object ? -1 : 1))).toEqual(
      [
        ...activity.map((type) => once('other_stripe_activity', type)),
        ...products.map((type) => once('stripe_product', type)),
      ].toSorted((a, b) => (a.object < b.object ? -1 : 1)),
    )
    expect(await account(pool, 'stripe_clearing')).toEqual({})
    expect(await offBalance(pool)).toEqual([])
  })

  test('are signed off with one reason for a type, and belong to their own month', async ({ pool }) => {
    const box = await sandboxForTest({ payouts: 'manual' })
    for (const amount of [-100, -20]) await box.injectBalanceTransaction({ type: 'transfer', amount })
    await forward(box, 40 * DAY_MS)
    await box.injectBalanceTransaction({ type: 'transfer', amount: -5 })
    await readAll(pool, box)
    const deps = { pool, timezone: profile.timezone, now: () => box.now() }
    await expect(closeMonth(deps, november, by)).rejects.toThrow('transfer (other_stripe_activity)')
    const kind = 'other_stripe_activity'
    await signOff(deps, { month: november, object: 'transfer', kind, reason: 'our other program', by })
    await closeMonth(deps, november, by)
    expect(await differencesIn(pool, box, december)).toEqual([
      { kind, object: 'transfer', currency: 'usd', amountMinor: -5n },
    ])
  })
})

describe('a payout that Stripe’s list does not have', () => {
  test('is a difference as soon as the list has been read past it', async ({ pool }) => {
    const box = await sandboxForTest({ payouts: 'manual' })
    await box.injectBalanceTransaction({ type: 'payout', amount: -4000, source: 'po_nowhere' })
    const nameless = await box.injectBalanceTransaction({ type: 'payout', amount: -70 })
    await syncBalance(syncDepsOf(pool, box))
    await completeEventSync(pool, box.now())
    expect((await differencesIn(pool, box)).map(({ kind }) => kind)).toEqual(['not_settled', 'not_settled'])
    await readAll(pool, box)
    expect(await differencesIn(pool, box)).toEqual([
      { kind: 'payout_unknown', object: 'po_nowhere', currency: 'usd', amountMinor: 4000n },
      { kind: 'payout_unknown', object: nameless, currency: 'usd', amountMinor: 70n },
    ])
  })

  test('is none once its money has come back', async ({ pool }) => {
    const box = await sandboxForTest({ payouts: 'manual' })
    await box.injectBalanceTransaction({ type: 'payout', amount: -4000, source: 'po_nowhere' })
    await box.injectBalanceTransaction({ type: 'payout_failure', amount: 4000, source: 'po_nowhere' })
    await readAll(pool, box)
    expect(await differencesIn(pool, box)).toEqual([])
  })

  test('is none where Stripe lists the payout', async ({ pool }) => {
    const box = await sandboxForTest()
    await ourGift(pool, box)
    await deliver(pool, box)
    await forward(box, 8 * DAY_MS)
    await readAll(pool, box)
    expect(await account(pool, 'bank')).not.toEqual({})
    expect(await differencesIn(pool, box)).toEqual([])
  })
})

test('an automatic payout that failed and is never itemised is not called a manual one', async ({ pool }) => {
  const box = await sandboxForTest()
  await ourGift(pool, box)
  await deliver(pool, box)
  await forward(box, 8 * DAY_MS)
  const [{ id = '' } = {}] = (await sdk(box).payouts.list()).data
  await box.failPayout(id)
  const lists = stripeListsOf(box)
  const notApplicable: StripeLists = {
    ...lists,
    async payouts(place) {
      const page = await lists.payouts(place)
      return { ...page, rows: page.rows.map((row) => ({ ...row, itemisable: 'never' as const })) }
    },
  }
  await readAll(pool, box, notApplicable)
  const { differences } = await reconcile(pool, november, box.now())
  expect(differences.filter(({ object }) => object === id).map(({ kind }) => kind)).toEqual([
    'payout_failed',
    'payout_never_itemised',
  ])
  expect(differences.map(({ what }) => what).join()).not.toContain('manual')
})

test('a refund that failed is explained when Stripe’s balance calls it an adjustment', async ({ pool }) => {
  const box = await sandboxForTest()
  const { charge } = await ourGift(pool, box, 'card', { amount: 5000 })
  const euros = await ourGift(pool, box, 'card', { amount: 3000, currency: 'eur' })
  await box.refund(charge, { amount: 1000, outcome: 'fails after success' })
  await box.refund(euros.charge, { amount: 1000, outcome: 'fails after success' })
  await forward(box, 7 * DAY_MS)
  await deliver(pool, box)
  const lists = stripeListsOf(box)
  const changedRows: BalanceTransaction[] = []
  const asAdjustment = (row: BalanceTransaction): BalanceTransaction => {
    if (row.type !== 'refund_failure') return row
    const moved = { ...row, type: 'adjustment' }
    changedRows.push(moved)
    expect(balanceKind(moved)).toBe('refund_failure')
    const source = {
      id: row.source ?? '',
      paymentIntentId: row.paymentIntentId,
      currency: row.presentment?.currency ?? row.currency,
      amountMinor: row.presentment?.minor ?? row.amountMinor,
      refundedMinor: 0n,
      movements: [],
    }
    return { ...moved, clears: clearedBy(moved, source), presentment: presentmentOf(moved, source) }
  }
  await readAll(pool, box, {
    ...lists,
    async transactions(place) {
      const page = await lists.transactions(place)
      return { ...page, rows: page.rows.map(asAdjustment) }
    },
    async itemsOf(payout, after) {
      const page = await lists.itemsOf(payout, after)
      return { ...page, rows: page.rows.map(asAdjustment) }
    },
  })
  expect(changedRows.length).toBeGreaterThanOrEqual(2)
  expect(await differencesIn(pool, box)).toEqual([])
  expect(await account(pool, 'stripe_clearing')).toEqual({})
})
