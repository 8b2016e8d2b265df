import type { Money } from '../money/money.ts'
import type { LocalDate } from '../calendar/local-date.ts'
import type { Reversals } from '../refunds/reversals.ts'
import type {
  ChargeId,
  CheckoutId,
  CheckoutSessionId,
  DonationId,
  InvoiceId,
  PaymentIntentId,
  SubscriptionId,
} from '../ids.ts'
import type { Attribution } from '../checkout/attribution.ts'

/** One gift, one payment: exists only once the reader was charged. */
export type Donation = {
  readonly id: DonationId
  readonly paymentIntentId: PaymentIntentId
  /** Null for a collection of a recurring gift. */
  readonly sessionId: CheckoutSessionId | null
  /** With `subscriptionId`: which collection of which recurring gift. */
  readonly invoiceId: InvoiceId | null
  readonly subscriptionId: SubscriptionId | null
  readonly checkoutId: CheckoutId | null
  readonly chargeId: ChargeId | null
  readonly gross: Money
  readonly attribution: Attribution
  readonly donorName: string | null
  readonly donorEmail: string | null
  readonly message: string | null
  readonly anonymous: boolean
  readonly succeededAt: Date
  /** The day of `succeededAt` in the newsroom's timezone: the day it counts for. */
  readonly succeededOn: LocalDate
  readonly reversals: Reversals
}

/** What the apply step must know of a donation already booked. */
export type KnownDonation = Pick<
  Donation,
  | 'id'
  | 'paymentIntentId'
  | 'sessionId'
  | 'invoiceId'
  | 'chargeId'
  | 'gross'
  | 'attribution'
  | 'succeededAt'
  | 'succeededOn'
  | 'reversals'
>

/** What an amended donation is from now on, beside what it was before. */
export type DonationAmendment = {
  readonly before: KnownDonation
  readonly chargeId: ChargeId | null
  readonly succeededAt: Date
  readonly succeededOn: LocalDate
  readonly reversals: Reversals
}
