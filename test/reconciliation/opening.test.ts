import type pg from 'pg'
import { describe, expect } from 'vitest'
import { isUnexplained } from '../../src/reconciliation/items/difference.ts'
import {
  closingProgress,
  firstOpenMonth,
  reconcile,
} from '../../src/reconciliation/months/month-close-store.ts'
import { OpeningIsFixed, readOpening, recordOpening } from '../../src/settlement/opening/opening-store.ts'
import type { Ownership } from '../../src/stripe/events/ownership.ts'
import { replayEvents } from '../../src/inbox/inbox-store.ts'
import type { Sandbox } from '../../src/stripe-sandbox/sandbox.ts'
import { verify } from '../../src/verification/verify.ts'
import { newsroomTest as test } from '../kit/fixtures.ts'
import { dayNamed, monthNamed } from '../kit/named.ts'
import { DAY_MS, forward, movableClock, paidGift, recurring, sdk, subscribed } from '../kit/sandbox.ts'
import { applyAll, processing, selectAll } from '../kit/processing.ts'
import { sandboxForTest } from '../stripe-sandbox/kit.ts'
import { deliver, ourGift } from '../sync/event-sync-kit.ts'
import { account, completeEventSync, offBalance, stripeListsOf, syncBalance, syncDepsOf } from './kit.ts'
import { ownership } from '../kit/marks.ts'

const TIMEZONE = 'America/New_York'

async function balanceAt(box: Sandbox): Promise<Record<string, bigint>> {
  const { available, pending } = await sdk(box).balance.retrieve()
  const sums = new Map<string, bigint>()
  for (const { currency, amount } of [...available, ...pending])
    sums.set(currency, (sums.get(currency) ?? 0n) + BigInt(amount))
  return Object.fromEntries([...sums].filter(([, minor]) => minor !== 0n))
}

/** An account that another program used since September. In November it is the newsroom's, too. */
async function accountWithAPast() {
  const box = await sandboxForTest({ clock: movableClock(new Date('2026-09-10T10:00:00Z')).now })
  const old = {
    refunded: await paidGift(box, 5000),
    lost: await paidGift(box, 4000),
    euros: await paidGift(box, 2500, 'eur'),
  }
  await forward(box, 20 * DAY_MS)
  await box.refund(await paidGift(box, 900))
  await box.injectBalanceTransaction({ type: 'moon_tax', amount: -123, fee: 7 })
  await box.advanceTo(new Date('2026-10-30T20:00:00Z'))
  await paidGift(box, 1300)
  await box.advanceTo(new Date('2026-11-02T15:00:00Z'))
  return { box, old }
}

const openings = (pool: pg.Pool) =>
  selectAll(
    pool,
    `select t.source, t.booked_on::text as day, e.currency, e.amount_minor::text as minor
     from ledger_transactions t join ledger_entries e on e.ledger_transaction_id = t.id
     where t.effect = 'opened' and e.account = 'stripe_balance' order by 1`,
  )

async function openBooks(pool: pg.Pool, box: Sandbox, configured: string | null = null): Promise<void> {
  await recordOpening(pool, configured === null ? null : dayNamed(configured), TIMEZONE, box.now())
}

async function monthOf(pool: pg.Pool, box: Sandbox, name: string) {
  await completeEventSync(pool, box.now())
  const { differences, beforeTheBooks } = await reconcile(pool, monthNamed(name), box.now())
  return {
    beforeTheBooks,
    unexplained: differences.filter(({ kind }) => isUnexplained(kind)),
    kinds: differences.map(({ kind }) => kind),
  }
}

/** What verify finds of Stripe's balance and the ledger. */
async function balanceFindings(pool: pg.Pool, box: Sandbox, known: Ownership = ownership) {
  const { findings } = await verify({ pool, lists: stripeListsOf(box), timezone: TIMEZONE, ownership: known })
  return findings.filter(({ kind }) => /ledger|balance|payout/.test(kind))
}

describe('books that open on a Stripe account with a past', () => {
  test('carry the balance of that day forward, and ask for no month before', async ({ pool }) => {
    const { box } = await accountWithAPast()
    await openBooks(pool, box)
    await ourGift(pool, box, 'card', { amount: 1000 })
    await forward(box, DAY_MS)
    await deliver(pool, box)
    await syncBalance(syncDepsOf(pool, box))
    await syncBalance(syncDepsOf(pool, box))

    expect(await readOpening(pool)).toMatchObject({
      opensOn: '2026-11-01',
      opensAt: new Date('2026-11-01T04:00:00Z'),
    })
    expect(await account(pool, 'stripe_balance')).toEqual(await balanceAt(box))
    expect(await offBalance(pool)).toEqual([])
    const [opened] = await openings(pool)
    expect(opened).toMatchObject({ source: 'opening usd', day: '2026-11-01' })
    expect(await account(pool, 'stripe_clearing')).toEqual({})
    expect(firstOpenMonth(await closingProgress(pool))).toBe('2026-11')
    await forward(box, 9 * DAY_MS)
    await syncBalance(syncDepsOf(pool, box))
    expect((await monthOf(pool, box, '2026-11')).unexplained).toEqual([])
    expect(await balanceFindings(pool, box)).toEqual([])
    // A call to Stripe for each old payout would say nothing about the books.
    const itemised = await selectAll(
      pool,
      `select distinct p.arrival_date >= '2026-11-01' as "inBooks" from payout_items i join payouts p on p.id = i.payout_id`,
    )
    expect(itemised).toEqual([{ inBooks: true }])
  })

  test('show to verify when an opening balance is not what Stripe’s balance held', async ({ pool }) => {
    const { box } = await accountWithAPast()
    await openBooks(pool, box)
    await syncBalance(syncDepsOf(pool, box))
    await pool.query(`set session_replication_role = replica`)
    await pool.query(
      `update ledger_entries e set amount_minor = amount_minor + sign(amount_minor)::bigint from ledger_transactions t
       where t.id = e.ledger_transaction_id and t.effect = 'opened'`,
    )
    expect(await balanceFindings(pool, box)).toMatchObject([
      { kind: 'ledger_differs', object: 'opening usd opened' },
    ])
  })

  test('explain a refund, a dispute and a failed payout of the time before', async ({ pool }) => {
    const { box, old } = await accountWithAPast()
    await openBooks(pool, box)
    await box.refund(old.refunded, { amount: 700 })
    await box.refund(old.euros, { amount: 500, outcome: 'fails after success' })
    await box.closeDispute(await box.dispute(old.lost), 'lost')
    const [paid] = (await sdk(box).payouts.list({ status: 'paid' })).data.toReversed()
    await box.failPayout(paid?.id ?? '')
    await ourGift(pool, box, 'card', { amount: 1000 })
    await forward(box, 9 * DAY_MS)
    await deliver(pool, box)
    await completeEventSync(pool, box.now())
    await syncBalance(syncDepsOf(pool, box))
    await syncBalance(syncDepsOf(pool, box))
    // None of it counts as what other programs moved in the books' time.
    expect(await account(pool, 'other_programs')).toEqual({})
    expect(await account(pool, 'stripe_balance')).toEqual(await balanceAt(box))
    expect(await account(pool, 'stripe_clearing')).toEqual({})
    const { unexplained, beforeTheBooks } = await monthOf(pool, box, '2026-11')
    expect(unexplained).toEqual([])
    expect(beforeTheBooks.opening).toMatchObject({ opensOn: '2026-11-01', balances: [{ currency: 'usd' }] })
    const reversals = beforeTheBooks.reversals.map((one) => `${one.type} ${one.currency} ${one.amountMinor}`)
    expect(reversals.toSorted()).toEqual([
      'adjustment usd -4000',
      'refund eur -500',
      'refund usd -700',
      'refund_failure eur 500',
    ])
    expect(await balanceFindings(pool, box)).toEqual([])
    const payouts = (await sdk(box).payouts.list({ limit: 100 })).data
    const arrived = payouts.filter(
      ({ status, arrival_date }) => status === 'paid' && arrival_date >= 1_793_491_200,
    )
    expect(await account(pool, 'bank')).toEqual({
      usd: BigInt(arrived.reduce((sum, { amount }) => sum + amount, 0)),
    })
  })

  test('settle a donation of the time before that is recovered', async ({ pool }) => {
    const box = await sandboxForTest({ clock: movableClock(new Date('2026-10-10T10:00:00Z')).now })
    await ourGift(pool, box, 'card', { amount: 2000 })
    await box.advanceTo(new Date('2026-11-02T15:00:00Z'))
    await openBooks(pool, box)
    await syncBalance(syncDepsOf(pool, box))
    expect(await account(pool, 'stripe_clearing')).toEqual({})
    await deliver(pool, box)
    expect(await account(pool, 'stripe_clearing')).toEqual({ usd: 2000n })
    await syncBalance(syncDepsOf(pool, box))
    expect(await account(pool, 'stripe_clearing')).toEqual({})
    expect(await account(pool, 'stripe_balance')).toEqual(await balanceAt(box))
    expect(await offBalance(pool)).toEqual([])
    // A payout that arrived before the books is no difference of the month of that gift.
    expect(await selectAll(pool, `select id from payouts where arrival_date < '2026-11-01'`)).toHaveLength(1)
    expect((await monthOf(pool, box, '2026-10')).unexplained).toEqual([])
    expect(await balanceFindings(pool, box)).toEqual([])
  })

  test.for([true, false])(
    'leave reversals of an earlier gift of ours to the gift, which is recovered later (events read: %s)',
    async (eventsAreRead, { pool }) => {
      const box = await sandboxForTest({ clock: movableClock(new Date('2026-10-10T10:00:00Z')).now })
      const refunded = await ourGift(pool, box, 'card', { amount: 2000 })
      const lost = await ourGift(pool, box, 'card', { amount: 3000, currency: 'eur' })
      const won = await ourGift(pool, box, 'card', { amount: 7000 })
      const returned = await ourGift(pool, box, 'bank_debit', { amount: 3500 })
      await box.settleBankDebit(returned.sessionId, 'succeeded')
      await box.advanceTo(new Date('2026-11-02T15:00:00Z'))
      await openBooks(pool, box)
      await box.refund(refunded.charge, { amount: 700 })
      await box.closeDispute(await box.dispute(lost.charge), 'lost')
      await box.closeDispute(await box.dispute(won.charge), 'won')
      await box.returnBankDebit(returned.charge)
      await forward(box, DAY_MS)
      if (eventsAreRead) await completeEventSync(pool, box.now())
      for (let round = 1; round <= 2; round += 1) await syncBalance(syncDepsOf(pool, box))
      await deliver(pool, box)
      await forward(box, 8 * DAY_MS)
      await completeEventSync(pool, box.now())
      for (let round = 1; round <= 2; round += 1) await syncBalance(syncDepsOf(pool, box))
      expect(await account(pool, 'stripe_clearing')).toEqual({})
      expect(await account(pool, 'stripe_balance')).toEqual(await balanceAt(box))
      const { unexplained, beforeTheBooks } = await monthOf(pool, box, '2026-11')
      expect(unexplained).toEqual([])
      expect(beforeTheBooks.reversals).toEqual([])
      expect(await balanceFindings(pool, box)).toEqual([])
    },
  )

  test('give back the reversal of an earlier charge that turns out to be a gift of an older system', async ({
    pool,
  }) => {
    const box = await sandboxForTest({ clock: movableClock(new Date('2026-10-20T10:00:00Z')).now })
    const { session, subscriptionId } = await subscribed(box, recurring({}, 1500))
    await box.advanceTo(new Date('2026-11-02T15:00:00Z'))
    await openBooks(pool, box)
    await box.refund(box.chargeIdOf(session.id) ?? '', { amount: 500 })
    await forward(box, DAY_MS)
    await deliver(pool, box)
    await completeEventSync(pool, box.now())
    await syncBalance(syncDepsOf(pool, box))
    expect((await monthOf(pool, box, '2026-11')).beforeTheBooks.reversals).toHaveLength(1)

    const [item] = (await sdk(box).subscriptions.retrieve(subscriptionId)).items.data
    const named = { ...ownership, donationProducts: new Set([String(item?.price.product)]) }
    await replayEvents(pool, { outcome: 'ignored' })
    await applyAll(pool, { ...processing, now: () => box.now(), ownership: named })
    for (let round = 1; round <= 2; round += 1) await syncBalance(syncDepsOf(pool, box))
    expect(await account(pool, 'stripe_clearing')).toEqual({})
    expect(await account(pool, 'other_programs')).toEqual({})
    expect(await account(pool, 'stripe_balance')).toEqual(await balanceAt(box))
    const { unexplained, beforeTheBooks } = await monthOf(pool, box, '2026-11')
    expect(unexplained).toEqual([])
    expect(beforeTheBooks.reversals).toEqual([])
    expect(await balanceFindings(pool, box, named)).toEqual([])
  })

  test('begin on the configured day, which no later start can change', async ({ pool }) => {
    const { box } = await accountWithAPast()
    await openBooks(pool, box, '2026-10-01')
    await openBooks(pool, box)
    await openBooks(pool, box, '2026-10-01')
    await expect(openBooks(pool, box, '2026-11-01')).rejects.toThrow(OpeningIsFixed)
    expect(await readOpening(pool)).toMatchObject({ opensOn: '2026-10-01' })
  })

  test('have no opening in a database that holds balance transactions already', async ({ pool }) => {
    const { box } = await accountWithAPast()
    await syncBalance(syncDepsOf(pool, box))
    await openBooks(pool, box)
    expect(await readOpening(pool)).toBeNull()
    await expect(openBooks(pool, box, '2026-11-01')).rejects.toThrow('begin with Stripe’s first')
  })
})
