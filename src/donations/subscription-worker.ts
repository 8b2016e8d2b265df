import type pg from 'pg'
import type { SubscriptionId } from './ids.ts'
import type { SubscriptionState } from './subscription.ts'
import { staleSubscriptions, writeSubscriptionState } from './subscription-store.ts'

// One call each: a small share of Stripe's 100 a second even when many change at once.
const AT_ONCE = 10

/**
 * Asks Stripe how recurring gifts stand of which something was heard. No database transaction is open meanwhile.
 * @returns one round of a worker loop: whether there may be more
 */
export function subscriptionRound(parts: {
  readonly hot: pg.Pool
  readonly ask: (id: SubscriptionId) => Promise<SubscriptionState | null>
  readonly clock: () => Date
}): () => Promise<boolean> {
  const { hot, ask, clock } = parts
  return async () => {
    const stale = await staleSubscriptions(hot, AT_ONCE)
    for (const one of stale) await writeSubscriptionState(hot, one, await ask(one.id), clock())
    return stale.length === AT_ONCE
  }
}
