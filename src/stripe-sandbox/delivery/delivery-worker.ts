import { seconds } from '../state.ts'
import type { Delivery, Tables } from '../state.ts'
import { webhookBody } from './events.ts'
import type { Stage } from '../stage.ts'
import type { WebhookPost } from './webhook-gateway.ts'

/** Stripe goes on for three days. */
const GIVE_UP_AFTER_S = 3 * 24 * 60 * 60
/** Events under way at the same time: Stripe, too, does not wait for one before it sends the next. */
const CONCURRENT = 8
/** A duplicate comes a little after its first. */
const TWICE_AFTER_MS = 50

export type DeliveryWorker = {
  /** An event is to be sent, now and again until it is answered 2xx. Does nothing in manual mode. */
  wake(eventId: string): void
  /** Tries every undelivered event once, oldest first, `concurrency` at a time, and waits for the answers. */
  deliverPending(concurrency: number): Promise<void>
  /** Sends one event again, whatever became of it before. */
  resend(eventId: string): Promise<void>
  close(): Promise<void>
}

export type DeliveryOptions = {
  readonly stage: Stage
  readonly post: WebhookPost
  readonly sign: (payload: string) => string
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
  /** Received, and to be sent once more at the end of this round. */
  const again: string[] = []
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
    if (!options.automatic || options.webhookUrl() === null || isHeld(stage, eventId)) return
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
  const sendTwice = (eventId: string): void => {
    if (!options.automatic) return void again.push(eventId)
    timers.set(
      eventId,
      setTimeout(() => {
        timers.delete(eventId)
        // Received already: whatever comes of it changes nothing.
        deliver(eventId).catch((error: unknown) => stage.log(`webhook ${eventId}: ${String(error)}`))
      }, TWICE_AFTER_MS),
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
    const signature = options.sign(body)
    const answer = await options.post(url, body, signature, stop.signal)
    if (stop.signal.aborted) return // not answered for: sent again after the next start
    const after = outcome(before, answer, event, stage.nowMs())
    stage.commit([{ table: 'delivery', id: eventId, value: after }])
    stage.log(`webhook ${event.type} ${eventId}: ${answer} (try ${after.attempts})`)
    if (after.status === 'pending') retryLater(eventId, after.attempts)
    if (after.status === 'delivered' && before.status === 'pending' && before.twice === true)
      sendTwice(eventId)
  }
  return {
    wake,
    async deliverPending(concurrency) {
      const pending = [...stage.state.delivery.values()]
        .filter(({ status, eventId }) => status === 'pending' && !isHeld(stage, eventId))
        .map((delivery, index) => ({ ...delivery, place: delivery.place ?? index }))
        .toSorted((a, b) => a.place - b.place)
        .map(({ eventId }) => eventId)
      await each(pending, concurrency, deliver)
      await each(again.splice(0), concurrency, deliver)
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

function isHeld(stage: Stage, eventId: string): boolean {
  return (stage.state.delivery.get(eventId)?.notBeforeMs ?? 0) > stage.nowMs()
}

/** So many at a time, begun in the given order. */
async function each(ids: readonly string[], concurrency: number, act: (id: string) => Promise<void>) {
  const queue = ids.values()
  const hand = async (): Promise<void> => {
    for (const id of queue) await act(id)
  }
  await Promise.all(Array.from({ length: concurrency }, hand))
}

function outcome(before: Delivery, answer: string, event: Tables['event'], nowMs: number): Delivery {
  const { notBeforeMs: _over, ...rest } = before
  const tried: Delivery = { ...rest, attempts: before.attempts + 1, lastAnswer: answer, lastTriedAtMs: nowMs }
  if (/^2\d\d$/.test(answer)) return { ...tried, status: 'delivered' }
  if (before.status === 'delivered') return tried // a repeat that failed does not undo what was received
  const tooOld = seconds(nowMs) - event.created > GIVE_UP_AFTER_S
  return { ...tried, status: tooOld ? 'given_up' : 'pending' }
}
