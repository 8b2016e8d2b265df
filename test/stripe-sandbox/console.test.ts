import { describe, expect, test } from 'vitest'
import type { Sandbox } from '../../src/stripe-sandbox/sandbox.ts'
import { DAY_MS, debitedGift, forward, gift, paidGift, sdk, START, subscribed } from '../kit/sandbox.ts'
import { emittedTypes, sandboxForTest, webhookReceiver } from './kit.ts'

async function press(sandbox: Sandbox, path: string, fields: Record<string, string> = {}, headers = {}) {
  const body = new URLSearchParams(fields)
  return fetch(`${sandbox.url}${path}`, { method: 'POST', body, headers, redirect: 'manual' })
}

async function readPage({ url }: Sandbox): Promise<string> {
  return (await fetch(url)).text()
}

describe('the console', () => {
  test('lists sessions and events with the state of their webhooks, and sends an event again', async () => {
    const endpoint = await webhookReceiver()
    const sandbox = await sandboxForTest({ webhookUrl: endpoint.url })
    const { id } = await sdk(sandbox).checkout.sessions.create(gift())
    await sandbox.expireSession(id)
    expect(await readPage(sandbox)).toContain('not sent yet')
    await sandbox.deliverPending()
    const [event] = sandbox.events()
    const page = await readPage(sandbox)
    expect(page).toContain('checkout.session.expired')
    expect(page).toContain('received (1 attempt, last answer 200)')
    const resent = await press(sandbox, `/events/${event?.id}/resend`)
    expect(resent.status).toBe(303)
    expect(endpoint.received.map((webhook) => webhook.event.id)).toEqual([event?.id, event?.id])
  })

  test('makes the bank report the outcome of a debit at once', async () => {
    const sandbox = await sandboxForTest()
    const { id } = await sdk(sandbox).checkout.sessions.create(gift())
    await sandbox.pay(id, 'bank_debit')
    expect(await readPage(sandbox)).toContain('Bank pays now')
    await press(sandbox, `/sessions/${id}/settle`, { outcome: 'failed' })
    expect(emittedTypes(sandbox).at(-1)).toBe('checkout.session.async_payment_failed')
    expect(await readPage(sandbox)).not.toContain('Bank pays now')
  })

  test('moves the clock by days or to a time, and never back', async () => {
    const sandbox = await sandboxForTest()
    await paidGift(sandbox)
    expect((await press(sandbox, '/_sandbox/clock', { days: '7' })).status).toBe(303)
    expect(sandbox.now()).toEqual(new Date(START.getTime() + 7 * DAY_MS))
    expect(emittedTypes(sandbox)).toContain('payout.paid')
    await press(sandbox, '/_sandbox/clock', { to: '2027-01-01T00:00:00Z' })
    expect(sandbox.now()).toEqual(new Date('2027-01-01T00:00:00Z'))
    for (const fields of [{ to: '2026-01-01T00:00:00Z' }, { days: '-1' }, { to: 'soon' }, {}]) {
      expect((await press(sandbox, '/_sandbox/clock', fields)).status).toBe(400)
    }
    expect(sandbox.now()).toEqual(new Date('2027-01-01T00:00:00Z'))
    expect(await readPage(sandbox)).toContain('60 days behind')
  })

  test('refunds a part or all of a charge, and shows why it refuses', async () => {
    const sandbox = await sandboxForTest()
    const charge = await paidGift(sandbox)
    await press(sandbox, `/charges/${charge}/refund`, { amount: '3.50' })
    const tooMuch = await press(sandbox, `/charges/${charge}/refund`, { amount: '7' })
    expect(tooMuch.status).toBe(400)
    expect(await tooMuch.text()).toContain('greater than unrefunded amount on charge ($6.50)')
    expect((await press(sandbox, `/charges/${charge}/refund`, { amount: '1.005' })).status).toBe(400)
    await press(sandbox, `/charges/${charge}/refund`, { amount: '' })
    const { data } = await sdk(sandbox).refunds.list({ charge })
    expect(data.map(({ amount }) => amount)).toEqual([650, 350])
    await press(sandbox, `/refunds/${data[0]?.id}/fail`)
    expect(await sdk(sandbox).charges.retrieve(charge)).toMatchObject({ amount_refunded: 350 })
  })

  test('opens and closes disputes, warns of fraud, returns debits and fails payouts', async () => {
    const sandbox = await sandboxForTest()
    const stripe = sdk(sandbox)
    await press(sandbox, `/charges/${await paidGift(sandbox)}/dispute`, { kind: 'inquiry' })
    const [inquiry] = (await stripe.disputes.list()).data
    await press(sandbox, `/disputes/${inquiry?.id}/escalate`)
    await press(sandbox, `/disputes/${inquiry?.id}/evidence`)
    await press(sandbox, `/disputes/${inquiry?.id}/won`)
    expect(await stripe.disputes.retrieve(inquiry?.id ?? '')).toMatchObject({ status: 'won' })
    await press(sandbox, `/charges/${await paidGift(sandbox, 5000)}/warn`)
    expect((await stripe.radar.earlyFraudWarnings.list()).data).toHaveLength(1)
    await press(sandbox, `/charges/${await debitedGift(sandbox)}/return`)
    expect((await stripe.charges.list()).data[0]).toMatchObject({ status: 'failed' })
    await forward(sandbox, 3 * DAY_MS)
    const [payout] = (await stripe.payouts.list()).data
    await press(sandbox, `/payouts/${payout?.id}/fail`)
    expect(await stripe.payouts.retrieve(payout?.id ?? '')).toMatchObject({ status: 'failed' })
    const page = await readPage(sandbox)
    for (const id of [payout?.id, inquiry?.id]) expect(page).toContain(id)
  })

  test('declines the next payment of a subscription and cancels it', async () => {
    const sandbox = await sandboxForTest()
    const { subscriptionId } = await subscribed(sandbox)
    await press(sandbox, `/subscriptions/${subscriptionId}/decline`)
    expect(await readPage(sandbox)).toContain('next payments that are declined: 1')
    await press(sandbox, `/subscriptions/${subscriptionId}/cancel-later`)
    expect(await readPage(sandbox)).toContain('ends with its period')
    await press(sandbox, `/subscriptions/${subscriptionId}/cancel-now`)
    expect(emittedTypes(sandbox).at(-1)).toBe('customer.subscription.deleted')
  })

  test('refuses forms of other sites', async () => {
    const sandbox = await sandboxForTest()
    const charge = await paidGift(sandbox)
    const foreign = { 'sec-fetch-site': 'cross-site' }
    expect((await press(sandbox, '/_sandbox/clock', { days: '1' }, foreign)).status).toBe(403)
    expect((await press(sandbox, `/charges/${charge}/refund`, {}, foreign)).status).toBe(403)
    expect(sandbox.now()).toEqual(START)
  })
})
