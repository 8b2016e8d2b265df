import { z } from 'zod'
import type { ChargeId, DisputeId, FraudWarningId, RefundId } from '../ids.ts'
import { money } from '../money/money.ts'
import { currency, eventOf, idOf, parse, paymentIntent, type Reading } from './event-schema.ts'

/**
 * Refunds, disputes, debits that the bank took back, and warnings; shapes as in API version 2026-10-28.endive.
 * @returns null for types that say nothing to us, and for what belongs to no payment intent
 * @throws UnreadableEvent
 */
export function readReversals(type: string, createdAt: Date, body: unknown): Reading {
  switch (type) {
    case 'refund.created':
    case 'refund.updated':
    case 'refund.failed':
      return refund(parse(refundEvent, body).data.object, createdAt)
    case 'charge.dispute.created':
    case 'charge.dispute.updated':
    case 'charge.dispute.closed':
    case 'charge.dispute.funds_withdrawn':
    case 'charge.dispute.funds_reinstated':
      return dispute(parse(disputeEvent, body).data.object)
    case 'charge.failed':
      return bankReturned(parse(failedChargeEvent, body).data.object, createdAt)
    case 'radar.early_fraud_warning.created':
      return fraudWarning(parse(warningEvent, body).data.object)
    default:
      return null
  }
}

const moment = z.int().transform((seconds) => new Date(seconds * 1000))
const text = z.string().nullish()
const chargeId = idOf(/^(ch|py)_\w+$/).transform((id) => id as ChargeId) // the brand's maker at this edge

const refundEvent = eventOf(
  z.object({
    id: z
      .string()
      .regex(/^(re|pyr)_\w+$/)
      .transform((id) => id as RefundId), // the brand's one maker
    object: z.literal('refund'),
    amount: z.int().positive(),
    currency,
    payment_intent: paymentIntent.nullish(),
    status: z.enum(['requires_action', 'pending', 'succeeded', 'canceled', 'failed']),
    reason: text,
    failure_reason: text,
    created: moment,
  }),
)

function refund(object: z.infer<typeof refundEvent>['data']['object'], at: Date): Reading {
  const { payment_intent: paymentIntentId, status } = object
  if (!paymentIntentId) return null
  return {
    fact: {
      kind: 'refund',
      paymentIntentId,
      refund: {
        id: object.id,
        kind: 'refund',
        amount: money(BigInt(object.amount), object.currency),
        status,
        reason: object.reason ?? null,
        failureReason: object.failure_reason ?? null,
        createdAt: object.created,
        // The refund itself does not say when.
        failedAt: status === 'failed' || status === 'canceled' ? at : null,
      },
    },
    correlationId: paymentIntentId,
  }
}

const disputeEvent = eventOf(
  z.object({
    id: z
      .string()
      .regex(/^(dp|du)_\w+$/)
      .transform((id) => id as DisputeId), // the brand's one maker
    object: z.literal('dispute'),
    amount: z.int().nonnegative(),
    currency,
    payment_intent: paymentIntent.nullish(),
    status: z.string().min(1).max(100),
    reason: text,
    evidence_details: z.object({ due_by: moment.nullish() }).nullish(),
    // Whole balance transactions: what Stripe took, and what it gave back.
    balance_transactions: z.array(z.object({ amount: z.int(), currency: z.string(), created: moment })),
    created: moment,
  }),
)

function dispute(object: z.infer<typeof disputeEvent>['data']['object']): Reading {
  const { payment_intent: paymentIntentId, balance_transactions: movements } = object
  if (!paymentIntentId) return null
  const taken = first(movements.filter(({ amount }) => amount < 0))
  const reinstatedAt = first(movements.filter(({ amount }) => amount > 0))?.created ?? null
  // What was taken stays, whatever is disputed later. Settled in another currency it does not say the reader's amount.
  const minor = taken?.currency === object.currency ? -taken.amount : object.amount
  return {
    fact: {
      kind: 'dispute',
      paymentIntentId,
      dispute: {
        id: object.id,
        amount: money(BigInt(minor), object.currency),
        status: object.status,
        reason: object.reason ?? null,
        evidenceDueBy: object.evidence_details?.due_by ?? null,
        withdrawnAt: taken?.created ?? reinstatedAt,
        reinstatedAt,
        createdAt: object.created,
      },
    },
    correlationId: paymentIntentId,
  }
}

function first<Movement extends { readonly created: Date }>(
  movements: readonly Movement[],
): Movement | undefined {
  return movements.toSorted((a, b) => a.created.getTime() - b.created.getTime())[0]
}

const failedChargeEvent = eventOf(
  z.object({
    id: chargeId,
    object: z.literal('charge'),
    amount: z.int().positive(),
    amount_refunded: z.int().nonnegative(),
    currency,
    payment_intent: paymentIntent.nullish(),
    failure_code: text,
    failure_balance_transaction: idOf(/^txn_\w+$/).nullish(),
  }),
)

/** Stripe books a debit when it sends it to the bank, so each that fails has a reversal, whether it had succeeded or not. */
function bankReturned(object: z.infer<typeof failedChargeEvent>['data']['object'], at: Date): Reading {
  const { payment_intent: paymentIntentId, amount, amount_refunded: refunded } = object
  if (!paymentIntentId || !object.failure_balance_transaction || amount <= refunded) return null
  return {
    fact: {
      kind: 'bank_return',
      paymentIntentId,
      chargeId: object.id,
      refund: {
        id: paymentIntentId,
        kind: 'bank_return',
        amount: money(BigInt(amount - refunded), object.currency),
        status: 'succeeded',
        reason: object.failure_code ?? null,
        failureReason: null,
        createdAt: at,
        failedAt: null,
      },
    },
    correlationId: paymentIntentId,
  }
}

const warningEvent = eventOf(
  z.object({
    id: z
      .string()
      .regex(/^issfr_\w+$/)
      .transform((id) => id as FraudWarningId), // the brand's one maker
    object: z.literal('radar.early_fraud_warning'),
    charge: chargeId,
    payment_intent: paymentIntent.nullish(),
    fraud_type: z.string().min(1).max(100),
    actionable: z.boolean(),
    created: moment,
  }),
)

function fraudWarning(object: z.infer<typeof warningEvent>['data']['object']): Reading {
  const { payment_intent: paymentIntentId } = object
  if (!paymentIntentId) return null
  return {
    fact: {
      kind: 'fraud_warning',
      paymentIntentId,
      warning: {
        id: object.id,
        chargeId: object.charge,
        fraudType: object.fraud_type,
        actionable: object.actionable,
        createdAt: object.created,
      },
    },
    correlationId: paymentIntentId,
  }
}
