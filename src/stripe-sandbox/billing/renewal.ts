import type Stripe from 'stripe'
import { renewalIntent } from '../checkout/payment-intent.ts'
import type { SubscriptionRecord } from '../state.ts'
import type { Work } from '../work.ts'
import { endSubscription } from './cancellation.ts'
import { collected, finalize, notCollected, paymentOf } from './collection.ts'
import { draftInvoice } from './invoice.ts'
import { inNextPeriod, itemOf } from './subscription.ts'

/** A period is over: the next one begins with a draft invoice, or the subscription ends as it was asked to. */
export function periodEnds(work: Work, id: string): void {
  work.done('period_ends', id)
  const record = work.known('subscription', id)
  const { object: before } = record
  if (before.status === 'canceled') return
  if (before.cancel_at_period_end) return endSubscription(work, record, 'cancellation_requested')
  const moved = inNextPeriod(before)
  const customer = work.known('customer', String(before.customer))
  const invoice = draftInvoice(work.scene, moved, customer, 'subscription_cycle')
  const collectAtMs = work.scene.nowMs + work.scene.settings.renewalDraftMs
  const object = { ...moved, latest_invoice: invoice.id }
  work.put('subscription', id, { ...record, object })
  work.put('invoice', invoice.id, { ...invoice, automatically_finalizes_at: Math.floor(collectAtMs / 1000) })
  work.announce('invoice.created', work.known('invoice', invoice.id))
  work.announce('customer.subscription.updated', object, {
    items: before.items,
    latest_invoice: before.latest_invoice,
  })
  work.schedule('collect_invoice', invoice.id, collectAtMs)
  work.schedule('period_ends', id, itemOf(object).current_period_end * 1000)
}

/** The draft is finalized and collected; a failed one is tried again. */
export function collectInvoice(work: Work, invoiceId: string): void {
  work.done('collect_invoice', invoiceId)
  const known = work.known('invoice', invoiceId)
  const record = work.known('subscription', String(known.parent?.subscription_details?.subscription))
  if (record.object.status === 'canceled') return
  const { open, intent } = known.status === 'draft' ? opened(work, known, record) : tried(work, known)
  if (record.declines > 0) return declined(work, record, notCollected(work, open, intent, record.donor))
  collected(work, open, intent, record.donor)
  const { object } = record
  if (object.status === 'past_due') {
    const recovered: Stripe.Subscription = { ...object, status: 'active' }
    work.put('subscription', object.id, { ...record, object: recovered })
    work.announce('customer.subscription.updated', recovered, { status: 'past_due' })
  }
}

type Collectable = { readonly open: Stripe.Invoice; readonly intent: Stripe.PaymentIntent }

function opened(work: Work, draft: Stripe.Invoice, { object }: SubscriptionRecord): Collectable {
  const intent = renewalIntent(work.scene, draft, object)
  work.put('payment_intent', intent.id, intent)
  work.announce('payment_intent.created', intent)
  return { open: finalize(work, { ...draft, automatically_finalizes_at: null }, intent), intent }
}

function tried(work: Work, open: Stripe.Invoice): Collectable {
  const intentId = String(paymentOf(work, open.id).payment.payment_intent)
  return { open, intent: work.known('payment_intent', intentId) }
}

function declined(work: Work, record: SubscriptionRecord, invoice: Stripe.Invoice): void {
  const { object } = record
  const fewer = { ...record, declines: record.declines - 1 }
  if (invoice.next_payment_attempt === null) return endSubscription(work, fewer, 'payment_failed')
  const pastDue: Stripe.Subscription = { ...object, status: 'past_due' }
  work.put('subscription', object.id, { ...fewer, object: pastDue })
  if (object.status !== 'past_due') {
    work.announce('customer.subscription.updated', pastDue, { status: object.status })
  }
}
