import { z } from 'zod'
import { latest } from '../../calendar/instant.ts'
import { customerId, metadata, reference, subscriptionId, text, timestamp } from '../field-schema.ts'
import { eventReader } from './event-reader.ts'
import { collapsed, idPart, type SynthesisedEvent } from './synthesised-event.ts'

const subscription = z.object({
  id: subscriptionId,
  object: z.literal('subscription'),
  customer: reference(customerId).nullish(),
  ended_at: timestamp.nullish(),
  metadata,
})

export const subscriptionChanged = eventReader(subscription, (object, _, { marks }) => {
  const { id, customer, ended_at: endedAt } = object
  const checkoutId = marks.checkoutIn(object.metadata)
  return {
    fact: {
      kind: 'subscription_changed',
      subscription: { id, customerId: customer ?? null, checkoutId, endedAt: endedAt ?? null },
    },
    correlationId: id,
  }
})

const subscriptionState = z.object({
  created: timestamp,
  status: text,
  ended_at: timestamp.nullish(),
})

export function eventsOfSubscription(object: unknown, announcedAt: Date | null): SynthesisedEvent[] {
  const { created, status, ended_at: endedAt } = subscriptionState.parse(object)
  return [
    {
      type: endedAt ? 'customer.subscription.deleted' : 'customer.subscription.updated',
      state: idPart(status),
      occurredAt: latest(created, announcedAt, endedAt),
      object: collapsed(object, 'customer'),
    },
  ]
}
