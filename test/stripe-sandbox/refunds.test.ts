import { describe, expect, test } from 'vitest'
import {
  announcedBy,
  DAY_MS,
  debitedGift,
  forward,
  HOUR_MS,
  paidGift,
  refusal,
  sandbox,
  sdk,
  types,
} from './kit.ts'

describe('a refund', () => {
  test('in two parts, until nothing is left', async () => {
    const box = await sandbox()
    const stripe = sdk(box)
    const charge = await paidGift(box)
    const first = await stripe.refunds.create({ charge, amount: 300, reason: 'requested_by_customer' })
    expect(first).toMatchObject({ object: 'refund', amount: 300, status: 'succeeded', charge })
    expect(await stripe.charges.retrieve(charge)).toMatchObject({ amount_refunded: 300, refunded: false })
    const rest = await stripe.refunds.create({ charge })
    expect(rest.amount).toBe(700)
    expect(await stripe.charges.retrieve(charge)).toMatchObject({ amount_refunded: 1000, refunded: true })
    expect((await stripe.refunds.list({ charge })).data.map(({ id }) => id)).toEqual([rest.id, first.id])
    // A charge is booked before its refund, even when it was about to be.
    expect(types(box).slice(-5)).toEqual([
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

  test('of a payment intent, once per key', async () => {
    const box = await sandbox()
    const stripe = sdk(box)
    const { payment_intent: intent } = await stripe.charges.retrieve(await paidGift(box))
    const wish = { payment_intent: String(intent), amount: 400, metadata: { why: 'asked' } }
    const once = await stripe.refunds.create(wish, { idempotencyKey: 'r1' })
    const again = await stripe.refunds.create(wish, { idempotencyKey: 'r1' })
    expect(again.id).toBe(once.id)
    expect(again.metadata).toEqual({ why: 'asked' })
    expect((await stripe.refunds.list()).data).toHaveLength(1)
  })

  test.each([
    ['more than was given', { amount: 1001 }, undefined, 'greater than unrefunded amount on charge ($10.00)'],
    ['nothing', { amount: 0 }, 'parameter_invalid_integer', 'greater than or equal to 1'],
  ])('of %s is refused', async (_name, over, code, message) => {
    const box = await sandbox()
    const error = await refusal(sdk(box).refunds.create({ charge: await paidGift(box), ...over }))
    expect(error).toMatchObject({ statusCode: 400, code, message: expect.stringContaining(message) })
  })

  test('is refused when there is nothing to give back', async () => {
    const box = await sandbox()
    const stripe = sdk(box)
    const charge = await paidGift(box)
    await box.refund(charge)
    expect(await refusal(stripe.refunds.create({ charge }))).toMatchObject({
      code: 'charge_already_refunded',
    })
    const disputed = await paidGift(box)
    await box.dispute(disputed)
    expect(await refusal(stripe.refunds.create({ charge: disputed }))).toMatchObject({
      code: 'charge_disputed',
    })
    expect(await refusal(stripe.refunds.create({ charge: 'ch_none' }))).toMatchObject({ statusCode: 404 })
    expect(await refusal(stripe.refunds.create({}))).toMatchObject({ code: 'parameter_missing' })
  })

  test('of a bank debit is pending for days', async () => {
    const box = await sandbox()
    const stripe = sdk(box)
    const charge = await debitedGift(box)
    const refund = await stripe.refunds.create({ charge })
    expect(refund).toMatchObject({ status: 'pending', pending_reason: 'processing' })
    expect(refund.id).toMatch(/^pyr_/)
    expect(await announcedBy(box, () => forward(box, 3 * DAY_MS))).toContain('refund.updated')
    expect(await stripe.refunds.retrieve(refund.id)).toMatchObject({ status: 'succeeded' })
    expect((await stripe.balanceTransactions.list({ source: refund.id })).data).toMatchObject([
      { type: 'payment_refund', amount: -1000 },
    ])
  })

  test('that fails after it had succeeded puts the money back', async () => {
    const box = await sandbox()
    const stripe = sdk(box)
    const charge = await paidGift(box)
    const id = await box.refund(charge, { amount: 600, outcome: 'fails after success' })
    expect(await announcedBy(box, () => forward(box, HOUR_MS))).toContain('refund.updated')
    expect(await stripe.refunds.retrieve(id)).toMatchObject({ status: 'succeeded' })
    const failure = await announcedBy(box, () => forward(box, 5 * DAY_MS))
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
    await expect(box.settleRefund(id, 'failed')).rejects.toThrow('already failed')
  })
})

describe('a bank debit that comes back after it had succeeded', () => {
  test('is failed, with the movement that took the money', async () => {
    const box = await sandbox()
    const stripe = sdk(box)
    const charge = await debitedGift(box)
    await forward(box, 4 * DAY_MS)
    const announced = await announcedBy(box, () => box.returnBankDebit(charge))
    expect(announced).toEqual(['charge.failed', 'payment_intent.payment_failed'])
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

  test('is no card charge', async () => {
    const box = await sandbox()
    await expect(box.returnBankDebit(await paidGift(box))).rejects.toThrow('no bank debit')
  })
})
