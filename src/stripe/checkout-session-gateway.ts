import type { Logger } from 'pino'
import type { Stripe } from 'stripe'
import { z } from 'zod'
import type { CheckoutSession } from '../checkout/checkout.ts'
import type { SessionParams } from '../checkout/session-params.ts'
import { checkoutSessionId } from './field-schema.ts'
import { isServerError, stripeRefusal, unavailable } from './stripe-refusal.ts'

/** The reader waits 10 s at most. The rest is for our own work before and after. */
const DEADLINE_MS = 9_000

// The SDK takes an error status whose body has no `error` for success, so every answer is checked.
const answerSchema = z.object({
  object: z.literal('checkout.session'),
  id: checkoutSessionId,
  url: z.url({ protocol: /^https?$/ }),
  expires_at: z.int().positive(),
})

/** Creates Checkout Sessions. @returns a function that throws Refusal unavailable when Stripe gives no session */
export function checkoutSessions(deps: {
  readonly stripe: Stripe
  readonly log: Logger
  readonly deadlineMs?: number
}): (params: SessionParams, idempotencyKey: string) => Promise<CheckoutSession> {
  const { stripe, log } = deps
  const create = async (params: SessionParams, idempotencyKey: string) => {
    try {
      return await stripe.checkout.sessions.create(params, { idempotencyKey })
    } catch (error) {
      if (!isServerError(error)) throw error
      // Stripe repeats a server error for the same key for a day, so the reader's retries would all fail. A session that
      // the failed try may have created is harmless: nobody knows its address.
      const secondKey = { idempotencyKey: `${idempotencyKey}-again`, maxNetworkRetries: 0 }
      return stripe.checkout.sessions.create(params, secondKey)
    }
  }
  return async (params, idempotencyKey) => {
    const answer = await within(deps.deadlineMs ?? DEADLINE_MS, create(params, idempotencyKey)).catch(
      (error: unknown) => {
        throw stripeRefusal(error, log)
      },
    )
    const read = answerSchema.safeParse(answer)
    if (!read.success) {
      log.error(
        { err: read.error, httpStatus: answer.lastResponse.statusCode },
        'Stripe’s answer is not a Checkout Session',
      )
      throw unavailable(read.error)
    }
    const { id, url, expires_at } = read.data
    return { id, url, expiresAt: new Date(expires_at * 1000) }
  }
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
