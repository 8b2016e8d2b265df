import type { KnownCheckout } from '../checkout/checkout-status.ts'
import type { Donation } from '../donations/donation.ts'
import type { CoveredParts, InvoicePaid, PaidGift } from '../donations/payment-fact.ts'
import type { LocalDate } from '../calendar/local-date.ts'
import type { DonationId } from '../ids.ts'
import type { Money } from '../money/money.ts'
import { noReversals } from '../refunds/reversals.ts'

/** What a donation has from its checkout or invoice. All payments of an invoice have it in common. */
type GiftFields = Pick<
  Donation,
  'subscriptionId' | 'checkoutId' | 'attribution' | 'donor' | 'message' | 'anonymous'
> & { readonly covered?: CoveredParts | null }

/** A gift of a checkout that is not known is booked all the same, with the attribution in Stripe's metadata. */
export function giftOfCheckout(gift: PaidGift, checkout: KnownCheckout | undefined): GiftFields {
  return {
    subscriptionId: null,
    checkoutId: checkout?.id ?? null,
    // A subscription may be paid at another interval than its checkout asked for.
    attribution: {
      ...(checkout?.attribution ?? gift.attribution),
      frequency: gift.attribution.frequency,
    },
    donor: gift.donor,
    message: checkout?.message ?? null,
    anonymous: checkout?.anonymous ?? false,
    covered: gift.covered ?? null,
  }
}

export function giftOfInvoice(paid: InvoicePaid, checkout: KnownCheckout | undefined): GiftFields {
  // The reader wrote the message for the first payment.
  const message = paid.isFirst ? (checkout?.message ?? null) : null
  return { ...giftOfCheckout(paid, checkout), subscriptionId: paid.subscriptionId, message }
}

/** Only of the sum that was agreed: of another amount, changed at Stripe or paid in parts, nobody knows a covered part. */
function coveredPart(covered: CoveredParts | null | undefined, { minor }: Money): bigint {
  return covered && covered.giftMinor + covered.feeMinor === minor ? covered.feeMinor : 0n
}

/** A donation that is booked now. */
export function newDonation(
  ids: Pick<Donation, 'paymentIntentId' | 'sessionId' | 'invoiceId'>,
  { subscriptionId, checkoutId, attribution, donor, message, anonymous, covered }: GiftFields,
  gross: Money,
  paidAt: Date,
  deps: { readonly newDonationId: () => DonationId; readonly localDate: (instant: Date) => LocalDate },
): Donation {
  return {
    id: deps.newDonationId(),
    ...ids,
    subscriptionId,
    checkoutId,
    chargeId: null,
    presentment: null,
    chargedAt: null,
    gross,
    coveredFeeMinor: coveredPart(covered, gross),
    attribution,
    donor,
    message,
    anonymous,
    succeededAt: paidAt,
    succeededOn: deps.localDate(paidAt),
    reversals: noReversals,
  }
}
