import type { NewlyStored, StoredEvent } from './inbox-event.ts'

// More than a busy second brings. What does not fit is read from the database.
const MAX_BYTES = 8 * 1024 * 1024

/**
 * Events that this process has just stored, for the worker in the same process: it need not read and parse them again.
 * Only a shortcut: every event is in the database, and a worker that does not find one here reads it there.
 */
export class RecentEvents {
  readonly #events = new Map<bigint, { readonly event: StoredEvent; readonly bytes: number }>()
  readonly #maxBytes: number
  #bytes = 0

  constructor(maxBytes: number = MAX_BYTES) {
    this.#maxBytes = maxBytes
  }

  /** Keeps events whose storing is committed. The oldest leave when there are too many: another worker may have taken them. */
  add(events: readonly NewlyStored[]): void {
    for (const { body, json, ...event } of events) {
      this.#events.set(event.id, { event: { ...event, body: json }, bytes: body.length })
      this.#bytes += body.length
    }
    for (const id of this.#events.keys()) {
      if (this.#bytes <= this.#maxBytes) return
      this.take(id)
    }
  }

  /** Gives an event away, once. @returns undefined if it is not here */
  take(id: bigint): StoredEvent | undefined {
    const found = this.#events.get(id)
    if (!found) return undefined
    this.#events.delete(id)
    this.#bytes -= found.bytes
    return found.event
  }
}
