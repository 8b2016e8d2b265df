import type { Money } from '../money/money.ts'
import type { ChargeId, DisputeId, FraudWarningId, PaymentIntentId, RefundId } from '../ids.ts'

export type RefundStatus = 'requires_action' | 'pending' | 'succeeded' | 'canceled' | 'failed'

/** Money on its way back to the reader. A `bank_return` is a debit that succeeded and that the bank took back later. */
export type Refund = {
  /** Of a bank return: the payment's. */
  readonly id: RefundId | PaymentIntentId
  readonly kind: 'refund' | 'bank_return'
  readonly amount: Money
  readonly status: RefundStatus
  readonly reason: string | null
  readonly failureReason: string | null
  readonly createdAt: Date
  /** When Stripe first said that it came to nothing; null: it did not. */
  readonly failedAt: Date | null
}

/** A cardholder's complaint at the bank. Its amount can differ from the gift's, in both directions. */
export type Dispute = {
  readonly id: DisputeId
  /** What Stripe took; until it has, what is disputed. */
  readonly amount: Money
  /** Stripe's word; the list is open. */
  readonly status: string
  readonly reason: string | null
  readonly evidenceDueBy: Date | null
  /** When Stripe first took the money, weeks after `createdAt` where an inquiry became a dispute; null: not yet. */
  readonly withdrawnAt: Date | null
  /** When Stripe gave it back; null: it did not. */
  readonly reinstatedAt: Date | null
  readonly createdAt: Date
}

/** A card network's warning that the cardholder may complain; moves no money. */
export type FraudWarning = {
  readonly id: FraudWarningId
  readonly chargeId: ChargeId
  readonly fraudType: string
  readonly actionable: boolean
  readonly createdAt: Date
}

/** A warning and the payment that it is about. */
export type PaymentWarning = { readonly paymentIntentId: PaymentIntentId; readonly warning: FraudWarning }

/** All that ever went back, or might, of one donation. */
export type Reversals = { readonly refunds: readonly Refund[]; readonly disputes: readonly Dispute[] }

export const noReversals: Reversals = { refunds: [], disputes: [] }

/** Takes in what an event says of a refund; the same object when it says nothing new. */
export function withRefund(back: Reversals, refund: Refund): Reversals {
  const refunds = merged(back.refunds, refund, laterRefund)
  return refunds === back.refunds ? back : { ...back, refunds }
}

/** Takes in what an event says of a dispute; the same object when it says nothing new. */
export function withDispute(back: Reversals, dispute: Dispute): Reversals {
  const disputes = merged(back.disputes, dispute, laterDispute)
  return disputes === back.disputes ? back : { ...back, disputes }
}

function merged<T extends { readonly id: string }>(
  known: readonly T[],
  told: T,
  later: (a: T, b: T) => T,
): readonly T[] {
  const at = known.findIndex(({ id }) => id === told.id)
  const before = known[at]
  if (!before) return [...known, told]
  const now = later(before, told)
  return now === before ? known : known.with(at, now)
}

// Events come in any order and more than once: a status only ever climbs. A refund can fail after it has succeeded,
// and never the other way round.
const REFUND_RANK: Readonly<Record<RefundStatus, number>> = {
  requires_action: 0,
  pending: 1,
  succeeded: 2,
  canceled: 3,
  failed: 4,
}

function laterRefund(known: Refund, told: Refund): Refund {
  const createdAt = told.createdAt < known.createdAt ? told.createdAt : known.createdAt
  const climbs = REFUND_RANK[told.status] > REFUND_RANK[known.status]
  const failedAt = earlier(known.failedAt, told.failedAt)
  if (!climbs && createdAt === known.createdAt && failedAt === known.failedAt) return known
  const { status, reason, failureReason } = climbs ? told : known
  return { ...known, status, reason, failureReason, createdAt, failedAt }
}

// What a dispute can still become stands above what it was. Words we do not know stand among the open ones.
const DISPUTE_RANK = new Map(
  [
    'warning_needs_response',
    'warning_under_review',
    'warning_closed',
    'prevented',
    'needs_response',
    'under_review',
    'lost',
    'won',
  ].map((status, rank) => [status, rank] as const),
)
const AMONG_THE_OPEN = 5

function disputeRank({ status }: Dispute): number {
  return DISPUTE_RANK.get(status) ?? AMONG_THE_OPEN
}

function laterDispute(known: Dispute, told: Dispute): Dispute {
  const byRank = disputeRank(told) - disputeRank(known)
  const climbs = byRank > 0 || (byRank === 0 && told.status > known.status)
  const withdrawnAt = earlier(known.withdrawnAt, told.withdrawnAt)
  const reinstatedAt = earlier(known.reinstatedAt, told.reinstatedAt)
  const amount = amountAtStake(known, told, climbs)
  const isKnown =
    amount === known.amount && withdrawnAt === known.withdrawnAt && reinstatedAt === known.reinstatedAt
  if (!climbs && isKnown) return known
  const { status, reason, evidenceDueBy } = climbs ? told : known
  return { ...known, amount, status, reason, evidenceDueBy, withdrawnAt, reinstatedAt }
}

/** Final once the money was taken. Before, the later word's; of two that differ in nothing else the larger. */
function amountAtStake(known: Dispute, told: Dispute, climbs: boolean): Money {
  if (known.withdrawnAt !== null) return known.amount
  if (told.withdrawnAt !== null || climbs) return told.amount
  return told.status === known.status && told.amount.minor > known.amount.minor ? told.amount : known.amount
}

function earlier(known: Date | null, told: Date | null): Date | null {
  return known === null || (told !== null && told < known) ? told : known
}
