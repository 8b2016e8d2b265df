import { describe, expect, test } from 'vitest'
import { DAY_MS, debitedGift, forward, paidGift, sdk } from '../kit/sandbox.ts'
import { emittedTypes, refusal, sandboxForTest } from './kit.ts'

const BALANCE_TRANSACTION_DELAY_MS = 2000
const idsOf = (page: { data: readonly { id: string }[] }): string[] => page.data.map(({ id }) => id)

describe('the balance transaction of a charge', () => {
  test('is created after a delay and reported by charge.updated', async () => {
    const sandbox = await sandboxForTest()
    const stripe = sdk(sandbox)
    const charge = await paidGift(sandbox)
    await forward(sandbox, BALANCE_TRANSACTION_DELAY_MS - 1)
    expect(await stripe.charges.retrieve(charge)).toMatchObject({ balance_transaction: null })
    await forward(sandbox, 1)
    expect(sandbox.events().at(-1)).toMatchObject({
      type: 'charge.updated',
      data: {
        object: { id: charge, balance_transaction: expect.stringMatching(/^txn_/) },
        previous_attributes: { balance_transaction: null },
      },
    })
    const { balance_transaction: transaction } = await stripe.charges.retrieve(charge, {
      expand: ['balance_transaction'],
    })
    expect(transaction).toMatchObject({
      object: 'balance_transaction',
      type: 'charge',
      reporting_category: 'charge',
      amount: 1000,
      fee: 59, // 2.9 % of $10.00 and 30¢
      net: 941,
      currency: 'usd',
      exchange_rate: null,
      source: charge,
      status: 'pending',
      fee_details: [{ amount: 59, currency: 'usd', type: 'stripe_fee' }],
    })
    const object = typeof transaction === 'object' ? transaction : null
    expect(new Date((object?.available_on ?? 0) * 1000).toISOString()).toBe('2026-11-04T00:00:00.000Z')
    await forward(sandbox, 2 * DAY_MS)
    expect(await stripe.balanceTransactions.retrieve(object?.id ?? '')).toMatchObject({ status: 'available' })
  })

  test('has the type payment for a bank debit', async () => {
    const sandbox = await sandboxForTest()
    const charge = await debitedGift(sandbox)
    await forward(sandbox, BALANCE_TRANSACTION_DELAY_MS)
    const { data } = await sdk(sandbox).balanceTransactions.list({ source: charge })
    expect(data).toMatchObject([{ type: 'payment', reporting_category: 'charge', amount: 1000 }])
  })

  // 2.9 % of 50 is 1.45, of 500 is 14.5, of 1500 is 43.5: halves go up.
  test.each([
    [50, 31],
    [500, 45],
    [1500, 74],
    [99_999_999, 2_900_030],
  ])('takes a fee for an amount of %i: %i', async (amount, fee) => {
    const sandbox = await sandboxForTest()
    await paidGift(sandbox, amount)
    await forward(sandbox, BALANCE_TRANSACTION_DELAY_MS)
    expect((await sdk(sandbox).balanceTransactions.list()).data).toMatchObject([
      { amount, fee, net: amount - fee },
    ])
  })

  test.each([
    ['eur', 1000, 1084, 1.0842],
    ['jpy', 500, 334, 0.00667], // ¥500 are $3.335, rounded half up
    ['kwd', 1000, 325, 3.2541],
  ])('converts an amount in %s to dollars', async (currency, paid, amount, rate) => {
    const sandbox = await sandboxForTest()
    const charge = await paidGift(sandbox, paid, currency)
    await forward(sandbox, BALANCE_TRANSACTION_DELAY_MS)
    const { data } = await sdk(sandbox).balanceTransactions.list({ source: charge })
    expect(data).toMatchObject([{ currency: 'usd', amount, exchange_rate: rate }])
    const fee = Math.floor(amount * 0.029 + 0.5) + 30
    expect(data).toMatchObject([{ fee, net: amount - fee }])
  })

  test('keeps its exchange rate when a later refund is converted at another', async () => {
    const sandbox = await sandboxForTest()
    const charge = await paidGift(sandbox, 1000, 'eur')
    await forward(sandbox, BALANCE_TRANSACTION_DELAY_MS)
    await sandbox.setExchangeRate('eur', '1.2')
    await sandbox.refund(charge)
    const { data } = await sdk(sandbox).balanceTransactions.list()
    expect(data).toMatchObject([
      { type: 'refund', amount: -1200, exchange_rate: 1.2 },
      { type: 'charge', amount: 1084, exchange_rate: 1.0842 },
    ])
  })

  test('is in the charge’s currency, at its fee, when that currency has a bank account', async () => {
    const fees = {
      default: { percentBasisPoints: 290, fixedMinor: 30 },
      eur: { percentBasisPoints: 150, fixedMinor: 25 },
    }
    const sandbox = await sandboxForTest({ settlementCurrencies: ['usd', 'eur'], fees })
    await paidGift(sandbox, 1000, 'eur')
    await forward(sandbox, BALANCE_TRANSACTION_DELAY_MS)
    const { data } = await sdk(sandbox).balanceTransactions.list({ currency: 'eur' })
    expect(data).toMatchObject([{ currency: 'eur', amount: 1000, fee: 40, exchange_rate: null }])
  })
})

test('charges Stripe’s own fee on the first of the month after one with charges', async () => {
  const sandbox = await sandboxForTest()
  await paidGift(sandbox)
  await sandbox.advanceTo(new Date('2026-12-31T00:00:00Z'))
  const { data } = await sdk(sandbox).balanceTransactions.list({ type: 'stripe_fee' })
  expect(data).toMatchObject([
    {
      amount: -200,
      fee: 0,
      net: -200,
      source: null,
      reporting_category: 'fee',
      description: expect.any(String),
    },
  ])
  expect(data[0]?.created).toBe(Date.UTC(2026, 11, 1) / 1000)
})

test('lists an injected balance transaction of an unknown type', async () => {
  const sandbox = await sandboxForTest()
  const id = await sandbox.injectBalanceTransaction({
    type: 'moon_tax',
    amount: -123,
    reportingCategory: 'moon_tax',
    description: 'Levy',
  })
  expect(await sdk(sandbox).balanceTransactions.retrieve(id)).toMatchObject({
    type: 'moon_tax',
    amount: -123,
    net: -123,
    reporting_category: 'moon_tax',
    source: null,
  })
})

describe('the list of balance transactions', () => {
  test('is filtered, sorted newest first and cut into pages', async () => {
    const sandbox = await sandboxForTest({ payouts: 'manual' })
    const stripe = sdk(sandbox)
    const charges: string[] = []
    for (const amount of [500, 600, 700]) {
      charges.push(await paidGift(sandbox, amount))
      await forward(sandbox, 10_000)
    }
    const refund = await sandbox.refund(charges[0] ?? '')
    const all = await stripe.balanceTransactions.list({ limit: 100 })
    const listed = all.data.map(({ type }) => type)
    expect(listed).toEqual(['refund', 'charge', 'charge', 'charge'])
    const [first = '', second = ''] = idsOf(all)
    expect(idsOf(await stripe.balanceTransactions.list({ starting_after: second, limit: 1 }))).toEqual([
      idsOf(all)[2],
    ])
    expect(idsOf(await stripe.balanceTransactions.list({ source: refund }))).toEqual([first])
    expect(idsOf(await stripe.balanceTransactions.list({ type: 'charge' }))).toEqual(idsOf(all).slice(1))
    const oldest = all.data.at(-1)?.created ?? 0
    expect((await stripe.balanceTransactions.list({ created: { gt: oldest } })).data).toHaveLength(3)
    expect((await stripe.balanceTransactions.list({ currency: 'eur' })).data).toEqual([])
    const paged = await stripe.balanceTransactions.list({ limit: 2 }).autoPagingToArray({ limit: 10 })
    expect(paged.map(({ id }) => id)).toEqual(idsOf(all))
    expect(await refusal(stripe.balanceTransactions.list({ limit: 101 }))).toMatchObject({ param: 'limit' })
    const { data } = await stripe.balanceTransactions.list({
      expand: ['data.source.payment_intent'],
      type: 'charge',
    })
    expect(data[2]?.source).toMatchObject({ id: charges[0], payment_intent: { amount: 500 } })
  })
})

test('shows a balance that is the sum of all balance transactions', async () => {
  const sandbox = await sandboxForTest()
  const stripe = sdk(sandbox)
  const charge = await paidGift(sandbox, 5000)
  await paidGift(sandbox, 2500, 'eur')
  await forward(sandbox, DAY_MS)
  await sandbox.refund(charge, { amount: 1000 })
  await sandbox.dispute(await debitedGift(sandbox))
  await forward(sandbox, 9 * DAY_MS)
  await sandbox.returnBankDebit(await debitedGift(sandbox))
  const { data } = await stripe.balanceTransactions.list({ limit: 100 })
  const sum = data.reduce((total, { net }) => total + net, 0)
  const { available, pending } = await stripe.balance.retrieve()
  expect((available[0]?.amount ?? 0) + (pending[0]?.amount ?? 0)).toBe(sum)
  for (const { amount, fee, net } of data) expect(net).toBe(amount - fee)
  expect(emittedTypes(sandbox)).toContain('payout.paid')
})
