import type pg from 'pg'
import type { SubscriptionId } from '../ids.ts'
import type { SubscriptionState } from './subscription.ts'
import { staleSubscriptions, writeSubscriptionState } from './subscription-store.ts'

// One call for each subscription: a small share of Stripe's 100 calls a second.
const BATCH_SIZE = 10
// A change whose event was lost is seen the next day at the latest.
const READ_AGAIN_MS = 24 * 60 * 60 * 1000

/**
 * Reads subscriptions from Stripe that an event has changed, or that were not read for a day. No database transaction
 * is open meanwhile.
 * @returns one round of a worker loop, which resolves to whether there may be more subscriptions to read
 */
export function subscriptionRound(deps: {
  readonly pool: pg.Pool
  /** Null when Stripe does not know the subscription. */
  readonly retrieve: (id: SubscriptionId) => Promise<SubscriptionState | null>
  readonly clock: () => Date
}): () => Promise<boolean> {
  const { pool, retrieve, clock } = deps
  return async () => {
    const stale = await staleSubscriptions(pool, BATCH_SIZE, new Date(clock().getTime() - READ_AGAIN_MS))
    const failures: unknown[] = []
    for (const subscription of stale) {
      // A subscription that cannot be read does not keep the others from being read.
      const state = await retrieve(subscription.id).catch((error: unknown) => void failures.push(error))
      if (state !== undefined) await writeSubscriptionState(pool, subscription, state, clock())
    }
    if (failures.length > 0) throw failures[0]
    return stale.length === BATCH_SIZE
  }
}
