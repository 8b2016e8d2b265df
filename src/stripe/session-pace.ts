import pThrottle from 'p-throttle'
import { Refusal } from '../http/refusal.ts'

// Stripe allows 25 calls a second for one endpoint, and in a sandbox for all of them together
// (docs.stripe.com/rate-limits).
const CALLS_PER_SECOND = 20
// The reader waits for the queue and for Stripe, ten seconds in all.
const LONGEST_WAIT_MS = 5_000

/**
 * Makes a call for a Checkout Session when its turn has come. Callers with fewer tries go first, so that a flood waits
 * behind the readers and not before them.
 * @param tries how many checkouts the caller or its network has asked for lately
 * @throws Refusal unavailable when the turn would not come within the longest wait, and what the call throws
 */
export type SessionPace = <Answer>(call: () => Promise<Answer>, tries: number) => Promise<Answer>

type Waiting = {
  readonly tries: number
  start(): void
  refuse(): void
}

/**
 * One queue in this process. As many calls wait as have their turn within the longest wait: when one more comes, the
 * one with the most tries is refused.
 * @param onRefused counts a call that was refused
 */
export function sessionPace({
  callsPerSecond = CALLS_PER_SECOND,
  longestWaitMs = LONGEST_WAIT_MS,
  onRefused = () => {},
}: {
  readonly callsPerSecond?: number
  readonly longestWaitMs?: number
  readonly onRefused?: () => void
} = {}): SessionPace {
  // In the order of their tries, and of their arrival where the tries are equal.
  const waiting: Waiting[] = []
  const most = Math.max(1, Math.floor((callsPerSecond * longestWaitMs) / 1000))
  const nextTurn = pThrottle({ limit: callsPerSecond, interval: 1_000, strict: true })(() =>
    waiting.shift()?.start(),
  )
  let turnsAhead = 0

  const takeTurn = async (): Promise<void> => {
    // A call that was refused leaves its turn to another one.
    if (turnsAhead >= waiting.length) return
    turnsAhead += 1
    await nextTurn()
    turnsAhead -= 1
  }

  const turn = (tries: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const leave = (): void => {
        const place = waiting.indexOf(one)
        if (place >= 0) waiting.splice(place, 1)
        clearTimeout(timer)
      }
      const one: Waiting = {
        tries,
        start() {
          clearTimeout(timer)
          resolve()
        },
        refuse() {
          leave()
          onRefused()
          reject(tooManyAtOnce())
        },
      }
      const timer = setTimeout(() => one.refuse(), longestWaitMs)
      const place = waiting.findIndex((other) => other.tries > tries)
      waiting.splice(place < 0 ? waiting.length : place, 0, one)
      if (waiting.length > most) waiting.at(-1)?.refuse()
      void takeTurn()
    })

  return async (call, tries) => {
    await turn(tries)
    return call()
  }
}

function tooManyAtOnce(): Refusal {
  const detail =
    'Very many people are giving at this moment. Nothing was charged. Please try again in a few seconds.'
  return new Refusal('unavailable', detail, { retryAfterSeconds: Math.ceil(LONGEST_WAIT_MS / 1000) })
}
