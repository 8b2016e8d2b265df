import type Stripe from 'stripe'
import { completed } from '../checkout/checkout-session.ts'
import type { Context } from '../state/context.ts'
import type { Donor, SessionRecord } from '../state/state.ts'
import type { Transaction } from '../state/transaction.ts'
import { seconds } from '../time.ts'
import { newDraftInvoice } from './invoice.ts'
import { finalizeInvoice, payInvoice } from './invoice-payment.ts'
import { FIRST_CARD, newCard } from './payment-method.ts'
import { firstItemOf, newSubscription } from './subscription.ts'

/** Pays a session in subscription mode: creates the customer, the subscription, its first invoice and its payment. */
export function startSubscription(
  transaction: Transaction,
  attempted: SessionRecord,
  attemptedIntent: Stripe.PaymentIntent,
  donor: Donor,
): void {
  const { context } = transaction
  const customer = customerOf(transaction, attempted, donor)
  const intent = { ...attemptedIntent, customer: customer.id }
  const record = newSubscription(context, attempted, customer.id, donor)
  const draft = newDraftInvoice(context, record.object, customer, 'subscription_create')
  const subscription = { ...record.object, latest_invoice: draft.id }
  transaction.put('subscription', subscription.id, { ...record, object: subscription })
  transaction.emit('customer.subscription.created', subscription)
  transaction.emit('invoice.created', draft)
  const charge = payInvoice(transaction, finalizeInvoice(transaction, draft, intent), intent, donor)
  transaction.put('subscription', subscription.id, {
    ...record,
    object: { ...subscription, default_payment_method: charge.payment_method },
  })
  const cardId = String(charge.payment_method)
  transaction.put('payment_method', cardId, newCard(context, cardId, customer.id, FIRST_CARD))
  transaction.schedule(
    'start_next_period',
    subscription.id,
    firstItemOf(subscription).current_period_end * 1000,
  )

  const { object, ...rest } = completed(attempted, 'paid')
  const session = { ...object, customer: customer.id, invoice: draft.id, subscription: subscription.id }
  transaction.put('session', session.id, { ...rest, object: session })
  transaction.emit('checkout.session.completed', session)
}

/** The customer that the session names, or else a new one. */
function customerOf(transaction: Transaction, { object }: SessionRecord, donor: Donor): Stripe.Customer {
  if (typeof object.customer === 'string') return transaction.getOrThrow('customer', object.customer)
  const customer = newCustomer(transaction.context, donor)
  transaction.put('customer', customer.id, customer)
  transaction.emit('customer.created', customer)
  return customer
}

function newCustomer({ newId, nowMs }: Context, donor: Donor): Stripe.Customer {
  const id = newId('cus_')
  return {
    id,
    object: 'customer',
    address: { city: null, country: 'US', line1: null, line2: null, postal_code: null, state: null },
    balance: 0,
    created: seconds(nowMs),
    currency: null,
    customer_account: null,
    default_source: null,
    delinquent: false,
    description: null,
    discount: null,
    email: donor.email,
    invoice_prefix: id.slice(-8).toUpperCase(),
    invoice_settings: {
      custom_fields: null,
      default_payment_method: null,
      footer: null,
      rendering_options: null,
    },
    livemode: false,
    metadata: {},
    name: donor.name,
    next_invoice_sequence: 1,
    phone: null,
    preferred_locales: [],
    shipping: null,
    tax_exempt: 'none',
    test_clock: null,
  }
}
