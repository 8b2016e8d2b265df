import type { Money } from '../money/money.ts'
import type {
  ChargeId,
  CheckoutId,
  CheckoutSessionId,
  InvoiceId,
  PaymentIntentId,
  SubscriptionId,
} from '../ids.ts'
import type { Attribution } from '../checkout/attribution.ts'
import type { Dispute, FraudWarning, Refund } from '../refunds/reversals.ts'
import type { SubscriptionUpdate } from '../subscriptions/subscription.ts'

/** How a checkout ends or goes on without money having come. */
export type UnpaidCheckoutStatus = 'processing' | 'failed' | 'expired'

/** What Stripe proved, in our words. stripe/payment-facts.ts translates events into these; nothing else of Stripe comes in. */
export type PaymentFact =
  | {
      /** The reader was charged: the one fact that books a donation. */
      readonly kind: 'checkout_succeeded'
      readonly sessionId: CheckoutSessionId
      readonly paymentIntentId: PaymentIntentId
      /** From our metadata; null when the session is not one of ours. */
      readonly checkoutId: CheckoutId | null
      readonly gross: Money
      readonly at: Date
      readonly donorName: string | null
      readonly donorEmail: string | null
      /** As sent along in the metadata, for a checkout that our database does not know (a restored backup). */
      readonly attribution: Attribution
    }
  | {
      readonly kind: 'checkout_turned'
      readonly sessionId: CheckoutSessionId
      readonly checkoutId: CheckoutId | null
      readonly turn: UnpaidCheckoutStatus
    }
  | {
      /** Which charge belongs to the payment; refunds and disputes will name the charge. */
      readonly kind: 'charge_succeeded'
      readonly paymentIntentId: PaymentIntentId
      readonly chargeId: ChargeId
    }
  | {
      readonly kind: 'refund'
      readonly paymentIntentId: PaymentIntentId
      readonly refund: Refund
    }
  | {
      /** A debit came back, or a try to collect it failed: it is the gift's only when this charge paid the gift. */
      readonly kind: 'bank_return'
      readonly paymentIntentId: PaymentIntentId
      readonly chargeId: ChargeId
      readonly refund: Refund
    }
  | {
      readonly kind: 'dispute'
      readonly paymentIntentId: PaymentIntentId
      readonly dispute: Dispute
    }
  | {
      readonly kind: 'fraud_warning'
      readonly paymentIntentId: PaymentIntentId
      readonly warning: FraudWarning
    }
  | {
      /** The reader finished a checkout that starts a recurring gift. Its first invoice books the donation. */
      readonly kind: 'subscription_started'
      readonly sessionId: CheckoutSessionId
      readonly checkoutId: CheckoutId | null
      readonly news: SubscriptionUpdate
    }
  | {
      /** Who gave what, once more or for the first time; books a donation together with its `invoice_payment`. */
      readonly kind: 'invoice_paid'
      readonly invoiceId: InvoiceId
      readonly subscriptionId: SubscriptionId
      readonly customerId: string | null
      readonly checkoutId: CheckoutId | null
      readonly isFirst: boolean
      readonly gross: Money
      readonly at: Date
      readonly donorName: string | null
      readonly donorEmail: string | null
      readonly attribution: Attribution
    }
  | {
      /** By which payment an invoice was paid: the other half. */
      readonly kind: 'invoice_payment'
      readonly invoiceId: InvoiceId
      readonly paymentIntentId: PaymentIntentId
    }
  | {
      /** Something about a recurring gift changed. */
      readonly kind: 'subscription_changed'
      readonly news: SubscriptionUpdate
    }
