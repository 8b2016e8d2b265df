import { z } from 'zod'
import { chargeId, fraudWarningId, paymentIntentId, reference, timestamp, word } from '../field-schema.ts'
import { eventReader } from './event-reader.ts'
import { collapsed, type SynthesisedEvent } from './synthesised-event.ts'

const warning = z.object({
  id: fraudWarningId,
  object: z.literal('radar.early_fraud_warning'),
  charge: reference(chargeId),
  payment_intent: reference(paymentIntentId).nullish(),
  fraud_type: word,
  actionable: z.boolean(),
  created: timestamp,
})

export const fraudWarningCreated = eventReader(warning, (object) => {
  const { payment_intent: payment } = object
  if (!payment) return null
  return {
    fact: {
      kind: 'fraud_warning',
      paymentIntentId: payment,
      warning: {
        id: object.id,
        chargeId: object.charge,
        fraudType: object.fraud_type,
        actionable: object.actionable,
        createdAt: object.created,
      },
    },
    correlationId: payment,
  }
})

const warningState = z.object({ created: timestamp, payment_intent: z.unknown().optional() })

export function eventsOfFraudWarning(object: unknown): SynthesisedEvent[] {
  const { created, payment_intent: payment } = warningState.parse(object)
  if (!payment) return []
  return [
    {
      type: 'radar.early_fraud_warning.created',
      state: 'created',
      occurredAt: created,
      object: collapsed(object, 'payment_intent', 'charge'),
    },
  ]
}
