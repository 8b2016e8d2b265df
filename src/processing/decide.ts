import { DonationBatch } from './donation-batch.ts'
import type { Changes, KnownState, DecisionDeps, FactOutcome } from './changes.ts'
import type { PaymentFact } from '../donations/payment-fact.ts'

/**
 * Decides a batch in memory. Monotone: any order and any repetition of the same facts, in one batch or in many,
 * ends in the same donations and statuses. The earliest proof of a payment gives its moment.
 * @returns the changes, and one verdict a fact, in the facts' order
 */
export function decide(
  known: KnownState,
  facts: readonly PaymentFact[],
  deps: DecisionDeps,
): { changes: Changes; outcomes: FactOutcome[] } {
  const books = new DonationBatch(known, facts, deps)
  // What belongs to a payment comes after what may book it, and a debit that came back after what names its charge.
  const order = [...facts.keys()].toSorted((a, b) => phase(facts[a]) - phase(facts[b]) || a - b)
  const outcomes: FactOutcome[] = facts.map(() => 'waiting')
  for (const at of order) {
    const fact = facts[at]
    if (fact) outcomes[at] = books.take(fact)
  }
  return { changes: books.changes(), outcomes }
}

function phase(fact: PaymentFact | undefined): number {
  switch (fact?.kind) {
    case 'charge_succeeded':
    case 'refund':
    case 'dispute':
    case 'fraud_warning':
      return 1
    case 'bank_return':
      return 2
    default:
      return 0
  }
}
