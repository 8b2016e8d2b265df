import type Stripe from 'stripe'
import { seconds } from './state.ts'
import type { Change, Delivery, Scene, State } from './state.ts'

/** What the offline Stripe announces. */
export type EmittedType =
  | 'payment_intent.created'
  | 'payment_intent.processing'
  | 'payment_intent.succeeded'
  | 'payment_intent.payment_failed'
  | 'payment_intent.canceled'
  | 'charge.succeeded'
  | 'charge.pending'
  | 'charge.failed'
  | 'checkout.session.completed'
  | 'checkout.session.expired'
  | 'checkout.session.async_payment_succeeded'
  | 'checkout.session.async_payment_failed'

/** An event and its undelivered webhook. The object is frozen as it is now, as Stripe does. */
export function announce(
  scene: Scene,
  type: EmittedType,
  object: Stripe.Checkout.Session | Stripe.PaymentIntent | Stripe.Charge,
): Change[] {
  const id = scene.newId('evt_')
  const event = {
    id,
    object: 'event',
    api_version: scene.apiVersion,
    created: seconds(scene.nowMs),
    data: { object: structuredClone(object) },
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
