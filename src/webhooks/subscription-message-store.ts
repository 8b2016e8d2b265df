import type { Queryable } from '../db/database.ts'
import type { SubscriptionId } from '../ids.ts'
import type { SubscriptionState } from '../subscriptions/subscription.ts'
import { subscriptionMessages, type FormerState } from './subscription-messages.ts'
import { putMessages, wantedEvents } from './webhook-message-store.ts'

/** A subscription whose state was just read from Stripe. */
type Read = { readonly id: SubscriptionId; readonly state: SubscriptionState }

/**
 * Records what a state that was just read from Stripe tells other systems. Call it in the database transaction that saves
 * the state, before it is saved: the former state decides what is new.
 * @param newId makes ids that sort by age
 */
export function subscriptionMessageRecorder(newId: () => string) {
  return async (tx: Queryable, read: Read, recordedAt: Date): Promise<void> => {
    const wanted = await wantedEvents(tx)
    if (![...wanted].some((type) => type.startsWith('subscription.'))) return
    const { rows } = await tx.query<FormerState>(
      `select status, currency, amount_minor as "amountMinor", frequency, cancel_at as "cancelAt", ended_at as "endedAt",
              read_at as "readAt", checkout_id as "checkoutId"
         from subscriptions where stripe_subscription_id = $1`,
      [read.id],
    )
    const [former] = rows
    if (former) await putMessages(tx, subscriptionMessages(read, former, wanted), { recordedAt, newId })
  }
}
