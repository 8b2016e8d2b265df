import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { withProfile } from '../kit/books.ts'
import { testDatabase, type TestDatabase } from '../kit/database.ts'
import { playMonth, type Played } from './month.ts'
import { amountOf, expectations, findings, itemised, nov, type Planted } from './planted.ts'
import { moved, readBooks } from '../sync/recorded.ts'

/** What can be wrong with a payout, each planted alone into the same rich month. */

let played: Played
beforeAll(async () => void (played = await playMonth()))
let own: TestDatabase
beforeEach(async () => {
  own = await testDatabase()
  await withProfile(own.database.pool)
})
afterEach(() => own.drop())

const plantings: Record<string, (its: Played) => Planted> = {
  'a payout whose items do not add up': ({ end }) => {
    const [payout, item] = itemised(end)
    const items = end.itemsOf.get(payout)?.filter(({ id }) => id !== item.id) ?? []
    return {
      told: { ...end, itemsOf: new Map(end.itemsOf).set(payout, items) },
      expected: [nov('payout_items_mismatch', payout, item.netMinor, /next sweep/)],
    }
  },
  'a payout that failed and whose money did not come back': ({ end }) => {
    const [id] = itemised(end)
    const its = { status: 'failed', failureBalanceTransactionId: null }
    return {
      told: {
        ...end,
        payouts: end.payouts.map((payout) => (payout.id === id ? { ...payout, ...its } : payout)),
      },
      expected: [nov('payout_not_returned', id, amountOf(end, id), /support/)],
    }
  },
  'a payout that failed and whose money is coming back': ({ end }) => {
    const [id] = itemised(end)
    const its = { status: 'failed', failureBalanceTransactionId: 'txn_to_come' }
    return {
      told: {
        ...end,
        payouts: end.payouts.map((payout) => (payout.id === id ? { ...payout, ...its } : payout)),
      },
      expected: [nov('not_settled', id, amountOf(end, id), /Wait/)],
    }
  },
  'a payout that never left the balance': ({ end, payouts }) => ({
    told: {
      ...end,
      payouts: end.payouts.flatMap((one) =>
        one.id === payouts.manual ? [one, { ...one, id: 'po_invented' }] : one,
      ),
    },
    expected: [nov('payout_amount_mismatch', 'po_invented', 1000n, /what the bank got/)],
  }),
}

test.each(Object.entries(plantings))('%s', async (_, plant) => {
  const { told, expected } = plant(played)
  expect(await findings(own.database.pool, told)).toEqual(expectations(expected))
})

test('a part of a payout that the sweep never read', async () => {
  const { end } = played
  const fee = end.transactions.find(
    ({ type: of, createdAt }) => of === 'stripe_fee' && createdAt < new Date('2026-11-15'),
  )
  const [payout] = [...end.itemsOf].find(([, items]) => items.some(({ id }) => id === fee?.id)) ?? []
  if (!fee || !payout) throw new Error('a fee of Stripe’s own is in a payout')
  const told = moved(end, (one) => (one.id === fee.id ? [] : one))
  const { pool } = own.database
  await readBooks(pool, told)
  await pool.query(`insert into payout_items values ($1, $2)`, [payout, fee.id])
  expect(await findings(pool, told)).toEqual(
    expectations([nov('payout_item_unknown', fee.id, fee.netMinor, /next sweep/)]),
  )
})
