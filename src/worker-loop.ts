import type { Logger } from 'pino'

/** Background work that starts when it is woken, polls rarely, and stops between two rounds. */
export type WorkerLoop = {
  /** There may be work: run a round soon, or once more after the present one. */
  wake(): void
  /** Stops after the present round; resolves when it has stopped. */
  stop(): Promise<void>
}

// A lost notification delays work by this at most.
const POLL_MS = 5_000
const AFTER_FAILURE_MS = 1_000

/**
 * Calls `round` until it finds nothing, then waits for a wake.
 * @param round does one piece of work; resolves to whether there may be more
 * @param pollMs how long it waits at most
 */
export function startLoop(
  name: string,
  round: () => Promise<boolean>,
  log: Logger,
  pollMs = POLL_MS,
): WorkerLoop {
  let stopping = false
  let woken = false
  let rouse: () => void = () => undefined

  const rest = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      rouse = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  const run = async (): Promise<void> => {
    // oxlint-disable-next-line no-unmodified-loop-condition -- `stop` sets it while a round is awaited
    while (!stopping) {
      woken = false
      try {
        if ((await round()) || woken || stopping) continue
        await rest(pollMs)
      } catch (error) {
        log.error({ err: error, worker: name }, 'background work failed and will be tried again')
        if (!stopping) await rest(AFTER_FAILURE_MS)
      }
    }
  }
  const ended = run()

  return {
    wake() {
      woken = true
      rouse()
    },
    async stop() {
      stopping = true
      rouse()
      await ended
    },
  }
}
