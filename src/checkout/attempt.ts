import type { CheckoutId } from '../ids.ts'

/** What a request to Stripe for a checkout's session depends on besides the checkout: it changes with time. */
export type Attempt = {
  /** 1 to 255 characters. */
  readonly stripeIdempotencyKey: string
  readonly expiresAt: Date
}

const MINUTE_MS = 60_000
/** How long a payment page stays open: `short` while somebody tries stolen cards, as short as Stripe allows. */
export type Expiry = 'usual' | 'short'
const TIMES = {
  usual: { lifeMs: 60 * MINUTE_MS, attemptMs: 25 * MINUTE_MS },
  short: { lifeMs: 34 * MINUTE_MS, attemptMs: 2 * MINUTE_MS },
} as const satisfies Record<Expiry, object>

/**
 * The attempt that a request for the checkout's session belongs to at this time.
 *
 * Stripe requires that a session expires 30 minutes to 24 hours after it is created, and allows one set of parameters
 * for one idempotency key. So `expires_at` cannot follow the clock: it is an hour after the checkout was created. A
 * request that got no answer is repeated with the same key, and Stripe answers with the session it created then.
 *
 * A request that comes 30 minutes late would leave too little of that hour. So a new attempt begins every 25 minutes,
 * with a new key and an expiry 25 minutes later: 35 to 60 minutes always remain, and five of them may be lost to
 * clocks that disagree. A session that an earlier attempt left at Stripe cannot be paid, because nobody knows its
 * address: if it had been saved, no further attempt would be made.
 *
 * Stripe also keeps a server error for an idempotency key, and would repeat it for a day. So every failure that Stripe is
 * known to keep changes the key. A request that merely got no answer does not: it may have created a session.
 *
 * A short attempt lasts two minutes, so that 32 to 34 remain. Its key names it, because its parameters are others.
 */
export function attemptAt(
  checkout: { readonly id: CheckoutId; readonly createdAt: Date; readonly stripeFailures: number },
  now: Date,
  expiry: Expiry = 'usual',
): Attempt {
  const { lifeMs, attemptMs } = TIMES[expiry]
  const elapsedMs = Math.max(0, now.getTime() - checkout.createdAt.getTime())
  const attempt = Math.floor(elapsedMs / attemptMs)
  const suffix = [
    ...(expiry === 'short' ? [expiry] : []),
    ...(checkout.stripeFailures === 0 ? [] : [checkout.stripeFailures]),
  ]
  return {
    stripeIdempotencyKey: ['checkout', checkout.id, attempt, ...suffix].join('-'),
    expiresAt: new Date(checkout.createdAt.getTime() + attempt * attemptMs + lifeMs),
  }
}
