import type { CheckoutStatus } from './checkout-status.ts'
import type { CheckoutId, CheckoutSessionId } from '../ids.ts'
import type { CheckoutRequest } from './checkout-request.ts'

/** A reader's intention to give, stored before Stripe is asked for a payment page. */
export type Checkout = CheckoutRequest & {
  readonly id: CheckoutId
  readonly createdAt: Date
  readonly status: CheckoutStatus
  /** How often Stripe failed in a way that it keeps for the idempotency key. */
  readonly stripeFailures: number
  /** Stripe's payment page; null until Stripe has answered. */
  readonly session: CheckoutSession | null
}

export type CheckoutSession = {
  readonly id: CheckoutSessionId
  readonly url: string
  readonly expiresAt: Date
}

/** @param id a new UUID */
export function planCheckout(request: CheckoutRequest, id: string, now: Date): Checkout {
  return {
    ...request,
    id: id as CheckoutId, // new checkouts get the brand here and nowhere else
    createdAt: now,
    status: 'created',
    stripeFailures: 0,
    session: null,
  }
}

/** Whether the reader can still pay on Stripe's page. */
export function isPayable(checkout: Checkout, now: Date): boolean {
  return checkout.status === 'open' && checkout.session !== null && checkout.session.expiresAt > now
}
