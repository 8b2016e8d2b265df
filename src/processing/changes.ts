import type { LocalDate } from '../calendar/local-date.ts'
import type { CheckoutProgress, KnownCheckout } from '../checkout/checkout-status.ts'
import type { Donation, DonationAmendment, KnownDonation } from '../donations/donation.ts'
import type { DonationId } from '../ids.ts'
import type { Outcome } from '../inbox/inbox-event.ts'
import type { PaymentWarning } from '../refunds/reversals.ts'
import type { SubscriptionUpdate } from '../subscriptions/subscription.ts'

/** What the database knew of everything the facts touch. */
export type KnownState = {
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
  readonly subscriptions: readonly SubscriptionUpdate[]
}

/**
 * What became of one fact. A fact is never dropped: it is applied, or it waits for what it names, or it belongs to
 * another program on the same Stripe account, or it contradicts what is booked.
 */
export type FactOutcome = 'applied' | 'waiting' | 'not_ours' | 'contradictory'

/** The outcome of the event that brought the fact. */
export const EVENT_OUTCOMES = {
  applied: 'applied',
  waiting: 'waiting',
  not_ours: 'ignored',
  contradictory: 'failed',
} as const satisfies Record<FactOutcome, Outcome>
