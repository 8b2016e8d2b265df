/** The event types that change something here. stripe/*-facts.ts reads them; docs/going-live.md lists them for operators. */
const PAYMENTS = [
  'checkout.session.completed',
  'checkout.session.async_payment_succeeded',
  'checkout.session.async_payment_failed',
  'checkout.session.expired',
  'charge.succeeded',
  'charge.failed',
  'refund.created',
  'refund.updated',
  'refund.failed',
  'charge.dispute.created',
  'charge.dispute.updated',
  'charge.dispute.closed',
  'charge.dispute.funds_withdrawn',
  'charge.dispute.funds_reinstated',
  'radar.early_fraud_warning.created',
] as const
const AGREEMENTS = [
  'invoice.paid',
  'invoice.payment_failed',
  'invoice_payment.paid',
  'customer.subscription.created',
  'customer.subscription.updated',
  'customer.subscription.deleted',
] as const

/** In groups, because Stripe's event list takes twenty types at most. */
export const HANDLED_EVENT_GROUPS: readonly (readonly string[])[] = [PAYMENTS, AGREEMENTS]
export const HANDLED_EVENT_TYPES: readonly string[] = HANDLED_EVENT_GROUPS.flat()

/** Nothing is read from these: they say that Stripe's books have news, which are then read whole. */
export const BALANCE_EVENT_TYPES: readonly string[] = [
  'charge.updated',
  'payout.paid',
  'payout.failed',
  'payout.canceled',
  'payout.reconciliation_completed',
]
