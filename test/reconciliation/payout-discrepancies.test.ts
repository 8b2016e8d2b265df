import { describe, expect } from 'vitest'
import {
  differencesExpected,
  differencesFound,
  inNovember,
  itemisedPayout,
  payoutAmount,
  type Planted,
} from './planted.ts'
import { playedMonthTest as test, type PlayedMonth } from './played-month.ts'
import { receiveBalance, withTransactions } from './recorded.ts'

/** Each mistake is planted alone into the same rich month. */
const plantings: Record<string, (month: PlayedMonth) => Planted> = {
  'a payout whose items do not add up': ({ end }) => {
    const [payout, item] = itemisedPayout(end)
    const items = end.itemsOf.get(payout)?.filter(({ id }) => id !== item.id) ?? []
    return {
      recorded: { ...end, itemsOf: new Map(end.itemsOf).set(payout, items) },
      expected: [inNovember('payout_items_mismatch', payout, item.netMinor, /next sync/)],
    }
  },
  'a payout that failed and whose money did not come back': ({ end }) => {
    const [id] = itemisedPayout(end)
    const failure = { status: 'failed', failureBalanceTransactionId: null }
    return {
      recorded: {
        ...end,
        payouts: end.payouts.map((payout) => (payout.id === id ? { ...payout, ...failure } : payout)),
      },
      expected: [inNovember('payout_not_returned', id, payoutAmount(end, id), /support/)],
    }
  },
  'a payout that failed and whose money is coming back': ({ end }) => {
    const [id] = itemisedPayout(end)
    const failure = { status: 'failed', failureBalanceTransactionId: 'txn_to_come' }
    return {
      recorded: {
        ...end,
        payouts: end.payouts.map((payout) => (payout.id === id ? { ...payout, ...failure } : payout)),
      },
      expected: [inNovember('not_settled', id, payoutAmount(end, id), /Wait/)],
    }
  },
  'a payout whose amount never left the balance': ({ end, payouts }) => ({
    recorded: {
      ...end,
      payouts: end.payouts.flatMap((one) =>
        one.id === payouts.manual ? [one, { ...one, id: 'po_invented' }] : one,
      ),
    },
    expected: [inNovember('payout_amount_mismatch', 'po_invented', 1000n, /what the bank got/)],
  }),
}

describe('reconciling finds, and finds nothing but', () => {
  test.for(Object.entries(plantings))('%s', async ([, plant], { pool, month }) => {
    const { recorded, expected } = plant(month)
    expect(await differencesFound(pool, recorded)).toEqual(differencesExpected(expected))
  })

  test('an item of a payout that the sync never read', async ({ pool, month: { end } }) => {
    const fee = end.transactions.find(
      ({ type, createdAt }) => type === 'stripe_fee' && createdAt < new Date('2026-11-15'),
    )
    const [payout] = [...end.itemsOf].find(([, items]) => items.some(({ id }) => id === fee?.id)) ?? []
    if (!fee || !payout) throw new Error('No payout of the recorded month contains a fee of Stripe’s own')
    const recorded = withTransactions(end, (transaction) => (transaction.id === fee.id ? [] : transaction))
    await receiveBalance(pool, recorded)
    await pool.query(`insert into payout_items values ($1, $2)`, [payout, fee.id])
    expect(await differencesFound(pool, recorded)).toEqual(
      differencesExpected([inNovember('payout_item_unknown', fee.id, fee.netMinor, /next sync/)]),
    )
  })
})
