import type { DonationRecord } from '../../../reports/donation-record.ts'
import { capitalised, codeInWords, dayIn, type FinanceFrame } from '../frame/finance-layout-view.ts'
import { isDisputeReason, isWaitingForAnswer } from '../../../refunds/dispute-reason.ts'

type ShownDispute = DonationRecord['disputes'][number]

/** Until when the newsroom must answer; null for a dispute that waits for no answer. */
export function deadlineInWords(
  { status, evidenceDueBy }: ShownDispute,
  frame: FinanceFrame,
  now: Date,
): string | null {
  if (!isWaitingForAnswer(status)) return null
  const t = frame.text.finance
  if (evidenceDueBy === null) return t('dispute.answerNow')
  const by = new Date(evidenceDueBy)
  const day = dayIn(by, frame)
  if (by <= now) return t('dispute.overdue', { day })
  const days = Math.floor((by.getTime() - now.getTime()) / 86_400_000)
  return t('dispute.answerBy', { day, count: days, number: String(days) })
}

/** Why the cardholder disputes it; of a reason that is not known, Stripe's word. */
export function disputeReasonInWords(
  { reason }: Pick<ShownDispute, 'reason'>,
  { text }: FinanceFrame,
): string {
  if (reason === null) return text.finance('dispute.noReason')
  return isDisputeReason(reason) ? text.finance(`dispute.reason.${reason}`) : capitalised(codeInWords(reason))
}
