import type Stripe from 'stripe'
import { refused } from '../api/errors.ts'
import { createBalanceTransaction } from '../balance/balance-transaction.ts'
import { ensureBalanceTransaction } from '../balance/charge-balance.ts'
import { inSettlementCurrency } from '../balance/settlement.ts'
import { formatAmount } from '../currencies.ts'
import type { Transaction } from '../state/transaction.ts'
import { seconds } from '../time.ts'

type RefundParams = {
  readonly chargeId: string
  /** Minor units; null for all that is not refunded yet. */
  readonly amount: number | null
  readonly reason: Stripe.Refund['reason']
  readonly metadata: Record<string, string>
}

/**
 * The refund of a card charge succeeds at once, that of a bank debit is pending for days.
 * @throws StripeRefusal for a charge that is disputed, refunded or has not succeeded, and for an amount that is too large.
 */
export function createRefund(transaction: Transaction, params: RefundParams): Stripe.Refund {
  const { nowMs, newId, settings } = transaction.context
  checkRefundable(transaction.getOrThrow('charge', params.chargeId), params.amount)
  const charge = ensureBalanceTransaction(transaction, params.chargeId)
  const isCard = charge.payment_method_details?.type === 'card'
  const amount = params.amount ?? charge.amount - charge.amount_refunded
  const id = newId(isCard ? 're_' : 'pyr_')
  const balanceTransaction = createBalanceTransaction(transaction, {
    type: isCard ? 'refund' : 'payment_refund',
    ...inSettlementCurrency(transaction.context, -amount, charge.currency), // at today's rate, not at the charge's
    fee: 0, // Stripe does not return the charge's fee
    description: `REFUND FOR ${isCard ? 'CHARGE' : 'PAYMENT'}${inBrackets(charge.description)}`,
    source: id,
    available: 'at once',
  })
  const refund: Stripe.Refund = {
    id,
    object: 'refund',
    amount,
    balance_transaction: balanceTransaction.id,
    charge: charge.id,
    created: seconds(nowMs),
    currency: charge.currency,
    customer: null,
    customer_account: null,
    destination_details: isCard
      ? {
          card: { reference_status: 'pending', reference_type: 'acquirer_reference_number', type: 'refund' },
          type: 'card',
        }
      : { type: 'us_bank_transfer' },
    metadata: params.metadata,
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    ...(isCard ? {} : { pending_reason: 'processing' as const }),
    reason: params.reason,
    receipt_number: null,
    source_transfer_reversal: null,
    status: isCard ? 'succeeded' : 'pending',
    transfer_reversal: null,
  }
  transaction.put('refund', id, refund)
  changeAmountRefunded(transaction, charge, charge.amount_refunded + amount, 'charge.refunded')
  transaction.emit('refund.created', refund)
  const delayMs = isCard ? settings.cardRefundDelayMs : settings.bankRefundDelayMs
  transaction.schedule('settle_refund', id, nowMs + delayMs)
  return refund
}

/** The refund of a card charge gets its reference, that of a bank debit succeeds. */
export function settleRefund(transaction: Transaction, id: string): void {
  transaction.unschedule('settle_refund', id)
  const refund = transaction.getOrThrow('refund', id)
  if (refund.status === 'failed' || refund.status === 'canceled') return
  const { pending_reason: _over, ...rest } = refund
  const card = refund.destination_details?.card
  const settled: Stripe.Refund = {
    ...rest,
    status: 'succeeded',
    ...(card === undefined
      ? {}
      : {
          destination_details: {
            card: { ...card, reference: '5137', reference_status: 'available' },
            type: 'card',
          },
        }),
  }
  transaction.put('refund', id, settled)
  transaction.emit('refund.updated', settled, { status: refund.status })
}

/**
 * The reader's bank rejects the refund. The money returns to the balance, and the charge counts as not refunded.
 * @throws StripeRefusal when the refund has failed before.
 */
export function failRefund(transaction: Transaction, id: string, reason = 'expired_or_canceled_card'): void {
  transaction.unschedule('settle_refund', id)
  transaction.unschedule('fail_refund', id)
  const refund = transaction.getOrThrow('refund', id)
  if (refund.status === 'failed') throw refused(undefined, `The refund ${id} has already failed.`)
  const charge = transaction.getOrThrow('charge', String(refund.charge))
  const balanceTransaction = createBalanceTransaction(transaction, {
    type: 'refund_failure',
    ...inSettlementCurrency(transaction.context, refund.amount, refund.currency),
    fee: 0,
    description: `REFUND FAILURE FOR CHARGE${inBrackets(charge.description)}`,
    source: id,
    available: 'at once',
  })
  const { pending_reason: _over, ...rest } = refund
  const failed: Stripe.Refund = {
    ...rest,
    failure_balance_transaction: balanceTransaction.id,
    failure_reason: reason,
    status: 'failed',
  }
  transaction.put('refund', id, failed)
  transaction.emit('refund.updated', failed, { status: refund.status })
  transaction.emit('refund.failed', failed)
  changeAmountRefunded(transaction, charge, charge.amount_refunded - refund.amount, 'charge.updated')
}

function changeAmountRefunded(
  transaction: Transaction,
  charge: Stripe.Charge,
  amountRefunded: number,
  eventType: 'charge.refunded' | 'charge.updated',
): void {
  const refunded = amountRefunded === charge.amount
  const updated: Stripe.Charge = { ...charge, amount_refunded: amountRefunded, refunded }
  transaction.put('charge', charge.id, updated)
  transaction.emit(eventType, updated, {
    amount_refunded: charge.amount_refunded,
    refunded: charge.refunded,
  })
}

function inBrackets(description: string | null): string {
  return description === null ? '' : ` (${description})`
}

function checkRefundable(charge: Stripe.Charge, amount: number | null): void {
  const { id, currency } = charge
  const unrefunded = charge.amount - charge.amount_refunded
  if (charge.status !== 'succeeded') {
    throw refused('charge_not_refundable', `Charge ${id} has not succeeded and cannot be refunded.`, 'charge')
  }
  if (charge.disputed) {
    throw refused('charge_disputed', `Charge ${id} has been charged back; cannot issue a refund.`)
  }
  if (unrefunded === 0) {
    throw refused('charge_already_refunded', `Charge ${id} has already been refunded.`)
  }
  if (amount !== null && amount > unrefunded) {
    const message = `Refund amount (${formatAmount(amount, currency)}) is greater than unrefunded amount on charge (${formatAmount(unrefunded, currency)})`
    throw refused(undefined, message, 'amount')
  }
}
