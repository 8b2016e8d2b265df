import { describe, expect } from 'vitest'
import { isUnexplained, type Difference } from '../../src/reconciliation/items/difference.ts'
import { testDatabase } from '../kit/database.ts'
import { account, offBalance } from './kit.ts'
import { EXPECTED_NOTES, playedMonthTest as test, reconciled } from './played-month.ts'
import { receiveBalance, receiveEvents } from './recorded.ts'

const countByKind = (differences: readonly Difference[]) =>
  Object.fromEntries(
    [...Map.groupBy(differences, ({ kind }) => kind)].map(([kind, ofKind]) => [kind, ofKind.length]),
  )
const unexplainedOf = (differences: readonly Difference[]) =>
  differences.filter(({ kind }) => isUnexplained(kind))

describe('reconciling a month in which nothing is wrong', () => {
  test('leaves nothing unexplained at its end', async ({ pool, month }) => {
    await receiveEvents(pool, month.end)
    await receiveBalance(pool, month.end)
    const { differences, unexplained } = await reconciled(pool, month.end.at)
    expect(countByKind(differences)).toEqual({ payout_failed: 1, payout_not_itemisable: 1, settled_later: 2 })
    expect(unexplainedOf(differences)).toEqual([])
    expect([...unexplained]).toEqual([])
    expect(await offBalance(pool)).toEqual([])
    // One charge of October settled in November, and one of November in December.
    expect(await account(pool, 'stripe_clearing')).toEqual({})
  })

  test('notes only the gift of this minute in its middle', async ({ pool, month }) => {
    await receiveEvents(pool, month.midMonth)
    await receiveBalance(pool, month.midMonth)
    const { differences } = await reconciled(pool, month.midMonth.at)
    expect(countByKind(differences)).toEqual({
      payout_failed: 1,
      payout_not_itemisable: 1,
      not_settled: 1,
      settled_later: 1,
    })
  })

  test('notes its last gift until Stripe settles it in the next month', async ({ pool, month }) => {
    await receiveEvents(pool, month.notSettled)
    await receiveBalance(pool, month.notSettled)
    const { differences } = await reconciled(pool, month.notSettled.at)
    expect(differences.filter(({ kind }) => !EXPECTED_NOTES.has(kind))).toMatchObject([
      {
        month: '2026-11',
        kind: 'not_settled',
        object: month.gifts.lastOfNovember.payment,
        amountMinor: 960n,
      },
    ])
  })

  test('leaves nothing unexplained while only the webhooks or only Stripe’s balance have arrived', async ({
    pool,
    month: { midMonth },
  }) => {
    await receiveEvents(pool, midMonth)
    expect(Object.keys(countByKind((await reconciled(pool, midMonth.at)).differences))).toEqual([
      'not_settled',
    ])
    const other = await testDatabase()
    try {
      await receiveBalance(other.database.pool, midMonth)
      const { differences } = await reconciled(other.database.pool, midMonth.at)
      expect(unexplainedOf(differences)).toEqual([])
      expect(countByKind(differences)['not_booked_yet']).toBeGreaterThan(25)
    } finally {
      await other.drop()
    }
  })
})
