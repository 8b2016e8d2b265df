import { chargeMonthlyFee, ensureBalanceTransaction } from '../balance/charge-balance.ts'
import { completePayoutReconciliation, createAutomaticPayout, markPayoutPaid } from '../balance/payout.ts'
import { collectInvoice, startNextPeriod } from '../billing/renewal.ts'
import { expireSession } from '../checkout/checkout-session.ts'
import { settleBankDebit } from '../checkout/payments.ts'
import { closeOverdueDispute } from '../reversals/dispute.ts'
import { failRefund, settleRefund } from '../reversals/refund.ts'
import type { TaskKind } from '../state/state.ts'
import type { Transaction } from '../state/transaction.ts'
import type { DueRow } from './due-queue.ts'

const TASKS: Readonly<Record<TaskKind, (transaction: Transaction, subject: string) => unknown>> = {
  create_balance_transaction: ensureBalanceTransaction,
  settle_refund: settleRefund,
  fail_refund: (transaction, id) => failRefund(transaction, id),
  close_overdue_dispute: closeOverdueDispute,
  charge_monthly_fee: chargeMonthlyFee,
  create_payout: createAutomaticPayout,
  mark_payout_paid: markPayoutPaid,
  complete_payout_reconciliation: completePayoutReconciliation,
  start_next_period: startNextPeriod,
  collect_invoice: collectInvoice,
}

/** Does what is due for a row. A delivery changes nothing by itself: the scheduler releases it to its worker. */
export function runDue(transaction: Transaction, due: DueRow): void {
  switch (due.table) {
    case 'session':
      return expireSession(transaction, transaction.getOrThrow('session', due.id))
    case 'bank_debit': {
      const debit = transaction.getOrThrow('bank_debit', due.id)
      return settleBankDebit(transaction, debit, debit.outcome)
    }
    case 'task': {
      const { kind, subject } = transaction.getOrThrow('task', due.id)
      TASKS[kind](transaction, subject)
      return
    }
    case 'delivery':
      return
  }
}
