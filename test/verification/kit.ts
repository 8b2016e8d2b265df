// oxlint-disable no-empty-pattern -- Vitest reads from the pattern which other fixtures a fixture uses
import type pg from 'pg'
import type { Sandbox } from '../../src/stripe-sandbox/sandbox.ts'
import { verify, type Verification } from '../../src/verification/verify.ts'
import { applyAll, receive, processing, profile } from '../kit/processing.ts'
import type { TestDatabase } from '../kit/database.ts'
import { newsroomTest } from '../kit/fixtures.ts'
import { stripeListsOf, syncBalance, syncDepsOf } from '../reconciliation/kit.ts'
import { DAY_MS, forward, HOUR_MS, openSandbox, sdk } from '../kit/sandbox.ts'
import { deliver, eventfulDays, ourGift, ourSession } from '../sync/event-sync-kit.ts'

/** When the service receives what happened at Stripe. */
export type Reception = {
  /** In the middle of the two months. */
  readonly halfway: (pool: pg.Pool, box: Sandbox) => Promise<void>
  readonly atTheEnd: (pool: pg.Pool, box: Sandbox) => Promise<void>
}

/** Receives most of it in order. Disputes and half of the balance transactions arrive after their month was closed. */
export const inOrder: Reception = {
  async halfway(pool, box) {
    await deliver(pool, box, (type) => !type.startsWith('charge.dispute'))
    await syncBalance(syncDepsOf(pool, box))
  },
  async atTheEnd(pool, box) {
    await deliver(pool, box)
    await syncBalance(syncDepsOf(pool, box))
  },
}

/** Receives everything at the end, the last event first, seven events at a time. */
export const inReverse: Reception = {
  halfway: async () => {},
  async atTheEnd(pool, box) {
    await syncBalance(syncDepsOf(pool, box))
    const events = box.events().toReversed()
    for (let from = 0; from < events.length; from += 7) {
      await receive(pool, ...events.slice(from, from + 7))
      await applyAll(pool, { ...processing, now: () => box.now() })
    }
  },
}

/** Two months with everything that happens to donations, in three currencies; the first month is closed before the end. */
export async function twoRichMonths(
  pool: pg.Pool,
  box: Sandbox,
  { halfway, atTheEnd }: Reception,
): Promise<void> {
  await eventfulDays(pool, box)
  const euros = await ourGift(pool, box, 'card', { amount: 2500, currency: 'eur' })
  const twice = await ourGift(pool, box, 'card', { amount: 9000 })
  const inFull = await ourGift(pool, box, 'card', { amount: 1200 })
  const charged = await ourSession(pool, box, { amount: 3100, currency: 'eur' })
  await box.pay(charged.sessionId, 'card')
  const partlyLost = await ourGift(pool, box, 'card', { amount: 6000 })
  const partlyLostEuros = await ourGift(pool, box, 'card', { amount: 3300, currency: 'eur' })
  const lostAfterAll = await ourGift(pool, box, 'card', { amount: 1900 })
  const returned = await ourGift(pool, box, 'bank_debit', { amount: 1000, currency: 'gbp' })
  await box.settleBankDebit(returned.sessionId, 'succeeded')
  await forward(box, DAY_MS)
  const underway = await box.refund(returned.charge, { amount: 300 })
  await box.returnBankDebit(returned.charge)
  await box.refund(twice.charge, { amount: 2000 })
  await box.refund(euros.charge, { amount: 500, outcome: 'fails after success' })
  await box.refund(inFull.charge)
  await halfway(pool, box)
  await forward(box, HOUR_MS)
  await box.settleRefund(underway, 'failed')
  await box.refund(twice.charge, { amount: 1000 })
  await box.closeDispute(await box.dispute(box.chargeIdOf(charged.sessionId) ?? '', { amount: 4000 }), 'lost')
  const disputes = []
  for (const { charge } of [partlyLost, partlyLostEuros, lostAfterAll])
    disputes.push(await box.dispute(charge))
  const [partly = '', partlyEuros = '', again = ''] = disputes
  await forward(box, DAY_MS)
  await box.closeDispute(partly, 'lost', { reinstated: 1800 })
  await box.closeDispute(partlyEuros, 'lost', { reinstated: 1000 })
  await box.closeDispute(again, 'won')
  await forward(box, 7 * DAY_MS)
  await box.withdrawAgain(again)
  const [paid] = (await sdk(box).payouts.list({ status: 'paid' })).data
  await box.failPayout(paid?.id ?? '')
  await box.injectBalanceTransaction({ type: 'moon_tax', amount: -123, fee: 7 })
  await box.injectBalanceTransaction({ type: 'adjustment', amount: 55 })
  await forward(box, 25 * DAY_MS)
  await pool.query(
    `insert into month_closings (month, closed_at, closed_by, reconciliation) values ('2026-11', $1, 'finance', '{}')`,
    [box.now()],
  )
  await forward(box, DAY_MS)
  await atTheEnd(pool, box)
}

/** A test with a newsroom's database and an offline Stripe; `findings` verifies one against the other. */
export const verificationTest = newsroomTest
  .extend('box', async ({}, { onCleanup }) => {
    const box = await openSandbox()
    onCleanup(() => box.close())
    return box
  })
  .extend(
    'findings',
    ({ db, box }) =>
      async () =>
        (await verified(db, box)).findings,
  )

/** Verifies against the offline Stripe's lists; without it, against the tables alone. */
export function verified(db: TestDatabase, box: Sandbox | null): Promise<Verification> {
  const lists = box && stripeListsOf(box)
  return verify({
    pool: db.database.pool,
    lists,
    timezone: profile.timezone,
    ownership: processing.ownership,
  })
}
