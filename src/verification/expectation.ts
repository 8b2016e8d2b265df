import type { FactOutcome } from '../processing/changes.ts'
import { decide } from '../processing/decide.ts'
import type { Donation } from '../donations/donation.ts'
import type { KnownCheckout } from '../checkout/checkout-status.ts'
import type { CheckoutId, DonationId, PaymentIntentId } from '../ids.ts'
import { noReversals, type Dispute, type Refund } from '../refunds/reversals.ts'
import type { PaymentFact } from '../donations/payment-fact.ts'
import { donationEntries, type LedgerEffect, type LedgerEntry } from '../ledger/ledger.ts'
import { newEffects } from '../refunds/reversal-effects.ts'
import { presentDay, type Zones } from './newsroom-day.ts'

/** What must stand in the ledger, once. */
export type ExpectedPosting = {
  readonly source: string
  readonly effect: LedgerEffect
  readonly clears: string
  /** The gift it belongs to; null when it is about none. */
  readonly payment: string | null
  readonly entries: string
  /** Every moment that Stripe gave it: it keeps the one that was known first. Null: it counts when it was learned. */
  readonly moments: readonly Date[] | null
}

export type Of<T> = { readonly payment: PaymentIntentId; readonly of: T }

/** All that follows from the facts alone, from nothing. */
export type Expectation = {
  readonly outcomes: readonly FactOutcome[]
  readonly donations: Map<PaymentIntentId, Donation>
  /** Every moment at which Stripe said that the gift was made. */
  readonly proofs: (donation: Donation) => readonly Date[]
  readonly postings: Map<string, ExpectedPosting>
  readonly refunds: Map<string, Of<Refund>>
  readonly disputes: Map<string, Of<Dispute>>
  readonly warnings: Set<string>
  readonly subscriptions: Set<string>
  /** Checkouts that were paid. */
  readonly paid: ReadonlySet<CheckoutId>
}

/** Decides over everything Stripe ever said at once, as if it all came today. */
export function expectationOf(
  facts: readonly PaymentFact[],
  checkouts: readonly KnownCheckout[],
  zones: Zones,
): Expectation {
  const fresh = checkouts.map((checkout) => ({ ...checkout, status: 'open' as const }))
  const deps = {
    newDonationId: () => 'expected' as DonationId, // never looked at: rows are found by their payment
    localDate: (instant: Date) => presentDay(instant, zones),
  }
  const { changes, outcomes } = decide({ checkouts: fresh, donations: [] }, facts, deps)
  const moments = momentsOf(facts)
  const proofs = ({ paymentIntentId, invoiceId }: Donation): readonly Date[] =>
    moments.get(invoiceId ?? paymentIntentId) ?? []
  const postings = new Map<string, ExpectedPosting>()
  const refunds = new Map<string, Of<Refund>>()
  const disputes = new Map<string, Of<Dispute>>()
  for (const donation of changes.booked) {
    const { paymentIntentId: payment, reversals } = donation
    for (const posting of postingsOf(donation, proofs(donation), moments))
      postings.set(postingKey(posting), posting)
    for (const refund of reversals.refunds) refunds.set(refund.id, { payment, of: refund })
    for (const dispute of reversals.disputes) disputes.set(dispute.id, { payment, of: dispute })
  }
  return {
    outcomes,
    donations: new Map(changes.booked.map((donation) => [donation.paymentIntentId, donation])),
    proofs,
    postings,
    refunds,
    disputes,
    warnings: new Set(changes.warnings.map(({ warning }) => warning.id)),
    subscriptions: new Set(changes.subscriptions.map(({ id }) => id)),
    paid: new Set(changes.moves.filter(({ status }) => status === 'succeeded').map(({ id }) => id)),
  }
}

function postingsOf(
  { paymentIntentId: payment, gross, reversals }: Donation,
  proofs: readonly Date[],
  moments: ReadonlyMap<string, readonly Date[]>,
): ExpectedPosting[] {
  const given: ExpectedPosting = {
    source: payment,
    effect: 'donation_succeeded',
    clears: payment,
    payment,
    entries: entriesText(donationEntries(gross)),
    moments: proofs,
  }
  const back = newEffects(noReversals, reversals).map(({ source, effect, entries, occurredAt }) => ({
    source,
    effect,
    clears: source,
    payment,
    entries: entriesText(entries),
    moments: occurredAt === null ? null : (moments.get(backKey(source, effect)) ?? [occurredAt]),
  }))
  return [given, ...back]
}

function backKey(source: string, effect: LedgerEffect): string {
  return `${effect === 'refund_failed' ? 'undone' : 'back'} ${source}`
}

/** By payment or invoice: when it was given; by `back` and the refund: when it went back, by `undone`: when that failed. */
function momentsOf(facts: readonly PaymentFact[]): ReadonlyMap<string, readonly Date[]> {
  const moments = new Map<string, Date[]>()
  const told = (key: string, at: Date): void => {
    const known = moments.get(key)
    if (!known) moments.set(key, [at])
    else if (known.every((other) => other.getTime() !== at.getTime())) known.push(at)
  }
  for (const fact of facts) {
    if (fact.kind === 'checkout_succeeded') told(fact.paymentIntentId, fact.at)
    if (fact.kind === 'invoice_paid') told(fact.invoiceId, fact.at)
    if (fact.kind !== 'refund' && fact.kind !== 'bank_return') continue
    const { id, createdAt, failedAt } = fact.refund
    told(`back ${id}`, createdAt)
    if (failedAt) told(`undone ${id}`, failedAt)
  }
  return moments
}

export function postingKey({ source, effect }: Pick<ExpectedPosting, 'source' | 'effect'>): string {
  return `${source} ${effect}`
}

/** `donations usd -500, stripe_clearing usd 500`: sorted, as the store writes what it finds. */
export function entriesText(entries: readonly LedgerEntry[]): string {
  return entries
    .map(({ account, amount }) => ({ place: `${account} ${amount.currency}`, minor: amount.minor }))
    .toSorted((a, b) => (a.place < b.place ? -1 : 1))
    .map(({ place, minor }) => `${place} ${minor}`)
    .join(', ')
}
