import type Stripe from 'stripe'
import { refused } from '../api/errors.ts'
import { createBalanceTransaction } from '../balance/balance-transaction.ts'
import { ensureBalanceTransaction } from '../balance/charge-balance.ts'
import { inSettlementCurrency } from '../balance/settlement.ts'
import type { Transaction } from '../state/transaction.ts'
import { DAY_MS, seconds } from '../time.ts'
import { newDispute } from './dispute-object.ts'

/** `lost_at_once`: the bank does not let anyone answer, as for most bank debits. */
export type DisputeKind = 'dispute' | 'inquiry' | 'lost_at_once'

type DisputeParams = {
  readonly chargeId: string
  /** Minor units of the charge's currency, more or less than the charge's amount; null for the charge's amount. */
  readonly amount: number | null
  readonly reason: string
  readonly kind: DisputeKind
}

/** `withdrawn` by the cardholder: Stripe shows it as won without evidence. `warning_closed` ends an inquiry. */
export type DisputeOutcome = 'won' | 'lost' | 'withdrawn' | 'warning_closed'

/** A dispute takes its amount and Stripe's fee off the balance at once; an inquiry moves no money. */
export function openDispute(transaction: Transaction, params: DisputeParams): Stripe.Dispute {
  const { nowMs, settings } = transaction.context
  const charge = ensureBalanceTransaction(transaction, params.chargeId)
  if (charge.status !== 'succeeded') throw refused(undefined, `Charge ${charge.id} has not succeeded.`)
  const isInquiry = params.kind === 'inquiry'
  const dueByMs = nowMs + (isInquiry ? settings.inquiryDays : settings.disputeDays) * DAY_MS
  const statuses = {
    dispute: 'needs_response',
    inquiry: 'warning_needs_response',
    lost_at_once: 'lost',
  } as const
  const dispute = newDispute(transaction.context, charge, {
    amount: params.amount ?? charge.amount,
    reason: params.reason,
    dueBy: params.kind === 'lost_at_once' ? null : seconds(dueByMs),
    status: statuses[params.kind],
    isInquiry,
  })
  if (isInquiry) {
    transaction.put('dispute', dispute.id, dispute)
    transaction.emit('charge.dispute.created', dispute)
    transaction.schedule('close_overdue_dispute', dispute.id, dueByMs)
    return dispute
  }
  transaction.put('charge', charge.id, { ...charge, disputed: true })
  const withdrawn = withdrawFunds(transaction, dispute)
  transaction.emit('charge.dispute.created', withdrawn)
  transaction.emit('charge.dispute.funds_withdrawn', withdrawn)
  if (params.kind === 'lost_at_once') transaction.emit('charge.dispute.closed', withdrawn)
  else transaction.schedule('close_overdue_dispute', withdrawn.id, dueByMs)
  return withdrawn
}

/** @throws StripeRefusal when the dispute does not exist or is closed. */
export function submitEvidence(transaction: Transaction, id: string): void {
  const dispute = openDisputeOrThrow(transaction, id)
  const updated: Stripe.Dispute = {
    ...dispute,
    evidence_details: { ...dispute.evidence_details, has_evidence: true, submission_count: 1 },
    status: hasInquiryStatus(dispute) ? 'warning_under_review' : 'under_review',
  }
  transaction.put('dispute', id, updated)
  transaction.emit('charge.dispute.updated', updated, { status: dispute.status })
}

/**
 * The cardholder's bank turns the inquiry into a dispute, which takes the money.
 * @throws StripeRefusal unless it is an inquiry that is still open.
 */
export function escalateInquiry(transaction: Transaction, id: string): void {
  const { nowMs, settings } = transaction.context
  const inquiry = openDisputeOrThrow(transaction, id)
  if (!hasInquiryStatus(inquiry)) throw refused(undefined, `The dispute ${id} is no inquiry.`)
  const charge = transaction.getOrThrow('charge', String(inquiry.charge))
  const dueByMs = nowMs + settings.disputeDays * DAY_MS
  transaction.put('charge', charge.id, { ...charge, disputed: true })
  const dispute = withdrawFunds(transaction, {
    ...inquiry,
    evidence_details: { ...inquiry.evidence_details, due_by: seconds(dueByMs) },
    is_charge_refundable: false,
    status: 'needs_response',
  })
  transaction.emit('charge.dispute.updated', dispute, { status: inquiry.status })
  transaction.emit('charge.dispute.funds_withdrawn', dispute)
  transaction.schedule('close_overdue_dispute', id, dueByMs)
}

/**
 * @param reinstated what Stripe gives back of a dispute that is lost, in minor units of its currency
 * @throws StripeRefusal when the dispute is closed already, or cannot end with this outcome.
 */
export function closeDispute(
  transaction: Transaction,
  id: string,
  outcome: DisputeOutcome,
  reinstated = 0,
): void {
  const dispute = openDisputeOrThrow(transaction, id)
  if (hasInquiryStatus(dispute) !== (outcome === 'warning_closed')) {
    throw refused(undefined, `The dispute ${id} is ${dispute.status}: it cannot end as ${outcome}.`)
  }
  transaction.unschedule('close_overdue_dispute', id)
  const status = outcome === 'withdrawn' ? 'won' : outcome
  const isReinstated = status === 'won' || reinstated > 0
  const closed =
    status === 'won'
      ? reinstateFunds(transaction, { ...dispute, status })
      : reinstated > 0
        ? moveFunds(transaction, { ...dispute, status }, reinstated, 0)
        : { ...dispute, status }
  transaction.put('dispute', id, closed)
  transaction.emit('charge.dispute.closed', closed)
  if (isReinstated) transaction.emit('charge.dispute.funds_reinstated', closed)
}

/**
 * The bank takes the money of a dispute that was won back once more, and the dispute is lost.
 * @throws StripeRefusal unless the dispute was won.
 */
export function withdrawAgain(transaction: Transaction, id: string): void {
  const dispute = transaction.getOrThrow('dispute', id)
  if (dispute.status !== 'won') throw refused(undefined, `The dispute ${id} is not won.`)
  const lost = moveFunds(transaction, { ...dispute, status: 'lost' }, -dispute.amount, 0)
  transaction.emit('charge.dispute.funds_withdrawn', lost)
  transaction.emit('charge.dispute.closed', lost)
}

/** When the time for evidence is over, an inquiry is closed and an unanswered dispute is lost. */
export function closeOverdueDispute(transaction: Transaction, id: string): void {
  const dispute = transaction.getOrThrow('dispute', id)
  if (hasInquiryStatus(dispute)) closeDispute(transaction, id, 'warning_closed')
  else if (dispute.status === 'needs_response') closeDispute(transaction, id, 'lost')
  else transaction.unschedule('close_overdue_dispute', id) // the bank decides about the evidence in its own time
}

/** A card network suspects fraud. No money moves, but a refund now may avoid a dispute. */
export function createEarlyFraudWarning(
  transaction: Transaction,
  charge: Stripe.Charge,
  fraudType: string,
): Stripe.Radar.EarlyFraudWarning {
  const { newId, nowMs } = transaction.context
  const intent = charge.payment_intent
  const warning: Stripe.Radar.EarlyFraudWarning = {
    id: newId('issfr_'),
    object: 'radar.early_fraud_warning',
    actionable: !charge.refunded && !charge.disputed,
    charge: charge.id,
    created: seconds(nowMs),
    fraud_type: fraudType,
    livemode: false,
    ...(intent === null ? {} : { payment_intent: intent }),
  }
  transaction.put('early_fraud_warning', warning.id, warning)
  transaction.emit('radar.early_fraud_warning.created', warning)
  return warning
}

function withdrawFunds(transaction: Transaction, dispute: Stripe.Dispute): Stripe.Dispute {
  const { disputeFeeMinor } = transaction.context.settings
  return moveFunds(transaction, dispute, -dispute.amount, disputeFeeMinor)
}

function reinstateFunds(transaction: Transaction, dispute: Stripe.Dispute): Stripe.Dispute {
  const { disputeFeeMinor, disputeFeeReturned } = transaction.context.settings
  return moveFunds(transaction, dispute, dispute.amount, disputeFeeReturned ? -disputeFeeMinor : 0)
}

function moveFunds(
  transaction: Transaction,
  dispute: Stripe.Dispute,
  amount: number,
  fee: number,
): Stripe.Dispute {
  const isWithdrawal = amount < 0
  const balanceTransaction = createBalanceTransaction(transaction, {
    type: 'adjustment',
    ...inSettlementCurrency(transaction.context, amount, dispute.currency),
    fee,
    description: `${isWithdrawal ? 'Chargeback withdrawal' : 'Chargeback reversal'} for ${String(dispute.charge)}`,
    source: dispute.id,
    available: 'at once',
    reportingCategory: isWithdrawal ? 'dispute' : 'dispute_reversal',
  })
  const updated = {
    ...dispute,
    balance_transactions: [...dispute.balance_transactions, balanceTransaction],
  }
  transaction.put('dispute', dispute.id, updated)
  return updated
}

function hasInquiryStatus({ status }: Stripe.Dispute): boolean {
  return status.startsWith('warning')
}

function openDisputeOrThrow(transaction: Transaction, id: string): Stripe.Dispute {
  const dispute = transaction.get('dispute', id)
  if (dispute === undefined) throw refused('resource_missing', `No such dispute: '${id}'`)
  if (['won', 'lost', 'warning_closed'].includes(dispute.status)) {
    throw refused(undefined, `The dispute ${id} is already ${dispute.status}.`)
  }
  return dispute
}
