import type pg from 'pg'
import type { SubscriptionId } from '../ids.ts'
import type { SubscriptionState } from './subscription.ts'
import { staleSubscriptions, writeSubscriptionState } from './subscription-store.ts'

// One call each: a small share of Stripe's 100 a second even when many change at once.
const AT_ONCE = 10
// A cancellation in Stripe's dashboard whose webhook was lost is seen the next day at the latest.
const ASKED_AGAIN_MS = 24 * 60 * 60 * 1000

/**
 * Asks Stripe how recurring gifts stand of which something was heard, or nothing for a day. No database transaction is open meanwhile.
 * @returns one round of a worker loop: whether there may be more
 */
export function subscriptionRound(deps: {
  readonly pool: pg.Pool
  readonly ask: (id: SubscriptionId) => Promise<SubscriptionState | null>
  readonly clock: () => Date
}): () => Promise<boolean> {
  const { pool, ask, clock } = deps
  return async () => {
    const stale = await staleSubscriptions(pool, AT_ONCE, new Date(clock().getTime() - ASKED_AGAIN_MS))
    const failures: unknown[] = []
    for (const one of stale) {
      // One that Stripe cannot be asked about, or whose answer cannot be read, does not hold the others.
      const state = await ask(one.id).catch((error: unknown) => void failures.push(error))
      if (state !== undefined) await writeSubscriptionState(pool, one, state, clock())
    }
    if (failures.length > 0) throw failures[0]
    return stale.length === AT_ONCE
  }
}
