/**
 * Requests that arrive together share one write: one statement, one commit and one fsync for many events.
 * A write starts as soon as fewer than two are in flight. So a single event never waits for others, and under load a
 * batch contains what has arrived while the other writes ran.
 */
const MAX_IN_FLIGHT = 2
const MAX_BATCH = 200

/** What a database that is slow or silent may make this process hold and its senders wait for. */
export type Bounds = {
  /** Items accepted and not yet written, their write under way or not. */
  readonly items: number
  /** The sum of their sizes. */
  readonly bytes: number
  /** How long an item waits for its write to end. */
  readonly ms: number
}
const BOUNDS: Bounds = { items: 5_000, bytes: 64 * 1024 * 1024, ms: 5_000 }

/** An item was not taken, or it is not known whether it was written: the sender must send it again. */
export class NotWritten extends Error {
  override readonly name = 'NotWritten'
}

type Waiting<Item> = { item: Item; resolve: () => void; reject: (error: unknown) => void }

export type GroupCommit<Item> = {
  /** Resolves when the item is durably written. @throws NotWritten beyond the bounds, or what `write` throws */
  add(item: Item): Promise<void>
  /** Items accepted but not yet handed to a write. */
  depth(): number
}

/**
 * @param write must write all items or none
 * @param options.isItemsFault whether an error lies in the items rather than in the database: the batch is then halved
 *   until the refused item is alone, and only that item is rejected
 * @param options.sizeOf an item's size in bytes
 */
export function groupCommit<Item>(
  write: (items: readonly Item[]) => Promise<unknown>,
  options: {
    readonly isItemsFault: (error: unknown) => boolean
    readonly sizeOf: (item: Item) => number
    readonly bounds?: Bounds
  },
): GroupCommit<Item> {
  const { isItemsFault, sizeOf, bounds = BOUNDS } = options
  let queue: Waiting<Item>[] = []
  let inFlight = 0
  let items = 0
  let bytes = 0

  const settle = async (batch: readonly Waiting<Item>[]): Promise<void> => {
    try {
      await write(batch.map(({ item }) => item))
      for (const { resolve } of batch) resolve()
    } catch (error) {
      if (batch.length > 1 && isItemsFault(error)) {
        const half = batch.length >> 1
        await settle(batch.slice(0, half))
        await settle(batch.slice(half))
      } else for (const { reject } of batch) reject(error)
    }
  }

  const pump = (): void => {
    while (inFlight < MAX_IN_FLIGHT && queue.length > 0) {
      const batch = queue.slice(0, MAX_BATCH)
      queue = queue.slice(MAX_BATCH)
      inFlight += 1
      void settle(batch).finally(() => {
        inFlight -= 1
        pump()
      })
    }
  }

  const written = async (item: Item): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const waiting = { item, resolve, reject }
    // Its write may be under way: then it may be written all the same, and sending it again changes nothing.
    const late = setTimeout(() => {
      const place = queue.indexOf(waiting)
      if (place >= 0) queue.splice(place, 1)
      reject(new NotWritten(`not written within ${bounds.ms} ms`))
    }, bounds.ms)
    queue.push(waiting)
    pump()
    await promise.finally(() => clearTimeout(late))
  }

  return {
    async add(item) {
      const size = sizeOf(item)
      if (items >= bounds.items || bytes + size > bounds.bytes)
        throw new NotWritten(`${items} items with ${bytes} bytes wait already`)
      items += 1
      bytes += size
      try {
        await written(item)
      } finally {
        items -= 1
        bytes -= size
      }
    },
    depth: () => queue.length,
  }
}
