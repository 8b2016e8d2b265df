import type Stripe from 'stripe'
import type { Context } from '../state/context.ts'
import type { State } from '../state/state.ts'
import { seconds } from '../time.ts'

/** The types of event that the offline Stripe emits. */
export type EmittedType = Extract<
  Stripe.Event.Type,
  | `payment_intent.${'created' | 'processing' | 'succeeded' | 'payment_failed' | 'canceled'}`
  | `charge.${'succeeded' | 'pending' | 'failed' | 'updated' | 'refunded'}`
  | `checkout.session.${'completed' | 'expired' | 'async_payment_succeeded' | 'async_payment_failed'}`
  | `customer.${'created' | 'updated'}`
  | `customer.subscription.${'created' | 'updated' | 'deleted'}`
  | `invoice.${'created' | 'finalized' | 'paid' | 'payment_succeeded' | 'payment_failed' | 'voided'}`
  | 'invoice_payment.paid'
  | `refund.${'created' | 'updated' | 'failed'}`
  | `charge.dispute.${'created' | 'updated' | 'closed' | 'funds_withdrawn' | 'funds_reinstated'}`
  | 'radar.early_fraud_warning.created'
  | `payout.${'created' | 'updated' | 'paid' | 'failed' | 'canceled' | 'reconciliation_completed'}`
>

/**
 * The object is frozen as it is now, as Stripe does.
 * @param previousAttributes for `….updated`: the changed attributes with their earlier values; null for other types.
 */
export function newEvent(
  context: Context,
  type: EmittedType,
  object: { readonly object: string },
  previousAttributes: object | null,
): Stripe.Event {
  const event = {
    id: context.newId('evt_'),
    object: 'event',
    api_version: context.apiVersion,
    created: seconds(context.nowMs),
    data: {
      object: structuredClone(object),
      ...(previousAttributes === null ? {} : { previous_attributes: structuredClone(previousAttributes) }),
    },
    livemode: false,
    pending_webhooks: 1,
    request: context.request,
    type,
  }
  // Stripe.Event pairs each literal type with its object; the callers keep that pairing.
  return event as unknown as Stripe.Event
}

/** The event as the API shows it now: `pending_webhooks` alone changes over time. */
export function presentEvent(event: Stripe.Event, state: State): Stripe.Event {
  return { ...event, pending_webhooks: state.delivery.get(event.id)?.status === 'delivered' ? 0 : 1 }
}

/** The webhook's body, byte for byte as Stripe prints it: with two spaces of indent. */
export function webhookBody(event: Stripe.Event): string {
  return JSON.stringify(event, null, 2)
}
