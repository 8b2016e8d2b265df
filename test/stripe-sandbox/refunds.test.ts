import { describe, expect, test } from 'vitest'
import { DAY_MS, debitedGift, forward, HOUR_MS, paidGift, sdk } from '../kit/sandbox.ts'
import { emittedDuring, emittedTypes, refusal, sandboxForTest } from './kit.ts'

describe('a refund', () => {
  test('is made for a part of a charge, and another one for all the rest', async () => {
    const sandbox = await sandboxForTest()
    const stripe = sdk(sandbox)
    const charge = await paidGift(sandbox)
    const first = await stripe.refunds.create({ charge, amount: 300, reason: 'requested_by_customer' })
    expect(first).toMatchObject({ object: 'refund', amount: 300, status: 'succeeded', charge })
    expect(await stripe.charges.retrieve(charge)).toMatchObject({ amount_refunded: 300, refunded: false })
    const rest = await stripe.refunds.create({ charge })
    expect(rest.amount).toBe(700)
    expect(await stripe.charges.retrieve(charge)).toMatchObject({ amount_refunded: 1000, refunded: true })
    expect((await stripe.refunds.list({ charge })).data.map(({ id }) => id)).toEqual([rest.id, first.id])
    // The charge's balance transaction is created before its refund's, ahead of its schedule.
    expect(emittedTypes(sandbox).slice(-5)).toEqual([
      'charge.updated',
      'charge.refunded',
      'refund.created',
      'charge.refunded',
      'refund.created',
    ])
    const [last] = (await stripe.balanceTransactions.list({ type: 'refund', expand: ['data.source'] })).data
    expect(last).toMatchObject({ amount: -700, fee: 0, net: -700, source: { id: rest.id } })
    expect(last).toMatchObject({ reporting_category: 'refund', status: 'available' })
  })

  test('is made for a PaymentIntent, and once per idempotency key', async () => {
    const sandbox = await sandboxForTest()
    const stripe = sdk(sandbox)
    const { payment_intent: intent } = await stripe.charges.retrieve(await paidGift(sandbox))
    const params = { payment_intent: String(intent), amount: 400, metadata: { why: 'asked' } }
    const once = await stripe.refunds.create(params, { idempotencyKey: 'r1' })
    const again = await stripe.refunds.create(params, { idempotencyKey: 'r1' })
    expect(again.id).toBe(once.id)
    expect(again.metadata).toEqual({ why: 'asked' })
    expect((await stripe.refunds.list()).data).toHaveLength(1)
  })

  test.each([
    [
      'an amount larger than the charge',
      { amount: 1001 },
      undefined,
      'greater than unrefunded amount on charge ($10.00)',
    ],
    ['an amount of 0', { amount: 0 }, 'parameter_invalid_integer', 'greater than or equal to 1'],
  ])('is refused for %s', async (_name, over, code, message) => {
    const sandbox = await sandboxForTest()
    const error = await refusal(sdk(sandbox).refunds.create({ charge: await paidGift(sandbox), ...over }))
    expect(error).toMatchObject({ statusCode: 400, code, message: expect.stringContaining(message) })
  })

  test('is refused for a charge that is refunded, disputed or unknown', async () => {
    const sandbox = await sandboxForTest()
    const stripe = sdk(sandbox)
    const charge = await paidGift(sandbox)
    await sandbox.refund(charge)
    expect(await refusal(stripe.refunds.create({ charge }))).toMatchObject({
      code: 'charge_already_refunded',
    })
    const disputed = await paidGift(sandbox)
    await sandbox.dispute(disputed)
    expect(await refusal(stripe.refunds.create({ charge: disputed }))).toMatchObject({
      code: 'charge_disputed',
    })
    expect(await refusal(stripe.refunds.create({ charge: 'ch_none' }))).toMatchObject({ statusCode: 404 })
    expect(await refusal(stripe.refunds.create({}))).toMatchObject({ code: 'parameter_missing' })
  })

  test('stays pending for days when the charge is a bank debit', async () => {
    const sandbox = await sandboxForTest()
    const stripe = sdk(sandbox)
    const charge = await debitedGift(sandbox)
    const refund = await stripe.refunds.create({ charge })
    expect(refund).toMatchObject({ status: 'pending', pending_reason: 'processing' })
    expect(refund.id).toMatch(/^pyr_/)
    expect(await emittedDuring(sandbox, () => forward(sandbox, 3 * DAY_MS))).toContain('refund.updated')
    expect(await stripe.refunds.retrieve(refund.id)).toMatchObject({ status: 'succeeded' })
    expect((await stripe.balanceTransactions.list({ source: refund.id })).data).toMatchObject([
      { type: 'payment_refund', amount: -1000 },
    ])
  })

  test('returns to the balance when it fails after it succeeded', async () => {
    const sandbox = await sandboxForTest()
    const stripe = sdk(sandbox)
    const charge = await paidGift(sandbox)
    const id = await sandbox.refund(charge, { amount: 600, outcome: 'fails after success' })
    expect(await emittedDuring(sandbox, () => forward(sandbox, HOUR_MS))).toContain('refund.updated')
    expect(await stripe.refunds.retrieve(id)).toMatchObject({ status: 'succeeded' })
    const failure = await emittedDuring(sandbox, () => forward(sandbox, 5 * DAY_MS))
    expect(failure.filter((type) => !type.startsWith('payout'))).toEqual([
      'refund.updated',
      'refund.failed',
      'charge.updated',
    ])
    const failed = await stripe.refunds.retrieve(id, { expand: ['failure_balance_transaction'] })
    expect(failed).toMatchObject({
      status: 'failed',
      failure_reason: 'expired_or_canceled_card',
      failure_balance_transaction: { type: 'refund_failure', amount: 600, net: 600 },
    })
    expect(await stripe.charges.retrieve(charge)).toMatchObject({ amount_refunded: 0, refunded: false })
    await expect(sandbox.settleRefund(id, 'failed')).rejects.toThrow('already failed')
  })
})

describe('a bank return', () => {
  test('fails a bank debit that had succeeded, with the balance transaction that takes its amount', async () => {
    const sandbox = await sandboxForTest()
    const stripe = sdk(sandbox)
    const charge = await debitedGift(sandbox)
    await forward(sandbox, 4 * DAY_MS)
    const emitted = await emittedDuring(sandbox, () => sandbox.returnBankDebit(charge))
    expect(emitted).toEqual(['charge.failed', 'payment_intent.payment_failed'])
    const failed = await stripe.charges.retrieve(charge, { expand: ['failure_balance_transaction'] })
    expect(failed).toMatchObject({
      status: 'failed',
      paid: false,
      failure_code: 'insufficient_funds',
      failure_balance_transaction: {
        type: 'payment_failure_refund',
        reporting_category: 'charge_failure',
        amount: -1000,
        fee: 0,
        source: charge,
      },
    })
    const all = await stripe.balanceTransactions.list({ source: charge })
    expect(all.data.map(({ type }) => type)).toEqual(['payment_failure_refund', 'payment'])
  })

  test('is refused for a card charge', async () => {
    const sandbox = await sandboxForTest()
    await expect(sandbox.returnBankDebit(await paidGift(sandbox))).rejects.toThrow('no bank debit')
  })
})
