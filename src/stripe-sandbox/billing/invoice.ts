import type Stripe from 'stripe'
import type { Context } from '../state/context.ts'
import { seconds } from '../time.ts'
import { completeList, firstItemOf } from './subscription.ts'

/** The invoice of a period before it is finalized. Stripe copies the subscription's metadata to it. */
export function newDraftInvoice(
  context: Context,
  subscription: Stripe.Subscription,
  customer: Stripe.Customer,
  reason: 'subscription_create' | 'subscription_cycle',
): Stripe.Invoice {
  const id = context.newId('in_')
  const now = seconds(context.nowMs)
  const lines = subscription.items.data.map((item) => newLine(context, id, subscription, item))
  const total = lines.reduce((sum, { amount }) => sum + amount, 0)
  const { current_period_start: start } = firstItemOf(subscription)
  return {
    ...UNUSED_FIELDS,
    id,
    object: 'invoice',
    amount_due: total,
    amount_overpaid: 0,
    amount_paid: 0,
    amount_remaining: total,
    attempt_count: 0,
    attempted: false,
    auto_advance: true,
    automatically_finalizes_at: null,
    billing_reason: reason,
    collection_method: 'charge_automatically',
    created: now,
    currency: subscription.currency,
    customer: customer.id,
    customer_address: customer.address ?? null,
    customer_email: customer.email,
    customer_name: customer.name ?? null,
    effective_at: null,
    lines: completeList(lines, `/v1/invoices/${id}/lines`),
    metadata: {},
    next_payment_attempt: null,
    number: null,
    parent: {
      quote_details: null,
      subscription_details: { metadata: subscription.metadata, subscription: subscription.id },
      type: 'subscription_details',
    },
    period_end: reason === 'subscription_create' ? now : start,
    period_start: now,
    status: 'draft',
    status_transitions: { finalized_at: null, marked_uncollectible_at: null, paid_at: null, voided_at: null },
    subtotal: total,
    subtotal_excluding_tax: total,
    total,
    total_excluding_tax: total,
  }
}

/** Numbered and open: it can be paid from now on. */
export function finalizedInvoice(
  context: Context,
  invoice: Stripe.Invoice,
  customer: Stripe.Customer,
): Stripe.Invoice {
  const now = seconds(context.nowMs)
  const sequence = String(customer.next_invoice_sequence ?? 1).padStart(4, '0')
  return {
    ...invoice,
    effective_at: now,
    ending_balance: 0,
    number: `${customer.invoice_prefix ?? 'OFFLINE'}-${sequence}`,
    status: 'open',
    status_transitions: { ...invoice.status_transitions, finalized_at: now },
  }
}

/** The invoice as the API shows it now: the address of its page changes when a restart changes the port. */
export function presentInvoice(invoice: Stripe.Invoice, origin: string): Stripe.Invoice {
  return invoice.status === 'draft'
    ? invoice
    : { ...invoice, hosted_invoice_url: `${origin}/i/${invoice.id}` }
}

export function paidInvoice(context: Context, invoice: Stripe.Invoice): Stripe.Invoice {
  return {
    ...invoice,
    amount_paid: invoice.amount_due,
    amount_remaining: 0,
    attempt_count: invoice.attempt_count + 1,
    attempted: true,
    auto_advance: false,
    next_payment_attempt: null,
    status: 'paid',
    status_transitions: { ...invoice.status_transitions, paid_at: seconds(context.nowMs) },
  }
}

/** @param nextAttempt seconds since 1970; null after the last attempt. */
export function unpaidInvoice(invoice: Stripe.Invoice, nextAttempt: number | null): Stripe.Invoice {
  return {
    ...invoice,
    attempt_count: invoice.attempt_count + 1,
    attempted: true,
    auto_advance: nextAttempt !== null,
    next_payment_attempt: nextAttempt,
  }
}

/** Joins an invoice to its PaymentIntent. Neither of the two names the other. */
export function newInvoicePayment(
  context: Context,
  invoice: Stripe.Invoice,
  intentId: string,
): Stripe.InvoicePayment {
  return {
    id: context.newId('inpay_'),
    object: 'invoice_payment',
    amount_paid: null,
    amount_requested: invoice.amount_due,
    created: seconds(context.nowMs),
    currency: invoice.currency,
    invoice: invoice.id,
    is_default: true,
    livemode: false,
    payment: { payment_intent: intentId, type: 'payment_intent' },
    status: 'open',
    status_transitions: { canceled_at: null, paid_at: null },
  }
}

function newLine(
  context: Context,
  invoice: string,
  subscription: Stripe.Subscription,
  item: Stripe.SubscriptionItem,
): Stripe.InvoiceLineItem {
  const { price } = item
  const quantity = item.quantity ?? 1
  const amount = (price.unit_amount ?? 0) * quantity
  const product = typeof price.product === 'string' ? price.product : price.product.id
  return {
    id: context.newId('il_'),
    object: 'line_item',
    amount,
    currency: subscription.currency,
    description: `${quantity} × ${subscription.description ?? 'Recurring gift'}`,
    discount_amounts: [],
    discountable: true,
    discounts: [],
    invoice,
    livemode: false,
    metadata: subscription.metadata,
    parent: {
      invoice_item_details: null,
      subscription_item_details: {
        invoice_item: null,
        proration: false,
        proration_details: null,
        subscription: subscription.id,
        subscription_item: item.id,
      },
      type: 'subscription_item_details',
    },
    period: { end: item.current_period_end, start: item.current_period_start },
    pretax_credit_amounts: [],
    pricing: {
      price_details: { price: price.id, product },
      type: 'price_details',
      unit_amount_decimal: price.unit_amount_decimal,
    },
    quantity,
    // On the wire every decimal is a string.
    quantity_decimal: String(quantity) as unknown as Stripe.InvoiceLineItem['quantity_decimal'],
    subscription: subscription.id,
    subtotal: amount,
    taxes: [],
  }
}

const UNUSED_FIELDS = {
  account_country: 'US',
  account_name: 'Offline newsroom',
  account_tax_ids: null,
  amount_shipping: 0,
  application: null,
  automatic_tax: { disabled_reason: null, enabled: false, liability: null, provider: null, status: null },
  custom_fields: null,
  customer_account: null,
  customer_phone: null,
  customer_shipping: null,
  customer_tax_exempt: 'none',
  customer_tax_ids: [],
  default_payment_method: null,
  default_source: null,
  default_tax_rates: [],
  description: null,
  discounts: [],
  due_date: null,
  ending_balance: null,
  footer: null,
  from_invoice: null,
  hosted_invoice_url: null,
  invoice_pdf: null,
  issuer: { type: 'self' },
  last_finalization_error: null,
  latest_revision: null,
  livemode: false,
  on_behalf_of: null,
  payment_settings: { default_mandate: null, payment_method_options: null, payment_method_types: null },
  post_payment_credit_notes_amount: 0,
  pre_payment_credit_notes_amount: 0,
  receipt_number: null,
  rendering: null,
  shipping_cost: null,
  shipping_details: null,
  starting_balance: 0,
  statement_descriptor: null,
  test_clock: null,
  total_discount_amounts: [],
  total_pretax_credit_amounts: [],
  total_taxes: [],
  webhooks_delivered_at: null,
} satisfies Partial<Stripe.Invoice>
