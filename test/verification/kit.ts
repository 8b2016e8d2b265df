import type pg from 'pg'
import { startSandbox, type Sandbox } from '../../src/stripe-sandbox/sandbox.ts'
import { verifyBooks, type Verification } from '../../src/verification/verify-books.ts'
import type { TestDatabase } from '../kit/database.ts'
import { applyAll, keep, means, profile, withProfile } from '../kit/books.ts'
import { booksOf, sweepAll, sweepOf } from '../reconciliation/kit.ts'
import { deliver, eventfulDays, ourGift, ourSession } from '../sync/event-sync-kit.ts'
import { DAY_MS, forward, HOUR_MS, movableClock, SECRET, sdk } from '../stripe-sandbox/kit.ts'

/** An offline Stripe for a whole file: nothing but its clock moves it. */
export function openStripe(): Promise<Sandbox> {
  return startSandbox({
    host: '127.0.0.1',
    port: 0,
    webhookSecret: SECRET,
    webhookUrl: null,
    journalFile: null,
    clock: movableClock().now,
    delivery: { mode: 'manual' },
  })
}

/** What is said of a life, and when it is listened to. */
export type Listening = {
  /** In the middle, while some of it has not come. */
  readonly halfway: (hot: pg.Pool, box: Sandbox) => Promise<void>
  readonly atTheEnd: (hot: pg.Pool, box: Sandbox) => Promise<void>
}

/** Disputes and half of what Stripe's own books say are learned of a month that was closed before. */
export const asItComes: Listening = {
  async halfway(hot, box) {
    await deliver(hot, box, (type) => !type.startsWith('charge.dispute'))
    await sweepAll(sweepOf(hot, box))
  },
  async atTheEnd(hot, box) {
    await deliver(hot, box)
    await sweepAll(sweepOf(hot, box))
  },
}

/** Everything at the end, the last event first, a few at a time. */
export const inReverse: Listening = {
  halfway: async () => {},
  async atTheEnd(hot, box) {
    await sweepAll(sweepOf(hot, box))
    const events = box.events().toReversed()
    for (let at = 0; at < events.length; at += 7) {
      await keep(hot, ...events.slice(at, at + 7))
      await applyAll(hot, { ...means, now: () => box.now() })
    }
  },
}

/** Two months of everything that happens to gifts, in two currencies, with a month closed in between. */
export async function richLife(hot: pg.Pool, box: Sandbox, { halfway, atTheEnd }: Listening): Promise<void> {
  await withProfile(hot)
  await eventfulDays(hot, box)
  const euros = await ourGift(hot, box, 'card', { amount: 2500, currency: 'eur' })
  const twice = await ourGift(hot, box, 'card', { amount: 9000 })
  const inFull = await ourGift(hot, box, 'card', { amount: 1200 })
  const charged = await ourSession(hot, box, { amount: 3100, currency: 'eur' })
  await box.pay(charged.sessionId, 'card')
  const returned = await ourGift(hot, box, 'bank_debit', { amount: 1000, currency: 'gbp' })
  await box.settleBankDebit(returned.sessionId, 'succeeded')
  await forward(box, DAY_MS)
  const underway = await box.refund(returned.charge, { amount: 300 })
  await box.failBankDebit(returned.charge)
  await box.refund(twice.charge, { amount: 2000 })
  await box.refund(euros.charge, { amount: 500, outcome: 'fails after success' })
  await box.refund(inFull.charge)
  await halfway(hot, box)
  await forward(box, HOUR_MS)
  await box.settleRefund(underway, 'failed')
  await box.refund(twice.charge, { amount: 1000 })
  await box.closeDispute(await box.dispute(box.chargeOf(charged.sessionId) ?? '', { amount: 4000 }), 'lost')
  await forward(box, 8 * DAY_MS)
  const [paid] = (await sdk(box).payouts.list({ status: 'paid' })).data
  await box.failPayout(paid?.id ?? '')
  await box.injectTransaction({ type: 'moon_tax', amount: -123, fee: 7 })
  await box.injectTransaction({ type: 'adjustment', amount: 55 })
  await forward(box, 25 * DAY_MS)
  await hot.query(
    `insert into month_closings (month, closed_at, closed_by, reconciliation) values ('2026-11', $1, 'finance', '{}')`,
    [box.now()],
  )
  await forward(box, DAY_MS)
  await atTheEnd(hot, box)
}

/** Asks the offline Stripe; null: nobody is asked. */
export function verified(db: TestDatabase, box: Sandbox | null): Promise<Verification> {
  const books = box && booksOf(box)
  return verifyBooks({ hot: db.database.hot, books, timezone: profile.timezone })
}
