import { request as send, Agent } from 'node:http'
import { Stripe } from 'stripe'
import { webhookBody } from '../../../src/stripe-sandbox/delivery/event.ts'
import { WEBHOOK_SECRET } from '../../kit/sandbox.ts'
import type { Dice } from '../../rehearsal/script/dice.ts'
import type { Process } from '../stage/processes.ts'

export type Deliveries = {
  /** Puts each event into the pool one to five times. */
  add(events: readonly Stripe.Event[]): void
  /** Sends until the pool is empty and nothing more is to come; whatever is not acknowledged goes back into the pool. */
  run(isFinished: () => boolean): Promise<void>
  /** Ids of events that were answered with 200. */
  readonly acknowledged: ReadonlySet<string>
  readonly sent: () => number
  /** Called as soon as a webhook's last byte is on its way to a process. */
  onSent: ((to: Process) => void) | null
}

/** How many copies wait before the first is sent, so that late events may come first. */
const SHUFFLED = 2_000
const AFTER_FAILURE_MS = 50

export function deliveriesTo(webs: readonly Process[], connections: number, dice: Dice): Deliveries {
  const pool: Stripe.Event[] = []
  const acknowledged = new Set<string>()
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  let sent = 0

  const post = (to: Process, event: Stripe.Event): Promise<boolean> =>
    new Promise((resolve) => {
      const payload = webhookBody(event)
      const timestamp = Math.floor(Date.now() / 1000)
      const signature = Stripe.webhooks.generateTestHeaderString({
        payload,
        secret: WEBHOOK_SECRET,
        timestamp,
      })
      const headers = {
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(payload),
        'Stripe-Signature': signature,
      }
      const request = send(`${to.url}/webhooks/stripe`, { method: 'POST', headers, agent, timeout: 20_000 })
      request.on('response', (response) => {
        response.resume().on('end', () => resolve(response.statusCode === 200))
        response.on('error', () => resolve(false))
      })
      request.on('timeout', () => request.destroy())
      request.on('error', () => resolve(false))
      request.end(payload, () => deliveries.onSent?.(to))
    })
  const take = (): Stripe.Event | undefined => {
    const at = dice.int(0, pool.length - 1)
    const event = pool[at]
    const last = pool.pop()
    if (last !== undefined && at < pool.length) pool[at] = last
    return event
  }
  const deliverer = async (isFinished: () => boolean): Promise<void> => {
    for (;;) {
      if (pool.length === 0 || (pool.length < SHUFFLED && !isFinished())) {
        if (pool.length === 0 && isFinished()) return
        await pause(20)
        continue
      }
      const event = take()
      const to = webs[dice.int(0, webs.length - 1)]
      if (event === undefined || to === undefined) continue
      sent += 1
      if (await post(to, event)) acknowledged.add(event.id)
      else {
        if (!acknowledged.has(event.id)) pool.push(event)
        await pause(AFTER_FAILURE_MS)
      }
    }
  }
  const deliveries: Deliveries = {
    add(events) {
      for (const event of events) for (let copy = dice.int(1, 5); copy > 0; copy -= 1) pool.push(event)
    },
    async run(isFinished) {
      await Promise.all(Array.from({ length: connections }, () => deliverer(isFinished)))
    },
    acknowledged,
    sent: () => sent,
    onSent: null,
  }
  return deliveries
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
