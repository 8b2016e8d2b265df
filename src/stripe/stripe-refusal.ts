import { Stripe } from 'stripe'
import type { Logger } from 'pino'
import { Refusal } from '../http/refusal.ts'

const RETRY_SECONDS = 5
const RATE_LIMITED_RETRY_SECONDS = 10
const { errors } = Stripe

/**
 * What a failed call means here. Whatever may pass by itself, and whatever only the operators can mend, is
 * `unavailable` to the reader; a request that Stripe finds wrong is a bug of ours and is handed on as it is.
 */
export function stripeRefusal(error: unknown, log: Logger): unknown {
  if (error instanceof Refusal) return error
  if (error instanceof errors.StripeAuthenticationError || error instanceof errors.StripePermissionError) {
    log.error({ err: error }, 'Stripe does not accept our key: check STRIPE_SECRET_KEY')
    return unavailable(error, RETRY_SECONDS)
  }
  if (error instanceof errors.StripeRateLimitError || statusOf(error) === 429)
    return unavailable(error, RATE_LIMITED_RETRY_SECONDS)
  if (error instanceof errors.StripeConnectionError || isServerError(error))
    return unavailable(error, RETRY_SECONDS)
  // The SDK itself stumbles over some bodies, `null` for one.
  if (!(error instanceof errors.StripeError)) {
    log.error({ err: error }, 'Stripe answered something the SDK cannot read')
    return unavailable(error, RETRY_SECONDS)
  }
  // Another request with the same idempotency key is still at work.
  if (statusOf(error) === 409) return unavailable(error, 1)
  return error
}

/** Stripe failed on its side. Its answer stays with the idempotency key: the same key gets the same failure again. */
export function isServerError(error: unknown): boolean {
  return error instanceof errors.StripeAPIError && (statusOf(error) ?? 500) >= 500
}

export function unavailable(cause: unknown, retryAfterSeconds = RETRY_SECONDS): Refusal {
  return new Refusal(
    'unavailable',
    'The payment service does not answer at the moment. Nothing was charged.',
    {
      cause,
      retryAfterSeconds,
    },
  )
}

function statusOf(error: unknown): number | undefined {
  return error instanceof errors.StripeError ? error.statusCode : undefined
}
