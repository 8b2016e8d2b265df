import type { Attribution } from '../checkout/attribution.ts'
import type { LocalDate } from '../calendar/local-date.ts'
import type {
  ChargeId,
  CheckoutId,
  CheckoutSessionId,
  DonationId,
  InvoiceId,
  PaymentIntentId,
  SubscriptionId,
} from '../ids.ts'
import type { Money } from '../money/money.ts'
import type { Reversals } from '../refunds/reversals.ts'

/** The person who gave, as they entered it on Stripe's payment page. */
export type Donor = { readonly name: string | null; readonly email: string | null }

/** A donor of whom nothing is known. */
export const unknownDonor: Donor = { name: null, email: null }

/** One gift by one payment. It exists only once the reader was charged. */
export type Donation = {
  readonly id: DonationId
  readonly paymentIntentId: PaymentIntentId
  /** Null for a payment of a subscription. */
  readonly sessionId: CheckoutSessionId | null
  /** The paid invoice and its subscription; both null for a single gift. */
  readonly invoiceId: InvoiceId | null
  readonly subscriptionId: SubscriptionId | null
  readonly checkoutId: CheckoutId | null
  /** Null until Stripe has reported the charge of the payment. */
  readonly chargeId: ChargeId | null
  /** When the card was charged; null while that is not known, and for other payment methods. */
  readonly chargedAt: Date | null
  readonly gross: Money
  /** What of the gross the reader added to cover Stripe's fee, in minor units of its currency. */
  readonly coveredFeeMinor: bigint
  /** What the reader was shown and charged, where that is another currency than the gift's; null: the gross. */
  readonly presentment: Money | null
  readonly attribution: Attribution
  readonly donor: Donor
  /** The reader's message to the newsroom. */
  readonly message: string | null
  readonly anonymous: boolean
  /**
   * When the gift was made: when the card was charged, and until that is known or for other methods, when the earliest
   * event says that the payment succeeded.
   */
  readonly succeededAt: Date
  /** The day of `succeededAt` in the newsroom's timezone. Reports and receipts count the gift on this day. */
  readonly succeededOn: LocalDate
  readonly reversals: Reversals
}

/** A donation that is booked already. */
export type KnownDonation = Donation

/** The new values of a donation that is booked already, and its former ones. */
export type DonationAmendment = {
  readonly before: KnownDonation
  readonly chargeId: ChargeId | null
  readonly presentment: Money | null
  readonly chargedAt: Date | null
  readonly succeededAt: Date
  readonly succeededOn: LocalDate
  readonly reversals: Reversals
}

/** Whether the gift counts on another day than before. Ledger, totals and receipt then follow. */
export function isRedated({ before, succeededOn }: DonationAmendment): boolean {
  return before.succeededOn !== succeededOn
}
