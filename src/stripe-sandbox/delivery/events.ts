import type Stripe from 'stripe'
import { seconds } from '../state.ts'
import type { Change, Delivery, Scene, State } from '../state.ts'

/** What the offline Stripe announces. */
export type EmittedType = Extract<
  Stripe.Event.Type,
  | `payment_intent.${'created' | 'processing' | 'succeeded' | 'payment_failed' | 'canceled'}`
  | `charge.${'succeeded' | 'pending' | 'failed' | 'updated' | 'refunded'}`
  | `checkout.session.${'completed' | 'expired' | 'async_payment_succeeded' | 'async_payment_failed'}`
  | 'customer.created'
  | `customer.subscription.${'created' | 'updated' | 'deleted'}`
  | `invoice.${'created' | 'finalized' | 'paid' | 'payment_succeeded' | 'payment_failed'}`
  | 'invoice_payment.paid'
  | `refund.${'created' | 'updated' | 'failed'}`
  | `charge.dispute.${'created' | 'updated' | 'closed' | 'funds_withdrawn' | 'funds_reinstated'}`
  | 'radar.early_fraud_warning.created'
  | `payout.${'created' | 'updated' | 'paid' | 'failed' | 'canceled' | 'reconciliation_completed'}`
>

/**
 * An event and its undelivered webhook. The object is frozen as it is now, as Stripe does.
 * @param previous for `….updated`: what changed, as it was before.
 */
export function announce(
  scene: Scene,
  type: EmittedType,
  object: { readonly object: string },
  previous: object | null = null,
): Change[] {
  const id = scene.newId('evt_')
  const event = {
    id,
    object: 'event',
    api_version: scene.apiVersion,
    created: seconds(scene.nowMs),
    data: {
      object: structuredClone(object),
      ...(previous === null ? {} : { previous_attributes: structuredClone(previous) }),
    },
    livemode: false,
    pending_webhooks: 1,
    request: scene.request,
    type,
  }
  const delivery: Delivery = {
    eventId: id,
    status: 'pending',
    attempts: 0,
    lastAnswer: null,
    lastTriedAtMs: null,
  }
  return [
    // Stripe.Event pairs each literal type with its object; callers above keep that pairing.
    { table: 'event', id, value: event as unknown as Stripe.Event },
    { table: 'delivery', id, value: delivery },
  ]
}

/** The event as it is read now: only `pending_webhooks` moves. */
export function presentEvent(event: Stripe.Event, state: State): Stripe.Event {
  return { ...event, pending_webhooks: state.delivery.get(event.id)?.status === 'delivered' ? 0 : 1 }
}

/** The webhook's body, byte for byte as Stripe prints it: two spaces of indent. */
export function webhookBody(event: Stripe.Event): string {
  return JSON.stringify(event, null, 2)
}
