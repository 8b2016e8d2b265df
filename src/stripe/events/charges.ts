import { z } from 'zod'
import { money } from '../../money/money.ts'
import {
  balanceTransactionId,
  chargeId,
  currency,
  metadata,
  objectId,
  optionalText,
  paymentIntentId,
  presentmentDetails,
  reference,
  text,
  timestamp,
} from '../field-schema.ts'
import { eventReader } from './event-reader.ts'
import { collapsed, createdAtOf, type SynthesisedEvent } from './synthesised-event.ts'

const charge = z.object({
  id: chargeId,
  object: z.literal('charge'),
  payment_intent: reference(paymentIntentId).nullish(),
  metadata,
  amount: z.int().positive().nullish(),
  currency: currency.nullish().catch(null),
  created: timestamp.nullish(),
  payment_method_details: z.object({ type: text }).nullish(),
  presentment_details: presentmentDetails,
})

/** Stripe's id of a charge of a card begins with `ch_`; that of any other payment method with `py_`. */
function isCard({ id, payment_method_details: details }: z.infer<typeof charge>): boolean {
  const type = details?.type
  return type === undefined ? id.startsWith('ch_') : type === 'card' || type === 'card_present'
}

export const chargeSucceeded = eventReader(charge, (object, _, { marks }) => {
  const {
    id,
    payment_intent: payment,
    amount,
    currency: code,
    presentment_details: presentment = null,
  } = object
  // A charge without a payment intent did not come through Checkout.
  if (!payment) return null
  return {
    fact: {
      kind: 'charge_succeeded',
      paymentIntentId: payment,
      chargeId: id,
      presentment,
      amount: amount && code ? money(BigInt(amount), code) : null,
      isMarked: marks.checkoutIn(object.metadata) !== null,
      chargedAt: isCard(object) ? (object.created ?? null) : null,
    },
    correlationId: payment,
  }
})

const failedCharge = charge.extend({
  amount: z.int().positive(),
  amount_refunded: z.int().nonnegative(),
  currency,
  failure_code: optionalText,
  failure_balance_transaction: reference(balanceTransactionId).nullish(),
})

/**
 * A bank debit that failed. Stripe books a debit when it sends it to the bank, so every failed one has a reversal,
 * whether it had succeeded before or not.
 */
export const chargeFailed = eventReader(failedCharge, (object, createdAt, { marks }) => {
  const { id, payment_intent: payment, amount, amount_refunded: refunded } = object
  if (!payment || !object.failure_balance_transaction || amount <= refunded) return null
  return {
    fact: {
      kind: 'bank_return',
      paymentIntentId: payment,
      chargeId: id,
      isMarked: marks.checkoutIn(object.metadata) !== null,
      refund: {
        id: payment,
        kind: 'bank_return',
        amount: money(BigInt(amount - refunded), object.currency),
        status: 'succeeded',
        reason: object.failure_code ?? null,
        failureReason: null,
        createdAt,
        failedAt: null,
      },
    },
    correlationId: payment,
  }
})

const chargeState = z.object({
  id: objectId,
  created: timestamp,
  status: text,
  amount: z.int(),
  amount_refunded: z.int(),
  currency: text,
  payment_intent: z
    .union([z.object({ id: objectId, latest_charge: reference(objectId).nullish() }), objectId])
    .nullish(),
  failure_balance_transaction: z
    .union([z.object({ created: timestamp, amount: z.int(), currency: text }), text])
    .nullish(),
})

/**
 * A failed debit implies an earlier success: Stripe sends no other event for it. A failed charge that another charge of
 * the same payment followed was only a first attempt, and says nothing.
 */
export function eventsOfCharge(object: unknown, announcedAt: Date | null): SynthesisedEvent[] {
  const read = chargeState.parse(object)
  const { id, created, status, payment_intent: payment, failure_balance_transaction: failure } = read
  if (!payment) return []
  const asSent = collapsed(object, 'payment_intent', 'failure_balance_transaction', 'balance_transaction')
  const succeeded = { type: 'charge.succeeded', state: 'succeeded', occurredAt: created, object: asSent }
  if (status === 'succeeded') return [succeeded]
  if (status !== 'failed' || !failure) return []
  if (typeof payment === 'object' && payment.latest_charge && payment.latest_charge !== id) return []
  const occurredAt = createdAtOf(failure) ?? announcedAt ?? created
  const returned = { ...asSent, amount_refunded: refundedBeforeReturn(read) }
  return [succeeded, { type: 'charge.failed', state: 'returned', occurredAt, object: returned }]
}

/**
 * The amount that had been refunded when the debit came back, as its event said it: a refund that has failed since no
 * longer counts on the charge, but the reversal shows it. A reversal in another currency does not.
 */
function refundedBeforeReturn(read: z.infer<typeof chargeState>): number {
  const { amount, currency: code, amount_refunded: refundedNow, failure_balance_transaction: failure } = read
  const isComparable = typeof failure === 'object' && failure !== null && failure.currency === code
  return isComparable ? amount + failure.amount : refundedNow
}
