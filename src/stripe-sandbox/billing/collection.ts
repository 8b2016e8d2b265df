import type Stripe from 'stripe'
import { bookLater } from '../balance/charge-booking.ts'
import { newCharge } from '../checkout/charge.ts'
import { failedIntent, succeededIntent } from '../checkout/payment-intent.ts'
import { DAY_MS } from '../settings.ts'
import { seconds } from '../state.ts'
import type { Donor } from '../state.ts'
import type { Work } from '../work.ts'
import { finalizedInvoice, invoicePayment, paidInvoice, unpaidInvoice } from './invoice.ts'

/** The invoice can be paid from now on, by this payment intent. */
export function finalize(work: Work, draft: Stripe.Invoice, intent: Stripe.PaymentIntent): Stripe.Invoice {
  const customer = work.known('customer', String(draft.customer))
  const invoice = finalizedInvoice(work.scene, draft, customer)
  const payment = invoicePayment(work.scene, invoice, intent.id)
  work.put('customer', customer.id, {
    ...customer,
    currency: invoice.currency,
    next_invoice_sequence: (customer.next_invoice_sequence ?? 1) + 1,
  })
  work.put('invoice', invoice.id, invoice)
  work.put('invoice_payment', payment.id, payment)
  work.announce('invoice.finalized', invoice)
  return invoice
}

/** The card pays: invoice, payment intent, charge and the payment that joins them. */
export function collected(
  work: Work,
  open: Stripe.Invoice,
  intent: Stripe.PaymentIntent,
  donor: Donor,
): { charge: Stripe.Charge; invoice: Stripe.Invoice } {
  const { scene } = work
  const charge = newCharge(scene, intent, donor, 'succeeded')
  const invoice = paidInvoice(scene, open)
  const joint = paymentOf(work, open.id)
  const payment: Stripe.InvoicePayment = {
    ...joint,
    amount_paid: invoice.amount_paid,
    status: 'paid',
    status_transitions: { canceled_at: null, paid_at: seconds(scene.nowMs) },
  }
  const succeeded = succeededIntent(intent, charge)
  work.put('invoice', invoice.id, invoice)
  work.put('invoice_payment', payment.id, payment)
  work.put('payment_intent', succeeded.id, succeeded)
  work.put('charge', charge.id, charge)
  work.announce('invoice.paid', invoice)
  work.announce('invoice.payment_succeeded', invoice)
  work.announce('payment_intent.succeeded', succeeded)
  work.announce('charge.succeeded', charge)
  work.announce('invoice_payment.paid', payment)
  bookLater(work, charge.id)
  return { charge, invoice }
}

/** The card declines. Answers the invoice with its next attempt, null after the last. */
export function notCollected(
  work: Work,
  open: Stripe.Invoice,
  intent: Stripe.PaymentIntent,
  donor: Donor,
): Stripe.Invoice {
  const { scene } = work
  const charge = newCharge(scene, intent, donor, 'declined')
  const failed = failedIntent(intent, charge)
  const pauseDays = scene.settings.retryDays[open.attempt_count]
  const nextMs = pauseDays === undefined ? null : scene.nowMs + pauseDays * DAY_MS
  const invoice = unpaidInvoice(open, nextMs === null ? null : seconds(nextMs))
  work.put('charge', charge.id, charge)
  work.put('payment_intent', failed.id, failed)
  work.put('invoice', invoice.id, invoice)
  work.announce('charge.failed', charge)
  work.announce('payment_intent.payment_failed', failed)
  work.announce('invoice.payment_failed', invoice)
  if (nextMs !== null) work.schedule('collect_invoice', invoice.id, nextMs)
  return invoice
}

/** The payment that belongs to an invoice; made when it was finalized. */
export function paymentOf(work: Work, invoiceId: string): Stripe.InvoicePayment {
  const made = work.changes.findLast(
    (change) => change.table === 'invoice_payment' && change.value.invoice === invoiceId,
  )
  if (made?.table === 'invoice_payment') return made.value
  for (const payment of work.scene.state.invoice_payment.values()) {
    if (payment.invoice === invoiceId) return payment
  }
  throw new Error(`The offline Stripe has lost the payment of ${invoiceId}.`)
}
