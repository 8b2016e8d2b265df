import type Stripe from 'stripe'
import { scheduleBalanceTransaction } from '../balance/charge-balance.ts'
import { newCharge } from '../checkout/charge.ts'
import { failedIntent, succeededIntent } from '../checkout/payment-intent.ts'
import type { Donor } from '../state/state.ts'
import type { Transaction } from '../state/transaction.ts'
import { DAY_MS, seconds } from '../time.ts'
import { finalizedInvoice, newInvoicePayment, paidInvoice, unpaidInvoice } from './invoice.ts'

/** Numbers the invoice and opens it for payment by this PaymentIntent. */
export function finalizeInvoice(
  transaction: Transaction,
  draft: Stripe.Invoice,
  intent: Stripe.PaymentIntent,
): Stripe.Invoice {
  const { context } = transaction
  const customer = transaction.getOrThrow('customer', String(draft.customer))
  const invoice = finalizedInvoice(context, draft, customer)
  const payment = newInvoicePayment(context, invoice, intent.id)
  transaction.put('customer', customer.id, {
    ...customer,
    currency: invoice.currency,
    next_invoice_sequence: (customer.next_invoice_sequence ?? 1) + 1,
  })
  transaction.put('invoice', invoice.id, invoice)
  transaction.put('invoice_payment', payment.id, payment)
  transaction.emit('invoice.finalized', invoice)
  return invoice
}

/** The card pays an open invoice. Returns the charge. */
export function payInvoice(
  transaction: Transaction,
  openInvoice: Stripe.Invoice,
  intent: Stripe.PaymentIntent,
  donor: Donor,
): Stripe.Charge {
  const { context } = transaction
  const charge = newCharge(context, intent, donor, 'succeeded')
  const invoice = paidInvoice(context, openInvoice)
  const payment: Stripe.InvoicePayment = {
    ...invoicePaymentOf(transaction, invoice.id),
    amount_paid: invoice.amount_paid,
    status: 'paid',
    status_transitions: { canceled_at: null, paid_at: seconds(context.nowMs) },
  }
  const succeeded = succeededIntent(intent, charge)
  transaction.put('invoice', invoice.id, invoice)
  transaction.put('invoice_payment', payment.id, payment)
  transaction.put('payment_intent', succeeded.id, succeeded)
  transaction.put('charge', charge.id, charge)
  transaction.emit('invoice.paid', invoice)
  transaction.emit('invoice.payment_succeeded', invoice)
  transaction.emit('payment_intent.succeeded', succeeded)
  transaction.emit('charge.succeeded', charge)
  transaction.emit('invoice_payment.paid', payment)
  scheduleBalanceTransaction(transaction, charge.id)
  return charge
}

/**
 * The card declines an open invoice. Returns the invoice; its `next_payment_attempt` is null when Stripe does not
 * retry any more.
 */
export function failInvoicePayment(
  transaction: Transaction,
  openInvoice: Stripe.Invoice,
  intent: Stripe.PaymentIntent,
  donor: Donor,
): Stripe.Invoice {
  const { nowMs, settings } = transaction.context
  const charge = newCharge(transaction.context, intent, donor, 'declined')
  const failed = failedIntent(intent, charge)
  const retryAfterDays = settings.retryDays[openInvoice.attempt_count]
  const retryAtMs = retryAfterDays === undefined ? null : nowMs + retryAfterDays * DAY_MS
  const invoice = unpaidInvoice(openInvoice, retryAtMs === null ? null : seconds(retryAtMs))
  transaction.put('charge', charge.id, charge)
  transaction.put('payment_intent', failed.id, failed)
  transaction.put('invoice', invoice.id, invoice)
  transaction.emit('charge.failed', charge)
  transaction.emit('payment_intent.payment_failed', failed)
  transaction.emit('invoice.payment_failed', invoice)
  if (retryAtMs !== null) transaction.schedule('collect_invoice', invoice.id, retryAtMs)
  return invoice
}

/** @throws when the invoice is not finalized: an error of this program. */
export function invoicePaymentOf(
  { changes, context }: Transaction,
  invoiceId: string,
): Stripe.InvoicePayment {
  const written = changes.findLast(
    (change) => change.table === 'invoice_payment' && change.value.invoice === invoiceId,
  )
  if (written?.table === 'invoice_payment') return written.value
  for (const payment of context.state.invoice_payment.values()) {
    if (payment.invoice === invoiceId) return payment
  }
  throw new Error(`The offline Stripe has lost the payment of ${invoiceId}.`)
}
