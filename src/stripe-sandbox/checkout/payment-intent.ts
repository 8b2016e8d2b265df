import type Stripe from 'stripe'
import { announce } from '../delivery/events.ts'
import type { Change, Scene, SessionRecord } from '../state.ts'
import { seconds } from '../state.ts'

/** A PaymentIntent as Checkout makes one when the reader presses the button, not before. */
export function newIntent(
  scene: Scene,
  { object: session, intentData }: SessionRecord,
): Stripe.PaymentIntent {
  const isFirst = session.mode === 'subscription'
  return {
    ...freshIntent(scene),
    amount: session.amount_total ?? 0,
    currency: session.currency ?? '',
    customer: session.customer,
    // A subscription's metadata does not flow on to its payments: the invoice alone leads there.
    description: isFirst ? 'Subscription creation' : intentData.description,
    metadata: intentData.metadata,
    payment_method_types: session.payment_method_types,
    receipt_email: intentData.receiptEmail,
    setup_future_usage: isFirst ? 'off_session' : null,
    statement_descriptor: intentData.statementDescriptor,
    statement_descriptor_suffix: intentData.statementDescriptorSuffix,
    transfer_group: intentData.transferGroup,
  }
}

/** A PaymentIntent for a later period. It carries no metadata and does not name its invoice. */
export function renewalIntent(
  scene: Scene,
  invoice: Stripe.Invoice,
  subscription: Stripe.Subscription,
): Stripe.PaymentIntent {
  return {
    ...freshIntent(scene),
    amount: invoice.amount_due,
    currency: invoice.currency,
    customer: invoice.customer,
    description: 'Subscription update',
    payment_method: subscription.default_payment_method,
  }
}

function freshIntent(scene: Scene): Stripe.PaymentIntent {
  const id = scene.newId('pi_')
  return {
    id,
    object: 'payment_intent',
    allowed_payment_method_types: null,
    amount: 0,
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: null,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: 'automatic_async',
    client_secret: `${id}_${scene.newId('secret_')}`,
    confirmation_method: 'automatic',
    created: seconds(scene.nowMs),
    currency: '',
    customer: null,
    customer_account: null,
    description: null,
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    managed_payments: { enabled: false },
    metadata: {},
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: {},
    payment_method_types: ['card'],
    payment_record: null,
    processing: null,
    receipt_email: null,
    review: null,
    setup_future_usage: null,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: 'requires_payment_method',
    transfer_data: null,
    transfer_group: null,
  }
}

export function processingIntent(intent: Stripe.PaymentIntent, charge: Stripe.Charge): Stripe.PaymentIntent {
  return { ...tried(intent, charge), status: 'processing' }
}

export function succeededIntent(intent: Stripe.PaymentIntent, charge: Stripe.Charge): Stripe.PaymentIntent {
  return { ...tried(intent, charge), amount_received: intent.amount, status: 'succeeded' }
}

/** A failed try: the intent waits for another payment method and remembers why. */
export function failedIntent(intent: Stripe.PaymentIntent, charge: Stripe.Charge): Stripe.PaymentIntent {
  const isCard = charge.payment_method_details?.type === 'card'
  const code = charge.failure_code ?? 'processing_error'
  return {
    ...tried(intent, charge),
    status: 'requires_payment_method',
    payment_method: null,
    last_payment_error: {
      type: isCard ? 'card_error' : 'invalid_request_error',
      charge: charge.id,
      code,
      ...(isCard ? { decline_code: 'generic_decline' } : {}),
      doc_url: `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}`,
      message: charge.failure_message ?? '',
    },
  }
}

/** What remains of a try when its session expires: nothing can be paid on it any more. */
export function cancelIntent(scene: Scene, id: string): Change[] {
  const intent = scene.state.payment_intent.get(id)
  if (intent === undefined || intent.status !== 'requires_payment_method') return []
  const canceled: Stripe.PaymentIntent = {
    ...intent,
    canceled_at: seconds(scene.nowMs),
    cancellation_reason: 'expired',
    status: 'canceled',
  }
  return [
    { table: 'payment_intent', id, value: canceled },
    ...announce(scene, 'payment_intent.canceled', canceled),
  ]
}

function tried(intent: Stripe.PaymentIntent, charge: Stripe.Charge): Stripe.PaymentIntent {
  return {
    ...intent,
    last_payment_error: null,
    latest_charge: charge.id,
    payment_method: charge.payment_method,
  }
}
