import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Sandbox, SandboxOptions } from '../../src/stripe-sandbox/sandbox.ts'
import {
  DAY_MS,
  debitedGift,
  forward,
  gift,
  movableClock,
  paidGift,
  receiver,
  sandbox,
  sdk,
  START,
  subscribed,
  types,
} from './kit.ts'

/** Some weeks of everything. */
async function weeks(box: Sandbox): Promise<void> {
  const { subscriptionId } = await subscribed(box)
  await box.refund(await paidGift(box), { amount: 300 })
  await forward(box, 2 * DAY_MS)
  await box.dispute(await paidGift(box, 2500, 'eur'))
  await box.returnBankDebit(await debitedGift(box))
  await box.declineRenewals(subscriptionId, 1)
  await forward(box, 40 * DAY_MS)
}

describe('a seed', () => {
  test('replays everything, to the last byte', async () => {
    const tell = async (seed: number): Promise<string> => {
      const box = await sandbox({ seed })
      await weeks(box)
      return JSON.stringify([box.events(), [...box.state().balance_transaction.values()]])
    }
    const first = await tell(7)
    expect(await tell(7)).toBe(first)
    expect(await tell(8)).not.toBe(first)
  })

  test('gives no id twice after a restart', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'sandbox-seed-'))
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
    const journalFile = join(directory, 'journal.jsonl')
    const before = await sandbox({ seed: 7, journalFile })
    const charge = await paidGift(before)
    await before.close()
    const after = await sandbox({ seed: 7, journalFile })
    expect(await paidGift(after)).not.toBe(charge)
    expect(after.events()).toHaveLength(8)
  })
})

describe('the clock', () => {
  test('lets everything happen at its own time, in order', async () => {
    const box = await sandbox()
    await weeks(box)
    const created = box.events().map((event) => event.created)
    expect(created).toEqual(created.toSorted((a, b) => a - b))
    const byType = (type: string) => box.events().find((event) => event.type === type)?.created
    const start = Math.floor(START.getTime() / 1000)
    expect(byType('charge.updated')).toBe(start)
    expect(byType('payout.created')).toBe(Date.UTC(2026, 10, 4) / 1000)
    expect(box.now()).toEqual(new Date(START.getTime() + 42 * DAY_MS))
    await expect(box.advanceTo(START)).rejects.toThrow('forward only')
  })

  test('is where it was after a restart, and what was due has happened', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'sandbox-clock-'))
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
    const journalFile = join(directory, 'journal.jsonl')
    const clock = movableClock()
    const before = await sandbox({ journalFile, clock: clock.now })
    await weeks(before)
    const now = before.now()
    await before.close()
    clock.forwardMs(30 * DAY_MS)
    const after = await sandbox({ journalFile, clock: clock.now })
    expect(after.now()).toEqual(new Date(now.getTime() + 30 * DAY_MS))
    const invoices = types(after).filter((type) => type === 'invoice.created')
    expect(invoices).toHaveLength(3)
  })

  test('ahead of its callers’ still takes and ends their sessions', async () => {
    const clock = movableClock()
    const box = await sandbox({ clock: clock.now })
    const endpoint = await receiver()
    box.setWebhookUrl(endpoint.url)
    await forward(box, 90 * DAY_MS)
    const stripe = sdk(box)
    const soon = Math.floor(clock.now().getTime() / 1000) + 1800
    const { id, expires_at: expiresAt } = await stripe.checkout.sessions.create(gift({ expires_at: soon }))
    expect(expiresAt).toBe(soon)
    await forward(box, 1700_000)
    expect(await stripe.checkout.sessions.retrieve(id)).toMatchObject({ status: 'open' })
    await forward(box, 100_000)
    expect(await stripe.checkout.sessions.retrieve(id)).toMatchObject({ status: 'expired' })
    await box.deliverPending()
    // Signed by the caller's time: the service would refuse a webhook from the future.
    const sentAt = Math.floor(clock.now().getTime() / 1000)
    expect(endpoint.received[0]?.headers.get('stripe-signature')).toContain(`t=${sentAt},`)
  })

  test('may be followed by its callers', async () => {
    const clock = movableClock()
    let box: Sandbox | null = null
    const callerClock = (): Date => box?.now() ?? clock.now()
    box = await sandbox({ clock: clock.now, callerClock })
    await forward(box, 90 * DAY_MS)
    const soon = Math.floor(box.now().getTime() / 1000) + 1800
    const { id } = await sdk(box).checkout.sessions.create(gift({ expires_at: soon }))
    await forward(box, 1800_000)
    expect(await sdk(box).checkout.sessions.retrieve(id)).toMatchObject({ status: 'expired' })
  })
})

describe('faults', () => {
  /** Twenty gifts and how their webhooks arrived. */
  async function arrivals(faults: SandboxOptions['faults'] & object, after = async (_box: Sandbox) => {}) {
    const endpoint = await receiver()
    const box = await sandbox({
      webhookUrl: endpoint.url,
      seed: 1,
      faults,
      balanceTransactionDelayMs: DAY_MS * 30,
    })
    for (let n = 0; n < 20; n += 1) await paidGift(box)
    await box.deliverPending()
    await after(box)
    return { box, ids: endpoint.received.map(({ event }) => event.id) }
  }

  test('strike the same events for the same seed', async () => {
    const faults = { seed: 3, duplicate: 0.2, shuffle: 0.3, lose: 0.1, delay: 0.1, twin: 0.1 }
    const first = await arrivals(faults)
    const second = await arrivals(faults)
    expect(second.ids).toEqual(first.ids)
    expect((await arrivals({ ...faults, seed: 4 })).ids).not.toEqual(first.ids)
  })

  test('lose some for good, which the list of events still has', async () => {
    const { box, ids } = await arrivals({ seed: 3, lose: 0.25 })
    const lost = await sdk(box).events.list({ delivery_success: false, limit: 100 })
    expect(lost.data.length).toBeGreaterThan(5)
    expect(lost.data.length + ids.length).toBe(80)
    expect(box.pendingDeliveries()).toBe(0)
  })

  test('send some twice', async () => {
    const { ids } = await arrivals({ seed: 3, duplicate: 0.25 })
    expect(new Set(ids).size).toBe(80)
    expect(ids.length).toBeGreaterThan(85)
  })

  test('shuffle', async () => {
    const { box, ids } = await arrivals({ seed: 3, shuffle: 0.5 })
    const order = box.events().map(({ id }) => id)
    expect(ids).not.toEqual(order)
    expect(ids.toSorted()).toEqual(order.toSorted())
  })

  test('hold some back until their time', async () => {
    let early = 0
    const { ids } = await arrivals({ seed: 3, delay: 0.25, delayMs: DAY_MS }, async (box) => {
      early = box.pendingDeliveries()
      await forward(box, DAY_MS)
      await box.deliverPending({ concurrency: 4 })
      expect(box.pendingDeliveries()).toBe(0)
    })
    expect(early).toBeGreaterThan(5)
    expect(new Set(ids).size).toBe(80)
  })

  test('announce some changes as two events', async () => {
    const { box, ids } = await arrivals({ seed: 3, twin: 0.25 })
    expect(ids.length).toBeGreaterThan(85)
    expect(new Set(ids).size).toBe(ids.length)
    const same = new Set(box.events().map(({ type, data }) => JSON.stringify([type, data])))
    expect(same.size).toBe(80)
  })
})
