import { earliest, latest } from '../calendar/instant.ts'
import type { Money } from '../money/money.ts'
import { mergedDispute, type Dispute } from './dispute.ts'
import type { ChargeId, FraudWarningId, PaymentIntentId, RefundId } from '../ids.ts'

export const refundStatuses = ['requires_action', 'pending', 'succeeded', 'canceled', 'failed'] as const
export type RefundStatus = (typeof refundStatuses)[number]

/** Money that goes back to the reader. A `bank_return` is a bank debit that succeeded and that the bank took back later. */
export type Refund = {
  /** A bank return has the id of its payment. */
  readonly id: RefundId | PaymentIntentId
  readonly kind: 'refund' | 'bank_return'
  readonly amount: Money
  readonly status: RefundStatus
  readonly reason: string | null
  readonly failureReason: string | null
  readonly createdAt: Date
  /** When Stripe first reported that it failed or was canceled; null if it has not. */
  readonly failedAt: Date | null
  /** When Stripe last reported a status that we know; null or left out where no event is known. */
  readonly reportedAt?: Date | null
}

/** A card network's warning that the cardholder may complain. It moves no money. */
export type FraudWarning = {
  readonly id: FraudWarningId
  readonly chargeId: ChargeId
  readonly fraudType: string
  readonly actionable: boolean
  readonly createdAt: Date
}

/** A warning and the payment that it is about. */
export type PaymentWarning = { readonly paymentIntentId: PaymentIntentId; readonly warning: FraudWarning }

/** Every refund, bank return and dispute of one donation, in every status. */
export type Reversals = { readonly refunds: readonly Refund[]; readonly disputes: readonly Dispute[] }

export const noReversals: Reversals = { refunds: [], disputes: [] }

/** Adds what an event reports of a refund. @returns the same object when nothing changes */
export function withRefund(reversals: Reversals, refund: Refund): Reversals {
  const refunds = merged(reversals.refunds, refund, mergedRefund)
  return refunds === reversals.refunds ? reversals : { ...reversals, refunds }
}

/** Adds what an event reports of a dispute. @returns the same object when nothing changes */
export function withDispute(reversals: Reversals, dispute: Dispute): Reversals {
  const disputes = merged(reversals.disputes, dispute, mergedDispute)
  return disputes === reversals.disputes ? reversals : { ...reversals, disputes }
}

function merged<T extends { readonly id: string }>(
  known: readonly T[],
  reported: T,
  merge: (known: T, reported: T) => T,
): readonly T[] {
  const index = known.findIndex(({ id }) => id === reported.id)
  const before = known[index]
  if (!before) return [...known, reported]
  const after = merge(before, reported)
  return after === before ? known : known.with(index, after)
}

// Events come in any order and more than once, so a status only ever rises. A refund can fail after it has succeeded,
// but cannot succeed after it has failed.
const REFUND_RANK: Readonly<Record<RefundStatus, number>> = {
  requires_action: 0,
  pending: 1,
  succeeded: 2,
  canceled: 3,
  failed: 4,
}

function mergedRefund(known: Refund, reported: Refund): Refund {
  const createdAt = earliest(known.createdAt, reported.createdAt)
  const failedAt = earliest(known.failedAt, reported.failedAt)
  const reportedAt = latest(known.reportedAt, reported.reportedAt)
  const rises = REFUND_RANK[reported.status] > REFUND_RANK[known.status]
  const isKnown =
    createdAt === known.createdAt && failedAt === known.failedAt && reportedAt === (known.reportedAt ?? null)
  if (!rises && isKnown) return known
  const { status, reason, failureReason } = rises ? reported : known
  return { ...known, status, reason, failureReason, createdAt, failedAt, reportedAt }
}
