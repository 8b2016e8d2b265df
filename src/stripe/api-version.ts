import { Stripe } from 'stripe'

/** The API version this SDK speaks; events of any other are quarantined, because their objects may be shaped otherwise. */
export const STRIPE_API_VERSION: string = Stripe.API_VERSION
