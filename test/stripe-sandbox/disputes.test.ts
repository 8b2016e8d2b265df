import { describe, expect, test } from 'vitest'
import { announcedBy, DAY_MS, forward, paidGift, sandbox, sdk, types } from './kit.ts'

const taken = { type: 'adjustment', reporting_category: 'dispute', amount: -1000, fee: 1500, net: -2500 }
const given = { type: 'adjustment', reporting_category: 'dispute_reversal', amount: 1000, fee: 0, net: 1000 }

describe('a dispute', () => {
  test('takes the money and a fee at once, and gives the money back when it is won', async () => {
    const box = await sandbox()
    const stripe = sdk(box)
    const charge = await paidGift(box)
    const opening = await announcedBy(box, () => box.dispute(charge))
    expect(opening.slice(-2)).toEqual(['charge.dispute.created', 'charge.dispute.funds_withdrawn'])
    const [dispute] = (await stripe.disputes.list({ charge })).data
    const id = dispute?.id ?? ''
    expect(dispute).toMatchObject({
      amount: 1000,
      reason: 'fraudulent',
      status: 'needs_response',
      is_charge_refundable: false,
      balance_transactions: [taken],
    })
    expect(await stripe.charges.retrieve(charge)).toMatchObject({ disputed: true })
    await box.submitEvidence(id)
    expect(await stripe.disputes.retrieve(id)).toMatchObject({ status: 'under_review' })
    expect(await announcedBy(box, () => forward(box, 60 * DAY_MS))).not.toContain('charge.dispute.closed')
    await box.closeDispute(id, 'won')
    expect(types(box).slice(-2)).toEqual(['charge.dispute.closed', 'charge.dispute.funds_reinstated'])
    expect(await stripe.disputes.retrieve(id)).toMatchObject({
      status: 'won',
      balance_transactions: [taken, given],
    })
    await expect(box.closeDispute(id, 'lost')).rejects.toThrow('already won')
    const booked = await stripe.balanceTransactions.list({ source: id, expand: ['data.source'] })
    expect(booked.data).toMatchObject([given, taken])
    expect(booked.data[0]?.source).toMatchObject({ object: 'dispute', id })
  })

  test('that nobody answers is lost when its time is over', async () => {
    const box = await sandbox()
    const id = await box.dispute(await paidGift(box))
    await forward(box, 20 * DAY_MS)
    expect(await sdk(box).disputes.retrieve(id)).toMatchObject({ status: 'needs_response' })
    await forward(box, DAY_MS)
    expect(await sdk(box).disputes.retrieve(id)).toMatchObject({
      status: 'lost',
      balance_transactions: [taken],
    })
  })

  test('lost at once opens and closes in one moment', async () => {
    const box = await sandbox()
    const charge = await paidGift(box)
    const announced = await announcedBy(box, () => box.dispute(charge, { kind: 'lost_at_once' }))
    expect(announced.slice(-3)).toEqual([
      'charge.dispute.created',
      'charge.dispute.funds_withdrawn',
      'charge.dispute.closed',
    ])
    expect(await announcedBy(box, () => forward(box, 90 * DAY_MS))).not.toContain('charge.dispute.closed')
  })

  test('withdrawn by the cardholder is won without evidence', async () => {
    const box = await sandbox()
    const id = await box.dispute(await paidGift(box))
    await box.closeDispute(id, 'withdrawn')
    expect(await sdk(box).disputes.retrieve(id)).toMatchObject({
      status: 'won',
      evidence_details: { has_evidence: false },
      balance_transactions: [taken, given],
    })
  })

  test.each([700, 1250])('of an amount other than the charge’s: %i', async (amount) => {
    const box = await sandbox()
    const id = await box.dispute(await paidGift(box), { amount })
    expect(await sdk(box).disputes.retrieve(id)).toMatchObject({
      amount,
      balance_transactions: [{ amount: -amount, net: -amount - 1500 }],
    })
  })

  test('may give its fee back where it is configured so', async () => {
    const box = await sandbox({ disputeFeeReturned: true, disputeFeeMinor: 2000 })
    const id = await box.dispute(await paidGift(box))
    await box.closeDispute(id, 'won')
    const { balance_transactions: booked } = await sdk(box).disputes.retrieve(id)
    expect(booked.map(({ net }) => net)).toEqual([-3000, 3000])
  })
})

describe('an inquiry', () => {
  test('moves no money and fades', async () => {
    const box = await sandbox()
    const stripe = sdk(box)
    const charge = await paidGift(box)
    const id = await box.dispute(charge, { kind: 'inquiry' })
    expect(await stripe.disputes.retrieve(id)).toMatchObject({
      status: 'warning_needs_response',
      is_charge_refundable: true,
      balance_transactions: [],
    })
    expect(await stripe.charges.retrieve(charge)).toMatchObject({ disputed: false })
    await expect(box.closeDispute(id, 'won')).rejects.toThrow('cannot end as won')
    const later = await announcedBy(box, () => forward(box, 60 * DAY_MS))
    expect(later.filter((type) => type.includes('dispute'))).toEqual(['charge.dispute.closed'])
    expect(await stripe.disputes.retrieve(id)).toMatchObject({
      status: 'warning_closed',
      balance_transactions: [],
    })
  })

  test('may become a dispute', async () => {
    const box = await sandbox()
    const id = await box.dispute(await paidGift(box), { kind: 'inquiry' })
    const announced = await announcedBy(box, () => box.escalateInquiry(id))
    expect(announced).toEqual(['charge.dispute.updated', 'charge.dispute.funds_withdrawn'])
    await forward(box, 21 * DAY_MS)
    expect(await sdk(box).disputes.retrieve(id)).toMatchObject({
      status: 'lost',
      balance_transactions: [taken],
    })
  })
})

test('an early fraud warning is announced and listed', async () => {
  const box = await sandbox()
  const charge = await paidGift(box)
  const id = await box.createEarlyFraudWarning(charge)
  expect(types(box).at(-1)).toBe('radar.early_fraud_warning.created')
  const { data } = await sdk(box).radar.earlyFraudWarnings.list({ charge })
  expect(data).toMatchObject([{ id, charge, actionable: true, fraud_type: 'made_with_stolen_card' }])
  expect(await sdk(box).radar.earlyFraudWarnings.retrieve(id)).toMatchObject({ id })
})
