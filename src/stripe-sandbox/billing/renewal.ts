import type Stripe from 'stripe'
import { newRenewalIntent } from '../checkout/payment-intent.ts'
import type { SubscriptionRecord } from '../state/state.ts'
import type { Transaction } from '../state/transaction.ts'
import { seconds } from '../time.ts'
import { cancelSubscription } from './cancellation.ts'
import { newDraftInvoice } from './invoice.ts'
import { failInvoicePayment, finalizeInvoice, invoicePaymentOf, payInvoice } from './invoice-payment.ts'
import { firstItemOf, inNextPeriod } from './subscription.ts'

/** Starts the next period with a draft invoice, or cancels a subscription that ends with the period. */
export function startNextPeriod(transaction: Transaction, id: string): void {
  const { nowMs, settings } = transaction.context
  transaction.unschedule('start_next_period', id)
  const record = transaction.getOrThrow('subscription', id)
  const { object: before } = record
  if (before.status === 'canceled') return
  if (before.cancel_at_period_end) return cancelSubscription(transaction, record, 'cancellation_requested')
  const renewed = inNextPeriod(before)
  const customer = transaction.getOrThrow('customer', String(before.customer))
  const collectAtMs = nowMs + settings.renewalDraftMs
  const invoice = {
    ...newDraftInvoice(transaction.context, renewed, customer, 'subscription_cycle'),
    automatically_finalizes_at: seconds(collectAtMs),
  }
  const object = { ...renewed, latest_invoice: invoice.id }
  transaction.put('subscription', id, { ...record, object })
  transaction.put('invoice', invoice.id, invoice)
  transaction.emit('invoice.created', invoice)
  transaction.emit('customer.subscription.updated', object, {
    items: before.items,
    latest_invoice: before.latest_invoice,
  })
  transaction.schedule('collect_invoice', invoice.id, collectAtMs)
  transaction.schedule('start_next_period', id, firstItemOf(object).current_period_end * 1000)
}

/** Finalizes a draft invoice and collects it, or tries an open one again. */
export function collectInvoice(transaction: Transaction, invoiceId: string): void {
  transaction.unschedule('collect_invoice', invoiceId)
  const invoice = transaction.getOrThrow('invoice', invoiceId)
  const subscriptionId = String(invoice.parent?.subscription_details?.subscription)
  const record = transaction.getOrThrow('subscription', subscriptionId)
  const { object, donor, declines } = record
  if (object.status === 'canceled') return
  const { resumes_at: resumesAt = null } = object.pause_collection ?? {}
  if (object.pause_collection && invoice.status === 'draft') {
    if (resumesAt === null || resumesAt * 1000 > transaction.context.nowMs)
      return voidInvoice(transaction, invoice)
    // Stripe ends the pause at that time; here it ends with the first invoice after it.
    const resumed: Stripe.Subscription = { ...object, pause_collection: null }
    transaction.put('subscription', object.id, { ...record, object: resumed })
    transaction.emit('customer.subscription.updated', resumed, { pause_collection: object.pause_collection })
    return collectInvoice(transaction, invoiceId)
  }
  const { open, intent } =
    invoice.status === 'draft'
      ? finalizeDraft(transaction, invoice, object)
      : { open: invoice, intent: intentOf(transaction, invoiceId) }
  if (declines > 0) {
    return recordDecline(transaction, record, failInvoicePayment(transaction, open, intent, donor))
  }
  payInvoice(transaction, open, intent, donor)
  recover(transaction, record)
}

/** What falls due while the collection is paused is never charged. */
function voidInvoice(transaction: Transaction, invoice: Stripe.Invoice): void {
  const voided: Stripe.Invoice = {
    ...invoice,
    automatically_finalizes_at: null,
    status: 'void',
    status_transitions: { ...invoice.status_transitions, voided_at: seconds(transaction.context.nowMs) },
  }
  transaction.put('invoice', invoice.id, voided)
  transaction.emit('invoice.voided', voided)
}

/** The reader pays an open invoice on its page. */
export function payOpenInvoice(transaction: Transaction, invoiceId: string): void {
  transaction.unschedule('collect_invoice', invoiceId)
  const invoice = transaction.getOrThrow('invoice', invoiceId)
  const subscriptionId = String(invoice.parent?.subscription_details?.subscription)
  const record = { ...transaction.getOrThrow('subscription', subscriptionId), declines: 0 }
  transaction.put('subscription', subscriptionId, record)
  payInvoice(transaction, invoice, intentOf(transaction, invoiceId), record.donor)
  recover(transaction, record)
}

function recover(transaction: Transaction, record: SubscriptionRecord): void {
  const { object } = record
  if (object.status === 'past_due') {
    const recovered: Stripe.Subscription = { ...object, status: 'active' }
    transaction.put('subscription', object.id, { ...record, object: recovered })
    transaction.emit('customer.subscription.updated', recovered, { status: 'past_due' })
  }
}

function finalizeDraft(
  transaction: Transaction,
  draft: Stripe.Invoice,
  subscription: Stripe.Subscription,
): { open: Stripe.Invoice; intent: Stripe.PaymentIntent } {
  const intent = newRenewalIntent(transaction.context, draft, subscription)
  transaction.put('payment_intent', intent.id, intent)
  transaction.emit('payment_intent.created', intent)
  const open = finalizeInvoice(transaction, { ...draft, automatically_finalizes_at: null }, intent)
  return { open, intent }
}

function intentOf(transaction: Transaction, invoiceId: string): Stripe.PaymentIntent {
  const { payment } = invoicePaymentOf(transaction, invoiceId)
  return transaction.getOrThrow('payment_intent', String(payment.payment_intent))
}

/** The subscription is past due while Stripe retries, and canceled after the last attempt. */
function recordDecline(transaction: Transaction, record: SubscriptionRecord, invoice: Stripe.Invoice): void {
  const { object } = record
  const declined = { ...record, declines: record.declines - 1 }
  if (invoice.next_payment_attempt === null) {
    return cancelSubscription(transaction, declined, 'payment_failed')
  }
  const pastDue: Stripe.Subscription = { ...object, status: 'past_due' }
  transaction.put('subscription', object.id, { ...declined, object: pastDue })
  if (object.status !== 'past_due') {
    transaction.emit('customer.subscription.updated', pastDue, { status: object.status })
  }
}
