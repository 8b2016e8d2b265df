import type Stripe from 'stripe'
import { book } from '../balance/balance-transaction.ts'
import { bookCharge } from '../balance/charge-booking.ts'
import { settled } from '../balance/settlement.ts'
import { refused } from '../api/errors.ts'
import { DAY_MS } from '../settings.ts'
import { seconds } from '../state.ts'
import type { Work } from '../work.ts'
import { disputeShape } from './dispute-shape.ts'

export type DisputeKind = 'dispute' | 'inquiry' | 'lost_at_once'

export type DisputeWish = {
  readonly chargeId: string
  /** Minor units of the charge's currency; null: the charge's amount. It may differ from it, in both directions. */
  readonly amount: number | null
  readonly reason: string
  readonly kind: DisputeKind
}

/** How a dispute ends. `withdrawn`: by the cardholder, which Stripe books as won without evidence. */
export type DisputeEnd = 'won' | 'lost' | 'withdrawn' | 'warning_closed'

/** An inquiry moves no money; a dispute takes the amount and Stripe's fee at once. */
export function openDispute(work: Work, wish: DisputeWish): Stripe.Dispute {
  const { nowMs, settings } = work.scene
  const charge = bookCharge(work, wish.chargeId)
  if (charge.status !== 'succeeded') throw refused(undefined, `Charge ${charge.id} has not succeeded.`)
  const isInquiry = wish.kind === 'inquiry'
  const dueByMs = nowMs + (isInquiry ? settings.inquiryDays : settings.disputeDays) * DAY_MS
  const dispute = disputeShape(work.scene, charge, {
    amount: wish.amount ?? charge.amount,
    reason: wish.reason,
    dueBy: wish.kind === 'lost_at_once' ? null : seconds(dueByMs),
    status: { dispute: 'needs_response', inquiry: 'warning_needs_response', lost_at_once: 'lost' }[wish.kind],
    isInquiry,
  })
  if (isInquiry) {
    work.put('dispute', dispute.id, dispute)
    work.announce('charge.dispute.created', dispute)
    work.schedule('dispute_deadline', dispute.id, dueByMs)
    return dispute
  }
  work.put('charge', charge.id, { ...charge, disputed: true })
  const taken = withdrawn(work, dispute)
  work.announce('charge.dispute.created', taken)
  work.announce('charge.dispute.funds_withdrawn', taken)
  if (wish.kind === 'lost_at_once') work.announce('charge.dispute.closed', taken)
  else work.schedule('dispute_deadline', taken.id, dueByMs)
  return taken
}

/** The newsroom has sent its evidence. */
export function answerDispute(work: Work, id: string): Stripe.Dispute {
  const dispute = open(work, id)
  const isInquiry = dispute.status.startsWith('warning')
  const answered: Stripe.Dispute = {
    ...dispute,
    evidence_details: { ...dispute.evidence_details, has_evidence: true, submission_count: 1 },
    status: isInquiry ? 'warning_under_review' : 'under_review',
  }
  work.put('dispute', id, answered)
  work.announce('charge.dispute.updated', answered, { status: dispute.status })
  return answered
}

/** The cardholder's bank was not satisfied: the inquiry becomes a dispute that takes the money. */
export function escalateInquiry(work: Work, id: string): Stripe.Dispute {
  const inquiry = open(work, id)
  if (!inquiry.status.startsWith('warning')) throw refused(undefined, `The dispute ${id} is no inquiry.`)
  const charge = work.known('charge', String(inquiry.charge))
  const dueByMs = work.scene.nowMs + work.scene.settings.disputeDays * DAY_MS
  work.put('charge', charge.id, { ...charge, disputed: true })
  const taken = withdrawn(work, {
    ...inquiry,
    evidence_details: { ...inquiry.evidence_details, due_by: seconds(dueByMs) },
    is_charge_refundable: false,
    status: 'needs_response',
  })
  work.announce('charge.dispute.updated', taken, { status: inquiry.status })
  work.announce('charge.dispute.funds_withdrawn', taken)
  work.schedule('dispute_deadline', id, dueByMs)
  return taken
}

/** @throws StripeRefusal when it has ended before, or cannot end so. */
export function endDispute(work: Work, id: string, how: DisputeEnd): Stripe.Dispute {
  const dispute = open(work, id)
  const isInquiry = dispute.status.startsWith('warning')
  if (isInquiry !== (how === 'warning_closed')) {
    throw refused(undefined, `The dispute ${id} is ${dispute.status}: it cannot end as ${how}.`)
  }
  work.done('dispute_deadline', id)
  const status = how === 'withdrawn' ? 'won' : how
  const ended = status === 'won' ? reinstated(work, { ...dispute, status }) : { ...dispute, status }
  work.put('dispute', id, ended)
  work.announce('charge.dispute.closed', ended)
  if (status === 'won') work.announce('charge.dispute.funds_reinstated', ended)
  return ended
}

/** Nobody answered in time, or the bank never decided: an inquiry fades, a dispute is lost. */
export function disputeDeadline(work: Work, id: string): void {
  const dispute = work.known('dispute', id)
  if (dispute.status.startsWith('warning')) endDispute(work, id, 'warning_closed')
  else if (dispute.status === 'needs_response') endDispute(work, id, 'lost')
  else work.done('dispute_deadline', id) // answered: the bank takes its time
}

function withdrawn(work: Work, dispute: Stripe.Dispute): Stripe.Dispute {
  return moved(work, dispute, -dispute.amount, work.scene.settings.disputeFeeMinor, 'Chargeback withdrawal')
}

function reinstated(work: Work, dispute: Stripe.Dispute): Stripe.Dispute {
  const { disputeFeeMinor, disputeFeeReturned } = work.scene.settings
  return moved(
    work,
    dispute,
    dispute.amount,
    disputeFeeReturned ? -disputeFeeMinor : 0,
    'Chargeback reversal',
  )
}

function moved(
  work: Work,
  dispute: Stripe.Dispute,
  amount: number,
  fee: number,
  words: string,
): Stripe.Dispute {
  const transaction = book(work, {
    type: 'adjustment',
    ...settled(work.scene, amount, dispute.currency),
    fee,
    description: `${words} for ${String(dispute.charge)}`,
    source: dispute.id,
    available: 'at once',
    reportingCategory: amount < 0 ? 'dispute' : 'dispute_reversal',
  })
  const after = { ...dispute, balance_transactions: [...dispute.balance_transactions, transaction] }
  work.put('dispute', dispute.id, after)
  return after
}

function open(work: Work, id: string): Stripe.Dispute {
  const dispute = work.get('dispute', id)
  if (dispute === undefined) throw refused('resource_missing', `No such dispute: '${id}'`)
  if (['won', 'lost', 'warning_closed'].includes(dispute.status)) {
    throw refused(undefined, `The dispute ${id} is already ${dispute.status}.`)
  }
  return dispute
}
