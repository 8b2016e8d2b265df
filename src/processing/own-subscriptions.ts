import type { InvoicePaid, PaymentFact } from '../donations/payment-fact.ts'
import type { CheckoutId, SubscriptionId } from '../ids.ts'
import type { KnownSubscription } from '../subscriptions/subscription.ts'
import type { CheckoutBatch } from './checkout-batch.ts'

/**
 * The subscriptions of a batch that are ours, and the checkout of each. One is ours when a checkout of ours started it, or
 * once any of its objects bears our mark. All facts are looked at before the first is applied: their order decides nothing.
 */
export class OwnSubscriptions {
  readonly #checkoutOf = new Map<SubscriptionId, CheckoutId>()

  constructor(
    known: readonly KnownSubscription[],
    facts: readonly PaymentFact[],
    checkouts: Pick<CheckoutBatch, 'of'>,
  ) {
    for (const { id, checkoutId } of known) this.#checkoutOf.set(id, checkoutId)
    for (const fact of facts)
      switch (fact.kind) {
        case 'subscription_started':
          this.#add(fact.subscription.id, checkouts.of(fact)?.id ?? fact.checkoutId)
          break
        case 'subscription_changed':
          this.#add(fact.subscription.id, fact.subscription.checkoutId)
          break
        case 'invoice_paid':
          this.#add(fact.subscriptionId, fact.checkoutId)
          break
        default:
      }
  }

  has(id: SubscriptionId): boolean {
    return this.#checkoutOf.has(id)
  }

  checkoutOf({ checkoutId, subscriptionId }: InvoicePaid): CheckoutId | null {
    return checkoutId ?? this.#checkoutOf.get(subscriptionId) ?? null
  }

  #add(id: SubscriptionId, checkoutId: CheckoutId | null | undefined): void {
    if (checkoutId && !this.#checkoutOf.has(id)) this.#checkoutOf.set(id, checkoutId)
  }
}
