import { attributionIn } from '../checkout/attribution.ts'
import type { Donation } from '../donations/donation.ts'
import type { CheckoutId, DonationId, PaymentIntentId } from '../ids.ts'
import { donationBalance } from '../refunds/donation-balance.ts'
import { compare, NOTHING, type Finding, type Compared } from './finding.ts'
import { newsroomDays, type Zones } from './newsroom-day.ts'

/** A row of donations, without anything of the donor. */
export type FoundDonation = {
  readonly id: DonationId
  readonly paymentIntentId: PaymentIntentId
  readonly sessionId: string | null
  readonly invoiceId: string | null
  readonly subscriptionId: string | null
  readonly checkoutId: string | null
  readonly chargeId: string | null
  readonly currency: string
  readonly grossMinor: bigint
  readonly succeededAt: Date
  readonly succeededOn: string
  readonly status: string
  readonly refundedMinor: bigint
  readonly disputedMinor: bigint
  readonly lostMinor: bigint
} & Donation['attribution']

/** @param proofs every moment that Stripe gave this gift */
export function donationDifferences(
  expected: Donation,
  found: FoundDonation,
  proofs: readonly Date[],
  zones: Zones,
): Finding[] {
  const { gross, succeededAt } = expected
  const { status, refundedMinor, disputedMinor, lostMinor } = donationBalance(gross, expected.reversals)
  const attribution = attributionIn(expected.attribution)
  return compare('donation_differs', expected.paymentIntentId, [
    ['session', expected.sessionId, found.sessionId],
    ['invoice', expected.invoiceId, found.invoiceId],
    ['recurring gift', expected.subscriptionId, found.subscriptionId],
    ['checkout', expected.checkoutId, found.checkoutId],
    ['charge', expected.chargeId, found.chargeId],
    ['gross', `${gross.minor} ${gross.currency}`, `${found.grossMinor} ${found.currency}`],
    ['frequency', attribution.frequency, found.frequency],
    ['article', attribution.articleUrl, found.articleUrl],
    ['title', attribution.articleTitle, found.articleTitle],
    ['campaign source', attribution.campaignSource, found.campaignSource],
    ['campaign medium', attribution.campaignMedium, found.campaignMedium],
    ['campaign', attribution.campaignName, found.campaignName],
    ['moment', succeededAt, found.succeededAt],
    dayColumn(expected, found, proofs, zones),
    ['status', status, found.status],
    ['refunded', refundedMinor, found.refundedMinor],
    ['disputed', disputedMinor, found.disputedMinor],
    ['lost', lostMinor, found.lostMinor],
  ])
}

/** The day that a gift counts for: as it was found where that is one of its days, else as it should be. */
export function countedDay(expected: Donation, found: string, proofs: readonly Date[], zones: Zones): string {
  return newsroomDays([expected.succeededAt, ...proofs], zones).has(found) ? found : expected.succeededOn
}

function dayColumn(
  expected: Donation,
  { succeededAt, succeededOn }: FoundDonation,
  proofs: readonly Date[],
  zones: Zones,
): Compared {
  const told = [expected.succeededAt, ...proofs].some((at) => at.getTime() === succeededAt.getTime())
  const allowed = newsroomDays([told ? succeededAt : expected.succeededAt], zones)
  return ['day', allowed.has(succeededOn) ? succeededOn : expected.succeededOn, succeededOn]
}

export function missingDonation({ paymentIntentId, gross }: Donation): Finding {
  const expected = `${gross.minor} ${gross.currency}`
  return { kind: 'donation_missing', object: paymentIntentId, expected, found: NOTHING }
}

export function unexpectedDonation(found: FoundDonation): Finding {
  const { paymentIntentId: object, grossMinor, currency } = found
  return { kind: 'donation_unexpected', object, expected: NOTHING, found: `${grossMinor} ${currency}` }
}

/** Whether a checkout was paid; how else it ended depends on which of its sessions was current. */
export function checkoutDifferences(
  { id, status }: { readonly id: CheckoutId; readonly status: string },
  paid: ReadonlySet<CheckoutId>,
): Finding[] {
  if (paid.has(id) === (status === 'succeeded')) return []
  const expected = paid.has(id) ? 'succeeded' : 'not succeeded'
  return [{ kind: 'checkout_status', object: id, expected, found: status }]
}
