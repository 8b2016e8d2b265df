import { isImported } from '../donations/imported-gift.ts'
import type { HistoryEntry } from './donation-history.ts'
import type { DonationRecord } from './donation-record.ts'

/** A movement of Stripe's balance for a donation. Amounts in minor units of its currency. */
export type StoryMovement = {
  readonly id: string
  readonly type: string
  readonly currency: string
  readonly amountMinor: bigint
  readonly feeMinor: bigint
  readonly netMinor: bigint
  readonly at: Date
  /** When the service read it. */
  readonly readAt: Date
  /** The deposit that it is part of; null: none yet. */
  readonly payout: {
    readonly id: string
    readonly status: string
    readonly currency: string
    readonly amountMinor: bigint
    readonly createdAt: Date
    /** `2026-01-16` */
    readonly arrivalDate: string
  } | null
}

export type StoryRefund = {
  readonly id: string
  readonly kind: 'refund' | 'bank_return'
  readonly status: string
  readonly currency: string
  readonly amountMinor: bigint
  readonly createdAt: Date
  readonly failedAt: Date | null
}

export type StoryDisputeMovement = {
  readonly dispute: string
  readonly currency: string
  /** Negative when withdrawn. */
  readonly amountMinor: bigint
  readonly at: Date
}

export type StoryAgreement = {
  /** When the donor asked to stop it by the link in our mails. */
  readonly stopAskedAt: Date | null
  /** When its end was decided. */
  readonly canceledAt: Date | null
  /** Stripe's word. */
  readonly endReason: string | null
}

/** What the story of a donation is derived from. */
export type StoryFacts = {
  readonly donation: Pick<DonationRecord, 'paymentIntentId' | 'checkoutId' | 'subscriptionId' | 'disputes'>
  readonly succeededAt: Date
  readonly sessionId: string | null
  readonly invoiceId: string | null
  /** When the reader asked for the payment page; null for a renewal. */
  readonly checkoutAt: Date | null
  /** What became of the agreement that the gift is a payment of; null for a single gift. */
  readonly agreement: StoryAgreement | null
  readonly movements: readonly StoryMovement[]
  readonly refunds: readonly StoryRefund[]
  readonly disputeMovements: readonly StoryDisputeMovement[]
  readonly history: readonly HistoryEntry[]
}

type Happening =
  | {
      readonly kind:
        | 'read'
        | 'renewed'
        | 'paid'
        | 'stop_asked'
        | 'agreement_stopped'
        | 'agreement_failed'
        | 'imported'
    }
  | { readonly kind: 'booked'; readonly period: string | null }
  | { readonly kind: 'settled'; readonly movement: StoryMovement }
  | { readonly kind: 'deposited'; readonly payout: NonNullable<StoryMovement['payout']> }
  | {
      readonly kind: 'arrived' | 'expected' | 'not_arrived'
      readonly payout: NonNullable<StoryMovement['payout']>
    }
  | { readonly kind: 'refunded' | 'refund_failed' | 'bank_returned'; readonly refund: StoryRefund }
  | { readonly kind: 'disputed'; readonly dispute: DonationRecord['disputes'][number] }
  | { readonly kind: 'withdrawn' | 'reinstated'; readonly movement: StoryDisputeMovement }
  | {
      readonly kind: 'entry'
      readonly entry: Exclude<HistoryEntry, { kind: 'stripe_event' | 'ledger_posting' }>
    }

/** A step from the article to the bank line. */
export type StoryStep = Happening & {
  readonly at: Date
  /** `day`: only the day is known. */
  readonly precision: 'minute' | 'day'
  /** How much later it was known here than it happened; null: in time. */
  readonly lateMs: number | null
  /** Ids of what it is known from, at Stripe or here. */
  readonly sources: readonly string[]
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Later than so much is said to be late: a webhook comes within moments, the balance is read within minutes. */
const LATE_MS = HOUR_MS
/** Stripe lists a charge in the balance at once, and its movement may be read a day later after an outage. */
const LATE_READING_MS = DAY_MS

/** The steps in the order in which they happened. */
export function donationStory(facts: StoryFacts): StoryStep[] {
  const steps = [
    ...beginning(facts),
    ...bookings(facts),
    ...settlements(facts),
    ...deposits(facts),
    ...facts.refunds.flatMap(refundSteps),
    ...disputeSteps(facts),
    ...agreementEnd(facts),
    ...otherEntries(facts),
  ]
  return steps.toSorted((a, b) => a.at.getTime() - b.at.getTime())
}

function step(
  happening: Happening,
  at: Date,
  sources: readonly (string | null)[],
  lateMs: number | null = null,
): StoryStep {
  return {
    ...happening,
    at,
    precision: 'minute',
    lateMs,
    sources: sources.filter((source) => source !== null),
  }
}

function beginning({
  donation,
  succeededAt,
  checkoutAt,
  sessionId,
  invoiceId,
  history,
}: StoryFacts): StoryStep[] {
  if (isImported(donation.paymentIntentId))
    return [step({ kind: 'imported' }, succeededAt, [donation.paymentIntentId])]
  const events = history.filter((entry) => entry.kind === 'stripe_event').map(({ eventId }) => eventId)
  return [
    checkoutAt === null
      ? step({ kind: 'renewed' }, new Date(succeededAt.getTime() - 1), [donation.subscriptionId, invoiceId])
      : step({ kind: 'read' }, checkoutAt, [donation.checkoutId, sessionId]),
    step({ kind: 'paid' }, succeededAt, [donation.paymentIntentId, ...events.slice(0, 3)]),
  ]
}

/** Who stopped the agreement is known only where its donor used the link in our mails. */
function agreementEnd({ agreement, donation }: StoryFacts): StoryStep[] {
  if (agreement === null) return []
  const { stopAskedAt, canceledAt, endReason } = agreement
  const ended = endReason === 'payment_failed' ? 'agreement_failed' : 'agreement_stopped'
  return [
    ...(stopAskedAt ? [step({ kind: 'stop_asked' }, stopAskedAt, [donation.subscriptionId])] : []),
    ...(canceledAt ? [step({ kind: ended }, canceledAt, [donation.subscriptionId])] : []),
  ]
}

function bookings({ history, succeededAt }: StoryFacts): StoryStep[] {
  return history
    .filter((entry) => entry.kind === 'ledger_posting')
    .filter(({ effect }) => effect === 'donation_succeeded')
    .map(({ at, period, source }) =>
      step({ kind: 'booked', period }, new Date(at), [source], late(succeededAt, new Date(at), LATE_MS)),
    )
}

function late(happened: Date, known: Date, allowedMs: number): number | null {
  const lateMs = known.getTime() - happened.getTime()
  return lateMs > allowedMs ? lateMs : null
}

function settlements({ movements }: StoryFacts): StoryStep[] {
  return movements.map((movement) =>
    step(
      { kind: 'settled', movement },
      movement.at,
      [movement.id],
      late(movement.at, movement.readAt, LATE_READING_MS),
    ),
  )
}

function deposits({ movements }: StoryFacts): StoryStep[] {
  const payouts = new Map(movements.flatMap(({ payout }) => (payout ? [[payout.id, payout] as const] : [])))
  return [...payouts.values()].flatMap((payout) => {
    const arrival = new Date(`${payout.arrivalDate}T23:59:59Z`)
    return [
      step({ kind: 'deposited', payout }, payout.createdAt, [payout.id]),
      {
        ...step({ kind: arrivalKind(payout.status), payout }, arrival, [payout.id]),
        precision: 'day' as const,
      },
    ]
  })
}

function arrivalKind(status: string): 'arrived' | 'expected' | 'not_arrived' {
  if (status === 'paid') return 'arrived'
  return status === 'failed' || status === 'canceled' ? 'not_arrived' : 'expected'
}

function refundSteps(refund: StoryRefund): StoryStep[] {
  const { id, kind, status, createdAt, failedAt } = refund
  const made = kind === 'bank_return' ? 'bank_returned' : 'refunded'
  const hasFailed = status === 'failed' || status === 'canceled'
  return [
    step({ kind: made, refund }, createdAt, [id]),
    ...(hasFailed ? [step({ kind: 'refund_failed', refund }, failedAt ?? createdAt, [id])] : []),
  ]
}

function disputeSteps({ donation, disputeMovements }: StoryFacts): StoryStep[] {
  return [
    ...donation.disputes.map((dispute) =>
      step({ kind: 'disputed', dispute }, new Date(dispute.createdAt), [dispute.id]),
    ),
    ...disputeMovements.map((movement) =>
      step({ kind: movement.amountMinor < 0n ? 'withdrawn' : 'reinstated', movement }, movement.at, [
        movement.dispute,
      ]),
    ),
  ]
}

/** Receipts, mails, warnings and what staff did: the history has them in full. */
function otherEntries({ history }: StoryFacts): StoryStep[] {
  return history.flatMap((entry) => {
    if (entry.kind === 'stripe_event' || entry.kind === 'ledger_posting') return []
    return [step({ kind: 'entry', entry }, new Date(entry.at), [sourceOf(entry)])]
  })
}

function sourceOf(entry: HistoryEntry): string | null {
  if ('message' in entry) return entry.message
  if (entry.kind === 'refund_requested') return entry.refundId
  return entry.kind === 'fraud_warning' ? entry.warning : null
}
