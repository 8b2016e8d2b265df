import {
  charge,
  checkoutSession,
  dispute,
  invoicePayment,
  paidInvoice,
  refund,
  stripeEvent,
  stripeId,
} from './stripe-events.ts'

type Checkout = { readonly id: string; readonly sessionId: string; readonly paymentIntentId: string }
export type GiftEvent = ReturnType<typeof stripeEvent>

/** Seven events of a gift of 500: a part is given back, and a complaint about the rest ends as `ending` says. */
export function cardLife({ id, sessionId, paymentIntentId }: Checkout, ending: 'won' | 'lost'): GiftEvent[] {
  const session = checkoutSession({ id: sessionId, checkoutId: id, paymentIntentId })
  const back = { id: stripeId('re'), paymentIntentId, amount: 200 }
  const complaint = { id: stripeId('dp'), paymentIntentId, amount: 300 }
  const moved = ending === 'won' ? 'reinstated' : 'withdrawn'
  return [
    stripeEvent('checkout.session.completed', session),
    stripeEvent('charge.succeeded', charge({ paymentIntentId })),
    stripeEvent('refund.created', refund({ ...back, status: 'pending' })),
    stripeEvent('refund.updated', refund({ ...back, status: 'succeeded' })),
    stripeEvent('charge.dispute.created', dispute({ ...complaint, status: 'needs_response' })),
    stripeEvent(
      'charge.dispute.funds_withdrawn',
      dispute({ ...complaint, status: 'needs_response', moved: 'withdrawn' }),
    ),
    stripeEvent('charge.dispute.closed', dispute({ ...complaint, status: ending, moved })),
  ]
}

const ada = { name: 'Ada', email: 'ada@reader.example' }

/** Seven events of the first collection of a monthly gift of 700: a part is given back, the rest is lost. */
export function monthlyLife({ id, sessionId, paymentIntentId }: Checkout): GiftEvent[] {
  const subscriptionId = stripeId('sub')
  const invoiceId = stripeId('in')
  const session = {
    // The invoice's customer is the one that the session made, so both name the same person.
    ...checkoutSession({ id: sessionId, checkoutId: id, paymentIntentId: null, amount: 700, ...ada }),
    mode: 'subscription',
    subscription: subscriptionId,
  }
  const metadata = { checkout_id: id, frequency: 'monthly' }
  const invoice = paidInvoice({ id: invoiceId, subscriptionId, reason: 'subscription_create', metadata })
  const complaint = { id: stripeId('dp'), paymentIntentId, amount: 400, moved: 'withdrawn' } as const
  return [
    stripeEvent('checkout.session.completed', session),
    stripeEvent('invoice.paid', invoice),
    stripeEvent('invoice_payment.paid', invoicePayment({ invoiceId, paymentIntentId })),
    stripeEvent('charge.succeeded', charge({ paymentIntentId, amount: 700 })),
    stripeEvent(
      'refund.created',
      refund({ id: stripeId('re'), paymentIntentId, amount: 300, status: 'succeeded' }),
    ),
    stripeEvent('charge.dispute.created', dispute({ ...complaint, status: 'needs_response' })),
    stripeEvent('charge.dispute.closed', dispute({ ...complaint, status: 'lost' })),
  ]
}
