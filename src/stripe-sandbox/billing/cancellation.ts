import type Stripe from 'stripe'
import type { SubscriptionRecord } from '../state/state.ts'
import type { Transaction } from '../state/transaction.ts'
import { seconds } from '../time.ts'
import { firstItemOf } from './subscription.ts'

type CancellationReason = 'cancellation_requested' | 'payment_failed'

/** Cancels now. An open invoice is not collected any more. */
export function cancelSubscription(
  transaction: Transaction,
  record: SubscriptionRecord,
  reason: CancellationReason,
): void {
  const { object } = record
  const now = seconds(transaction.context.nowMs)
  const canceled: Stripe.Subscription = {
    ...object,
    canceled_at: object.canceled_at ?? now,
    cancellation_details: {
      ...cancellationDetails(reason),
      comment: object.cancellation_details?.comment ?? null,
    },
    ended_at: now,
    status: 'canceled',
  }
  transaction.unschedule('start_next_period', object.id)
  transaction.unschedule('collect_invoice', String(object.latest_invoice))
  transaction.put('subscription', object.id, { ...record, object: canceled })
  transaction.emit('customer.subscription.deleted', canceled)
}

/** Makes the subscription end with its current period, or undoes that. */
export function setCancelAtPeriodEnd(
  transaction: Transaction,
  record: SubscriptionRecord,
  cancel: boolean,
  comment: string | null = null,
): void {
  const { object } = record
  if (object.cancel_at_period_end === cancel) return
  const updated: Stripe.Subscription = {
    ...object,
    cancel_at: cancel ? firstItemOf(object).current_period_end : null,
    cancel_at_period_end: cancel,
    canceled_at: cancel ? seconds(transaction.context.nowMs) : null,
    cancellation_details: cancellationDetails(cancel ? 'cancellation_requested' : null, comment),
  }
  const { cancel_at, cancel_at_period_end, canceled_at, cancellation_details } = object
  transaction.put('subscription', object.id, { ...record, object: updated })
  transaction.emit('customer.subscription.updated', updated, {
    cancel_at,
    cancel_at_period_end,
    canceled_at,
    cancellation_details,
  })
}

function cancellationDetails(
  reason: CancellationReason | null,
  comment: string | null = null,
): NonNullable<Stripe.Subscription['cancellation_details']> {
  return { comment, feedback: null, feedback_option: null, reason }
}
