import { describe, expect, test } from 'vitest'
import type { Sandbox } from '../../src/stripe-sandbox/sandbox.ts'
import { DAY_MS, forward, HOUR_MS, paidGift, sdk } from '../kit/sandbox.ts'
import { emittedDuring, emittedTypes, refusal, sandboxForTest } from './kit.ts'

const sumOf = (rows: readonly { net: number }[]): number => rows.reduce((sum, { net }) => sum + net, 0)

/** Two gifts and a refund, paid out together. */
async function paidOut(sandbox: Sandbox): Promise<string> {
  await paidGift(sandbox, 5000)
  const second = await paidGift(sandbox, 1000)
  await forward(sandbox, HOUR_MS)
  await sandbox.refund(second, { amount: 400 })
  await sandbox.advanceTo(new Date('2026-11-04T00:00:00Z'))
  const [payout] = (await sdk(sandbox).payouts.list()).data
  return payout?.id ?? ''
}

describe('an automatic payout', () => {
  test('contains everything that is available at midnight, and its items add up to it', async () => {
    const sandbox = await sandboxForTest()
    const stripe = sdk(sandbox)
    const id = await paidOut(sandbox)
    const payout = await stripe.payouts.retrieve(id, { expand: ['balance_transaction'] })
    expect(payout).toMatchObject({
      status: 'in_transit',
      automatic: true,
      reconciliation_status: 'in_progress',
      amount: 5000 - 175 + 1000 - 59 - 400,
      currency: 'usd',
      arrival_date: Date.UTC(2026, 10, 6) / 1000,
      balance_transaction: {
        type: 'payout',
        reporting_category: 'payout',
        amount: -payout.amount,
        source: id,
      },
    })
    const { data } = await stripe.balanceTransactions.list({ payout: id })
    expect(data.map(({ type }) => type).toSorted()).toEqual(['charge', 'charge', 'payout', 'refund'])
    expect(sumOf(data)).toBe(0)
    expect(sumOf(data.filter(({ type }) => type !== 'payout'))).toBe(payout.amount)
    const balance = await stripe.balance.retrieve()
    expect(balance).toMatchObject({ available: [{ amount: 0 }], pending: [{ amount: 0 }] })
  })

  test('is paid on its arrival date and reconciled a little later', async () => {
    const sandbox = await sandboxForTest()
    const id = await paidOut(sandbox)
    const arrival = await emittedDuring(sandbox, () => sandbox.advanceTo(new Date('2026-11-06T00:00:00Z')))
    expect(arrival.filter((type) => type.startsWith('payout'))).toEqual(['payout.updated', 'payout.paid'])
    expect(await emittedDuring(sandbox, () => forward(sandbox, HOUR_MS))).toEqual([
      'payout.reconciliation_completed',
    ])
    expect(await sdk(sandbox).payouts.retrieve(id)).toMatchObject({
      status: 'paid',
      reconciliation_status: 'completed',
    })
  })

  test('returns to the balance when it fails after it was paid, and the next payout contains it', async () => {
    const sandbox = await sandboxForTest()
    const stripe = sdk(sandbox)
    const id = await paidOut(sandbox)
    await forward(sandbox, 4 * DAY_MS)
    const failure = await emittedDuring(sandbox, () => sandbox.failPayout(id))
    expect(failure).toEqual(['payout.updated', 'payout.failed'])
    const failed = await stripe.payouts.retrieve(id, { expand: ['failure_balance_transaction'] })
    expect(failed).toMatchObject({
      status: 'failed',
      failure_code: 'account_closed',
      failure_balance_transaction: {
        type: 'payout_failure',
        reporting_category: 'payout_reversal',
        amount: failed.amount,
        source: id,
      },
    })
    await expect(sandbox.failPayout(id)).rejects.toThrow('already failed')
    await forward(sandbox, DAY_MS)
    const [next] = (await stripe.payouts.list({ limit: 1 })).data
    expect(next).toMatchObject({ amount: failed.amount, status: 'in_transit' })
    const items = await stripe.balanceTransactions.list({ payout: next?.id ?? '' })
    expect(items.data.map(({ type }) => type)).toEqual(['payout', 'payout_failure'])
  })

  test('waits while the balance is below zero', async () => {
    const sandbox = await sandboxForTest()
    const stripe = sdk(sandbox)
    const charge = await paidGift(sandbox)
    await forward(sandbox, 5 * DAY_MS)
    await sandbox.dispute(charge)
    await forward(sandbox, 5 * DAY_MS)
    expect((await stripe.payouts.list()).data).toHaveLength(1)
    expect((await stripe.balance.retrieve()).available[0]?.amount).toBe(-2500)
    await paidGift(sandbox, 10_000)
    await forward(sandbox, 3 * DAY_MS)
    const [newest] = (await stripe.payouts.list()).data
    expect(newest?.amount).toBe(10_000 - 320 - 2500)
  })
})

describe('a manual payout', () => {
  test('cannot be itemised and does not exceed the available balance', async () => {
    const sandbox = await sandboxForTest({ payouts: 'manual' })
    const stripe = sdk(sandbox)
    await paidGift(sandbox, 5000)
    expect(await refusal(stripe.payouts.create({ amount: 1, currency: 'usd' }))).toMatchObject({
      code: 'balance_insufficient',
    })
    await forward(sandbox, 3 * DAY_MS)
    expect(emittedTypes(sandbox)).not.toContain('payout.created')
    const payout = await stripe.payouts.create({ amount: 4000, currency: 'usd', description: 'Rent' })
    expect(payout).toMatchObject({
      automatic: false,
      status: 'pending',
      reconciliation_status: 'not_applicable',
      description: 'Rent',
    })
    const error = await refusal(stripe.balanceTransactions.list({ payout: payout.id }))
    expect(error).toMatchObject({ statusCode: 400, param: 'payout' })
    expect(error.message).toContain('only be filtered on automatic transfers')
    expect((await stripe.balance.retrieve()).available[0]?.amount).toBe(5000 - 175 - 4000)
    const later = await emittedDuring(sandbox, () => forward(sandbox, 3 * DAY_MS))
    expect(later).toEqual(['payout.updated', 'payout.paid'])
  })

  test('can be canceled while it is pending', async () => {
    const sandbox = await sandboxForTest({ payouts: 'manual' })
    const stripe = sdk(sandbox)
    await paidGift(sandbox, 5000)
    await forward(sandbox, 3 * DAY_MS)
    const { id } = await stripe.payouts.create({ amount: 4000, currency: 'usd' })
    expect(await stripe.payouts.cancel(id)).toMatchObject({ status: 'canceled' })
    expect(emittedTypes(sandbox).at(-1)).toBe('payout.canceled')
    expect(await refusal(stripe.payouts.cancel(id))).toMatchObject({ statusCode: 400 })
    const { data } = await stripe.balanceTransactions.list({ source: id })
    expect(data.map(({ type, amount }) => [type, amount])).toEqual([
      ['payout_cancel', 4000],
      ['payout', -4000],
    ])
  })
})

test('lists payouts by status and arrival date', async () => {
  const sandbox = await sandboxForTest()
  const stripe = sdk(sandbox)
  const id = await paidOut(sandbox)
  const arrival = Date.UTC(2026, 10, 6) / 1000
  expect((await stripe.payouts.list({ status: 'in_transit' })).data.map((one) => one.id)).toEqual([id])
  expect((await stripe.payouts.list({ status: 'paid' })).data).toEqual([])
  expect((await stripe.payouts.list({ arrival_date: { gte: arrival } })).data).toHaveLength(1)
  expect((await stripe.payouts.list({ arrival_date: { gt: arrival } })).data).toEqual([])
  expect(await refusal(stripe.balanceTransactions.list({ payout: 'po_none' }))).toMatchObject({
    statusCode: 404,
  })
})
