import type { LocalDate } from '../receipts/receipt-number.ts'
import type { CheckoutStatus } from '../checkout/checkout-status.ts'
import type { Donation, KnownCheckout, KnownDonation } from '../donations/donation.ts'
import type { ChargeId, CheckoutId, CheckoutSessionId, DonationId, PaymentIntentId } from '../ids.ts'
import type { FraudWarning, MoneyBack } from '../refunds/reversals.ts'
import type { SubscriptionNews } from '../subscriptions/subscription.ts'

/** What the database knew of everything the facts touch. */
export type Known = {
  readonly checkouts: readonly KnownCheckout[]
  readonly donations: readonly KnownDonation[]
}

/** The two things a decision needs from outside, given as functions so that it stays pure. */
export type Means = {
  readonly newDonationId: () => DonationId
  readonly localDate: (instant: Date) => LocalDate
}

export type CheckoutMove = {
  readonly id: CheckoutId
  readonly sessionId: CheckoutSessionId
  readonly status: CheckoutStatus
}
export type DonationAmendment = {
  readonly before: KnownDonation
  readonly chargeId: ChargeId | null
  readonly succeededAt: Date
  readonly succeededOn: LocalDate
  readonly moneyBack: MoneyBack
}
export type PaymentWarning = { readonly paymentIntentId: PaymentIntentId; readonly warning: FraudWarning }

/** What must be written; empty when the facts say nothing new. */
export type Changes = {
  readonly moves: readonly CheckoutMove[]
  readonly booked: readonly Donation[]
  readonly amended: readonly DonationAmendment[]
  readonly warnings: readonly PaymentWarning[]
  readonly subscriptions: readonly SubscriptionNews[]
}

/** What became of one fact. A fact is never dropped: it is taken, it waits, it is not ours, or it contradicts. */
export type Verdict = 'taken' | 'waits' | 'not_ours' | 'contradicts'
