import type { LocalDate } from '../calendar/local-date.ts'
import type { CheckoutProgress, KnownCheckout } from '../checkout/checkout-status.ts'
import type { Donation, DonationAmendment, KnownDonation } from '../donations/donation.ts'
import type { CardDeclined } from '../donations/payment-fact.ts'
import type { DonationId } from '../ids.ts'
import type { Outcome } from '../inbox/inbox-event.ts'
import type { PaymentWarning } from '../refunds/reversals.ts'
import type { KnownSubscription, SubscriptionUpdate } from '../subscriptions/subscription.ts'

/** What is stored of everything that the facts of a batch name. */
export type KnownState = {
  readonly checkouts: readonly KnownCheckout[]
  readonly donations: readonly KnownDonation[]
  /** Our subscriptions with the checkout that started each. */
  readonly subscriptions: readonly KnownSubscription[]
}

/** What a decision needs from outside. */
export type DecisionDeps = {
  readonly newDonationId: () => DonationId
  /** The day of an instant in the newsroom's timezone. */
  readonly localDate: (instant: Date) => LocalDate
}

/** What a batch writes. Each room defines what its own table takes. */
export type Changes = {
  readonly checkouts: readonly CheckoutProgress[]
  readonly booked: readonly Donation[]
  readonly amended: readonly DonationAmendment[]
  readonly warnings: readonly PaymentWarning[]
  readonly declines: readonly CardDeclined[]
  readonly subscriptions: readonly SubscriptionUpdate[]
}

/**
 * What became of one fact. A fact is never dropped: it is applied, or it is ours and waits for what it names, or it is
 * not ours as far as is known, or it contradicts what is booked. One that is not ours yet is read again as soon as what
 * it names becomes ours (`ownedThrough`).
 */
export type FactOutcome = 'applied' | 'waiting' | 'not_ours' | 'contradictory'

/** Why an event that is not ours is ignored. */
export const NOT_OURS = 'is not about a checkout of this service'

/** The outcome of the event that brought the fact. */
export const EVENT_OUTCOMES = {
  applied: 'applied',
  waiting: 'waiting',
  not_ours: 'ignored',
  contradictory: 'failed',
} as const satisfies Record<FactOutcome, Outcome>
