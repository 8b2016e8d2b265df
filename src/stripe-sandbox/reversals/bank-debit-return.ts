import type Stripe from 'stripe'
import { refused } from '../api/errors.ts'
import { createBalanceTransaction } from '../balance/balance-transaction.ts'
import { ensureBalanceTransaction } from '../balance/charge-balance.ts'
import { inSettlementCurrency } from '../balance/settlement.ts'
import { failedCharge } from '../checkout/charge.ts'
import { failedIntent } from '../checkout/payment-intent.ts'
import type { Transaction } from '../state/transaction.ts'

/**
 * The bank returns a debit days after it succeeded. The amount leaves the balance; Stripe keeps its fee.
 * @throws StripeRefusal unless the charge is a bank debit that has succeeded.
 */
export function returnBankDebit(transaction: Transaction, chargeId: string): void {
  const charge = transaction.get('charge', chargeId)
  if (charge?.status !== 'succeeded' || !chargeId.startsWith('py_')) {
    throw refused(undefined, `${chargeId} is no bank debit that has succeeded.`)
  }
  const failed = failBankDebit(transaction, chargeId)
  transaction.put('charge', failed.id, failed)
  transaction.emit('charge.failed', failed)
  const intent = transaction.get('payment_intent', String(failed.payment_intent))
  if (intent === undefined) return
  const unpaid = { ...failedIntent(intent, failed), amount_received: 0 }
  transaction.put('payment_intent', intent.id, unpaid)
  transaction.emit('payment_intent.payment_failed', unpaid)
}

/** Takes the debit's amount off the balance again. The caller stores the returned charge. */
export function failBankDebit(transaction: Transaction, chargeId: string): Stripe.Charge {
  const charge = ensureBalanceTransaction(transaction, chargeId)
  const unrefunded = charge.amount - charge.amount_refunded
  const balanceTransaction = createBalanceTransaction(transaction, {
    type: 'payment_failure_refund',
    ...inSettlementCurrency(transaction.context, -unrefunded, charge.currency),
    fee: 0,
    description: `Payment failure refund for ${charge.id}`,
    source: charge.id,
    available: 'at once',
  })
  return {
    ...failedCharge(charge, 'insufficient_funds', 'The bank account has insufficient funds.'),
    failure_balance_transaction: balanceTransaction.id,
  }
}
