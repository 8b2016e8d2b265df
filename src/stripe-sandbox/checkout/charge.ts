import type Stripe from 'stripe'
import type { BankDebitMethod } from '../currencies.ts'
import type { Context } from '../state/context.ts'
import type { Donor } from '../state/state.ts'
import { seconds } from '../time.ts'
import { presentedTo } from './checkout-session.ts'

type ChargeOutcome = 'succeeded' | 'declined' | BankDebitMethod

/** One attempt to take the money. A bank debit stays `pending` until the bank reports the outcome. */
export function newCharge(
  context: Context,
  intent: Stripe.PaymentIntent,
  donor: Donor,
  outcome: ChargeOutcome,
): Stripe.Charge {
  const isCard = outcome === 'succeeded' || outcome === 'declined'
  const base: Stripe.Charge = {
    id: context.newId(isCard ? 'ch_' : 'py_'), // Stripe prefixes charges of other payment methods than cards with py_
    object: 'charge',
    amount: intent.amount,
    amount_captured: 0,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: null, // Stripe settles asynchronously: null at first
    billing_details: {
      address: { city: null, country: 'US', line1: null, line2: null, postal_code: null, state: null },
      email: donor.email,
      name: donor.name,
      phone: null,
      tax_id: null,
    },
    calculated_statement_descriptor: intent.statement_descriptor_suffix,
    captured: false,
    created: seconds(context.nowMs),
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    fraud_details: {},
    livemode: false,
    metadata: intent.metadata,
    on_behalf_of: null,
    outcome: OUTCOMES.approved,
    paid: false,
    payment_intent: intent.id,
    payment_method: context.newId('pm_'),
    payment_method_details: isCard ? { type: 'card', card: CARD } : bankDetails(outcome),
    radar_options: {},
    ...presentedTo(donor),
    receipt_email: intent.receipt_email,
    receipt_number: null,
    receipt_url: null,
    refunded: false,
    review: null,
    shipping: null,
    source: null,
    source_transfer: null,
    statement_descriptor: intent.statement_descriptor,
    statement_descriptor_suffix: intent.statement_descriptor_suffix,
    status: 'pending',
    transfer_data: null,
    transfer_group: intent.transfer_group,
  }
  if (outcome === 'succeeded') return succeededCharge(base)
  if (outcome === 'declined') {
    return { ...failedCharge(base, 'card_declined', 'Your card was declined.'), outcome: OUTCOMES.declined }
  }
  return base
}

export function succeededCharge(charge: Stripe.Charge): Stripe.Charge {
  return { ...charge, amount_captured: charge.amount, captured: true, paid: true, status: 'succeeded' }
}

export function failedCharge(charge: Stripe.Charge, code: string, message: string): Stripe.Charge {
  return { ...charge, failure_code: code, failure_message: message, paid: false, status: 'failed' }
}

const OUTCOMES = {
  approved: {
    advice_code: null,
    network_advice_code: null,
    network_decline_code: null,
    network_status: 'approved_by_network',
    reason: null,
    risk_level: 'normal',
    seller_message: 'Payment complete.',
    type: 'authorized',
  },
  declined: {
    advice_code: 'try_again_later',
    network_advice_code: null,
    network_decline_code: '01',
    network_status: 'declined_by_network',
    reason: 'generic_decline',
    risk_level: 'normal',
    seller_message: 'The bank did not return any further details with this decline.',
    type: 'issuer_declined',
  },
} satisfies Record<string, Stripe.Charge.Outcome>

// The service reads no more than this; the type lists every field of every network.
const CARD = {
  brand: 'visa',
  checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
  country: 'US',
  exp_month: 12,
  exp_year: 2034,
  fingerprint: 'OfflineStripe000',
  funding: 'credit',
  installments: null,
  last4: '4242',
  mandate: null,
  network: 'visa',
  three_d_secure: null,
  wallet: null,
} as Stripe.Charge.PaymentMethodDetails.Card

function bankDetails(method: BankDebitMethod): Stripe.Charge.PaymentMethodDetails {
  return { type: method, [method]: { fingerprint: 'OfflineStripe001', last4: '6789', mandate: null } }
}
