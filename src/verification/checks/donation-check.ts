import { attributionIn } from '../../checkout/attribution.ts'
import type { Donation } from '../../donations/donation.ts'
import type { CheckoutId, DonationId, PaymentIntentId } from '../../ids.ts'
import { donationBalance } from '../../refunds/donation-balance.ts'
import { newsroomDays, type Zones } from '../expectation.ts'
import { compareColumns, missing, unexpected, type Finding, type Compared } from '../finding.ts'

/** A row of `donations` without donor data. */
export type DonationRow = {
  readonly id: DonationId
  readonly paymentIntentId: PaymentIntentId
  readonly sessionId: string | null
  readonly invoiceId: string | null
  readonly subscriptionId: string | null
  readonly checkoutId: string | null
  readonly chargeId: string | null
  readonly chargedAt: Date | null
  readonly currency: string
  readonly grossMinor: bigint
  readonly coveredFeeMinor: bigint
  readonly presentmentCurrency: string | null
  readonly presentmentMinor: bigint | null
  readonly succeededAt: Date
  readonly succeededOn: string
  readonly status: string
  readonly refundedMinor: bigint
  readonly disputedMinor: bigint
  readonly lostMinor: bigint
} & Donation['attribution']

/** When a donation may have been made, and the months that finance has closed. */
export type DatingDeps = {
  readonly zones: Zones
  readonly closings: ReadonlyMap<string, Date>
}

/** @param successTimes every instant at which the donation succeeded according to one of Stripe's events */
export function donationFindings(
  expected: Donation,
  found: DonationRow,
  successTimes: readonly Date[],
  deps: DatingDeps,
): Finding[] {
  const { gross } = expected
  const moments = possibleMoments(expected, found, successTimes, deps)
  const isPossible = moments.some((moment) => moment.getTime() === found.succeededAt.getTime())
  const { status, refundedMinor, disputedMinor, lostMinor } = donationBalance(gross, expected.reversals)
  const attribution = attributionIn(expected.attribution)
  return compareColumns('donation_differs', expected.paymentIntentId, [
    ['session', expected.sessionId, found.sessionId],
    ['invoice', expected.invoiceId, found.invoiceId],
    ['subscription', expected.subscriptionId, found.subscriptionId],
    ['checkout', expected.checkoutId, found.checkoutId],
    ['charge', expected.chargeId, found.chargeId],
    ['gross', `${gross.minor} ${gross.currency}`, `${found.grossMinor} ${found.currency}`],
    ['covered fee', expected.coveredFeeMinor, found.coveredFeeMinor],
    [
      'charged',
      expected.presentment && `${expected.presentment.minor} ${expected.presentment.currency}`,
      presentmentOf(found),
    ],
    ['frequency', attribution.frequency, found.frequency],
    ['article', attribution.articleUrl, found.articleUrl],
    ['title', attribution.articleTitle, found.articleTitle],
    ['campaign source', attribution.campaignSource, found.campaignSource],
    ['campaign medium', attribution.campaignMedium, found.campaignMedium],
    ['campaign', attribution.campaignName, found.campaignName],
    ['charged', found.chargedAt === null ? null : expected.chargedAt, found.chargedAt],
    ['time', isPossible ? found.succeededAt : expected.succeededAt, found.succeededAt],
    dayColumn(expected, found, successTimes, deps.zones),
    ['status', status, found.status],
    ['refunded', refundedMinor, found.refundedMinor],
    ['disputed', disputedMinor, found.disputedMinor],
    ['lost', lostMinor, found.lostMinor],
  ])
}

/** Of an amount and its currency both are there or neither: one alone is a difference. */
export function presentmentOf({
  presentmentMinor: minor,
  presentmentCurrency: currency,
}: DonationRow): string | null {
  return minor === null && currency === null ? null : `${minor} ${currency}`
}

/**
 * The moments that a stored donation may bear: the expected one, or any stated one where a closed month keeps its figures.
 * An earlier release did not store when the card was charged: such a donation may bear another moment of the same day.
 */
function possibleMoments(
  expected: Donation,
  found: DonationRow,
  successTimes: readonly Date[],
  { zones, closings }: DatingDeps,
): readonly Date[] {
  const days = newsroomDays([expected.succeededAt], zones)
  const isClosed = [...days, found.succeededOn].some((day) => closings.has(day.slice(0, 7)))
  if (isClosed) return [expected.succeededAt, ...successTimes]
  if (found.chargedAt !== null || expected.chargedAt === null) return [expected.succeededAt]
  const isOnTheDay = (moment: Date) => [...newsroomDays([moment], zones)].some((day) => days.has(day))
  return [expected.succeededAt, ...successTimes.filter(isOnTheDay)]
}

/** The day on which a donation counts: the stored one if it is among its possible days, else the expected one. */
export function countedDay(
  expected: Donation,
  found: DonationRow,
  successTimes: readonly Date[],
  deps: DatingDeps,
): string {
  const possible = newsroomDays(possibleMoments(expected, found, successTimes, deps), deps.zones)
  return possible.has(found.succeededOn) ? found.succeededOn : expected.succeededOn
}

function dayColumn(
  expected: Donation,
  { succeededAt, succeededOn }: DonationRow,
  successTimes: readonly Date[],
  zones: Zones,
): Compared {
  const isStated = [expected.succeededAt, ...successTimes].some(
    (instant) => instant.getTime() === succeededAt.getTime(),
  )
  const allowed = newsroomDays([isStated ? succeededAt : expected.succeededAt], zones)
  return ['day', allowed.has(succeededOn) ? succeededOn : expected.succeededOn, succeededOn]
}

export function missingDonation({ paymentIntentId, gross }: Donation): Finding {
  return missing('donation_missing', paymentIntentId, `${gross.minor} ${gross.currency}`)
}

export function unexpectedDonation({ paymentIntentId, grossMinor, currency }: DonationRow): Finding {
  return unexpected('donation_unexpected', paymentIntentId, `${grossMinor} ${currency}`)
}

/**
 * Compares only whether a checkout was paid. How an unpaid one ended depends on which of its sessions was the current
 * one, which events do not prove.
 */
export function checkoutFindings(
  { id, status }: { readonly id: CheckoutId; readonly status: string },
  paid: ReadonlySet<CheckoutId>,
): Finding[] {
  if (paid.has(id) === (status === 'succeeded')) return []
  const expected = paid.has(id) ? 'succeeded' : 'not succeeded'
  return [{ kind: 'checkout_status', object: id, expected, found: status }]
}
