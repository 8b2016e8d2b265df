import { describe, expect, test } from 'vitest'
import type { Sandbox, SandboxOptions } from '../../src/stripe-sandbox/sandbox.ts'
import { DAY_MS, forward, paidGift, sdk } from '../kit/sandbox.ts'
import { sandboxForTest, webhookReceiver } from './kit.ts'

describe('faults', () => {
  /** The ids of the events of twenty gifts in the order in which their webhooks arrived. */
  async function arrivals(
    faults: SandboxOptions['faults'] & object,
    after = async (_sandbox: Sandbox) => {},
  ) {
    const endpoint = await webhookReceiver()
    const sandbox = await sandboxForTest({
      webhookUrl: endpoint.url,
      seed: 1,
      faults,
      balanceTransactionDelayMs: DAY_MS * 30,
    })
    for (let n = 0; n < 20; n += 1) await paidGift(sandbox)
    await sandbox.deliverPending()
    await after(sandbox)
    return { sandbox, ids: endpoint.received.map(({ event }) => event.id) }
  }

  test('affect the same events for the same seed', async () => {
    const faults = { seed: 3, duplicate: 0.2, shuffle: 0.3, lose: 0.1, delay: 0.1, twin: 0.1 }
    const first = await arrivals(faults)
    const second = await arrivals(faults)
    expect(second.ids).toEqual(first.ids)
    expect((await arrivals({ ...faults, seed: 4 })).ids).not.toEqual(first.ids)
  })

  test('lose some webhooks for good, and the list of events still has their events', async () => {
    const { sandbox, ids } = await arrivals({ seed: 3, lose: 0.25 })
    const lost = await sdk(sandbox).events.list({ delivery_success: false, limit: 100 })
    expect(lost.data.length).toBeGreaterThan(5)
    expect(lost.data.length + ids.length).toBe(80)
    expect(sandbox.pendingDeliveries()).toBe(0)
  })

  test('send some webhooks twice', async () => {
    const { ids } = await arrivals({ seed: 3, duplicate: 0.25 })
    expect(new Set(ids).size).toBe(80)
    expect(ids.length).toBeGreaterThan(85)
  })

  test('change the order of webhooks', async () => {
    const { sandbox, ids } = await arrivals({ seed: 3, shuffle: 0.5 })
    const order = sandbox.events().map(({ id }) => id)
    expect(ids).not.toEqual(order)
    expect(ids.toSorted()).toEqual(order.toSorted())
  })

  test('hold some webhooks back', async () => {
    let heldBack = 0
    const { ids } = await arrivals({ seed: 3, delay: 0.25, delayMs: DAY_MS }, async (sandbox) => {
      heldBack = sandbox.pendingDeliveries()
      await forward(sandbox, DAY_MS)
      await sandbox.deliverPending({ concurrency: 4 })
      expect(sandbox.pendingDeliveries()).toBe(0)
    })
    expect(heldBack).toBeGreaterThan(5)
    expect(new Set(ids).size).toBe(80)
  })

  test('emit some changes as two events', async () => {
    const { sandbox, ids } = await arrivals({ seed: 3, twin: 0.25 })
    expect(ids.length).toBeGreaterThan(85)
    expect(new Set(ids).size).toBe(ids.length)
    const same = new Set(sandbox.events().map(({ type, data }) => JSON.stringify([type, data])))
    expect(same.size).toBe(80)
  })
})
