import type Stripe from 'stripe'
import { seconds } from '../state.ts'
import type { SubscriptionRecord } from '../state.ts'
import type { Work } from '../work.ts'
import { itemOf } from './subscription.ts'

type Reason = 'cancellation_requested' | 'payment_failed'

/** It is over, now. An invoice that is still open is not tried again. */
export function endSubscription(work: Work, record: SubscriptionRecord, reason: Reason): void {
  const { object } = record
  const now = seconds(work.scene.nowMs)
  const ended: Stripe.Subscription = {
    ...object,
    canceled_at: object.canceled_at ?? now,
    cancellation_details: { comment: null, feedback: null, feedback_option: null, reason },
    ended_at: now,
    status: 'canceled',
  }
  work.done('period_ends', object.id)
  work.done('collect_invoice', String(object.latest_invoice))
  work.put('subscription', object.id, { ...record, object: ended })
  work.announce('customer.subscription.deleted', ended)
}

/** Runs out at the end of its period, or after all does not. */
export function cancelAtPeriodEnd(
  work: Work,
  record: SubscriptionRecord,
  cancel: boolean,
): Stripe.Subscription {
  const { object } = record
  if (object.cancel_at_period_end === cancel) return object
  const after: Stripe.Subscription = {
    ...object,
    cancel_at: cancel ? itemOf(object).current_period_end : null,
    cancel_at_period_end: cancel,
    canceled_at: cancel ? seconds(work.scene.nowMs) : null,
    cancellation_details: {
      comment: null,
      feedback: null,
      feedback_option: null,
      reason: cancel ? 'cancellation_requested' : null,
    },
  }
  const { cancel_at, cancel_at_period_end, canceled_at, cancellation_details } = object
  work.put('subscription', object.id, { ...record, object: after })
  work.announce('customer.subscription.updated', after, {
    cancel_at,
    cancel_at_period_end,
    canceled_at,
    cancellation_details,
  })
  return after
}
