import type { PaymentFact } from '../donations/payment-fact.ts'
import type { Reversals } from '../refunds/reversals.ts'
import type { DecisionDeps, KnownState } from './changes.ts'
import { decide } from './decide.ts'

/** The ids of what is recorded besides donations and checkouts. */
export type KnownIds = {
  /** Payments whose donation will be booked by an event that is in the inbox already. */
  readonly awaitedPayments: ReadonlySet<string>
  readonly warnings: ReadonlySet<string>
  readonly subscriptions: ReadonlySet<string>
}

/** The facts that name a payment and are ours by it alone. */
const ABOUT_A_PAYMENT: ReadonlySet<PaymentFact['kind']> = new Set([
  'charge_succeeded',
  'refund',
  'refund_of_unknown_status',
  'bank_return',
  'dispute',
  'fraud_warning',
])

/**
 * Whether a fact read from Stripe's objects reports something that is not recorded. A fact that is not about one of our
 * gifts does not: other programs may share the Stripe account. An earlier date alone is not enough, because objects
 * know dates less exactly than events do.
 * @param beside facts of the same objects, without which the fact decides nothing: the invoice of a payment
 */
export function isMissed(
  fact: PaymentFact,
  known: KnownState,
  recorded: KnownIds,
  deps: DecisionDeps,
  beside: readonly PaymentFact[] = [],
): boolean {
  // A decline is counted and changes no gift. Its id tells whether it is recorded.
  if (fact.kind === 'card_declined') return true
  const { changes, outcomes } = decide(known, [fact, ...beside], deps)
  const isOurs =
    'paymentIntentId' in fact &&
    fact.paymentIntentId !== null &&
    (recorded.awaitedPayments.has(fact.paymentIntentId) ||
      known.donations.some(({ paymentIntentId }) => paymentIntentId === fact.paymentIntentId))
  switch (outcomes[0]) {
    case 'not_ours':
      return isOurs && ABOUT_A_PAYMENT.has(fact.kind)
    case 'contradictory':
      return true // it needs attention
    case 'waiting':
    case undefined:
      // An invoice that waits is ours. A charge may never become a gift: it is missed only for a payment that is one.
      return isOurs || fact.kind === 'invoice_paid'
    case 'applied':
      break
  }
  if (fact.kind === 'fraud_warning') return isOurs && !recorded.warnings.has(fact.warning.id)
  if (fact.kind === 'subscription_changed') return true
  if (fact.kind === 'subscription_started' && !recorded.subscriptions.has(fact.subscription.id)) return true
  return (
    changes.checkouts.length > 0 ||
    changes.booked.length > 0 ||
    changes.amended.some(
      ({ before, chargeId, reversals }) =>
        chargeId !== before.chargeId || stateOf(reversals) !== stateOf(before.reversals),
    )
  )
}

/** What a synthesised event knows exactly of refunds and disputes, as text to compare. */
function stateOf({ refunds, disputes }: Reversals): string {
  return JSON.stringify([
    refunds.map(({ id, status }) => [id, status]),
    disputes.map(({ id, status, amount, movements }) => [
      id,
      status,
      amount.minor.toString(),
      movements.map(({ minor, movedAt }) => [minor.toString(), movedAt]),
    ]),
  ])
}
