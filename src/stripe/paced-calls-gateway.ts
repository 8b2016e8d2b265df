import { setTimeout as delay } from 'node:timers/promises'
import pThrottle from 'p-throttle'
import { Stripe } from 'stripe'

// Stripe allows 25 calls a second for one endpoint, and in a sandbox for all of them: the rest is for waiting readers.
const CALLS_PER_SECOND = 20
const MAX_RETRIES = 5
const FIRST_PAUSE_MS = 1_000

/** Makes a call to Stripe when its turn has come. @throws what the call throws, and the signal's reason after an abort */
export type PacedCalls = <Answer>(call: () => Promise<Answer>) => Promise<Answer>

type PacingOptions = {
  readonly callsPerSecond?: number
  readonly sleep?: (ms: number) => Promise<void>
  /** Once aborted, waiting calls are rejected and no further call is made. */
  readonly signal?: AbortSignal
}

/**
 * Background calls at an even pace, all together. After an answer 429 a call pauses, twice as long each time, and is
 * made again; the sixth 429 in a row is thrown.
 */
export function pacedCalls(options: PacingOptions = {}): PacedCalls {
  const { callsPerSecond = CALLS_PER_SECOND, signal } = options
  const abortable = signal === undefined ? {} : { signal }
  const sleep = options.sleep ?? ((ms) => delay(ms, undefined, abortable))
  const throttle = pThrottle({ limit: 1, interval: 1_000 / callsPerSecond, ...abortable })
  const nextTurn = throttle(() => Promise.resolve())
  return async (call) => {
    for (let retries = 0; ; retries += 1) {
      signal?.throwIfAborted()
      await nextTurn()
      try {
        return await call()
      } catch (error) {
        if (!isRateLimited(error) || retries >= MAX_RETRIES) throw error
        await sleep(FIRST_PAUSE_MS * 2 ** retries)
      }
    }
  }
}

function isRateLimited(error: unknown): boolean {
  return error instanceof Stripe.errors.StripeError && error.statusCode === 429
}
