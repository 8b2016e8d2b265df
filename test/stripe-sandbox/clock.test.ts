import { describe, expect, test } from 'vitest'
import type { Sandbox } from '../../src/stripe-sandbox/sandbox.ts'
import {
  DAY_MS,
  debitedGift,
  forward,
  gift,
  movableClock,
  paidGift,
  sdk,
  START,
  subscribed,
} from '../kit/sandbox.ts'
import { emittedTypes, journalPath, sandboxForTest, webhookReceiver } from './kit.ts'

/** Six weeks with a subscription, a refund, a dispute, a bank return and a declined renewal. */
async function playWeeks(sandbox: Sandbox): Promise<void> {
  const { subscriptionId } = await subscribed(sandbox)
  await sandbox.refund(await paidGift(sandbox), { amount: 300 })
  await forward(sandbox, 2 * DAY_MS)
  await sandbox.dispute(await paidGift(sandbox, 2500, 'eur'))
  await sandbox.returnBankDebit(await debitedGift(sandbox))
  await sandbox.declineRenewals(subscriptionId, 1)
  await forward(sandbox, 40 * DAY_MS)
}

describe('a seed', () => {
  test('makes the same calls give the same events and balance transactions', async () => {
    const play = async (seed: number): Promise<string> => {
      const sandbox = await sandboxForTest({ seed })
      await playWeeks(sandbox)
      return JSON.stringify([sandbox.events(), [...sandbox.state().balance_transaction.values()]])
    }
    const first = await play(7)
    expect(await play(7)).toBe(first)
    expect(await play(8)).not.toBe(first)
  })

  test('gives no id again after a restart', async () => {
    const journalFile = journalPath()
    const before = await sandboxForTest({ seed: 7, journalFile })
    const charge = await paidGift(before)
    await before.close()
    const after = await sandboxForTest({ seed: 7, journalFile })
    expect(await paidGift(after)).not.toBe(charge)
    expect(after.events()).toHaveLength(8)
  })
})

describe('the clock', () => {
  test('makes everything happen at its own time and in order', async () => {
    const sandbox = await sandboxForTest()
    await playWeeks(sandbox)
    const created = sandbox.events().map((event) => event.created)
    expect(created).toEqual(created.toSorted((a, b) => a - b))
    const createdOf = (type: string) => sandbox.events().find((event) => event.type === type)?.created
    const start = Math.floor(START.getTime() / 1000)
    expect(createdOf('charge.updated')).toBe(start)
    expect(createdOf('payout.created')).toBe(Date.UTC(2026, 10, 4) / 1000)
    expect(sandbox.now()).toEqual(new Date(START.getTime() + 42 * DAY_MS))
    await expect(sandbox.advanceTo(START)).rejects.toThrow('forward only')
  })

  test('keeps its lead after a restart, and what fell due in the meantime has happened', async () => {
    const journalFile = journalPath()
    const clock = movableClock()
    const before = await sandboxForTest({ journalFile, clock: clock.now })
    await playWeeks(before)
    const now = before.now()
    await before.close()
    clock.forwardMs(30 * DAY_MS)
    const after = await sandboxForTest({ journalFile, clock: clock.now })
    expect(after.now()).toEqual(new Date(now.getTime() + 30 * DAY_MS))
    const invoices = emittedTypes(after).filter((type) => type === 'invoice.created')
    expect(invoices).toHaveLength(3)
  })

  test('accepts and ends the sessions of callers whose clock is behind', async () => {
    const clock = movableClock()
    const sandbox = await sandboxForTest({ clock: clock.now })
    const endpoint = await webhookReceiver()
    sandbox.setWebhookUrl(endpoint.url)
    await forward(sandbox, 90 * DAY_MS)
    const stripe = sdk(sandbox)
    const soon = Math.floor(clock.now().getTime() / 1000) + 1800
    const { id, expires_at: expiresAt } = await stripe.checkout.sessions.create(gift({ expires_at: soon }))
    expect(expiresAt).toBe(soon)
    await forward(sandbox, 1700_000)
    expect(await stripe.checkout.sessions.retrieve(id)).toMatchObject({ status: 'open' })
    await forward(sandbox, 100_000)
    expect(await stripe.checkout.sessions.retrieve(id)).toMatchObject({ status: 'expired' })
    await sandbox.deliverPending()
    // The signature carries the caller's time: the service would refuse a webhook from the future.
    const sentAt = Math.floor(clock.now().getTime() / 1000)
    expect(endpoint.received[0]?.headers.get('stripe-signature')).toContain(`t=${sentAt},`)
  })

  test('is the callers’ clock, too, when they follow it', async () => {
    const clock = movableClock()
    let sandbox: Sandbox | null = null
    const callerClock = (): Date => sandbox?.now() ?? clock.now()
    sandbox = await sandboxForTest({ clock: clock.now, callerClock })
    await forward(sandbox, 90 * DAY_MS)
    const soon = Math.floor(sandbox.now().getTime() / 1000) + 1800
    const { id } = await sdk(sandbox).checkout.sessions.create(gift({ expires_at: soon }))
    await forward(sandbox, 1800_000)
    expect(await sdk(sandbox).checkout.sessions.retrieve(id)).toMatchObject({ status: 'expired' })
  })
})
