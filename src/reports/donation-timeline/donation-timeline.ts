import { isImported } from '../../donations/imported-gift.ts'
import type { HistoryEntry } from './donation-history.ts'
import type { BalanceKind } from '../../settlement/balance/balance-types.ts'
import type { DonationRecord } from '../donation-record.ts'

/** A movement of Stripe's balance for a donation. Amounts in minor units of its currency. */
export type TimelineMovement = {
  readonly id: string
  readonly type: string
  /** What the type is in the books; of an adjustment its source says so. */
  readonly kind: BalanceKind
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
    /** When the service read the payout from Stripe's balance; null: it has not. */
    readonly readAt: Date | null
    /** When the service recorded that it arrived; null: it has not. */
    readonly arrivalRecordedAt: Date | null
    /** The day of the line of a bank statement that it is matched to. */
    readonly bankDay: string | null
  } | null
}

export type TimelineRefund = {
  readonly id: string
  readonly kind: 'refund' | 'bank_return'
  readonly status: string
  readonly currency: string
  readonly amountMinor: bigint
  readonly createdAt: Date
  readonly failedAt: Date | null
}

export type TimelineDisputeMovement = {
  readonly dispute: string
  /** What the ledger has it under: the dispute's id, and `#2` for a second movement in the same direction. */
  readonly source: string
  readonly currency: string
  /** Negative when withdrawn. */
  readonly amountMinor: bigint
  readonly at: Date
}

export type TimelineAgreement = {
  /** When the donor asked to stop it by the link in our mails. */
  readonly stopAskedAt: Date | null
  /** When its end was decided. */
  readonly canceledAt: Date | null
  /** Stripe's word. */
  readonly endReason: string | null
}

/** What the timeline of a donation is derived from. */
export type TimelineFacts = {
  readonly donation: Pick<DonationRecord, 'paymentIntentId' | 'checkoutId' | 'subscriptionId' | 'disputes'>
  readonly succeededAt: Date
  readonly sessionId: string | null
  readonly invoiceId: string | null
  /** When the reader asked for the payment page; null for a renewal. */
  readonly checkoutAt: Date | null
  /** What became of the agreement that the gift is a payment of; null for a single gift. */
  readonly agreement: TimelineAgreement | null
  readonly movements: readonly TimelineMovement[]
  readonly refunds: readonly TimelineRefund[]
  readonly disputeMovements: readonly TimelineDisputeMovement[]
  readonly history: readonly HistoryEntry[]
  readonly now: Date
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
  | { readonly kind: 'settled'; readonly movement: TimelineMovement }
  | { readonly kind: 'deposited'; readonly payout: NonNullable<TimelineMovement['payout']> }
  | {
      readonly kind: 'arrived' | 'expected' | 'not_arrived' | 'on_statement'
      readonly payout: NonNullable<TimelineMovement['payout']>
    }
  | { readonly kind: 'refunded' | 'refund_failed' | 'bank_returned'; readonly refund: TimelineRefund }
  | { readonly kind: 'disputed'; readonly dispute: DonationRecord['disputes'][number] }
  | { readonly kind: 'withdrawn' | 'reinstated'; readonly movement: TimelineDisputeMovement }
  | {
      readonly kind: 'entry'
      readonly entry: Exclude<HistoryEntry, { kind: 'stripe_event' | 'ledger_posting' }>
    }

/** A step from the article to the bank line. */
export type TimelineStep = Happening & {
  readonly at: Date
  /** `day`: only the day is known. */
  readonly precision: 'minute' | 'day'
  /**
   * How much later it was known here than it happened; of a bank line, than Stripe's date; of an expected deposit, how
   * long it is overdue. Null: in time.
   */
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
/** Stripe's date is an estimate: a bank may book up to five days later. */
const LATE_AT_BANK_MS = 5 * DAY_MS

/** The steps in the order in which they happened. */
export function donationTimeline(facts: TimelineFacts): TimelineStep[] {
  const steps = [
    ...beginning(facts),
    ...bookings(facts),
    ...settlements(facts),
    ...deposits(facts),
    ...facts.refunds.flatMap((refund) => refundSteps(refund, facts.history)),
    ...disputeSteps(facts),
    ...agreementEnd(facts),
    ...otherEntries(facts),
  ]
  return steps.toSorted((a, b) => wholeSecond(a.at) - wholeSecond(b.at))
}

/** Stripe's moments are whole seconds, ours are not: within one second the steps stay in their natural order. */
const wholeSecond = (at: Date): number => Math.floor(at.getTime() / 1000)

function step(
  happening: Happening,
  at: Date,
  sources: readonly (string | null)[],
  lateMs: number | null = null,
): TimelineStep {
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
}: TimelineFacts): TimelineStep[] {
  if (isImported(donation.paymentIntentId))
    return [step({ kind: 'imported' }, succeededAt, [donation.paymentIntentId])]
  const events = history.filter((entry) => entry.kind === 'stripe_event').map(({ eventId }) => eventId)
  return [
    checkoutAt === null
      ? step({ kind: 'renewed' }, succeededAt, [donation.subscriptionId, invoiceId])
      : step({ kind: 'read' }, checkoutAt, [donation.checkoutId, sessionId]),
    step({ kind: 'paid' }, succeededAt, [donation.paymentIntentId, ...events.slice(0, 3)]),
  ]
}

/** Who stopped the agreement is known only where its donor used the link in our mails. */
function agreementEnd({ agreement, donation }: TimelineFacts): TimelineStep[] {
  if (agreement === null) return []
  const { stopAskedAt, canceledAt, endReason } = agreement
  const ended = endReason === 'payment_failed' ? 'agreement_failed' : 'agreement_stopped'
  return [
    ...(stopAskedAt ? [step({ kind: 'stop_asked' }, stopAskedAt, [donation.subscriptionId])] : []),
    ...(canceledAt ? [step({ kind: ended }, canceledAt, [donation.subscriptionId])] : []),
  ]
}

function bookings({ history, succeededAt }: TimelineFacts): TimelineStep[] {
  return history
    .filter((entry) => entry.kind === 'ledger_posting')
    .filter(({ effect }) => effect === 'donation_succeeded')
    .map(({ at, period, source }) =>
      step({ kind: 'booked', period }, new Date(at), [source], late(succeededAt, new Date(at), LATE_MS)),
    )
}

function late(happened: Date, known: Date | null, allowedMs: number): number | null {
  if (known === null) return null
  const lateMs = known.getTime() - happened.getTime()
  return lateMs > allowedMs ? lateMs : null
}

function settlements({ movements }: TimelineFacts): TimelineStep[] {
  return movements.map((movement) =>
    step(
      { kind: 'settled', movement },
      movement.at,
      [movement.id],
      late(movement.at, movement.readAt, LATE_READING_MS),
    ),
  )
}

function deposits({ movements, now }: TimelineFacts): TimelineStep[] {
  const payouts = new Map(movements.flatMap(({ payout }) => (payout ? [[payout.id, payout] as const] : [])))
  return [...payouts.values()].flatMap((payout) => {
    const { createdAt, readAt, arrivalRecordedAt, bankDay } = payout
    const [arrival, ids] = [endOf(payout.arrivalDate), [payout.id]]
    const kind = arrivalKind(payout.status)
    const lateMs =
      kind === 'expected'
        ? late(arrival, now, LATE_AT_BANK_MS)
        : late(arrival, kind === 'arrived' ? arrivalRecordedAt : null, LATE_READING_MS)
    const onDay = (happening: Happening, day: Date, howLate: number | null) => ({
      ...step(happening, day, ids, howLate),
      precision: 'day' as const,
    })
    return [
      step({ kind: 'deposited', payout }, createdAt, ids, late(createdAt, readAt, LATE_READING_MS)),
      onDay({ kind, payout }, arrival, lateMs),
      ...(bankDay === null
        ? []
        : [
            onDay(
              { kind: 'on_statement', payout },
              endOf(bankDay),
              late(arrival, endOf(bankDay), LATE_AT_BANK_MS),
            ),
          ]),
    ]
  })
}

function endOf(day: string): Date {
  return new Date(`${day}T23:59:59Z`)
}

function arrivalKind(status: string): 'arrived' | 'expected' | 'not_arrived' {
  if (status === 'paid') return 'arrived'
  return status === 'failed' || status === 'canceled' ? 'not_arrived' : 'expected'
}

/** When the ledger got an effect of an object at Stripe: that is when it was known here. */
function postedAt(history: readonly HistoryEntry[], source: string, effects: readonly string[]): Date | null {
  const posting = history.find(
    (entry) => entry.kind === 'ledger_posting' && entry.source === source && effects.includes(entry.effect),
  )
  return posting ? new Date(posting.at) : null
}

function refundSteps(refund: TimelineRefund, history: readonly HistoryEntry[]): TimelineStep[] {
  const { id, kind, status, createdAt, failedAt } = refund
  const made = kind === 'bank_return' ? 'bank_returned' : 'refunded'
  const hasFailed = status === 'failed' || status === 'canceled'
  const lateness = (happened: Date, effects: readonly string[]) =>
    late(happened, postedAt(history, id, effects), LATE_MS)
  return [
    step({ kind: made, refund }, createdAt, [id], lateness(createdAt, ['refunded', 'bank_returned'])),
    ...(hasFailed
      ? [
          step(
            { kind: 'refund_failed', refund },
            failedAt ?? createdAt,
            [id],
            // When it failed is not always known; then nothing says how late.
            failedAt === null ? null : lateness(failedAt, ['refund_failed']),
          ),
        ]
      : []),
  ]
}

function disputeSteps({ donation, disputeMovements, history }: TimelineFacts): TimelineStep[] {
  return [
    ...donation.disputes.map((dispute) => {
      const at = new Date(dispute.createdAt)
      const known = disputeKnownAt(dispute.id, donation.disputes.length === 1, history)
      return step({ kind: 'disputed', dispute }, at, [dispute.id], late(at, known, LATE_MS))
    }),
    ...disputeMovements.map((movement) => {
      const kind = movement.amountMinor < 0n ? 'withdrawn' : 'reinstated'
      const known = postedAt(history, movement.source, [`dispute_${kind}`])
      return step({ kind, movement }, movement.at, [movement.dispute], late(movement.at, known, LATE_MS))
    }),
  ]
}

/** By its withdrawal, or by the first event of a dispute where the gift has only this one: events do not say of which. */
function disputeKnownAt(id: string, isOnlyOne: boolean, history: readonly HistoryEntry[]): Date | null {
  const event = history.find(
    (entry) => entry.kind === 'stripe_event' && entry.type.startsWith('charge.dispute.'),
  )
  const known = [postedAt(history, id, ['dispute_withdrawn']), isOnlyOne && event ? new Date(event.at) : null]
  return known.filter((at) => at !== null).toSorted((a, b) => a.getTime() - b.getTime())[0] ?? null
}

/** Receipts, mails, warnings and what staff did: the history has them in full. */
function otherEntries({ history }: TimelineFacts): TimelineStep[] {
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
