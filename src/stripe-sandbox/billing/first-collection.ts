import type Stripe from 'stripe'
import { completed } from '../checkout/checkout-session.ts'
import type { Donor, SessionRecord } from '../state.ts'
import type { Work } from '../work.ts'
import { collected, finalize } from './collection.ts'
import { newCustomer } from './customer.ts'
import { draftInvoice } from './invoice.ts'
import { itemOf, newSubscription } from './subscription.ts'

/** A reader pays a session in subscription mode: customer, subscription, first invoice, its payment. */
export function firstCollection(
  work: Work,
  tried: SessionRecord,
  tryIntent: Stripe.PaymentIntent,
  donor: Donor,
): void {
  const { scene } = work
  const { customer: given } = tried.object
  const customer = typeof given === 'string' ? work.known('customer', given) : newCustomer(scene, donor)
  const intent = { ...tryIntent, customer: customer.id }
  if (given === null) {
    work.put('customer', customer.id, customer)
    work.announce('customer.created', customer)
  }
  const made = newSubscription(scene, tried, customer.id, null, donor)
  const draft = draftInvoice(scene, made.object, customer, 'subscription_create')
  const subscription = { ...made.object, latest_invoice: draft.id }
  work.put('subscription', subscription.id, { ...made, object: subscription })
  work.announce('customer.subscription.created', subscription)
  work.announce('invoice.created', draft)
  const { charge } = collected(work, finalize(work, draft, intent), intent, donor)
  work.put('subscription', subscription.id, {
    ...made,
    object: { ...subscription, default_payment_method: charge.payment_method },
  })
  work.schedule('period_ends', subscription.id, itemOf(subscription).current_period_end * 1000)

  const { object, ...rest } = completed(tried, 'paid')
  const session = { ...object, customer: customer.id, invoice: draft.id, subscription: subscription.id }
  work.put('session', session.id, { ...rest, object: session })
  work.announce('checkout.session.completed', session)
}
