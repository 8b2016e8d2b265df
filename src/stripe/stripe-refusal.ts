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
  if (error instanceof UnreadableAnswer) {
    log.error({ err: error.cause, httpStatus: error.httpStatus }, error.message)
    return unavailable(error, RETRY_SECONDS)
  }
  // The SDK itself fails on some bodies, for example `null`.
  if (!(error instanceof errors.StripeError)) {
    log.error({ err: error }, 'The SDK cannot read Stripe’s answer')
    return unavailable(error, RETRY_SECONDS)
  }
  // Stripe is still working on another request with the same idempotency key.
  if (statusOf(error) === 409) return unavailable(error, 1)
  return error
}

/** An answer of Stripe's that is not what was asked for. */
export class UnreadableAnswer extends Error {
  override readonly name = 'UnreadableAnswer'
  readonly httpStatus: number
  constructor(httpStatus: number, cause: unknown) {
    super('Stripe’s answer is not a Checkout Session', { cause })
    this.httpStatus = httpStatus
  }
}

/**
 * Whether Stripe repeats this error for the same idempotency key: an error of its own server, in Stripe's words, or the
 * complaint that the key was used with other parameters (a release or a setting changed between two tries). A proxy's
 * error page and a connection without an answer are neither: Stripe may have created the session.
 */
export function isKeptForKey(error: unknown): boolean {
  if (error instanceof errors.StripeIdempotencyError) return statusOf(error) === 400
  return error instanceof errors.StripeAPIError && (statusOf(error) ?? 0) >= 500
}

/** Whether the same call may succeed a moment later. */
export function mayPass(error: unknown): boolean {
  if (error instanceof UnreadableAnswer) return error.httpStatus >= 500
  return error instanceof errors.StripeConnectionError || isServerError(error) || statusOf(error) === 409
}

/** What Stripe will not charge for this account: the amount or the currency. Null for every other error. */
export function refusedField(error: unknown): 'amount_too_small' | 'amount_too_large' | 'currency' | null {
  if (!(error instanceof errors.StripeInvalidRequestError) || statusOf(error) !== 400) return null
  if (error.code === 'amount_too_small' || error.code === 'amount_too_large') return error.code
  // Neither "Stripe accounts in US do not support tnd" nor "no payment methods compatible with your chosen currency" has
  // a code of its own.
  return /currency/i.test(`${error.param} ${error.message}`) ? 'currency' : null
}

/** Whether Stripe, or a proxy before it, failed on its side. An answer that is no JSON has no status in the SDK's error. */
function isServerError(error: unknown): boolean {
  return error instanceof errors.StripeAPIError && (statusOf(error) ?? 500) >= 500
}

/** Whether Stripe does not know the object of the call. */
export function isUnknownObject(error: unknown): boolean {
  return error instanceof errors.StripeError && error.code === 'resource_missing'
}

/** Whether Stripe will refuse the same call again: the key lacks a permission, or the account does not have the product. */
export function isRefusedCall(error: unknown): boolean {
  return error instanceof errors.StripePermissionError || error instanceof errors.StripeInvalidRequestError
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
