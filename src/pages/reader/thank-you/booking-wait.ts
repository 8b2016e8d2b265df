/** Waits until it is recorded what became of a session, for two seconds at most. It never throws. */
export type BookingWait = {
  /** Resolves when the outcome is recorded, the time is over, the reader leaves, or too many wait already. */
  until(sessionId: string, reader: AbortSignal): Promise<void>
}

const LONGEST_MS = 2_000
const LOOK_EVERY_MS = 100
/** One question serves all who wait, so they cost memory and open sockets, not connections to the database. */
const MOST_WAITING = 500

type Waiting = { readonly sessionId: string; release(): void }

/**
 * Stripe sends the reader back at once, and its event is booked some hundred milliseconds later. One question for all
 * readers who wait is asked ten times a second, and none while nobody waits.
 * @param deps.recorded which of these sessions have an outcome that the page can show
 * @param deps.stopping releases everybody, so that no reader holds up a stop
 */
export function bookingWait(deps: {
  readonly recorded: (sessionIds: readonly string[]) => Promise<ReadonlySet<string>>
  readonly stopping?: AbortSignal
  readonly longestMs?: number
  readonly everyMs?: number
  readonly mostWaiting?: number
}): BookingWait {
  const { recorded, stopping, longestMs = LONGEST_MS, everyMs = LOOK_EVERY_MS } = deps
  const mostWaiting = deps.mostWaiting ?? MOST_WAITING
  const waiting = new Set<Waiting>()
  let isLooking = false

  const releaseAll = (): void => {
    for (const one of waiting) one.release()
  }
  stopping?.addEventListener('abort', releaseAll, { once: true })

  const look = async (): Promise<void> => {
    if (isLooking) return
    isLooking = true
    while (waiting.size > 0) {
      await new Promise((resolve) => setTimeout(resolve, everyMs))
      if (waiting.size === 0) break
      try {
        const found = await recorded([...new Set([...waiting].map(({ sessionId }) => sessionId))])
        for (const one of waiting) if (found.has(one.sessionId)) one.release()
      } catch {
        releaseAll() // the page asks once more and says what is wrong with the database
      }
    }
    isLooking = false
  }

  return {
    until(sessionId, reader) {
      if (waiting.size >= mostWaiting || stopping?.aborted === true || reader.aborted)
        return Promise.resolve()
      return new Promise((resolve) => {
        const release = (): void => {
          waiting.delete(one)
          clearTimeout(timer)
          reader.removeEventListener('abort', release)
          resolve()
        }
        const one: Waiting = { sessionId, release }
        const timer = setTimeout(release, longestMs)
        reader.addEventListener('abort', release, { once: true })
        waiting.add(one)
        void look()
      })
    },
  }
}
