import { describe, expect, test } from 'vitest'
import { DAY_MS, forward, paidGift, sdk } from '../kit/sandbox.ts'
import { emittedDuring, emittedTypes, sandboxForTest } from './kit.ts'

const withdrawal = { type: 'adjustment', reporting_category: 'dispute', amount: -1000, fee: 1500, net: -2500 }
const reversal = {
  type: 'adjustment',
  reporting_category: 'dispute_reversal',
  amount: 1000,
  fee: 0,
  net: 1000,
}

describe('a dispute', () => {
  test('withdraws the amount and a fee at once, and returns the amount when it is won', async () => {
    const sandbox = await sandboxForTest()
    const stripe = sdk(sandbox)
    const charge = await paidGift(sandbox)
    const opening = await emittedDuring(sandbox, () => sandbox.dispute(charge))
    expect(opening.slice(-2)).toEqual(['charge.dispute.created', 'charge.dispute.funds_withdrawn'])
    const [dispute] = (await stripe.disputes.list({ charge })).data
    const id = dispute?.id ?? ''
    expect(dispute).toMatchObject({
      amount: 1000,
      reason: 'fraudulent',
      status: 'needs_response',
      is_charge_refundable: false,
      balance_transactions: [withdrawal],
    })
    expect(await stripe.charges.retrieve(charge)).toMatchObject({ disputed: true })
    await sandbox.submitEvidence(id)
    expect(await stripe.disputes.retrieve(id)).toMatchObject({ status: 'under_review' })
    expect(await emittedDuring(sandbox, () => forward(sandbox, 60 * DAY_MS))).not.toContain(
      'charge.dispute.closed',
    )
    await sandbox.closeDispute(id, 'won')
    expect(emittedTypes(sandbox).slice(-2)).toEqual([
      'charge.dispute.closed',
      'charge.dispute.funds_reinstated',
    ])
    expect(await stripe.disputes.retrieve(id)).toMatchObject({
      status: 'won',
      balance_transactions: [withdrawal, reversal],
    })
    await expect(sandbox.closeDispute(id, 'lost')).rejects.toThrow('already won')
    const listed = await stripe.balanceTransactions.list({ source: id, expand: ['data.source'] })
    expect(listed.data).toMatchObject([reversal, withdrawal])
    expect(listed.data[0]?.source).toMatchObject({ object: 'dispute', id })
  })

  test('is lost when nobody submits evidence in time', async () => {
    const sandbox = await sandboxForTest()
    const id = await sandbox.dispute(await paidGift(sandbox))
    await forward(sandbox, 20 * DAY_MS)
    expect(await sdk(sandbox).disputes.retrieve(id)).toMatchObject({ status: 'needs_response' })
    await forward(sandbox, DAY_MS)
    expect(await sdk(sandbox).disputes.retrieve(id)).toMatchObject({
      status: 'lost',
      balance_transactions: [withdrawal],
    })
  })

  test('opens and closes at the same time when it is lost at once', async () => {
    const sandbox = await sandboxForTest()
    const charge = await paidGift(sandbox)
    const emitted = await emittedDuring(sandbox, () => sandbox.dispute(charge, { kind: 'lost_at_once' }))
    expect(emitted.slice(-3)).toEqual([
      'charge.dispute.created',
      'charge.dispute.funds_withdrawn',
      'charge.dispute.closed',
    ])
    expect(await emittedDuring(sandbox, () => forward(sandbox, 90 * DAY_MS))).not.toContain(
      'charge.dispute.closed',
    )
  })

  test('is won without evidence when the cardholder withdraws it', async () => {
    const sandbox = await sandboxForTest()
    const id = await sandbox.dispute(await paidGift(sandbox))
    await sandbox.closeDispute(id, 'withdrawn')
    expect(await sdk(sandbox).disputes.retrieve(id)).toMatchObject({
      status: 'won',
      evidence_details: { has_evidence: false },
      balance_transactions: [withdrawal, reversal],
    })
  })

  test.each([700, 1250])('withdraws its own amount of %i, not the charge’s', async (amount) => {
    const sandbox = await sandboxForTest()
    const id = await sandbox.dispute(await paidGift(sandbox), { amount })
    expect(await sdk(sandbox).disputes.retrieve(id)).toMatchObject({
      amount,
      balance_transactions: [{ amount: -amount, net: -amount - 1500 }],
    })
  })

  test('is lost with a part given back', async () => {
    const sandbox = await sandboxForTest()
    const id = await sandbox.dispute(await paidGift(sandbox))
    await sandbox.closeDispute(id, 'lost', { reinstated: 300 })
    expect(emittedTypes(sandbox).slice(-2)).toEqual([
      'charge.dispute.closed',
      'charge.dispute.funds_reinstated',
    ])
    expect(await sdk(sandbox).disputes.retrieve(id)).toMatchObject({
      status: 'lost',
      balance_transactions: [withdrawal, { ...reversal, amount: 300, net: 300 }],
    })
  })

  test('is lost after it was won when the bank takes the money once more', async () => {
    const sandbox = await sandboxForTest()
    const id = await sandbox.dispute(await paidGift(sandbox))
    await expect(sandbox.withdrawAgain(id)).rejects.toThrow('is not won')
    await sandbox.closeDispute(id, 'won')
    await sandbox.withdrawAgain(id)
    expect(emittedTypes(sandbox).slice(-2)).toEqual([
      'charge.dispute.funds_withdrawn',
      'charge.dispute.closed',
    ])
    expect(await sdk(sandbox).disputes.retrieve(id)).toMatchObject({
      status: 'lost',
      balance_transactions: [withdrawal, reversal, { ...withdrawal, fee: 0, net: -1000 }],
    })
  })

  test('returns its fee when the settings say so', async () => {
    const sandbox = await sandboxForTest({ disputeFeeReturned: true, disputeFeeMinor: 2000 })
    const id = await sandbox.dispute(await paidGift(sandbox))
    await sandbox.closeDispute(id, 'won')
    const { balance_transactions: balanceTransactions } = await sdk(sandbox).disputes.retrieve(id)
    expect(balanceTransactions.map(({ net }) => net)).toEqual([-3000, 3000])
  })
})

describe('an inquiry', () => {
  test('moves no money and is closed when its time is over', async () => {
    const sandbox = await sandboxForTest()
    const stripe = sdk(sandbox)
    const charge = await paidGift(sandbox)
    const id = await sandbox.dispute(charge, { kind: 'inquiry' })
    expect(await stripe.disputes.retrieve(id)).toMatchObject({
      status: 'warning_needs_response',
      is_charge_refundable: true,
      balance_transactions: [],
    })
    expect(await stripe.charges.retrieve(charge)).toMatchObject({ disputed: false })
    await expect(sandbox.closeDispute(id, 'won')).rejects.toThrow('cannot end as won')
    const later = await emittedDuring(sandbox, () => forward(sandbox, 60 * DAY_MS))
    expect(later.filter((type) => type.includes('dispute'))).toEqual(['charge.dispute.closed'])
    expect(await stripe.disputes.retrieve(id)).toMatchObject({
      status: 'warning_closed',
      balance_transactions: [],
    })
  })

  test('takes the money when it is escalated to a dispute', async () => {
    const sandbox = await sandboxForTest()
    const id = await sandbox.dispute(await paidGift(sandbox), { kind: 'inquiry' })
    const emitted = await emittedDuring(sandbox, () => sandbox.escalateInquiry(id))
    expect(emitted).toEqual(['charge.dispute.updated', 'charge.dispute.funds_withdrawn'])
    await forward(sandbox, 21 * DAY_MS)
    expect(await sdk(sandbox).disputes.retrieve(id)).toMatchObject({
      status: 'lost',
      balance_transactions: [withdrawal],
    })
  })
})

test('creates, reports and lists an early fraud warning', async () => {
  const sandbox = await sandboxForTest()
  const charge = await paidGift(sandbox)
  const id = await sandbox.createEarlyFraudWarning(charge)
  expect(emittedTypes(sandbox).at(-1)).toBe('radar.early_fraud_warning.created')
  const { data } = await sdk(sandbox).radar.earlyFraudWarnings.list({ charge })
  expect(data).toMatchObject([{ id, charge, actionable: true, fraud_type: 'made_with_stolen_card' }])
  expect(await sdk(sandbox).radar.earlyFraudWarnings.retrieve(id)).toMatchObject({ id })
})
