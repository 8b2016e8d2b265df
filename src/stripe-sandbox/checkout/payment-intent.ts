import type Stripe from 'stripe'
import { docUrl } from '../api/errors.ts'
import type { Context } from '../state/context.ts'
import type { SessionRecord } from '../state/state.ts'
import type { Transaction } from '../state/transaction.ts'
import { seconds } from '../time.ts'

/** The PaymentIntent that Checkout makes when the reader confirms the payment for the first time, not before. */
export function newIntent(
  context: Context,
  { object: session, intentData }: SessionRecord,
): Stripe.PaymentIntent {
  const isSubscription = session.mode === 'subscription'
  return {
    ...emptyIntent(context),
    amount: session.amount_total ?? 0,
    currency: session.currency ?? '',
    customer: session.customer,
    // Stripe does not copy a subscription's metadata to its payments: only the invoice leads to the subscription.
    description: isSubscription ? 'Subscription creation' : intentData.description,
    metadata: intentData.metadata,
    payment_method_types: session.payment_method_types,
    receipt_email: intentData.receiptEmail,
    setup_future_usage: isSubscription ? 'off_session' : null,
    statement_descriptor: intentData.statementDescriptor,
    statement_descriptor_suffix: intentData.statementDescriptorSuffix,
    transfer_group: intentData.transferGroup,
  }
}

/** The PaymentIntent of a later period. It has no metadata and does not name its invoice. */
export function newRenewalIntent(
  context: Context,
  invoice: Stripe.Invoice,
  subscription: Stripe.Subscription,
): Stripe.PaymentIntent {
  return {
    ...emptyIntent(context),
    amount: invoice.amount_due,
    currency: invoice.currency,
    customer: invoice.customer,
    description: 'Subscription update',
    payment_method: subscription.default_payment_method,
  }
}

function emptyIntent(context: Context): Stripe.PaymentIntent {
  const id = context.newId('pi_')
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
    client_secret: `${id}_${context.newId('secret_')}`,
    confirmation_method: 'automatic',
    created: seconds(context.nowMs),
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
  return { ...afterAttempt(intent, charge), status: 'processing' }
}

export function succeededIntent(intent: Stripe.PaymentIntent, charge: Stripe.Charge): Stripe.PaymentIntent {
  return { ...afterAttempt(intent, charge), amount_received: intent.amount, status: 'succeeded' }
}

/** After a failed attempt the PaymentIntent names the error and waits for another payment method. */
export function failedIntent(intent: Stripe.PaymentIntent, charge: Stripe.Charge): Stripe.PaymentIntent {
  const isCard = charge.payment_method_details?.type === 'card'
  const code = charge.failure_code ?? 'processing_error'
  return {
    ...afterAttempt(intent, charge),
    status: 'requires_payment_method',
    payment_method: null,
    last_payment_error: {
      type: isCard ? 'card_error' : 'invalid_request_error',
      charge: charge.id,
      code,
      ...(isCard ? { decline_code: 'generic_decline' } : {}),
      doc_url: docUrl(code),
      message: charge.failure_message ?? '',
    },
  }
}

/** Cancels the PaymentIntent of an expired session, unless it has succeeded or is being processed. */
export function cancelIntent(transaction: Transaction, id: string): void {
  const intent = transaction.get('payment_intent', id)
  if (intent === undefined || intent.status !== 'requires_payment_method') return
  const canceled: Stripe.PaymentIntent = {
    ...intent,
    canceled_at: seconds(transaction.context.nowMs),
    cancellation_reason: 'expired',
    status: 'canceled',
  }
  transaction.put('payment_intent', id, canceled)
  transaction.emit('payment_intent.canceled', canceled)
}

function afterAttempt(intent: Stripe.PaymentIntent, charge: Stripe.Charge): Stripe.PaymentIntent {
  return {
    ...intent,
    last_payment_error: null,
    latest_charge: charge.id,
    payment_method: charge.payment_method,
  }
}
