import type { Runtime } from '../runtime.ts'
import type { Delivery, Tables } from '../state/state.ts'
import { DAY_MS, seconds } from '../time.ts'
import { webhookBody } from './event.ts'
import type { WebhookPost } from './webhook-gateway.ts'

/** Stripe retries for three days. */
const GIVE_UP_AFTER_S = seconds(3 * DAY_MS)
/** Stripe does not wait for one webhook's answer before it sends the next. */
const CONCURRENCY = 8
const DUPLICATE_AFTER_MS = 50

export type DeliveryWorker = {
  /** Sends an event until it is answered with 2xx. Does nothing in manual mode. */
  wake(eventId: string): void
  /** Tries every undelivered event once, oldest first, `concurrency` at a time, and waits for the answers. */
  deliverPending(concurrency: number): Promise<void>
  /** Sends one event again, whatever its delivery's status is. */
  resend(eventId: string): Promise<void>
  close(): Promise<void>
}

type DeliveryOptions = {
  readonly runtime: Runtime
  readonly post: WebhookPost
  readonly sign: (payload: string) => string
  readonly webhookUrl: () => string | null
  readonly automatic: boolean
  /** Pauses between attempts; the last one repeats. */
  readonly retryDelaysMs: readonly number[]
}

export function createDeliveryWorker(options: DeliveryOptions): DeliveryWorker {
  const { runtime } = options
  const waiting = new Set<string>()
  const timers = new Map<string, NodeJS.Timeout>()
  const inProgress = new Map<string, Promise<void>>()
  /** Received events that manual mode sends once more at the end of the round. */
  const duplicates: string[] = []
  const stop = new AbortController()

  const deliverWaiting = (): void => {
    for (const eventId of waiting) {
      if (inProgress.size >= CONCURRENCY || stop.signal.aborted) return
      waiting.delete(eventId)
      // A delivery by hand may have succeeded in the meantime.
      if (runtime.state.delivery.get(eventId)?.status !== 'pending') continue
      deliver(eventId).then(deliverWaiting, (error: unknown) => logFailure(eventId, error))
    }
  }
  const logFailure = (eventId: string, error: unknown): void => {
    runtime.log(`webhook ${eventId}: ${String(error)}`)
  }
  const wake = (eventId: string): void => {
    if (!options.automatic || options.webhookUrl() === null || isHeldBack(runtime, eventId)) return
    waiting.add(eventId)
    deliverWaiting()
  }
  const startTimer = (eventId: string, delayMs: number, act: () => void): void => {
    clearTimeout(timers.get(eventId))
    const timer = setTimeout(() => {
      timers.delete(eventId)
      act()
    }, delayMs)
    timers.set(eventId, timer)
  }
  const retryLater = (eventId: string, attempts: number): void => {
    if (!options.automatic || stop.signal.aborted) return
    const delays = options.retryDelaysMs
    startTimer(eventId, delays[Math.min(attempts, delays.length) - 1] ?? 0, () => wake(eventId))
  }
  const sendDuplicate = (eventId: string): void => {
    if (!options.automatic) return void duplicates.push(eventId)
    startTimer(eventId, DUPLICATE_AFTER_MS, () => {
      // The event was received before, so the answer to the duplicate changes nothing.
      deliver(eventId).catch((error: unknown) => logFailure(eventId, error))
    })
  }
  const deliver = (eventId: string): Promise<void> => {
    const current = inProgress.get(eventId)
    if (current !== undefined) return current
    const attempt = attemptDelivery(eventId).finally(() => inProgress.delete(eventId))
    inProgress.set(eventId, attempt)
    return attempt
  }
  const attemptDelivery = async (eventId: string): Promise<void> => {
    const event = runtime.state.event.get(eventId)
    const before = runtime.state.delivery.get(eventId)
    const url = options.webhookUrl()
    if (event === undefined || before === undefined || url === null || stop.signal.aborted) return
    const body = webhookBody(event)
    const answer = await options.post(url, body, options.sign(body), stop.signal)
    if (stop.signal.aborted) return // the answer is unknown: the event is sent again after the next start
    const after = afterAttempt(before, answer, event, runtime.nowMs())
    runtime.commit([{ table: 'delivery', id: eventId, value: after }])
    runtime.log(`webhook ${event.type} ${eventId}: ${answer} (attempt ${after.attempts})`)
    if (after.status === 'pending') retryLater(eventId, after.attempts)
    const isFirstSuccess = after.status === 'delivered' && before.status === 'pending'
    if (isFirstSuccess && before.sendTwice === true) sendDuplicate(eventId)
  }
  return {
    wake,
    async deliverPending(concurrency) {
      const pending = [...runtime.state.delivery.values()]
        .filter(({ status, eventId }) => status === 'pending' && !isHeldBack(runtime, eventId))
        .map((delivery, index) => ({ ...delivery, position: delivery.position ?? index }))
        .toSorted((a, b) => a.position - b.position)
        .map(({ eventId }) => eventId)
      await forEachConcurrently(pending, concurrency, deliver)
      await forEachConcurrently(duplicates.splice(0), concurrency, deliver)
    },
    resend: deliver,
    async close() {
      stop.abort()
      for (const timer of timers.values()) clearTimeout(timer)
      timers.clear()
      waiting.clear()
      await Promise.allSettled(inProgress.values())
    },
  }
}

function isHeldBack(runtime: Runtime, eventId: string): boolean {
  return (runtime.state.delivery.get(eventId)?.notBeforeMs ?? 0) > runtime.nowMs()
}

/** Starts in the given order, with `concurrency` in progress at a time. */
async function forEachConcurrently(
  ids: readonly string[],
  concurrency: number,
  act: (id: string) => Promise<void>,
): Promise<void> {
  const queue = ids.values()
  const worker = async (): Promise<void> => {
    for (const id of queue) await act(id)
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
}

function afterAttempt(before: Delivery, answer: string, event: Tables['event'], nowMs: number): Delivery {
  const { notBeforeMs: _released, ...rest } = before
  const after = { ...rest, attempts: before.attempts + 1, lastAnswer: answer, lastAttemptAtMs: nowMs }
  if (/^2\d\d$/.test(answer)) return { ...after, status: 'delivered' }
  if (before.status === 'delivered') return after // a failed duplicate does not undo what was received
  const isTooOld = seconds(nowMs) - event.created > GIVE_UP_AFTER_S
  return { ...after, status: isTooOld ? 'given_up' : 'pending' }
}
