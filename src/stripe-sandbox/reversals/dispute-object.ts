import type Stripe from 'stripe'
import type { Context } from '../state/context.ts'
import { seconds } from '../time.ts'

type DisputeFields = {
  /** Minor units of the charge's currency. */
  readonly amount: number
  readonly reason: string
  readonly status: Stripe.Dispute.Status
  /** Seconds since 1970. */
  readonly dueBy: number | null
  readonly isInquiry: boolean
}

/** A new dispute, before any money has moved. */
export function newDispute(context: Context, charge: Stripe.Charge, fields: DisputeFields): Stripe.Dispute {
  const isCard = charge.payment_method_details?.type === 'card'
  return {
    id: context.newId('dp_'),
    object: 'dispute',
    amount: fields.amount,
    balance_transactions: [],
    charge: charge.id,
    created: seconds(context.nowMs),
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: EVIDENCE,
    evidence_details: {
      due_by: fields.dueBy,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: 'manual',
    },
    intended_submission_method: null,
    is_charge_refundable: fields.isInquiry,
    livemode: false,
    metadata: {},
    payment_intent: charge.payment_intent,
    ...(isCard
      ? { payment_method_details: { card: cardDetails(fields.isInquiry), type: 'card' as const } }
      : {}),
    reason: fields.reason,
    status: fields.status,
  }
}

function cardDetails(isInquiry: boolean): Stripe.Dispute.PaymentMethodDetails.Card {
  return {
    brand: 'visa',
    case_type: isInquiry ? 'inquiry' : 'chargeback',
    network: 'visa',
    network_reason_code: '10.4',
  }
}

const EVIDENCE: Stripe.Dispute['evidence'] = {
  access_activity_log: null,
  billing_address: null,
  cancellation_policy: null,
  cancellation_policy_disclosure: null,
  cancellation_rebuttal: null,
  customer_communication: null,
  customer_email_address: null,
  customer_name: null,
  customer_purchase_ip: null,
  customer_signature: null,
  duplicate_charge_documentation: null,
  duplicate_charge_explanation: null,
  duplicate_charge_id: null,
  enhanced_evidence: {},
  product_description: null,
  receipt: null,
  refund_policy: null,
  refund_policy_disclosure: null,
  refund_refusal_explanation: null,
  service_date: null,
  service_documentation: null,
  shipping_address: null,
  shipping_carrier: null,
  shipping_date: null,
  shipping_documentation: null,
  shipping_tracking_number: null,
  uncategorized_file: null,
  uncategorized_text: null,
}
