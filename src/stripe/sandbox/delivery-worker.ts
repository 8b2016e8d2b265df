import { seconds } from './state.ts'
import type { Delivery, Tables } from './state.ts'
import { webhookBody } from './events.ts'
import type { Stage } from './stage.ts'
import type { WebhookPost } from './webhook-gateway.ts'

/** Stripe goes on for three days. */
const GIVE_UP_AFTER_S = 3 * 24 * 60 * 60
/** Events under way at the same time: Stripe, too, does not wait for one before it sends the next. */
const CONCURRENT = 8

export type DeliveryWorker = {
  /** An event is to be sent, now and again until it is answered 2xx. Does nothing in manual mode. */
  wake(eventId: string): void
  /** Tries every undelivered event once, oldest first, and waits for the answers. */
  deliverPending(): Promise<void>
  /** Sends one event again, whatever became of it before. */
  resend(eventId: string): Promise<void>
  close(): Promise<void>
}

export type DeliveryOptions = {
  readonly stage: Stage
  readonly post: WebhookPost
  readonly sign: (payload: string, timestamp: number) => string
  readonly webhookUrl: () => string | null
  readonly automatic: boolean
  /** Pauses between tries; the last one repeats. */
  readonly retryDelaysMs: readonly number[]
}

export function createDeliveryWorker(options: DeliveryOptions): DeliveryWorker {
  const { stage } = options
  const waiting = new Set<string>()
  const timers = new Map<string, NodeJS.Timeout>()
  const underWay = new Map<string, Promise<void>>()
  const stop = new AbortController()

  const pump = (): void => {
    for (const eventId of waiting) {
      if (underWay.size >= CONCURRENT || stop.signal.aborted) return
      waiting.delete(eventId)
      // It may have been received meanwhile, on a try asked for by hand.
      if (stage.state.delivery.get(eventId)?.status !== 'pending') continue
      deliver(eventId).then(pump, (error: unknown) => stage.log(`webhook ${eventId}: ${String(error)}`))
    }
  }
  const wake = (eventId: string): void => {
    if (!options.automatic || options.webhookUrl() === null) return
    waiting.add(eventId)
    pump()
  }
  const retryLater = (eventId: string, attempts: number): void => {
    if (!options.automatic || stop.signal.aborted) return
    const delays = options.retryDelaysMs
    const delay = delays[Math.min(attempts, delays.length) - 1] ?? 0
    clearTimeout(timers.get(eventId))
    timers.set(
      eventId,
      setTimeout(() => {
        timers.delete(eventId)
        wake(eventId)
      }, delay),
    )
  }
  const deliver = (eventId: string): Promise<void> => {
    const already = underWay.get(eventId)
    if (already !== undefined) return already
    const once = attempt(eventId).finally(() => underWay.delete(eventId))
    underWay.set(eventId, once)
    return once
  }
  const attempt = async (eventId: string): Promise<void> => {
    const event = stage.state.event.get(eventId)
    const before = stage.state.delivery.get(eventId)
    const url = options.webhookUrl()
    if (event === undefined || before === undefined || url === null || stop.signal.aborted) return
    const body = webhookBody(event)
    const signature = options.sign(body, seconds(stage.nowMs()))
    const answer = await options.post(url, body, signature, stop.signal)
    if (stop.signal.aborted) return // not answered for: sent again after the next start
    const after = outcome(before, answer, event, stage.nowMs())
    stage.commit([{ table: 'delivery', id: eventId, value: after }])
    stage.log(`webhook ${event.type} ${eventId}: ${answer} (try ${after.attempts})`)
    if (after.status === 'pending') retryLater(eventId, after.attempts)
  }
  return {
    wake,
    async deliverPending() {
      const pending = [...stage.state.delivery.values()].filter(({ status }) => status === 'pending')
      for (const { eventId } of pending) await deliver(eventId)
    },
    resend: deliver,
    async close() {
      stop.abort()
      for (const timer of timers.values()) clearTimeout(timer)
      timers.clear()
      waiting.clear()
      await Promise.allSettled(underWay.values())
    },
  }
}

function outcome(before: Delivery, answer: string, event: Tables['event'], nowMs: number): Delivery {
  const tried = { ...before, attempts: before.attempts + 1, lastAnswer: answer, lastTriedAtMs: nowMs }
  if (/^2\d\d$/.test(answer)) return { ...tried, status: 'delivered' }
  if (before.status === 'delivered') return tried // a repeat that failed does not undo what was received
  const tooOld = seconds(nowMs) - event.created > GIVE_UP_AFTER_S
  return { ...tried, status: tooOld ? 'given_up' : 'pending' }
}
