import { describe, expect, test } from 'vitest'
import type { Sandbox } from '../../src/stripe-sandbox/sandbox.ts'
import { DAY_MS, debitedGift, forward, paidGift, sandbox, sdk, START, subscribed, types } from './kit.ts'

async function press(box: Sandbox, path: string, fields: Record<string, string> = {}, headers = {}) {
  const body = new URLSearchParams(fields)
  return fetch(`${box.url}${path}`, { method: 'POST', body, headers, redirect: 'manual' })
}

async function look(url: string): Promise<string> {
  return (await fetch(url)).text()
}

describe('the operator', () => {
  test('moves the clock, by days or to a moment', async () => {
    const box = await sandbox()
    await paidGift(box)
    expect((await press(box, '/_sandbox/clock', { days: '7' })).status).toBe(303)
    expect(box.now()).toEqual(new Date(START.getTime() + 7 * DAY_MS))
    expect(types(box)).toContain('payout.paid')
    await press(box, '/_sandbox/clock', { to: '2027-01-01T00:00:00Z' })
    expect(box.now()).toEqual(new Date('2027-01-01T00:00:00Z'))
    for (const fields of [{ to: '2026-01-01T00:00:00Z' }, { days: '-1' }, { to: 'soon' }, {}]) {
      expect((await press(box, '/_sandbox/clock', fields)).status).toBe(400)
    }
    expect(box.now()).toEqual(new Date('2027-01-01T00:00:00Z'))
    expect(await look(box.url)).toContain('60 days behind')
  })

  test('refunds all or a part, and is told why not', async () => {
    const box = await sandbox()
    const charge = await paidGift(box)
    await press(box, `/charges/${charge}/refund`, { amount: '3.50' })
    const tooMuch = await press(box, `/charges/${charge}/refund`, { amount: '7' })
    expect(tooMuch.status).toBe(400)
    expect(await tooMuch.text()).toContain('greater than unrefunded amount on charge ($6.50)')
    expect((await press(box, `/charges/${charge}/refund`, { amount: '1.005' })).status).toBe(400)
    await press(box, `/charges/${charge}/refund`, { amount: '' })
    const { data } = await sdk(box).refunds.list({ charge })
    expect(data.map(({ amount }) => amount)).toEqual([650, 350])
    await press(box, `/refunds/${data[0]?.id}/fail`)
    expect(await sdk(box).charges.retrieve(charge)).toMatchObject({ amount_refunded: 350 })
  })

  test('disputes, warns, and lets debits and payouts fail', async () => {
    const box = await sandbox()
    const stripe = sdk(box)
    await press(box, `/charges/${await paidGift(box)}/dispute`, { kind: 'inquiry' })
    const [inquiry] = (await stripe.disputes.list()).data
    await press(box, `/disputes/${inquiry?.id}/escalate`)
    await press(box, `/disputes/${inquiry?.id}/evidence`)
    await press(box, `/disputes/${inquiry?.id}/won`)
    expect(await stripe.disputes.retrieve(inquiry?.id ?? '')).toMatchObject({ status: 'won' })
    await press(box, `/charges/${await paidGift(box, 5000)}/warn`)
    expect((await stripe.radar.earlyFraudWarnings.list()).data).toHaveLength(1)
    await press(box, `/charges/${await debitedGift(box)}/return`)
    expect((await stripe.charges.list()).data[0]).toMatchObject({ status: 'failed' })
    await forward(box, 3 * DAY_MS)
    const [payout] = (await stripe.payouts.list()).data
    await press(box, `/payouts/${payout?.id}/fail`)
    expect(await stripe.payouts.retrieve(payout?.id ?? '')).toMatchObject({ status: 'failed' })
    const page = await look(box.url)
    for (const id of [payout?.id, inquiry?.id]) expect(page).toContain(id)
  })

  test('ends subscriptions', async () => {
    const box = await sandbox()
    const { subscriptionId } = await subscribed(box)
    await press(box, `/subscriptions/${subscriptionId}/decline`)
    expect(await look(box.url)).toContain('next payments that are declined: 1')
    await press(box, `/subscriptions/${subscriptionId}/cancel-later`)
    expect(await look(box.url)).toContain('ends with its period')
    await press(box, `/subscriptions/${subscriptionId}/cancel-now`)
    expect(types(box).at(-1)).toBe('customer.subscription.deleted')
  })

  test('is no other site', async () => {
    const box = await sandbox()
    const charge = await paidGift(box)
    const foreign = { 'sec-fetch-site': 'cross-site' }
    expect((await press(box, '/_sandbox/clock', { days: '1' }, foreign)).status).toBe(403)
    expect((await press(box, `/charges/${charge}/refund`, {}, foreign)).status).toBe(403)
    expect(box.now()).toEqual(START)
  })
})
