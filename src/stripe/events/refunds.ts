import { z } from 'zod'
import { latest } from '../../calendar/instant.ts'
import { money } from '../../money/money.ts'
import { refundStatuses } from '../../refunds/reversals.ts'
import { currency, optionalText, paymentIntentId, reference, refundId, timestamp } from '../field-schema.ts'
import { eventReader } from './event-reader.ts'
import {
  collapsed,
  createdAtOf,
  createdReference,
  idPart,
  type SynthesisedEvent,
} from './synthesised-event.ts'

const refund = z.object({
  id: refundId,
  object: z.literal('refund'),
  amount: z.int().positive(),
  currency,
  payment_intent: reference(paymentIntentId).nullish(),
  // Stripe may leave it out and may add further words.
  status: optionalText,
  reason: optionalText,
  failure_reason: optionalText,
  created: timestamp,
})

const refundStatus = z.enum(refundStatuses)

export const refundChanged = eventReader(refund, (object, createdAt) => {
  const { payment_intent: payment } = object
  if (!payment) return null
  const status = refundStatus.safeParse(object.status).data
  // An unknown status does not say whether money moves.
  if (!status)
    return {
      fact: {
        kind: 'refund_of_unknown_status',
        paymentIntentId: payment,
        refundId: object.id,
        reportedAt: createdAt,
      },
      correlationId: payment,
    }
  return {
    fact: {
      kind: 'refund',
      paymentIntentId: payment,
      refund: {
        id: object.id,
        kind: 'refund',
        amount: money(BigInt(object.amount), object.currency),
        status,
        reason: object.reason ?? null,
        failureReason: object.failure_reason ?? null,
        createdAt: object.created,
        // The refund itself does not say when it failed.
        failedAt: status === 'failed' || status === 'canceled' ? createdAt : null,
        reportedAt: createdAt,
      },
    },
    correlationId: payment,
  }
})

const refundState = z.object({
  created: timestamp,
  status: optionalText,
  payment_intent: z.unknown().optional(),
  failure_balance_transaction: createdReference,
})

export function eventsOfRefund(object: unknown, announcedAt: Date | null): SynthesisedEvent[] {
  const {
    created,
    status,
    payment_intent: payment,
    failure_balance_transaction: failure,
  } = refundState.parse(object)
  if (!payment || !status) return []
  return [
    {
      type: status === 'failed' ? 'refund.failed' : 'refund.updated',
      state: idPart(status),
      occurredAt: latest(created, announcedAt, createdAtOf(failure)),
      object: collapsed(object, 'payment_intent', 'failure_balance_transaction', 'charge'),
    },
  ]
}
