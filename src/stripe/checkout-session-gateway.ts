import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Stripe } from 'stripe'
import { z } from 'zod'
import type { CheckoutSession } from '../checkout/checkout.ts'
import { SessionRefused, type CheckoutSteps } from '../checkout/create-checkout.ts'
import { checkoutSessionId } from './field-schema.ts'
import { sessionPace, type SessionPace } from './session-pace.ts'
import {
  isKeptForKey,
  mayPass,
  refusedField,
  stripeRefusal,
  unavailable,
  UnreadableAnswer,
} from './stripe-refusal.ts'

/** The reader waits 10 s at most. The rest is for our own work before and after. */
const DEADLINE_MS = 9_000
const MOST_CALLS = 3
const RETRY_PAUSE_MS = 300

// The SDK takes an error status whose body has no `error` for success, so every answer is checked.
const answerSchema = z.object({
  object: z.literal('checkout.session'),
  id: checkoutSessionId,
  url: z.url({ protocol: /^https?$/ }),
  expires_at: z.int().positive(),
})

/**
 * Creates Checkout Sessions. Every call takes its turn in the pace, repeated ones too, so the SDK repeats none by itself
 * (but for a connection that was closed before the call, which it always repeats once).
 *
 * A failure that Stripe keeps for the key (a server error of Stripe's own) is repeated with the next key: a session that
 * the failed call may have created is harmless, because nobody knows its address. Anything else that may pass (no
 * answer, a proxy's error) is repeated once with the same key, under which Stripe returns the session it may have made.
 * @returns a function that throws Refusal unavailable when Stripe gives no session, or SessionRefused
 */
export function checkoutSessions(deps: {
  readonly stripe: Stripe
  readonly log: Logger
  readonly pace?: SessionPace
  readonly deadlineMs?: number
}): CheckoutSteps['createSession'] {
  const { stripe, log, pace = sessionPace(), deadlineMs = DEADLINE_MS } = deps
  return async (params, stripeIdempotencyKey, { tries, nextKey }) => {
    let idempotencyKey = stripeIdempotencyKey
    let repeatsWithSameKey = 1
    let isOver = false

    const ask = async (): Promise<CheckoutSession> => {
      for (let calls = 1; ; calls += 1) {
        try {
          const call = { idempotencyKey, maxNetworkRetries: 0 }
          return sessionIn(await pace(() => stripe.checkout.sessions.create(params, call), tries))
        } catch (error) {
          const isKept = isKeptForKey(error)
          if (isKept) idempotencyKey = await nextKey()
          const mayRepeat = isKept || (mayPass(error) && repeatsWithSameKey > 0)
          if (isOver || calls >= MOST_CALLS || !mayRepeat) throw error
          if (isKept) continue
          repeatsWithSameKey -= 1
          await delay(RETRY_PAUSE_MS)
        }
      }
    }

    try {
      return await within(deadlineMs, ask())
    } catch (error) {
      const refused = refusedField(error)
      if (refused) throw new SessionRefused(refused, error)
      throw stripeRefusal(error, log)
    } finally {
      isOver = true
    }
  }
}

/** @throws UnreadableAnswer */
function sessionIn(answer: Stripe.Response<Stripe.Checkout.Session>): CheckoutSession {
  const read = answerSchema.safeParse(answer)
  if (!read.success) throw new UnreadableAnswer(answer.lastResponse.statusCode, read.error)
  const { id, url, expires_at } = read.data
  return { id, url, expiresAt: new Date(expires_at * 1000) }
}

/** The work goes on after the deadline, but nobody waits for it. A later request with the same key gets its session. */
async function within<T>(deadlineMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(unavailable(new Error(`Stripe did not answer within ${deadlineMs} ms`))),
      deadlineMs,
    )
  })
  return Promise.race([work, deadline]).finally(() => clearTimeout(timer))
}
