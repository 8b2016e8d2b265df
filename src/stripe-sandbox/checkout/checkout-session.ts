import type Stripe from 'stripe'
import { badParameter, noSuch, refused } from '../api/errors.ts'
import type { Donor, SessionRecord } from '../state/state.ts'
import type { Transaction } from '../state/transaction.ts'
import { seconds } from '../time.ts'
import { newLineItem } from './line-item.ts'
import { cancelIntent } from './payment-intent.ts'
import { UNUSED_FIELDS } from './session-defaults.ts'
import type { SessionParams } from './session-params.ts'
import {
  checkSettledTotal,
  checkSupported,
  expiryOf,
  paymentMethodsOf,
  pricedLines,
} from './session-rules.ts'

/** @throws StripeRefusal for what Stripe refuses, and for what the offline Stripe does not offer. */
export function openSession(transaction: Transaction, params: SessionParams): SessionRecord {
  const { context } = transaction
  checkSupported(params)
  if (params.customer !== undefined && transaction.get('customer', params.customer) === undefined) {
    throw noSuch('customer', params.customer, 'customer', 400)
  }
  if (params.success_url === undefined) {
    throw badParameter('parameter_missing', 'Missing required param: success_url.', 'success_url')
  }
  const created = seconds(context.nowMs)
  const { lines, currency, total } = pricedLines(params)
  checkSettledTotal(context, total, currency)
  const intent = params.payment_intent_data
  const id = context.newId('cs_test_')
  const record: SessionRecord = {
    object: {
      id,
      object: 'checkout.session',
      ...UNUSED_FIELDS,
      allowed_payment_method_types: params.allowed_payment_method_types ?? null,
      allow_promotion_codes: params.allow_promotion_codes ?? null,
      adaptive_pricing: { enabled: params.adaptive_pricing?.enabled ?? false },
      amount_subtotal: total,
      amount_total: total,
      billing_address_collection: params.billing_address_collection ?? null,
      cancel_url: params.cancel_url ?? null,
      client_reference_id: params.client_reference_id ?? null,
      created,
      currency,
      custom_text: {
        after_submit: params.custom_text?.after_submit ?? null,
        shipping_address: params.custom_text?.shipping_address ?? null,
        submit: params.custom_text?.submit ?? null,
        terms_of_service_acceptance: params.custom_text?.terms_of_service_acceptance ?? null,
      },
      customer: params.customer ?? null,
      customer_creation: params.mode === 'payment' ? 'if_required' : 'always',
      customer_details:
        params.customer_email === undefined ? null : detailsOf({ name: null, email: params.customer_email }),
      customer_email: params.customer_email ?? null,
      expires_at: expiryOf(params, created, seconds(context.nowMs - context.aheadMs)),
      integration_identifier: params.integration_identifier ?? null,
      locale: params.locale ?? null,
      metadata: params.metadata ?? {},
      mode: params.mode,
      origin_context: params.origin_context ?? null,
      payment_method_types: paymentMethodsOf(params, currency),
      payment_status: 'unpaid',
      phone_number_collection: { enabled: params.phone_number_collection?.enabled ?? false },
      status: 'open',
      submit_type: params.submit_type ?? null,
      success_url: params.success_url,
      url: `${context.origin}/c/pay/${id}`,
    },
    lineItems: lines.map((line) => newLineItem(context, line, created)),
    itemDescriptions: lines.map(({ description }) => description),
    intentData: {
      description: intent?.description ?? null,
      metadata: intent?.metadata ?? {},
      receiptEmail: intent?.receipt_email ?? null,
      statementDescriptor: intent?.statement_descriptor ?? null,
      statementDescriptorSuffix: intent?.statement_descriptor_suffix ?? null,
      transferGroup: intent?.transfer_group ?? null,
    },
    donor: null,
    attempts: 0,
    ...(params.mode === 'subscription'
      ? {
          subscriptionData: {
            metadata: params.subscription_data?.metadata ?? {},
            description: params.subscription_data?.description ?? null,
          },
        }
      : {}),
    // The caller computed expires_at by its own clock.
    ...(params.expires_at === undefined || context.aheadMs === 0 ? {} : { aheadMs: context.aheadMs }),
  }
  transaction.put('session', id, record)
  return record
}

/** The session with one more attempt to pay it. */
export function withAttempt(record: SessionRecord, donor: Donor, intentId: string): SessionRecord {
  const isPayment = record.object.mode === 'payment'
  const object = isPayment ? { ...record.object, payment_intent: intentId } : record.object
  return { ...record, object, donor, attemptedIntentId: intentId, attempts: record.attempts + 1 }
}

/** The id of the PaymentIntent of the last attempt; null before the first. */
export function intentIdOf({ object, attemptedIntentId }: SessionRecord): string | null {
  const intent = object.payment_intent ?? attemptedIntentId
  return typeof intent === 'string' ? intent : null
}

/** A completed session: paid at once, or unpaid while a bank debit is pending. */
export function completed(record: SessionRecord, paymentStatus: 'paid' | 'unpaid'): SessionRecord {
  const { donor, object } = record
  return {
    ...record,
    object: {
      ...object,
      customer_details: donor === null ? object.customer_details : detailsOf(donor),
      collected_information: { business_name: null, individual_name: null, shipping_details: null },
      ...presentedTo(donor),
      payment_status: paymentStatus,
      status: 'complete',
      url: null,
    },
  }
}

/** @throws StripeRefusal unless the session is open. */
export function expireSession(transaction: Transaction, record: SessionRecord): void {
  const { status } = record.object
  if (status !== 'open') {
    const message = `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of \`${status}\`.`
    throw refused(undefined, message)
  }
  const intentId = intentIdOf(record)
  if (intentId !== null) cancelIntent(transaction, intentId)
  const object: Stripe.Checkout.Session = { ...record.object, status: 'expired', url: null }
  transaction.put('session', object.id, { ...record, object })
  transaction.emit('checkout.session.expired', object)
}

/** The session as the API shows it now: the checkout page's address changes when a restart changes the port. */
export function presentSession(object: Stripe.Checkout.Session, origin: string): Stripe.Checkout.Session {
  return object.status === 'open' ? { ...object, url: `${origin}/c/pay/${object.id}` } : object
}

/** What Adaptive Pricing showed to the reader, where that is another currency. */
export function presentedTo(donor: Donor | null) {
  if (donor?.presented === undefined) return {}
  const { amount: presentment_amount, currency: presentment_currency } = donor.presented
  return { presentment_details: { presentment_amount, presentment_currency } }
}

function detailsOf(donor: { name: string | null; email: string }): Stripe.Checkout.Session.CustomerDetails {
  return {
    address: null,
    business_name: null,
    email: donor.email,
    individual_name: null,
    name: donor.name,
    phone: null,
    tax_exempt: 'none',
    tax_ids: donor.name === null ? null : [],
  }
}
