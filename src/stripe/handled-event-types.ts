import { chargeFailed, chargeSucceeded } from './events/charges.ts'
import { sessionCompleted, sessionExpired, sessionPaymentFailed } from './events/checkout-sessions.ts'
import { disputeChanged } from './events/disputes.ts'
import { fraudWarningCreated } from './events/early-fraud-warnings.ts'
import { UnreadableEvent, type EventReader, type Reading } from './events/event-reader.ts'
import { invoicePaid, invoicePaymentFailed, invoicePaymentPaid } from './events/invoices.ts'
import type { Ownership } from './events/ownership.ts'
import { paymentFailed } from './events/payment-intents.ts'
import { refundChanged } from './events/refunds.ts'
import { subscriptionChanged } from './events/subscriptions.ts'
import { isPlausible } from './field-schema.ts'

/**
 * Every type of event that changes something here, and what reads it. A new type needs its reader in a file of
 * `events/` and its line here; `docs/` lists the types that an endpoint subscribes to.
 */
const EVENT_READERS: ReadonlyMap<string, EventReader> = new Map([
  ['checkout.session.completed', sessionCompleted],
  ['checkout.session.async_payment_succeeded', sessionCompleted],
  ['checkout.session.async_payment_failed', sessionPaymentFailed],
  ['checkout.session.expired', sessionExpired],

  ['payment_intent.payment_failed', paymentFailed],

  ['charge.succeeded', chargeSucceeded],
  ['charge.failed', chargeFailed],

  ['refund.created', refundChanged],
  ['refund.updated', refundChanged],
  ['refund.failed', refundChanged],

  ['charge.dispute.created', disputeChanged],
  ['charge.dispute.updated', disputeChanged],
  ['charge.dispute.closed', disputeChanged],
  ['charge.dispute.funds_withdrawn', disputeChanged],
  ['charge.dispute.funds_reinstated', disputeChanged],

  ['radar.early_fraud_warning.created', fraudWarningCreated],

  ['invoice.paid', invoicePaid],
  ['invoice.payment_failed', invoicePaymentFailed],
  ['invoice_payment.paid', invoicePaymentPaid],

  ['customer.subscription.created', subscriptionChanged],
  ['customer.subscription.updated', subscriptionChanged],
  ['customer.subscription.deleted', subscriptionChanged],
])

/** These events bring no fact. They announce that Stripe's balance has changed, which the sync then reads. */
export const BALANCE_EVENT_TYPES: readonly string[] = [
  'charge.updated',
  'payout.paid',
  'payout.failed',
  'payout.canceled',
  'payout.reconciliation_completed',
]

export const HANDLED_EVENT_TYPES: readonly string[] = [...EVENT_READERS.keys()]

/** Stripe's event list can be filtered by this many types at most. */
const MAX_TYPES_OF_LIST = 20

/** The same types in groups by which Stripe's event list can be filtered. */
export const HANDLED_EVENT_GROUPS: readonly (readonly string[])[] = Array.from(
  { length: Math.ceil(HANDLED_EVENT_TYPES.length / MAX_TYPES_OF_LIST) },
  (_, group) => HANDLED_EVENT_TYPES.slice(group * MAX_TYPES_OF_LIST, (group + 1) * MAX_TYPES_OF_LIST),
)

/**
 * Translates an event of Stripe into a fact.
 * @returns null for a type that is not handled, and for an event that says nothing that we use
 * @throws UnreadableEvent
 */
export function readEvent(type: string, createdAt: Date, body: unknown, ownership: Ownership): Reading {
  const read = EVENT_READERS.get(type)
  if (!read) return null
  if (!isPlausible(createdAt)) throw new UnreadableEvent('unexpected shape: created (out of bounds)')
  try {
    return read(body, createdAt, ownership)
  } catch (error) {
    if (error instanceof UnreadableEvent) throw error
    // Only the name of the error: its message may quote the event.
    const name = error instanceof Error ? error.name : typeof error
    throw new UnreadableEvent(`could not be read (${name})`, { cause: error })
  }
}
