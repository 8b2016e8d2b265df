import type { Logger } from 'pino'
import type { Stripe } from 'stripe'
import { z } from 'zod'
import type { CheckoutSession } from '../checkout/checkout.ts'
import type { SessionParams } from '../checkout/session-params.ts'
import type { CheckoutSessionId } from '../ids.ts'
import { isServerError, stripeRefusal, unavailable } from './stripe-refusal.ts'

/** The reader waits 10 s at most; what is left is for our own work before and after. */
const DEADLINE_MS = 9_000

// The SDK takes an error status whose body has no `error` for success, so nothing is believed unread.
const answerSchema = z.object({
  object: z.literal('checkout.session'),
  id: z
    .string()
    .regex(/^cs_\w+$/)
    .transform((id) => id as CheckoutSessionId), // the brand's one maker for answers of the API
  url: z.url({ protocol: /^https?$/ }),
  expires_at: z.int().positive(),
})

/** Makes Checkout Sessions at Stripe. @returns a function that throws Refusal unavailable when Stripe cannot be had */
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
      // Stripe answers a key that met a server error with that error for a day, so the reader's retries would all fail.
      // A session that the failed try may have left behind is harmless: nobody was told its address.
      const again = { idempotencyKey: `${idempotencyKey}-again`, maxNetworkRetries: 0 }
      return stripe.checkout.sessions.create(params, again)
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
        'Stripe answered something odd',
      )
      throw unavailable(read.error)
    }
    const { id, url, expires_at } = read.data
    return { id, url, expiresAt: new Date(expires_at * 1000) }
  }
}

/** A try that is still under way goes on unheard; its session is found again by its idempotency key. */
async function within<T>(deadlineMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(unavailable(new Error('Stripe took too long'))), deadlineMs)
  })
  return Promise.race([work, deadline]).finally(() => clearTimeout(timer))
}
