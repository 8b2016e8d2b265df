import type pg from 'pg'
import { describe, expect } from 'vitest'
import { daysOf } from '../../src/calendar/month.ts'
import { inTransaction } from '../../src/db/database.ts'
import { accountSums } from '../../src/ledger/kept-tables-store.ts'
import { foldLedger } from '../../src/ledger/ledger-fold-store.ts'
import { closeMonth } from '../../src/reconciliation/months/close-month.ts'
import { isTimingDifference } from '../../src/reconciliation/items/difference.ts'
import { monthRecord, reconcile } from '../../src/reconciliation/months/month-close-store.ts'
import { keptTablesFindings } from '../../src/verification/kept-tables-check-store.ts'
import { newsroomTest } from '../kit/fixtures.ts'
import { operator } from '../kit/admin.ts'
import { markedFor } from '../kit/marks.ts'
import { monthNamed } from '../kit/named.ts'
import { selectAll } from '../kit/processing.ts'
import { DAY_MS, gift, movableClock, openSandbox, sdk } from '../kit/sandbox.ts'
import { until } from '../kit/until.ts'
import { record, receiveBalance, receiveEvents } from './recorded.ts'

const march = monthNamed('2026-03')
const april = monthNamed('2026-04')
const newYork = 'America/New_York'

/** A bank debit of 30 March that the bank confirms on 3 April, and a card gift on either side of it. */
const test = newsroomTest.extend('played', { scope: 'file' }, async () => {
  const box = await openSandbox({
    clock: movableClock(new Date('2026-03-20T15:00:00Z')).now,
    seed: 3,
    bankDebitDelayMs: 4 * DAY_MS,
  })
  const playTo = (instant: string) => box.advanceTo(new Date(instant))
  const asked = async (amount: number) => {
    const metadata = markedFor(crypto.randomUUID())
    const params = gift({ metadata, payment_intent_data: { metadata } }, amount)
    return (await sdk(box).checkout.sessions.create(params)).id
  }
  try {
    await box.pay(await asked(900), 'card')
    await playTo('2026-03-30T15:00:00Z')
    const debit = await asked(4200)
    await box.pay(debit, 'bank_debit')
    await playTo('2026-04-01T15:00:00Z')
    const underWay = await record(box)
    await playTo('2026-04-03T16:00:00Z')
    await box.pay(await asked(700), 'card')
    await playTo('2026-04-06T15:00:00Z')
    const confirmed = await record(box)
    const charge = box.chargeIdOf(debit) ?? ''
    return { underWay, confirmed, payment: String(box.state().charge.get(charge)?.payment_intent) }
  } finally {
    await box.close()
  }
})

/** What the account holds at the end of the month, and the sum of what the month lists for it. */
async function clearing(pool: pg.Pool, month: typeof march, now: Date) {
  const days = daysOf(month)
  const sums = await accountSums(pool, days)
  const held = sums
    .filter(({ account }) => account === 'stripe_clearing')
    .reduce(
      (sum, { openingMinor, debitMinor, creditMinor }) => sum + openingMinor + debitMinor - creditMinor,
      0n,
    )
  const { differences } = await reconcile(pool, month, now)
  const listed = differences
    .filter(({ kind }) => isTimingDifference(kind))
    .reduce((sum, { amountMinor }) => sum + amountMinor, 0n)
  return { held, listed }
}

const timing = async (pool: pg.Pool, month: typeof march, now: Date) =>
  (await reconcile(pool, month, now)).differences
    .filter(({ kind }) => isTimingDifference(kind))
    .map(({ kind, object, amountMinor }) => ({ kind, object, amountMinor }))

describe('a bank debit that Stripe settles in one month and the bank confirms in the next', () => {
  test('is a timing difference of the first month, and leaves by itself', async ({ pool, played }) => {
    const { underWay, confirmed, payment } = played
    await receiveEvents(pool, underWay)
    await receiveBalance(pool, underWay)
    const before = await reconcile(pool, march, underWay.at)
    expect(before.unexplained).toEqual([])
    expect(await timing(pool, march, underWay.at)).toEqual([
      { kind: 'debit_under_way', object: payment, amountMinor: -4200n },
    ])
    expect(await clearing(pool, march, underWay.at)).toEqual({ held: -4200n, listed: -4200n })

    await receiveEvents(pool, confirmed)
    await receiveBalance(pool, confirmed)
    const after = await reconcile(pool, march, confirmed.at)
    expect(after.unexplained).toEqual([])
    expect(await timing(pool, march, confirmed.at)).toEqual([
      { kind: 'recorded_later', object: payment, amountMinor: -4200n },
    ])
    expect(after.differences[0]?.what).toContain('2026-04-03')
    expect(await clearing(pool, march, confirmed.at)).toEqual({ held: -4200n, listed: -4200n })
    expect(await timing(pool, april, confirmed.at)).toEqual([])
    expect(await clearing(pool, april, confirmed.at)).toEqual({ held: 0n, listed: 0n })
  })

  test('is listed before and after it is folded, and verifying says when it is not kept', async ({
    pool,
    played: { confirmed, payment },
  }) => {
    await receiveEvents(pool, confirmed)
    await receiveBalance(pool, confirmed)
    const listed = [{ kind: 'recorded_later', object: payment, amountMinor: -4200n }]
    expect(await timing(pool, march, confirmed.at)).toEqual(listed)
    await until('everything is folded', async () => {
      while (await inTransaction(pool, (tx) => foldLedger(tx, confirmed.at)));
      const left = await selectAll(
        pool,
        `select from ledger_transactions where posted_xid >= (select month_ends_kept_below from ledger_fold_states)`,
      )
      return left.length === 0
    })
    expect(await selectAll(pool, `select month, object from ledger_month_end_items`)).toEqual([
      { month: '2026-03', object: payment },
    ])
    expect(await timing(pool, march, confirmed.at)).toEqual(listed)
    const kinds = async () => (await keptTablesFindings(pool, [newYork])).map(({ kind }) => kind)
    expect(await kinds()).toEqual([])
    await pool.query(`delete from ledger_month_end_items`)
    expect(await kinds()).toEqual(['month_end_item'])
  })

  test('stays in the record of the month as it was closed', async ({ pool, played }) => {
    const { underWay, confirmed } = played
    await receiveEvents(pool, underWay)
    await receiveBalance(pool, underWay)
    const deps = { pool, timezone: newYork, now: () => underWay.at }
    await closeMonth(deps, march, operator('finance@news.example'))
    await receiveEvents(pool, confirmed)
    await receiveBalance(pool, confirmed)
    const { record: kept } = await monthRecord(pool, march, confirmed.at)
    expect(kept?.differences.map(({ kind, amount }) => [kind, amount])).toEqual([['debit_under_way', -4200]])
    expect(await timing(pool, april, confirmed.at)).toEqual([])
  })
})
