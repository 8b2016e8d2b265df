/**
 * Requests that arrive together share one write: one statement, one commit and one fsync for many events.
 * A write starts as soon as fewer than two are in flight. So a single event never waits for others, and under load a
 * batch contains what has arrived while the other writes ran.
 */
const MAX_IN_FLIGHT = 2
const MAX_BATCH = 200

type Waiting<Item> = { item: Item; resolve: () => void; reject: (error: unknown) => void }

export type GroupCommit<Item> = {
  /** Resolves when the item is durably written. */
  add(item: Item): Promise<void>
  /** Items accepted but not yet written. */
  depth(): number
}

/**
 * @param write must write all items or none
 * @param isItemsFault whether an error lies in the items rather than in the database: the batch is then halved until the
 *   refused item is alone, and only that item is rejected
 */
export function groupCommit<Item>(
  write: (items: readonly Item[]) => Promise<unknown>,
  isItemsFault: (error: unknown) => boolean,
): GroupCommit<Item> {
  let queue: Waiting<Item>[] = []
  let inFlight = 0

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

  return {
    add: (item) =>
      new Promise((resolve, reject) => {
        queue.push({ item, resolve, reject })
        pump()
      }),
    depth: () => queue.length,
  }
}
