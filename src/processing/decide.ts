import type { PaymentFact } from '../donations/payment-fact.ts'
import type { Changes, DecisionDeps, FactOutcome, KnownState } from './changes.ts'
import { DonationBatch } from './donation-batch.ts'

/**
 * Decides in memory what a batch of facts changes. Any order and any repetition of the same facts, in one batch or in
 * many, ends in the same donations and statuses. The charge of a card dates its gift, and without it the earliest fact.
 * @returns the changes, and the outcome of each fact in the order of the facts
 */
export function decide(
  known: KnownState,
  facts: readonly PaymentFact[],
  deps: DecisionDeps,
): { changes: Changes; outcomes: FactOutcome[] } {
  const batch = new DonationBatch(known, facts, deps)
  const order = [...facts.entries()].toSorted(([a, one], [b, other]) => phase(one) - phase(other) || a - b)
  const outcomes: FactOutcome[] = facts.map(() => 'waiting')
  for (const [index, fact] of order) outcomes[index] = batch.apply(fact)
  return { changes: batch.changes(), outcomes }
}

/** Facts that book a gift come first, then those that belong to a booked one, then those that need its charge or refund. */
function phase({ kind }: PaymentFact): number {
  switch (kind) {
    case 'charge_succeeded':
    case 'refund':
    case 'dispute':
    case 'fraud_warning':
      return 1
    case 'bank_return':
    case 'refund_of_unknown_status':
      return 2
    default:
      return 0
  }
}
