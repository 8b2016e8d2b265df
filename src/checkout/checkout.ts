import type { CheckoutStatus } from './checkout-status.ts'
import type { CheckoutId, CheckoutSessionId } from '../ids.ts'
import type { CheckoutRequest } from './checkout-request.ts'

/** A reader's intention to give, kept before Stripe is asked. */
export type Checkout = CheckoutRequest & {
  readonly id: CheckoutId
  readonly createdAt: Date
  readonly status: CheckoutStatus
  /** Stripe's page for it, once known. */
  readonly session: CheckoutSession | null
}

export type CheckoutSession = {
  readonly id: CheckoutSessionId
  readonly url: string
  readonly expiresAt: Date
}

/** @param means.id a fresh UUID */
export function planCheckout(request: CheckoutRequest, deps: { id: string; now: Date }): Checkout {
  return {
    ...request,
    id: deps.id as CheckoutId, // the brand's one maker for new checkouts
    createdAt: deps.now,
    status: 'created',
    session: null,
  }
}

/** Whether the reader can still pay on Stripe's page. */
export function isPayable(checkout: Checkout, now: Date): boolean {
  return checkout.status === 'open' && checkout.session !== null && checkout.session.expiresAt > now
}
