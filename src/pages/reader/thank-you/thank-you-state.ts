import { monthsAway } from '../../../calendar/days.ts'
import { localDate } from '../../../calendar/local-date.ts'
import type { Frequency } from '../../../checkout/attribution.ts'
import { maskedAddress } from '../../../access/audit/audit-trail.ts'
import { storedMoney, type Money } from '../../../money/money.ts'
import type { SessionPayment } from '../../../stripe/session-payment-gateway.ts'
import type { CheckoutOutcome } from './thank-you-store.ts'
import type { MonthlyOffer, ThankYouState } from './thank-you-view.ts'

export const UNKNOWN: ThankYouState = { kind: 'unknown', retryUrl: '/donate' }

/** Whether the outcome is recorded, so that neither waiting nor asking Stripe would tell more. */
export function isRecorded({ donation_status, status }: CheckoutOutcome): boolean {
  return donation_status !== null || status === 'processing' || status === 'expired' || status === 'failed'
}

/** What the newsroom's settings add to the state. */
export type ThankYouSettings = {
  readonly timezone: string
  readonly frequencies: readonly Frequency[]
  readonly now: Date
}

/** What is recorded, as the page shows it; null when nothing is recorded yet. */
export function recordedState(outcome: CheckoutOutcome, settings: ThankYouSettings): ThankYouState | null {
  if (outcome.donation_status !== null) return givenState(outcome, settings)
  switch (outcome.status) {
    case 'processing':
      return { kind: 'processing', amount: amountOf(outcome) }
    case 'expired':
    case 'failed':
      return { kind: outcome.status, retryUrl: retryUrl(outcome) }
    case 'created':
    case 'open':
    case 'succeeded':
      return null
  }
}

/**
 * Nothing is recorded: what Stripe says decides, so that nobody waits for a payment that was never made.
 * @param payment null when Stripe could not be asked
 * @param looks how often the page has looked again by itself
 */
export function unrecordedState(
  outcome: CheckoutOutcome,
  payment: SessionPayment | null,
  again: { readonly checkAgainUrl: string; readonly refreshing: boolean },
): ThankYouState {
  const payUrl = outcome.session_url === null ? {} : { payUrl: outcome.session_url }
  // Our own record of it may be ahead of the gift's: the first invoice of a recurring gift follows the session.
  if (outcome.status === 'succeeded') return { kind: 'confirmed', amount: amountOf(outcome), ...again }
  switch (payment) {
    case 'paid':
      return { kind: 'confirmed', amount: amountOf(outcome), ...again }
    case 'settling':
      return { kind: 'processing', amount: amountOf(outcome) }
    case 'expired':
      return { kind: 'expired', retryUrl: retryUrl(outcome) }
    case 'open':
      return { kind: 'open', ...payUrl, changeUrl: retryUrl(outcome) }
    case null:
      return { kind: 'unsure', ...again, ...payUrl }
  }
}

function givenState(outcome: CheckoutOutcome, settings: ThankYouSettings): ThankYouState {
  const amount = amountOf(outcome)
  const { donation_status: status, frequency, donor_email: email } = outcome
  const receipt = outcome.receipt_token === null ? {} : { receiptUrl: `/receipts/${outcome.receipt_token}` }
  if (status === 'refunded') return { kind: 'refunded', amount, ...receipt }
  if (status === 'returned' || status === 'dispute_lost') return { kind: 'returned', amount, ...receipt }
  if (frequency !== 'once' && (outcome.ended_at !== null || outcome.cancel_at !== null))
    return { kind: 'cancelled', amount, frequency, ...receipt }
  const { presentment_minor: minor, presentment_currency: currency, refunded_minor: refunded } = outcome
  const { covered_fee_minor: covered } = outcome
  const offersMonthly =
    frequency === 'once' && status === 'succeeded' && settings.frequencies.includes('monthly')
  return {
    kind: 'succeeded',
    amount,
    ...receipt,
    ...(covered === 0n ? {} : { coveredFee: storedMoney(covered, outcome.currency) }),
    ...(minor === null || currency === null ? {} : { charged: storedMoney(minor, currency) }),
    ...(refunded === null || refunded === 0n ? {} : { refunded: storedMoney(refunded, outcome.currency) }),
    ...(email === null ? {} : { address: maskedAddress(email) }),
    ...(frequency === 'once'
      ? {}
      : { recurring: { frequency, nextOn: nextOn(outcome, frequency, settings) } }),
    ...(offersMonthly ? { monthly: monthlyOffer(outcome, settings) } : {}),
  }
}

/** Stripe's date once it is read, and until then the same day of the next month or year, which is what Stripe does. */
function nextOn(
  { next_payment_at: next, succeeded_at: paid }: CheckoutOutcome,
  frequency: 'monthly' | 'yearly',
  { timezone }: ThankYouSettings,
): string {
  if (next !== null) return localDate(next, timezone)
  return monthsAway(localDate(paid ?? new Date(0), timezone), frequency === 'monthly' ? 1 : 12)
}

/** The same gift every month; nothing is given before the reader confirms it at Stripe. */
function monthlyOffer(outcome: CheckoutOutcome, { timezone, now }: ThankYouSettings): MonthlyOffer {
  return {
    checkoutId: outcome.checkout_id,
    formUrl: monthlyUrl(outcome),
    nextOn: monthsAway(localDate(now, timezone), 1),
  }
}

/** The form filled in with the same amount and currency every month. */
function monthlyUrl(outcome: CheckoutOutcome): string {
  const query = new URLSearchParams({
    // The form adds the fee again.
    amount: String(outcome.amount_minor - outcome.covered_fee_minor),
    currency: outcome.currency,
    frequency: 'monthly',
    ...(outcome.covered_fee_minor === 0n ? {} : { coverFees: 'true' }),
  })
  if (outcome.article_url !== null) query.set('article', outcome.article_url)
  if (outcome.article_title !== null) query.set('articleTitle', outcome.article_title)
  return `/donate?${query}`
}

function amountOf({ amount_minor, currency }: CheckoutOutcome): Money {
  return storedMoney(amount_minor, currency)
}

/** The form as the reader had filled it in. */
function retryUrl({ checkout_id: id }: CheckoutOutcome): string {
  return id === null ? '/donate' : `/donate?again=${id}`
}
