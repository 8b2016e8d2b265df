import { markedFor } from './marks.ts'
import {
  charge,
  dispute,
  invoicePayment,
  paidInvoice,
  refund,
  sessionOf,
  stripeEvent,
  stripeId,
  type OpenCheckout,
} from './stripe-events.ts'

export type GiftEvent = ReturnType<typeof stripeEvent>

/** Seven events of a card gift of 500: 200 is refunded, and a dispute about 300 is won or lost. */
export function cardGiftEvents(checkout: OpenCheckout, ending: 'won' | 'lost'): GiftEvent[] {
  const { paymentIntentId } = checkout
  const session = sessionOf(checkout)
  const partial = { id: stripeId('re'), paymentIntentId, amount: 200 }
  const disputed = { id: stripeId('dp'), paymentIntentId, amount: 300 }
  const moved = ending === 'won' ? 'reinstated' : 'withdrawn'
  return [
    stripeEvent('checkout.session.completed', session),
    stripeEvent('charge.succeeded', charge({ paymentIntentId })),
    stripeEvent('refund.created', refund({ ...partial, status: 'pending' })),
    stripeEvent('refund.updated', refund({ ...partial, status: 'succeeded' })),
    stripeEvent('charge.dispute.created', dispute({ ...disputed, status: 'needs_response' })),
    stripeEvent(
      'charge.dispute.funds_withdrawn',
      dispute({ ...disputed, status: 'needs_response', moved: 'withdrawn' }),
    ),
    stripeEvent('charge.dispute.closed', dispute({ ...disputed, status: ending, moved })),
  ]
}

const ADA = { name: 'Ada', email: 'ada@reader.example' }

/** Seven events of the first payment of a monthly gift of 700: 300 is refunded, and a dispute about 400 is lost. */
export function monthlyGiftEvents(checkout: OpenCheckout): GiftEvent[] {
  const { id, paymentIntentId } = checkout
  const subscriptionId = stripeId('sub')
  const invoiceId = stripeId('in')
  const session = {
    // The session and the invoice name the same customer.
    ...sessionOf(checkout, { paymentIntentId: null, amount: 700, ...ADA }),
    mode: 'subscription',
    subscription: subscriptionId,
  }
  const metadata = { ...markedFor(id), frequency: 'monthly' }
  const invoice = paidInvoice({ id: invoiceId, subscriptionId, reason: 'subscription_create', metadata })
  const disputed = { id: stripeId('dp'), paymentIntentId, amount: 400, moved: 'withdrawn' } as const
  return [
    stripeEvent('checkout.session.completed', session),
    stripeEvent('invoice.paid', invoice),
    stripeEvent('invoice_payment.paid', invoicePayment({ invoiceId, paymentIntentId })),
    stripeEvent('charge.succeeded', charge({ paymentIntentId, amount: 700 })),
    stripeEvent(
      'refund.created',
      refund({ id: stripeId('re'), paymentIntentId, amount: 300, status: 'succeeded' }),
    ),
    stripeEvent('charge.dispute.created', dispute({ ...disputed, status: 'needs_response' })),
    stripeEvent('charge.dispute.closed', dispute({ ...disputed, status: 'lost' })),
  ]
}
