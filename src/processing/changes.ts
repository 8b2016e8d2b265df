import type { LocalDate } from '../calendar/local-date.ts'
import type { CheckoutProgress, KnownCheckout } from '../checkout/checkout-status.ts'
import type { Donation, DonationAmendment, KnownDonation } from '../donations/donation.ts'
import type { DonationId } from '../ids.ts'
import type { PaymentWarning } from '../refunds/reversals.ts'
import type { SubscriptionNews } from '../subscriptions/subscription.ts'

/** What the database knew of everything the facts touch. */
export type Known = {
  readonly checkouts: readonly KnownCheckout[]
  readonly donations: readonly KnownDonation[]
}

/** The two things a decision needs from outside, given as functions so that it stays pure. */
export type DecisionDeps = {
  readonly newDonationId: () => DonationId
  readonly localDate: (instant: Date) => LocalDate
}

/** What must be written; empty when the facts say nothing new. */
export type Changes = {
  readonly moves: readonly CheckoutProgress[]
  readonly booked: readonly Donation[]
  readonly amended: readonly DonationAmendment[]
  readonly warnings: readonly PaymentWarning[]
  readonly subscriptions: readonly SubscriptionNews[]
}

/** What became of one fact. A fact is never dropped: it is taken, it waits, it is not ours, or it contradicts. */
export type Verdict = 'taken' | 'waits' | 'not_ours' | 'contradicts'
