import { Refusal } from '../http/refusal.ts'

// Stripe allows 25 calls a second for one endpoint, and in a sandbox for all of them together
// (docs.stripe.com/rate-limits).
const CALLS_PER_SECOND = 18
// A sixth of them may go at once, so that a call that is late on its way never makes a second too full.
const BURSTS_PER_SECOND = 6
// The reader waits for the queue and for Stripe, ten seconds in all.
const LONGEST_WAIT_MS = 5_000

/**
 * Makes a call for a Checkout Session when its turn has come. Callers with fewer tries go first, so that a flood waits
 * behind the readers and not before them.
 * @param tries how many checkouts the caller or its network has asked for lately
 * @throws Refusal overloaded when the turn would not come within the longest wait, and what the call throws
 */
export type SessionPace = {
  <Answer>(call: () => Promise<Answer>, tries: number): Promise<Answer>
  /** Whether so many wait that the next one would wait for more than a second. */
  isCrowded(): boolean
}

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
  const burst = Math.max(1, Math.floor(callsPerSecond / BURSTS_PER_SECOND))
  // So that no second, wherever it begins, contains one burst too many.
  const burstMs = Math.ceil(1000 / Math.max(1, Math.floor(callsPerSecond / burst)))
  /** When the calls of the latest burst were made. */
  const madeMs: number[] = []
  let timer: NodeJS.Timeout | null = null

  /** Starts the calls whose turn has come, by the time at which the others were really made, and returns for the rest. */
  const startCalls = (): void => {
    timer = null
    while (waiting.length > 0) {
      const [oldestMs = -Infinity] = madeMs.length < burst ? [] : madeMs
      const waitMs = oldestMs + burstMs - performance.now()
      if (waitMs > 0) {
        timer = setTimeout(startCalls, Math.ceil(waitMs))
        return
      }
      madeMs.push(performance.now())
      if (madeMs.length > burst) madeMs.shift()
      waiting.shift()?.start()
    }
  }

  const turn = (tries: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const leave = (): void => {
        const place = waiting.indexOf(one)
        if (place >= 0) waiting.splice(place, 1)
        clearTimeout(giveUp)
      }
      const one: Waiting = {
        tries,
        start() {
          clearTimeout(giveUp)
          resolve()
        },
        refuse() {
          leave()
          onRefused()
          reject(tooManyAtOnce())
        },
      }
      const giveUp = setTimeout(() => one.refuse(), longestWaitMs)
      const place = waiting.findIndex((other) => other.tries > tries)
      waiting.splice(place < 0 ? waiting.length : place, 0, one)
      if (waiting.length > most) waiting.at(-1)?.refuse()
      if (timer === null) startCalls()
    })

  const pace = async <Answer>(call: () => Promise<Answer>, tries: number): Promise<Answer> => {
    await turn(tries)
    return call()
  }
  return Object.assign(pace, { isCrowded: () => waiting.length >= callsPerSecond })
}

function tooManyAtOnce(): Refusal {
  const detail =
    'Very many people are giving at this moment. Nothing was charged. Please try again in a few seconds.'
  return new Refusal('overloaded', detail, { retryAfterSeconds: Math.ceil(LONGEST_WAIT_MS / 1000) })
}
