import type { Logger } from 'pino'

/** Background work that starts when it is woken, polls rarely, and stops between two rounds. */
export type WorkerLoop = {
  /** There may be work: run a round soon, or once more after the present one. */
  wake(): void
  /** Stops after the present round; resolves when it has stopped. */
  stop(): Promise<void>
}

type LookingLoop = WorkerLoop & {
  /** Resolves when it has looked for work once. */
  readonly hasLooked: Promise<void>
}

// A lost notification delays work by this at most.
const POLL_MS = 5_000
const AFTER_FAILURE_MS = 1_000

/**
 * Calls `round` until it finds nothing, then waits for a wake.
 * @param round does one piece of work; resolves to whether there may be more
 * @param pollMs how long it waits at most
 * @param after what its first round waits for
 */
export function startLoop(
  name: string,
  round: () => Promise<boolean>,
  log: Logger,
  pollMs = POLL_MS,
  after: Promise<unknown> | null = null,
): LookingLoop {
  const looked = Promise.withResolvers<void>()
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
    if (after) await after
    // oxlint-disable-next-line no-unmodified-loop-condition -- `stop` sets it while a round is awaited
    while (!stopping) {
      woken = false
      try {
        const isMore = await round().finally(looked.resolve)
        if (isMore || woken || stopping) continue
        await rest(pollMs)
      } catch (error) {
        log.error({ err: error, worker: name }, 'background work failed and will be tried again')
        if (!stopping) await rest(AFTER_FAILURE_MS)
      }
    }
  }
  const ended = run().finally(looked.resolve)

  return {
    hasLooked: looked.promise,
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

const TURNS_MS = 500

/**
 * Starts loops that look for work one after the other and not all at once: a connection or two serve them all then, at the
 * start and at every later look. After half a second all have begun, also when one of them finds much to do.
 */
export function loopsInTurn(log: Logger): (name: string, round: () => Promise<boolean>) => WorkerLoop {
  const ended = new Promise((resolve) => setTimeout(resolve, TURNS_MS).unref())
  let turn: Promise<unknown> | null = null
  return (name, round) => {
    const loop = startLoop(name, round, log, POLL_MS, turn)
    turn = Promise.race([loop.hasLooked, ended])
    return loop
  }
}

export async function stopAll(loops: readonly Pick<WorkerLoop, 'stop'>[]): Promise<void> {
  await Promise.all(loops.map((loop) => loop.stop()))
}
