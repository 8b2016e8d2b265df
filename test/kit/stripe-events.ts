import { randomBytes } from 'node:crypto'
import { Stripe } from 'stripe'
import { markedFor } from './marks.ts'

export const API_VERSION = Stripe.API_VERSION
export const SECRET = 'whsec_a_secret_only_tests_know'

type EventOptions = {
  readonly id?: string
  readonly created?: number
  readonly livemode?: boolean
  readonly account?: string
  readonly apiVersion?: string
}

/** An event as Stripe sends it; `created` is a Unix time in seconds. */
export function stripeEvent(type: string, object: object, options: EventOptions = {}) {
  return {
    id: options.id ?? stripeId('evt'),
    object: 'event',
    api_version: options.apiVersion ?? API_VERSION,
    created: options.created ?? 1_767_225_600,
    data: { object },
    livemode: options.livemode ?? false,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type,
    ...(options.account ? { account: options.account } : {}),
  }
}

export type SessionOptions = {
  readonly id?: string
  readonly checkoutId?: string | null
  readonly paymentIntentId?: string | null
  readonly paymentStatus?: 'paid' | 'unpaid' | 'no_payment_required'
  readonly amount?: number
  readonly currency?: string
  readonly email?: string | null
  readonly name?: string | null
  readonly metadata?: Record<string, string>
}

/** A completed Checkout Session as events carry it, with the fields that an integration uses; amounts in minor units. */
export function checkoutSession(options: SessionOptions = {}) {
  const id = options.id ?? stripeId('cs_test')
  const { checkoutId = null, paymentIntentId = stripeId('pi') } = options
  return {
    id,
    object: 'checkout.session',
    amount_subtotal: options.amount ?? 500,
    amount_total: options.amount ?? 500,
    client_reference_id: checkoutId,
    currency: options.currency ?? 'usd',
    customer_details: {
      email: options.email === undefined ? 'reader@example.org' : options.email,
      name: options.name ?? 'Ada Reader',
    },
    livemode: false,
    metadata: { ...(checkoutId ? markedFor(checkoutId) : {}), ...options.metadata },
    mode: 'payment',
    payment_intent: paymentIntentId,
    payment_status: options.paymentStatus ?? 'paid',
    status: 'complete',
  }
}

/** The ids of a stored checkout that waits for its reader, and of the payment that the reader will make. */
export type OpenCheckout = {
  readonly id: string
  readonly sessionId: string
  readonly paymentIntentId: string
}

/** The session of a stored checkout, paid unless the options say otherwise. */
export function sessionOf(
  { id: checkoutId, sessionId: id, paymentIntentId }: OpenCheckout,
  options: SessionOptions = {},
) {
  return checkoutSession({ id, checkoutId, paymentIntentId, ...options })
}

/** A charge that succeeded, as events carry it. Stripe copies the payment's metadata to it, and with it our mark. */
export function charge(options: {
  id?: string
  paymentIntentId: string | null
  amount?: number
  checkoutId?: string
}) {
  return {
    id: options.id ?? stripeId('ch'),
    object: 'charge',
    amount: options.amount ?? 500,
    currency: 'usd',
    metadata: options.checkoutId === undefined ? {} : markedFor(options.checkoutId),
    paid: true,
    payment_intent: options.paymentIntentId,
    status: 'succeeded',
  }
}

/** A refund as events carry it; the amount in minor units. */
export function refund(options: { id: string; paymentIntentId: string; amount: number; status: string }) {
  return {
    id: options.id,
    object: 'refund',
    amount: options.amount,
    currency: 'usd',
    payment_intent: options.paymentIntentId,
    status: options.status,
    reason: 'requested_by_customer',
    ...(options.status === 'failed' ? { failure_reason: 'lost_or_stolen_card' } : {}),
    created: 1_767_312_000,
  }
}

/**
 * A dispute as events carry it. `moved`: whether Stripe has withdrawn and reinstated the money, or the amounts that it has
 * moved, at the times `movedAt`.
 */
export function dispute(options: {
  id: string
  paymentIntentId: string
  amount: number
  status: string
  moved?: 'nothing' | 'withdrawn' | 'reinstated' | readonly number[]
  movedAt?: readonly string[]
}) {
  const { amount, moved = 'nothing', movedAt = ['2026-01-03T00:00:00Z'] } = options
  const movements =
    typeof moved === 'string'
      ? { nothing: [], withdrawn: [-amount], reinstated: [-amount, amount] }[moved]
      : moved
  return {
    id: options.id,
    object: 'dispute',
    amount,
    currency: 'usd',
    payment_intent: options.paymentIntentId,
    status: options.status,
    reason: 'fraudulent',
    evidence_details: { due_by: 1_768_000_000 },
    balance_transactions: movements.map((minor, index) => ({
      object: 'balance_transaction',
      amount: minor,
      currency: 'usd',
      created: Date.parse(movedAt[index] ?? `2026-01-0${3 + index}T00:00:00Z`) / 1000,
    })),
    created: 1_767_398_400,
  }
}

export type InvoiceOptions = {
  readonly id: string
  readonly subscriptionId: string
  readonly amount?: number
  readonly reason?: string
  readonly metadata?: Record<string, string>
}

/** A paid invoice of a subscription as events carry it. */
export function paidInvoice(options: InvoiceOptions) {
  const { subscriptionId: subscription, metadata = {} } = options
  return {
    id: options.id,
    object: 'invoice',
    amount_paid: options.amount ?? 700,
    currency: 'usd',
    customer: stripeId('cus'),
    customer_name: 'Ada',
    customer_email: 'ada@reader.example',
    billing_reason: options.reason ?? 'subscription_cycle',
    parent: { type: 'subscription_details', subscription_details: { subscription, metadata } },
    lines: { data: [{ period: { start: 1_767_225_600, end: 1_769_904_000 } }] },
    status_transitions: { paid_at: 1_767_225_600 },
  }
}

/**
 * A payment of an invoice, as events carry it. `amount`: what the invoice got by it; left out where Stripe does not say
 * it. Without a payment intent the payment did not come through Stripe.
 */
export function invoicePayment(options: {
  invoiceId: string
  paymentIntentId: string | null
  amount?: number
  paidAt?: string
}) {
  const { invoiceId, paymentIntentId, amount, paidAt } = options
  return {
    id: stripeId('inpay'),
    object: 'invoice_payment',
    invoice: invoiceId,
    ...(amount === undefined ? {} : { amount_paid: amount, currency: 'usd' }),
    payment: paymentIntentId
      ? { type: 'payment_intent', payment_intent: paymentIntentId }
      : { type: 'payment_record', payment_record: stripeId('pr') },
    status: 'paid',
    ...(paidAt === undefined ? {} : { status_transitions: { paid_at: Date.parse(paidAt) / 1000 } }),
  }
}

/** A new id of an object of Stripe, `pi_…` for the prefix `pi`. */
export function stripeId(prefix: string): string {
  return `${prefix}_${randomBytes(12).toString('hex')}`
}

/** The body as Stripe formats it, and its signature header. */
export function signed(event: unknown, options: { secret?: string; timestamp?: number } = {}) {
  const payload = JSON.stringify(event, null, 2)
  const secret = options.secret ?? SECRET
  const timestamp = options.timestamp ?? Math.floor(Date.now() / 1000)
  return { payload, header: signatureHeader(payload, secret, timestamp) }
}

/** The signature header of any text. */
export function signatureHeader(payload: string, secret: string, timestamp: number): string {
  return Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp })
}
