import type { NewlyStored, StoredEvent } from './inbox-event.ts'

// More than a busy second brings. Events beyond it are read from the database.
const MAX_BYTES = 8 * 1024 * 1024

/**
 * The events that this process has just stored. The worker of the same process need not read and parse them again. It
 * reads from the database what it does not find here.
 */
export class RecentEvents {
  readonly #events = new Map<bigint, { readonly event: StoredEvent; readonly bytes: number }>()
  readonly #maxBytes: number
  #bytes = 0

  constructor(maxBytes: number = MAX_BYTES) {
    this.#maxBytes = maxBytes
  }

  /** Adds events after their commit. The oldest are dropped when there are too many: another worker may have applied them. */
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

  /** Removes and returns an event. @returns undefined when it is not here */
  take(id: bigint): StoredEvent | undefined {
    const found = this.#events.get(id)
    if (!found) return undefined
    this.#events.delete(id)
    this.#bytes -= found.bytes
    return found.event
  }
}
