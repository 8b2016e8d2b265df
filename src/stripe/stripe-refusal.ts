import { Stripe } from 'stripe'
import type { Logger } from 'pino'
import { Refusal } from '../http/refusal.ts'

const RETRY_SECONDS = 5
const RATE_LIMITED_RETRY_SECONDS = 10
const { errors } = Stripe

/**
 * The error to throw for a failed call. What may pass by itself, and what only operators can repair, is `unavailable`
 * to the reader. A request that Stripe finds invalid is a bug of ours, and its error is returned unchanged.
 */
export function stripeRefusal(error: unknown, log: Logger): unknown {
  if (error instanceof Refusal) return error
  if (error instanceof errors.StripeAuthenticationError || error instanceof errors.StripePermissionError) {
    log.error({ err: error }, 'Stripe does not accept the API key: check STRIPE_SECRET_KEY')
    return unavailable(error, RETRY_SECONDS)
  }
  if (error instanceof errors.StripeRateLimitError || statusOf(error) === 429)
    return unavailable(error, RATE_LIMITED_RETRY_SECONDS)
  if (error instanceof errors.StripeConnectionError || isServerError(error))
    return unavailable(error, RETRY_SECONDS)
  // The SDK itself fails on some bodies, for example `null`.
  if (!(error instanceof errors.StripeError)) {
    log.error({ err: error }, 'The SDK cannot read Stripe’s answer')
    return unavailable(error, RETRY_SECONDS)
  }
  // Stripe is still working on another request with the same idempotency key.
  if (statusOf(error) === 409) return unavailable(error, 1)
  return error
}

/** Whether Stripe failed on its side. Stripe then repeats the failure for the same idempotency key. */
export function isServerError(error: unknown): boolean {
  return error instanceof errors.StripeAPIError && (statusOf(error) ?? 500) >= 500
}

/** Whether Stripe does not know the object of the call. */
export function isUnknownObject(error: unknown): boolean {
  return error instanceof errors.StripeError && error.code === 'resource_missing'
}

/** The refusal for a reader whose payment service does not answer. */
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
