import type { Due } from './agenda.ts'
import { disputeDeadline } from './reversals/dispute.ts'
import { refundFails, refundMoves } from './reversals/refund.ts'
import { collectInvoice, periodEnds } from './billing/renewal.ts'
import { bookCharge, takeMonthlyFee } from './balance/charge-booking.ts'
import { payOut, payoutArrives, payoutItemised } from './balance/payout.ts'
import { expire } from './checkout/checkout-session.ts'
import { settle } from './checkout/payments.ts'
import type { TaskKind } from './state.ts'
import type { Work } from './work.ts'

const ACTS: Readonly<Record<TaskKind, (work: Work, subject: string) => unknown>> = {
  book_charge: bookCharge,
  refund_moves: refundMoves,
  refund_fails: (work, id) => refundFails(work, id),
  dispute_deadline: disputeDeadline,
  monthly_fee: takeMonthlyFee,
  pay_out: payOut,
  payout_arrives: payoutArrives,
  payout_itemised: payoutItemised,
  period_ends: periodEnds,
  collect_invoice: collectInvoice,
}

/** Lets happen what has come due. A delivery that was held back is not a change: its sender is told instead. */
export function happen(work: Work, due: Due): void {
  switch (due.table) {
    case 'session':
      return work.add(expire(work.scene, work.known('session', due.id)))
    case 'bank_debit': {
      const debit = work.known('bank_debit', due.id)
      return settle(work, debit, debit.outcome)
    }
    case 'task': {
      const { kind, subject } = work.known('task', due.id)
      ACTS[kind](work, subject)
      return
    }
    case 'delivery':
      return
  }
}
