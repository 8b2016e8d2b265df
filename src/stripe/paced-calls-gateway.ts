import { setTimeout as rest } from 'node:timers/promises'
import { Stripe } from 'stripe'
import { nextCall, pauseMs, type Pace } from './pacing.ts'

// Stripe takes 25 calls a second of one endpoint (and in a sandbox in all): what readers are waiting for must fit in too.
const CALLS_PER_SECOND = 20
const MOST_REFUSALS = 5

export type PacedCalls = <Answer>(call: () => Promise<Answer>) => Promise<Answer>

export type PacingDeps = {
  readonly callsPerSecond?: number
  /** Any clock that runs evenly, in ms. */
  readonly clockMs?: () => number
  readonly sleep?: (ms: number) => Promise<void>
  /** Ends a pause early, by an error. */
  readonly signal?: AbortSignal
}

/** Background calls, one after another at an even pace; Stripe's "too many requests" makes them pause and try again. */
export function pacedCalls(deps: PacingDeps = {}): PacedCalls {
  const { callsPerSecond = CALLS_PER_SECOND, clockMs = () => performance.now(), signal } = deps
  const sleep = deps.sleep ?? ((ms) => rest(ms, undefined, signal ? { signal } : {}))
  let pace: Pace = { intervalMs: 1000 / callsPerSecond, nextAtMs: 0 }
  const turn = async (): Promise<void> => {
    const taken = nextCall(pace, clockMs())
    pace = taken.pace
    if (taken.waitMs > 0) await sleep(taken.waitMs)
  }
  return async (call) => {
    for (let refusals = 0; ; refusals += 1) {
      await turn()
      try {
        return await call()
      } catch (error) {
        if (!isTooMany(error) || refusals >= MOST_REFUSALS) throw error
        await sleep(pauseMs(refusals))
      }
    }
  }
}

function isTooMany(error: unknown): boolean {
  return error instanceof Stripe.errors.StripeError && error.statusCode === 429
}
