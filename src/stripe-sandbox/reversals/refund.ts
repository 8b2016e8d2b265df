import type Stripe from 'stripe'
import { book } from '../balance/balance-transaction.ts'
import { bookCharge } from '../balance/charge-booking.ts'
import { settled } from '../balance/settlement.ts'
import { formatAmount } from '../currencies.ts'
import { refused } from '../api/errors.ts'
import { seconds } from '../state.ts'
import type { Work } from '../work.ts'

export type RefundWish = {
  readonly chargeId: string
  /** Minor units; null: all that is left. */
  readonly amount: number | null
  readonly reason: Stripe.Refund['reason']
  readonly metadata: Record<string, string>
}

/**
 * Gives money back. A card's refund succeeds at once, a bank debit's is pending for days.
 * @throws StripeRefusal for what Stripe refuses: more than is left, a disputed charge, a charge that did not succeed.
 */
export function makeRefund(work: Work, wish: RefundWish): Stripe.Refund {
  checkRefundable(work.known('charge', wish.chargeId), wish.amount)
  const charge = bookCharge(work, wish.chargeId)
  const isCard = charge.payment_method_details?.type === 'card'
  const amount = wish.amount ?? charge.amount - charge.amount_refunded
  const { nowMs, newId, settings } = work.scene
  const id = newId(isCard ? 're_' : 'pyr_')
  const description = `REFUND FOR ${isCard ? 'CHARGE' : 'PAYMENT'}${charge.description === null ? '' : ` (${charge.description})`}`
  const transaction = book(work, {
    type: isCard ? 'refund' : 'payment_refund',
    ...settled(work.scene, -amount, charge.currency), // at today's rate, not at the charge's
    fee: 0, // and the charge's fee is not returned
    description,
    source: id,
    available: 'at once',
  })
  const refund: Stripe.Refund = {
    id,
    object: 'refund',
    amount,
    balance_transaction: transaction.id,
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
    metadata: wish.metadata,
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    ...(isCard ? {} : { pending_reason: 'processing' as const }),
    reason: wish.reason,
    receipt_number: null,
    source_transfer_reversal: null,
    status: isCard ? 'succeeded' : 'pending',
    transfer_reversal: null,
  }
  const refunded = charge.amount_refunded + amount
  const less: Stripe.Charge = { ...charge, amount_refunded: refunded, refunded: refunded === charge.amount }
  work.put('refund', id, refund)
  work.put('charge', charge.id, less)
  work.announce('charge.refunded', less, {
    amount_refunded: charge.amount_refunded,
    refunded: charge.refunded,
  })
  work.announce('refund.created', refund)
  work.schedule(
    'refund_moves',
    id,
    nowMs + (isCard ? settings.cardRefundDelayMs : settings.bankRefundDelayMs),
  )
  return refund
}

/** A card's refund gets its reference, a bank's has arrived. */
export function refundMoves(work: Work, id: string): void {
  work.done('refund_moves', id)
  const refund = work.known('refund', id)
  if (refund.status === 'failed' || refund.status === 'canceled') return
  const { pending_reason: _arrived, ...rest } = refund
  const card = refund.destination_details?.card
  const moved: Stripe.Refund = {
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
  work.put('refund', id, moved)
  work.announce('refund.updated', moved, { status: refund.status })
}

/** The reader's bank would not take it: the money is back on the balance, and the charge counts as not refunded. */
export function refundFails(work: Work, id: string, reason = 'expired_or_canceled_card'): void {
  work.done('refund_moves', id)
  work.done('refund_fails', id)
  const refund = work.known('refund', id)
  if (refund.status === 'failed') throw refused(undefined, `The refund ${id} has already failed.`)
  const charge = work.known('charge', String(refund.charge))
  const transaction = book(work, {
    type: 'refund_failure',
    ...settled(work.scene, refund.amount, refund.currency),
    fee: 0,
    description: `REFUND FAILURE FOR CHARGE${charge.description === null ? '' : ` (${charge.description})`}`,
    source: id,
    available: 'at once',
  })
  const { pending_reason: _over, ...rest } = refund
  const failed: Stripe.Refund = {
    ...rest,
    failure_balance_transaction: transaction.id,
    failure_reason: reason,
    status: 'failed',
  }
  const amountRefunded = charge.amount_refunded - refund.amount
  const more: Stripe.Charge = { ...charge, amount_refunded: amountRefunded, refunded: false }
  work.put('refund', id, failed)
  work.put('charge', charge.id, more)
  work.announce('refund.updated', failed, { status: refund.status })
  work.announce('refund.failed', failed)
  work.announce('charge.updated', more, {
    amount_refunded: charge.amount_refunded,
    refunded: charge.refunded,
  })
}

function checkRefundable(charge: Stripe.Charge, amount: number | null): void {
  const { id, currency } = charge
  const left = charge.amount - charge.amount_refunded
  if (charge.status !== 'succeeded') {
    throw refused('charge_not_refundable', `Charge ${id} has not succeeded and cannot be refunded.`, 'charge')
  }
  if (charge.disputed) {
    throw refused('charge_disputed', `Charge ${id} has been charged back; cannot issue a refund.`)
  }
  if (left === 0) {
    throw refused('charge_already_refunded', `Charge ${id} has already been refunded.`)
  }
  if (amount !== null && amount > left) {
    const [asked, rest] = [formatAmount(amount, currency), formatAmount(left, currency)]
    throw refused(
      undefined,
      `Refund amount (${asked}) is greater than unrefunded amount on charge (${rest})`,
      'amount',
    )
  }
}
