import { seededRandom } from '../ids.ts'
import type { NewId } from '../ids.ts'
import type { Change, Delivery } from '../state/state.ts'
import { DAY_MS } from '../time.ts'

/** What goes wrong with webhooks. Shares of all events, from 0 to 1; the same seed affects the same events. */
export type Faults = {
  readonly seed: number
  /** Sent once more after it was received. */
  readonly duplicate?: number
  /** Emitted as two events with different ids. */
  readonly twin?: number
  /** Sent in another order: up to 40 events later. */
  readonly shuffle?: number
  /** Held back for up to `delayMs`. */
  readonly delay?: number
  /** Two days unless given. */
  readonly delayMs?: number
  /** Never sent. `events.list({ delivery_success: false })` still shows it. */
  readonly lose?: number
}

const DEFAULT_DELAY_MS = 2 * DAY_MS
const SHUFFLE_DISTANCE = 40

/**
 * The changes with faulty deliveries for their new events.
 * @param eventCount the number of events before these changes: an event's number decides which faults affect it.
 */
export function withFaults(
  changes: readonly Change[],
  faults: Faults,
  eventCount: number,
  nowMs: number,
  newId: NewId,
): Change[] {
  let number = eventCount
  const newEventIds = new Set<string>()
  const result: Change[] = []
  const addEvent = (change: Extract<Change, { table: 'event' }>): void => {
    number += 1
    newEventIds.add(change.id)
    const delivery = faultyDelivery(change.id, number, faults, nowMs)
    result.push(change, { table: 'delivery', id: change.id, value: delivery })
  }
  for (const change of changes) {
    if (change.table === 'event') {
      addEvent(change)
      if (affects(faults, 'twin', number)) {
        const id = newId('evt_')
        addEvent({ table: 'event', id, value: { ...change.value, id } })
      }
    } else if (change.table !== 'delivery' || !newEventIds.has(change.id)) result.push(change)
  }
  return result
}

function faultyDelivery(eventId: string, number: number, faults: Faults, nowMs: number): Delivery {
  const untried = { attempts: 0, lastAnswer: null, lastAttemptAtMs: null }
  if (affects(faults, 'lose', number)) return { eventId, status: 'given_up', ...untried }
  const distance = affects(faults, 'shuffle', number)
    ? random(faults, 'places', number) * SHUFFLE_DISTANCE
    : 0
  const delayMs = Math.round(random(faults, 'length', number) * (faults.delayMs ?? DEFAULT_DELAY_MS))
  return {
    eventId,
    status: 'pending',
    ...untried,
    position: number + distance,
    ...(affects(faults, 'delay', number) ? { notBeforeMs: nowMs + delayMs } : {}),
    ...(affects(faults, 'duplicate', number) ? { sendTwice: true } : {}),
  }
}

function affects(
  faults: Faults,
  fault: 'duplicate' | 'twin' | 'shuffle' | 'delay' | 'lose',
  number: number,
): boolean {
  return random(faults, fault, number) < (faults[fault] ?? 0)
}

function random({ seed }: Faults, purpose: string, number: number): number {
  return seededRandom(seed, purpose, number)
}
