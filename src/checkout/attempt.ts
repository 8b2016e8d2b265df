import type { CheckoutId } from '../ids.ts'

/** One way of asking Stripe for a checkout's session: what changes when too much time has passed. */
export type Attempt = {
  /** 1 to 255 characters. */
  readonly stripeIdempotencyKey: string
  readonly expiresAt: Date
}

const MINUTE_MS = 60_000
const LIFE_MS = 60 * MINUTE_MS
const ATTEMPT_MS = 25 * MINUTE_MS

/**
 * A session must expire 30 minutes to 24 hours after Stripe makes it, and one idempotency key allows one set of
 * parameters only. So `expires_at` cannot follow the clock: it is an hour after the checkout was kept. A first try that
 * died is resumed with the same key, and Stripe answers with the session it made then.
 *
 * Used 30 minutes late that hour would be too short, so every 25 minutes a new attempt begins, with a new key and an
 * expiry 25 minutes later: whenever it is used, 35 to 60 minutes remain, and five of them may be lost to clocks that
 * disagree. A session that an earlier attempt left at Stripe cannot be paid, because its address was never told to
 * anybody: had it been saved, no attempt would be needed.
 */
export function attemptAt(checkout: { id: CheckoutId; createdAt: Date }, now: Date): Attempt {
  const elapsedMs = Math.max(0, now.getTime() - checkout.createdAt.getTime())
  const attempt = Math.floor(elapsedMs / ATTEMPT_MS)
  return {
    stripeIdempotencyKey: `checkout-${checkout.id}-${attempt}`,
    expiresAt: new Date(checkout.createdAt.getTime() + attempt * ATTEMPT_MS + LIFE_MS),
  }
}
