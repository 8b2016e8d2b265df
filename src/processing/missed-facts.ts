import type { KnownState, DecisionDeps } from './changes.ts'
import { decide } from './decide.ts'
import type { PaymentFact } from '../donations/payment-fact.ts'
import type { Reversals } from '../refunds/reversals.ts'

/** What is known besides donations and checkouts, as ids. */
export type KnownIds = {
  /** Payments whose donation an event that is kept already will book. */
  readonly coming: ReadonlySet<string>
  readonly warnings: ReadonlySet<string>
  readonly subscriptions: ReadonlySet<string>
}

/**
 * Whether a fact read from Stripe's objects says more than we know. What is not about a gift of ours says nothing:
 * other programs may share the Stripe account. A moment that is a little earlier than the known one says nothing either.
 */
export function isMissed(
  fact: PaymentFact,
  known: KnownState,
  recorded: KnownIds,
  deps: DecisionDeps,
): boolean {
  const { changes, outcomes } = decide(known, [fact], deps)
  const isOurs = 'paymentIntentId' in fact && recorded.coming.has(fact.paymentIntentId)
  const isGift =
    'paymentIntentId' in fact &&
    known.donations.some(({ paymentIntentId }) => paymentIntentId === fact.paymentIntentId)
  switch (outcomes[0]) {
    case 'not_ours':
      return false
    case 'contradictory':
      return true // somebody must look
    case 'waiting':
    case undefined:
      // A collection's halves are ours by their subscription; what went back is only by its payment.
      return isOurs || isGift || fact.kind === 'invoice_paid' || fact.kind === 'invoice_payment'
    case 'applied':
      break
  }
  if (fact.kind === 'fraud_warning') return (isOurs || isGift) && !recorded.warnings.has(fact.warning.id)
  if (fact.kind === 'subscription_changed') return true
  if (fact.kind === 'subscription_started' && !recorded.subscriptions.has(fact.news.id)) return true
  return (
    changes.moves.length > 0 ||
    changes.booked.length > 0 ||
    changes.amended.some(
      ({ before, chargeId, reversals }) =>
        chargeId !== before.chargeId || states(reversals) !== states(before.reversals),
    )
  )
}

function states({ refunds, disputes }: Reversals): string {
  return JSON.stringify([
    refunds.map(({ id, status }) => [id, status]),
    disputes.map(({ id, status, amount, withdrawnAt, reinstatedAt }) => [
      id,
      status,
      amount.minor.toString(),
      withdrawnAt,
      reinstatedAt,
    ]),
  ])
}
