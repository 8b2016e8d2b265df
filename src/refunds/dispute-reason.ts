/** Stripe's reasons for a dispute (docs.stripe.com/disputes/categories). Stripe may add further ones. */
const disputeReasons = [
  'bank_cannot_process',
  'check_returned',
  'credit_not_processed',
  'customer_initiated',
  'debit_not_authorized',
  'duplicate',
  'fraudulent',
  'general',
  'incorrect_account_details',
  'insufficient_funds',
  'noncompliant',
  'product_not_received',
  'product_unacceptable',
  'subscription_canceled',
  'unrecognized',
] as const
export type DisputeReason = (typeof disputeReasons)[number]

export function isDisputeReason(reason: string): reason is DisputeReason {
  return disputeReasons.some((known) => known === reason)
}

/** Statuses in which Stripe waits for the newsroom's evidence (docs.stripe.com/api/disputes/object). */
const waitingStatuses = ['needs_response', 'warning_needs_response'] as const

export function isWaitingForAnswer(status: string): boolean {
  return waitingStatuses.some((waiting) => waiting === status)
}
