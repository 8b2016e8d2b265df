import { z } from 'zod'
import { inboxEvent, type InboxEvent } from '../inbox/inbox-event.ts'
import { STRIPE_API_VERSION } from './api-version.ts'
import { chargeStates, disputeStates, refundStates, type Told } from './payment-states.ts'
import { invoiceStates, sessionStates, subscriptionStates, warningStates } from './collection-states.ts'

/**
 * Events made of objects, for what Stripe no longer has events of (30 days), or has only in another API version. What
 * an object's state says today is what its last event said.
 */
const STATES: Readonly<Record<string, (object: unknown, announcedAt: Date | null) => Told[]>> = {
  'checkout.session': sessionStates,
  charge: chargeStates,
  refund: refundStates,
  dispute: disputeStates,
  'radar.early_fraud_warning': warningStates,
  invoice: invoiceStates,
  subscription: subscriptionStates,
}

// Some kinds, refunds for one, do not say their mode: it is the key's that they were read by.
const anyObject = z.looseObject({ object: z.string(), livemode: z.boolean().optional() })

/**
 * @param object as the API answers it, with what the gateway expands
 * @param keysMode whether the key reads live money
 * @param announcedAt when an event of it was made, where there is one
 * @returns none when its state says nothing to us; null when it is not shaped as Stripe documents
 */
export function synthesisedEvents(
  object: unknown,
  keysMode: boolean,
  announcedAt: Date | null = null,
): InboxEvent[] | null {
  const known = anyObject.safeParse(object)
  const states = known.success ? STATES[known.data.object] : undefined
  if (!known.success || !states) return null
  try {
    return states(object, announcedAt).map((told) => made(told, known.data.livemode ?? keysMode))
  } catch (error) {
    if (error instanceof z.ZodError) return null
    throw error
  }
}

/** The same object in the same state makes the same event: repeating it adds nothing. */
function made({ type, state, at, object }: Told, livemode: boolean): InboxEvent {
  const event = {
    id: `evt_made_${object.id}_${state}`,
    object: 'event',
    api_version: STRIPE_API_VERSION,
    created: Math.floor(at.getTime() / 1000),
    data: { object },
    livemode,
    pending_webhooks: 0,
    request: null,
    type,
  }
  const read = inboxEvent(JSON.stringify(event), event)
  if (!read) throw new Error(`the event made for ${type} is none`)
  return read
}
