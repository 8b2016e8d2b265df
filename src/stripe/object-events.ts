import { z } from 'zod'
import { inboxEvent, type InboxEvent } from '../inbox/inbox-event.ts'
import { eventsOfCharge } from './events/charges.ts'
import { eventsOfSession } from './events/checkout-sessions.ts'
import { eventsOfDispute } from './events/disputes.ts'
import { eventsOfFraudWarning } from './events/early-fraud-warnings.ts'
import { eventsOfInvoice } from './events/invoices.ts'
import { eventsOfRefund } from './events/refunds.ts'
import { eventsOfSubscription } from './events/subscriptions.ts'
import { eventsOfPayment } from './events/payment-intents.ts'
import type { EventSynthesiser, SynthesisedEvent } from './events/synthesised-event.ts'
import { problemsOf, type RowReading } from './list-page-schema.ts'
import { STRIPE_API_VERSION } from './stripe-gateway.ts'
import { text } from './field-schema.ts'

/** What makes events of an object, by the kind of the object. */
const SYNTHESISERS: ReadonlyMap<string, EventSynthesiser> = new Map([
  ['checkout.session', eventsOfSession],
  ['charge', eventsOfCharge],
  ['refund', eventsOfRefund],
  ['dispute', eventsOfDispute],
  ['radar.early_fraud_warning', eventsOfFraudWarning],
  ['invoice', eventsOfInvoice],
  ['payment_intent', eventsOfPayment],
  ['subscription', eventsOfSubscription],
])

const anyObject = z.looseObject({ object: text, livemode: z.boolean().optional() })

/**
 * Makes events of an object's present state, where Stripe no longer lists its events (after 30 days) or lists them in
 * another API version. The same object in the same state always makes events with the same ids.
 * @param object as the API answers it, expanded as the object gateway asks
 * @param keyIsLive whether the API key reads live money, for objects that do not say it themselves (refunds)
 * @param announcedAt when an event about the object was created, where there is one
 * @returns an empty list when the state says nothing that we use; null when Stripe documents another shape
 */
export function synthesisedEvents(
  object: unknown,
  keyIsLive: boolean,
  announcedAt: Date | null = null,
): InboxEvent[] | null {
  const reading = readObject(object, keyIsLive, announcedAt)
  return 'row' in reading ? reading.row : null
}

/** Like `synthesisedEvents`, with the fields that cannot be read and what is wrong with each. */
export function readObject(
  object: unknown,
  keyIsLive: boolean,
  announcedAt: Date | null = null,
): RowReading<InboxEvent[]> {
  const known = anyObject.safeParse(object)
  if (!known.success) return { reason: problemsOf(known.error) }
  const synthesise = SYNTHESISERS.get(known.data.object)
  if (!synthesise) return { reason: 'object (unknown kind)' }
  try {
    const livemode = known.data.livemode ?? keyIsLive
    const events = synthesise(object, announcedAt).map((event) => asInboxEvent(event, livemode))
    const read = events.filter((event) => event !== null)
    return read.length < events.length ? { reason: 'no event can be made of it' } : { row: read }
  } catch (error) {
    if (error instanceof z.ZodError) return { reason: problemsOf(error) }
    throw error
  }
}

function asInboxEvent(
  { type, state, occurredAt, object }: SynthesisedEvent,
  livemode: boolean,
): InboxEvent | null {
  const event = {
    id: `evt_made_${object.id}_${state}`,
    object: 'event',
    api_version: STRIPE_API_VERSION,
    created: Math.floor(occurredAt.getTime() / 1000),
    data: { object },
    livemode,
    pending_webhooks: 0,
    request: null,
    type,
  }
  return inboxEvent(JSON.stringify(event), event)
}
