import { describe, expect, test } from 'vitest'
import { DAY_MS, debitedGift, forward, paidGift, refusal, sandbox, sdk, types } from './kit.ts'

const BOOKED_MS = 2000
const idsOf = (page: { data: readonly { id: string }[] }): string[] => page.data.map(({ id }) => id)

describe('a charge', () => {
  test('gets its balance transaction a little later, announced by charge.updated', async () => {
    const box = await sandbox()
    const stripe = sdk(box)
    const charge = await paidGift(box)
    await forward(box, BOOKED_MS - 1)
    expect(await stripe.charges.retrieve(charge)).toMatchObject({ balance_transaction: null })
    await forward(box, 1)
    expect(box.events().at(-1)).toMatchObject({
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
    const booked = typeof transaction === 'object' ? transaction : null
    expect(new Date((booked?.available_on ?? 0) * 1000).toISOString()).toBe('2026-11-04T00:00:00.000Z')
    await forward(box, 2 * DAY_MS)
    expect(await stripe.balanceTransactions.retrieve(booked?.id ?? '')).toMatchObject({ status: 'available' })
  })

  test('by bank debit is a payment', async () => {
    const box = await sandbox()
    const charge = await debitedGift(box)
    await forward(box, BOOKED_MS)
    const { data } = await sdk(box).balanceTransactions.list({ source: charge })
    expect(data).toMatchObject([{ type: 'payment', reporting_category: 'charge', amount: 1000 }])
  })

  // 2.9 % of 50 is 1.45, of 500 is 14.5, of 1500 is 43.5: halves go up.
  test.each([
    [50, 31],
    [500, 45],
    [1500, 74],
    [99_999_999, 2_900_030],
  ])('of %i costs %i', async (amount, fee) => {
    const box = await sandbox()
    await paidGift(box, amount)
    await forward(box, BOOKED_MS)
    expect((await sdk(box).balanceTransactions.list()).data).toMatchObject([
      { amount, fee, net: amount - fee },
    ])
  })

  test.each([
    ['eur', 1000, 1084, 1.0842],
    ['jpy', 500, 334, 0.00667], // ¥500 are $3.335, rounded half up
    ['kwd', 1000, 325, 3.2541],
  ])('in %s is converted to dollars', async (currency, paid, amount, rate) => {
    const box = await sandbox()
    const charge = await paidGift(box, paid, currency)
    await forward(box, BOOKED_MS)
    const { data } = await sdk(box).balanceTransactions.list({ source: charge })
    expect(data).toMatchObject([{ currency: 'usd', amount, exchange_rate: rate }])
    const fee = Math.floor(amount * 0.029 + 0.5) + 30
    expect(data).toMatchObject([{ fee, net: amount - fee }])
  })

  test('is refunded at the rate of the day of the refund', async () => {
    const box = await sandbox()
    const charge = await paidGift(box, 1000, 'eur')
    await forward(box, BOOKED_MS)
    await box.setExchangeRate('eur', '1.2')
    await box.refund(charge)
    const { data } = await sdk(box).balanceTransactions.list()
    expect(data).toMatchObject([
      { type: 'refund', amount: -1200, exchange_rate: 1.2 },
      { type: 'charge', amount: 1084, exchange_rate: 1.0842 },
    ])
  })

  test('settles in its own currency where there is an account, at that account’s fee', async () => {
    const fees = {
      default: { percentBasisPoints: 290, fixedMinor: 30 },
      eur: { percentBasisPoints: 150, fixedMinor: 25 },
    }
    const box = await sandbox({ settlementCurrencies: ['usd', 'eur'], fees })
    await paidGift(box, 1000, 'eur')
    await forward(box, BOOKED_MS)
    const { data } = await sdk(box).balanceTransactions.list({ currency: 'eur' })
    expect(data).toMatchObject([{ currency: 'eur', amount: 1000, fee: 40, exchange_rate: null }])
  })
})

test('Stripe takes its own fee on the first of the month after one with charges', async () => {
  const box = await sandbox()
  await paidGift(box)
  await box.advanceTo(new Date('2026-12-31T00:00:00Z'))
  const { data } = await sdk(box).balanceTransactions.list({ type: 'stripe_fee' })
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

test('a movement nobody knows is shown as it is', async () => {
  const box = await sandbox()
  const id = await box.injectBalanceTransaction({
    type: 'moon_tax',
    amount: -123,
    reportingCategory: 'moon_tax',
    description: 'Levy',
  })
  expect(await sdk(box).balanceTransactions.retrieve(id)).toMatchObject({
    type: 'moon_tax',
    amount: -123,
    net: -123,
    reporting_category: 'moon_tax',
    source: null,
  })
})

describe('the list of balance transactions', () => {
  test('is cut into pages and filtered', async () => {
    const box = await sandbox({ payouts: 'manual' })
    const stripe = sdk(box)
    const charges: string[] = []
    for (const amount of [500, 600, 700]) {
      charges.push(await paidGift(box, amount))
      await forward(box, 10_000)
    }
    const refund = await box.refund(charges[0] ?? '')
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

test('whatever happens, the balance is the sum of the movements', async () => {
  const box = await sandbox()
  const stripe = sdk(box)
  const charge = await paidGift(box, 5000)
  await paidGift(box, 2500, 'eur')
  await forward(box, DAY_MS)
  await box.refund(charge, { amount: 1000 })
  await box.dispute(await debitedGift(box))
  await forward(box, 9 * DAY_MS)
  await box.returnBankDebit(await debitedGift(box))
  const { data } = await stripe.balanceTransactions.list({ limit: 100 })
  const sum = data.reduce((total, { net }) => total + net, 0)
  const { available, pending } = await stripe.balance.retrieve()
  expect((available[0]?.amount ?? 0) + (pending[0]?.amount ?? 0)).toBe(sum)
  for (const { amount, fee, net } of data) expect(net).toBe(amount - fee)
  expect(types(box)).toContain('payout.paid')
})
