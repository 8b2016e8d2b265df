import { localDate, type LocalDate } from '../calendar/local-date.ts'
import type { KnownCheckout } from '../checkout/checkout-status.ts'
import type { Donation } from '../donations/donation.ts'
import { namedIds, type PaymentFact } from '../donations/payment-fact.ts'
import type { CheckoutId, DonationId, PaymentIntentId } from '../ids.ts'
import { donationEntries, type LedgerEffect, type LedgerEntry } from '../ledger/ledger.ts'
import type { FactOutcome } from '../processing/changes.ts'
import { decide } from '../processing/decide.ts'
import { newEffects } from '../refunds/reversal-effects.ts'
import type { Dispute } from '../refunds/dispute.ts'
import { noReversals, type Refund } from '../refunds/reversals.ts'

/** The newsroom's timezones, the present one first: days that were dated in an earlier one stay as they are. */
export type Zones = readonly [string, ...string[]]

/** The days, `2026-01-31`, on which these instants may have been dated. */
export function newsroomDays(instants: readonly Date[], zones: Zones): ReadonlySet<string> {
  return new Set(instants.flatMap((instant) => zones.map((zone) => localDate(instant, zone))))
}

function presentDay(instant: Date, [zone]: Zones): LocalDate {
  return localDate(instant, zone)
}

/** A ledger transaction that must be there exactly once. */
export type ExpectedPosting = {
  readonly source: string
  readonly effect: LedgerEffect
  readonly clears: string
  /** The payment of the donation that it belongs to; null when it belongs to none. */
  readonly payment: string | null
  /** As `entriesText` writes them. */
  readonly entries: string
  /** Every instant that Stripe stated for it; the one that became known first counts. Null: it counts when it was posted. */
  readonly instants: readonly Date[] | null
  /** The days on which it may have happened; left out: the newsroom's days of `instants`. */
  readonly days?: ReadonlySet<string>
  /** The first day of the books for what happened before them. */
  readonly earliestDay?: string
}

/** A refund or dispute with the payment of its donation. */
export type OfPayment<T> = { readonly payment: PaymentIntentId; readonly value: T }

/** Everything that follows from the facts alone, derived without looking at the tables. */
export type Expectation = {
  /** One outcome a fact, in the facts' order. */
  readonly outcomes: readonly FactOutcome[]
  readonly donations: Map<PaymentIntentId, Donation>
  /** Every instant at which the donation succeeded according to one of Stripe's events. */
  readonly successTimes: (donation: Donation) => readonly Date[]
  /** By `postingKey`. */
  readonly postings: Map<string, ExpectedPosting>
  readonly refunds: Map<string, OfPayment<Refund>>
  readonly disputes: Map<string, OfPayment<Dispute>>
  readonly warnings: Set<string>
  readonly subscriptions: Set<string>
  /** The subscriptions of other programs that events name. */
  readonly foreignSubscriptions: ReadonlySet<string>
  readonly paidCheckouts: ReadonlySet<CheckoutId>
}

/** Decides over all facts at once, as if they all arrived today in an empty database. */
export function expectationOf(
  facts: readonly PaymentFact[],
  checkouts: readonly KnownCheckout[],
  zones: Zones,
): Expectation {
  const openCheckouts = checkouts.map((checkout) => ({ ...checkout, status: 'open' as const }))
  const deps = {
    newDonationId: () => 'expected' as DonationId, // never compared: rows are found by their payment
    localDate: (instant: Date) => presentDay(instant, zones),
  }
  const { changes, outcomes } = decide(
    { checkouts: openCheckouts, donations: [], subscriptions: [] },
    facts,
    deps,
  )
  const stated = statedInstants(facts)
  const successTimes = ({ paymentIntentId, invoiceId }: Donation): readonly Date[] =>
    [paymentIntentId, invoiceId].flatMap((id) => (id ? (stated.get(id) ?? []) : []))
  const postings = new Map<string, ExpectedPosting>()
  const refunds = new Map<string, OfPayment<Refund>>()
  const disputes = new Map<string, OfPayment<Dispute>>()
  for (const donation of changes.booked) {
    const { paymentIntentId: payment, reversals } = donation
    for (const posting of postingsOf(donation, successTimes(donation), stated))
      postings.set(postingKey(posting), posting)
    for (const refund of reversals.refunds) refunds.set(refund.id, { payment, value: refund })
    for (const dispute of reversals.disputes) disputes.set(dispute.id, { payment, value: dispute })
  }
  return {
    outcomes,
    donations: new Map(changes.booked.map((donation) => [donation.paymentIntentId, donation])),
    successTimes,
    postings,
    refunds,
    disputes,
    warnings: new Set(changes.warnings.map(({ warning }) => warning.id)),
    subscriptions: new Set(changes.subscriptions.map(({ id }) => id)),
    foreignSubscriptions: foreignSubscriptions(facts, outcomes, changes.subscriptions),
    paidCheckouts: new Set(
      changes.checkouts.filter(({ status }) => status === 'succeeded').map(({ id }) => id),
    ),
  }
}

function foreignSubscriptions(
  facts: readonly PaymentFact[],
  outcomes: readonly FactOutcome[],
  own: readonly { readonly id: string }[],
): ReadonlySet<string> {
  const named = namedIds(facts.filter((_, index) => outcomes[index] === 'not_ours')).subscriptions
  const ownIds = new Set(own.map(({ id }) => id))
  return new Set(named.filter((id) => !ownIds.has(id)))
}

function postingsOf(
  { paymentIntentId: payment, gross, reversals }: Donation,
  successTimes: readonly Date[],
  stated: ReadonlyMap<string, readonly Date[]>,
): ExpectedPosting[] {
  const donated: ExpectedPosting = {
    source: payment,
    effect: 'donation_succeeded',
    clears: payment,
    payment,
    entries: entriesText(donationEntries(gross)),
    instants: successTimes,
  }
  const reversed = newEffects(noReversals, reversals).map(
    ({ source, effect, clears, entries, occurredAt }) => ({
      source,
      effect,
      clears,
      payment,
      entries: entriesText(entries),
      instants: occurredAt === null ? null : (stated.get(refundKey(source, effect)) ?? [occurredAt]),
    }),
  )
  return [donated, ...reversed]
}

function refundKey(source: string, effect: LedgerEffect): string {
  return `${effect === 'refund_failed' ? 'failed' : 'refunded'} ${source}`
}

/**
 * Every instant that Stripe's events state: by payment and invoice, when it succeeded; by `refunded` and the refund's id,
 * when it was made; by `failed` and the refund's id, when it failed.
 */
function statedInstants(facts: readonly PaymentFact[]): ReadonlyMap<string, readonly Date[]> {
  const stated = new Map<string, Date[]>()
  const add = (key: string, instant: Date): void => {
    const known = stated.get(key)
    if (!known) stated.set(key, [instant])
    else if (known.every((other) => other.getTime() !== instant.getTime())) known.push(instant)
  }
  for (const fact of facts) {
    if (fact.kind === 'charge_succeeded' && fact.chargedAt) add(fact.paymentIntentId, fact.chargedAt)
    if (fact.kind === 'checkout_succeeded') add(fact.paymentIntentId, fact.paidAt)
    if (fact.kind === 'invoice_paid') add(fact.invoiceId, fact.paidAt)
    if (fact.kind === 'invoice_payment' && fact.paymentIntentId && fact.paidAt)
      add(fact.paymentIntentId, fact.paidAt)
    if (fact.kind !== 'refund' && fact.kind !== 'bank_return') continue
    const { id, createdAt, failedAt } = fact.refund
    add(`refunded ${id}`, createdAt)
    if (failedAt) add(`failed ${id}`, failedAt)
  }
  return stated
}

export function postingKey({ source, effect }: Pick<ExpectedPosting, 'source' | 'effect'>): string {
  return `${source} ${effect}`
}

/** `donations usd -500, stripe_clearing usd 500`: sorted by account and currency, as the store's SQL writes entries. */
export function entriesText(entries: readonly LedgerEntry[]): string {
  return entries
    .map(({ account, amount }) => ({ place: `${account} ${amount.currency}`, minor: amount.minor }))
    .toSorted((a, b) => (a.place < b.place ? -1 : 1))
    .map(({ place, minor }) => `${place} ${minor}`)
    .join(', ')
}

/** The text of the opposite entries. */
export function negatedText(entries: string): string {
  return entries
    .split(', ')
    .map((entry) =>
      entry.replace(/ (-?)(\d+)$/, (_, sign: string, digits: string) => ` ${sign ? '' : '-'}${digits}`),
    )
    .join(', ')
}
