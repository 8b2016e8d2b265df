import type Stripe from 'stripe'
import type { Context } from '../state/context.ts'
import type { Transaction } from '../state/transaction.ts'
import { seconds } from '../time.ts'

type Card = {
  readonly brand: string
  readonly last4: string
  readonly expMonth: number
  readonly expYear: number
}

/** The card of every first payment, as its charge shows it. */
export const FIRST_CARD: Card = { brand: 'visa', last4: '4242', expMonth: 12, expYear: 2034 }
/** The card that a reader saves on the billing portal. */
export const NEXT_CARD: Card = { brand: 'mastercard', last4: '4444', expMonth: 11, expYear: 2036 }

/** A saved card. The service reads no more of it than this; Stripe's type lists every field of every method. */
export function newCard(context: Context, id: string, customer: string, card: Card): Stripe.PaymentMethod {
  const { brand, last4, expMonth, expYear } = card
  return {
    id,
    object: 'payment_method',
    allow_redisplay: 'limited',
    card: { brand, last4, exp_month: expMonth, exp_year: expYear, funding: 'credit', country: 'US' },
    created: seconds(context.nowMs),
    customer,
    livemode: false,
    metadata: {},
    type: 'card',
  } as unknown as Stripe.PaymentMethod // the fields that are left out
}

/** The customer saves another card on the billing portal. Stripe then makes it the customer's default, not the subscription's. */
export function saveNextCard(transaction: Transaction, customerId: string): Stripe.PaymentMethod {
  const { context } = transaction
  const customer = transaction.getOrThrow('customer', customerId)
  const card = newCard(context, context.newId('pm_'), customerId, NEXT_CARD)
  const { invoice_settings: before } = customer
  const updated = { ...customer, invoice_settings: { ...before, default_payment_method: card.id } }
  transaction.put('payment_method', card.id, card)
  transaction.put('customer', customerId, updated)
  transaction.emit('customer.updated', updated, { invoice_settings: before })
  return card
}
