/**
 * Ids of Stripe's objects and of our own. Each is checked where it enters the service; the brand keeps an id of one
 * kind from being passed where another kind is wanted.
 */
export type PaymentIntentId = string & { readonly __brand: 'PaymentIntentId' }
export type CheckoutSessionId = string & { readonly __brand: 'CheckoutSessionId' }
export type ChargeId = string & { readonly __brand: 'ChargeId' }
export type CheckoutId = string & { readonly __brand: 'CheckoutId' }
export type DonationId = string & { readonly __brand: 'DonationId' }
export type RefundId = string & { readonly __brand: 'RefundId' }
export type DisputeId = string & { readonly __brand: 'DisputeId' }
export type FraudWarningId = string & { readonly __brand: 'FraudWarningId' }
export type InvoiceId = string & { readonly __brand: 'InvoiceId' }
export type SubscriptionId = string & { readonly __brand: 'SubscriptionId' }

/** Whether a text that anybody sent is written like the id of a Checkout Session. Postgres refuses some other texts. */
export function isCheckoutSessionId(text: string): text is CheckoutSessionId {
  return /^cs_[A-Za-z0-9_]{8,250}$/.test(text)
}
