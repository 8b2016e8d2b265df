import type { Attribution } from '../checkout/attribution.ts'
import type {
  ChargeId,
  CheckoutId,
  CheckoutSessionId,
  InvoiceId,
  PaymentIntentId,
  RefundId,
  SubscriptionId,
} from '../ids.ts'
import type { Money } from '../money/money.ts'
import type { Dispute } from '../refunds/dispute.ts'
import type { FraudWarning, Refund } from '../refunds/reversals.ts'
import type { SubscriptionUpdate } from '../subscriptions/subscription.ts'
import type { Donor } from './donation.ts'

/** The status of a checkout for which no money has come. */
export type UnpaidCheckoutStatus = 'processing' | 'failed' | 'expired'

/** What a reader agreed to who covers Stripe's fee, in minor units of the gift's currency. */
export type CoveredParts = { readonly giftMinor: bigint; readonly feeMinor: bigint }

/** What a fact that books a donation says of it. */
export type PaidGift = {
  /** From our mark on Stripe's object; null when it bears none. */
  readonly checkoutId: CheckoutId | null
  readonly gross: Money
  /** From our metadata; absent where the reader covers no fee. */
  readonly covered?: CoveredParts | null
  /** When the payment succeeded, by an event. Of several facts about one gift the earliest counts, and a card's charge before all. */
  readonly paidAt: Date
  readonly donor: Donor
  /** From our metadata, for a checkout that our database does not know (after a restored backup). */
  readonly attribution: Attribution
}

/** The reader was charged: books a donation. */
export type CheckoutSucceeded = PaidGift & {
  readonly kind: 'checkout_succeeded'
  /** What the reader was shown and charged, where that is another currency than the gift's. */
  readonly presentment?: Money | null
  readonly sessionId: CheckoutSessionId
  readonly paymentIntentId: PaymentIntentId
}

/**
 * An invoice of a subscription is paid: books a donation together with each `invoice_payment` that came through Stripe.
 * `gross` is the whole invoice's: a part of it may have been paid out of band.
 */
export type InvoicePaid = PaidGift & {
  readonly kind: 'invoice_paid'
  readonly invoiceId: InvoiceId
  readonly subscriptionId: SubscriptionId
  readonly customerId: string | null
  /** Whether the invoice is the subscription's first one. */
  readonly isFirst: boolean
  /** Whether all that it charges are donation products of an older system. */
  readonly isOfDonationProducts: boolean
}

/** A payment of an invoice. An invoice may have several, and one payment intent may pay several invoices. */
export type InvoicePayment = {
  readonly kind: 'invoice_payment'
  /** Stripe's id of the payment of the invoice, `inpay_…`. */
  readonly id: string
  readonly invoiceId: InvoiceId
  /** Null for a payment that did not come through Stripe. */
  readonly paymentIntentId: PaymentIntentId | null
  /** What the invoice got by it; null where Stripe does not say it. */
  readonly amount: Money | null
  readonly paidAt: Date | null
}

export type CheckoutStatusChanged = {
  readonly kind: 'checkout_status_changed'
  readonly sessionId: CheckoutSessionId
  readonly checkoutId: CheckoutId | null
  readonly status: UnpaidCheckoutStatus
  /** Whose bank debit it is while it settles; later events know the donor. */
  readonly email?: string | null
}

/** The charge that belongs to a payment. Refunds and disputes name the charge. */
export type ChargeSucceeded = {
  readonly kind: 'charge_succeeded'
  /** What the reader was shown and charged, where that is another currency than the gift's. */
  readonly presentment?: Money | null
  readonly paymentIntentId: PaymentIntentId
  readonly chargeId: ChargeId
  /** Null where Stripe's object does not say it. */
  readonly amount: Money | null
  /** Whether it bears our mark. Charges of subscriptions never do: Stripe copies no metadata to them. */
  readonly isMarked: boolean
  /** When a card was charged, which is when the gift was made. Null for other methods: their charge may fail later. */
  readonly chargedAt: Date | null
}

export type RefundChanged = {
  readonly kind: 'refund'
  readonly paymentIntentId: PaymentIntentId
  readonly refund: Refund
}

/** A refund whose status is missing or a word that we do not know: nobody can tell whether money moves. */
export type RefundOfUnknownStatus = {
  readonly kind: 'refund_of_unknown_status'
  readonly paymentIntentId: PaymentIntentId
  readonly refundId: RefundId
  readonly reportedAt: Date
}

/** A bank debit failed. It is a return of the gift only when this charge paid the gift. */
export type BankReturn = {
  readonly kind: 'bank_return'
  readonly paymentIntentId: PaymentIntentId
  readonly chargeId: ChargeId
  /** As of `charge_succeeded`. */
  readonly isMarked: boolean
  readonly refund: Refund
}

export type DisputeChanged = {
  readonly kind: 'dispute'
  readonly paymentIntentId: PaymentIntentId
  readonly dispute: Dispute
}

export type FraudWarned = {
  readonly kind: 'fraud_warning'
  readonly paymentIntentId: PaymentIntentId
  readonly warning: FraudWarning
}

/** A card was declined. Another one may have paid since. */
export type CardDeclined = {
  readonly kind: 'card_declined'
  /** Whether the payment bears our mark. The first payment of a recurring gift never does. */
  readonly isMarked: boolean
  /** Null where Stripe's object does not say it. */
  readonly amount: Money | null
  readonly customerId: string | null
  /** The same for every report of one try. */
  readonly declineId: string
  readonly paymentIntentId: PaymentIntentId
  readonly declinedAt: Date
  /** Stripe's word for the reason; null when it gives none. */
  readonly code: string | null
}

/** The reader completed a checkout that starts a subscription. Its first invoice books the first donation. */
export type SubscriptionStarted = {
  readonly kind: 'subscription_started'
  readonly sessionId: CheckoutSessionId
  readonly checkoutId: CheckoutId | null
  readonly donor: Donor
  readonly subscription: SubscriptionUpdate
}

export type SubscriptionChanged = {
  readonly kind: 'subscription_changed'
  readonly subscription: SubscriptionUpdate
}

/** What Stripe reported, in the terms of this service. Only `stripe/events/` makes facts of Stripe's events. */
export type PaymentFact =
  | CheckoutSucceeded
  | CheckoutStatusChanged
  | SubscriptionStarted
  | InvoicePaid
  | InvoicePayment
  | SubscriptionChanged
  | ChargeSucceeded
  | RefundChanged
  | RefundOfUnknownStatus
  | BankReturn
  | DisputeChanged
  | FraudWarned
  | CardDeclined

/**
 * The id of Stripe's by which a fact that is not ours may become ours: the fact is read again as soon as our checkout,
 * subscription or payment names that id.
 */
export function ownedThrough(fact: PaymentFact): string {
  switch (fact.kind) {
    case 'checkout_status_changed':
      return fact.sessionId
    case 'subscription_started':
    case 'subscription_changed':
      return fact.subscription.id
    case 'invoice_paid':
      return fact.subscriptionId
    case 'invoice_payment':
      return fact.invoiceId
    default:
      return fact.paymentIntentId
  }
}

/** The ids by which facts name what is stored. */
export type NamedIds = {
  readonly payments: readonly PaymentIntentId[]
  readonly sessions: readonly CheckoutSessionId[]
  readonly invoices: readonly InvoiceId[]
  readonly checkouts: readonly CheckoutId[]
  readonly subscriptions: readonly SubscriptionId[]
}

export function namedIds(facts: readonly PaymentFact[]): NamedIds {
  return {
    payments: facts.flatMap((fact) => ('paymentIntentId' in fact ? (fact.paymentIntentId ?? []) : [])),
    sessions: facts.flatMap((fact) => ('sessionId' in fact ? [fact.sessionId] : [])),
    invoices: facts.flatMap((fact) => ('invoiceId' in fact ? [fact.invoiceId] : [])),
    subscriptions: facts.flatMap((fact) => {
      if (fact.kind === 'invoice_paid') return [fact.subscriptionId]
      return 'subscription' in fact ? [fact.subscription.id] : []
    }),
    checkouts: facts.flatMap((fact) => {
      if ('checkoutId' in fact) return fact.checkoutId ?? []
      return 'subscription' in fact ? (fact.subscription.checkoutId ?? []) : []
    }),
  }
}
