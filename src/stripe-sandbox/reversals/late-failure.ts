import type Stripe from 'stripe'
import { book } from '../balance/balance-transaction.ts'
import { bookCharge } from '../balance/charge-booking.ts'
import { settled } from '../balance/settlement.ts'
import { failedCharge } from '../checkout/charge.ts'
import { refused } from '../api/errors.ts'
import { failedIntent } from '../checkout/payment-intent.ts'
import type { Work } from '../work.ts'

/**
 * A bank debit that had succeeded comes back days later. The amount leaves the balance, the fee stays taken.
 * @throws StripeRefusal unless it is a bank debit that has succeeded.
 */
export function debitComesBack(work: Work, chargeId: string): Stripe.Charge {
  const before = work.get('charge', chargeId)
  if (before?.status !== 'succeeded' || !chargeId.startsWith('py_')) {
    throw refused(undefined, `${chargeId} is no bank debit that has succeeded.`)
  }
  const failed = reversedDebit(work, chargeId)
  work.put('charge', failed.id, failed)
  work.announce('charge.failed', failed)
  const intent = work.get('payment_intent', String(failed.payment_intent))
  if (intent !== undefined) {
    const open = { ...failedIntent(intent, failed), amount_received: 0 }
    work.put('payment_intent', intent.id, open)
    work.announce('payment_intent.payment_failed', open)
  }
  return failed
}

/** The debit as it failed, and the movement that takes back what its booking brought. */
export function reversedDebit(work: Work, chargeId: string): Stripe.Charge {
  const charge = bookCharge(work, chargeId)
  const left = charge.amount - charge.amount_refunded
  const transaction = book(work, {
    type: 'payment_failure_refund',
    ...settled(work.scene, -left, charge.currency),
    fee: 0,
    description: `Payment failure refund for ${charge.id}`,
    source: charge.id,
    available: 'at once',
  })
  return {
    ...failedCharge(charge, 'insufficient_funds', 'The bank account has insufficient funds.'),
    failure_balance_transaction: transaction.id,
  }
}
