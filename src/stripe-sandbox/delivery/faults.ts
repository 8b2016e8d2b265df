import { chance } from '../ids.ts'
import type { NewId } from '../ids.ts'
import type { Change, Delivery } from '../state.ts'

/** What goes wrong on a webhook's way. Shares of all events, 0 to 1; the same seed strikes the same events. */
export type Faults = {
  readonly seed: number
  /** Sent once more after it was received. */
  readonly duplicate?: number
  /** Announced as two events with different ids. */
  readonly twin?: number
  /** Sent in another order: moved back by up to 40 events. */
  readonly shuffle?: number
  /** Held back for up to `delayMs`. */
  readonly delay?: number
  /** Default: two days. */
  readonly delayMs?: number
  /** Never sent: `events.list({ delivery_success: false })` still has it. */
  readonly lose?: number
}

const DELAY_MS = 2 * 24 * 60 * 60 * 1000
const PLACES = 40

/**
 * New events as these faults let them go.
 * @param count how many events there were before these changes: an event's number decides its fate.
 */
export function withFaults(
  changes: readonly Change[],
  faults: Faults,
  count: number,
  nowMs: number,
  newId: NewId,
): Change[] {
  let number = count
  const fresh = new Set<string>()
  const spoiled: Change[] = []
  const keep = (change: Extract<Change, { table: 'event' }>): void => {
    number += 1
    fresh.add(change.id)
    const value = spoil(change.id, number, faults, nowMs)
    spoiled.push(change, { table: 'delivery', id: change.id, value })
  }
  for (const change of changes) {
    if (change.table === 'event') {
      keep(change)
      if (strikes(faults, 'twin', number)) {
        const id = newId('evt_')
        keep({ table: 'event', id, value: { ...change.value, id } })
      }
    } else if (change.table !== 'delivery' || !fresh.has(change.id)) spoiled.push(change)
  }
  return spoiled
}

function spoil(eventId: string, number: number, faults: Faults, nowMs: number): Delivery {
  const tried = { attempts: 0, lastAnswer: null, lastTriedAtMs: null }
  if (strikes(faults, 'lose', number)) return { eventId, status: 'given_up', ...tried }
  const places = strikes(faults, 'shuffle', number) ? luck(faults, 'places', number) * PLACES : 0
  const delayMs = Math.round(luck(faults, 'length', number) * (faults.delayMs ?? DELAY_MS))
  return {
    eventId,
    status: 'pending',
    ...tried,
    place: number + places,
    ...(strikes(faults, 'delay', number) ? { notBeforeMs: nowMs + delayMs } : {}),
    ...(strikes(faults, 'duplicate', number) ? { twice: true } : {}),
  }
}

function strikes(faults: Faults, what: 'duplicate' | 'twin' | 'shuffle' | 'delay' | 'lose', number: number) {
  return luck(faults, what, number) < (faults[what] ?? 0)
}

function luck({ seed }: Faults, what: string, number: number): number {
  return chance(seed, what, number)
}
