import type { Money } from '../money/money.ts'
import type { ChargeId, CheckoutId, CheckoutSessionId, PaymentIntentId } from './ids.ts'
import type { Dispute, FraudWarning, Refund } from './money-back.ts'

export type Frequency = 'once' | 'monthly' | 'yearly'

/** Where a gift came from: the article and the campaign that asked for it. */
export type Attribution = {
  readonly frequency: Frequency
  readonly articleUrl: string | null
  readonly articleTitle: string | null
  readonly campaignSource: string | null
  readonly campaignMedium: string | null
  readonly campaignName: string | null
}

/** The attribution alone, of anything that has its fields. */
export function attributionIn(source: Attribution): Attribution {
  const { frequency, articleUrl, articleTitle, campaignSource, campaignMedium, campaignName } = source
  return { frequency, articleUrl, articleTitle, campaignSource, campaignMedium, campaignName }
}

/** How a checkout ends or goes on without money having come. */
export type CheckoutTurn = 'processing' | 'failed' | 'expired'

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
      readonly turn: CheckoutTurn
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
      readonly kind: 'dispute'
      readonly paymentIntentId: PaymentIntentId
      readonly dispute: Dispute
    }
  | {
      readonly kind: 'fraud_warning'
      readonly paymentIntentId: PaymentIntentId
      readonly warning: FraudWarning
    }
