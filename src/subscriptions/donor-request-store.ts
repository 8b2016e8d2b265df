import type { Queryable } from '../db/database.ts'
import type { SubscriptionId } from '../ids.ts'

/** Notes that the donor asked to stop, before Stripe is asked: the mail about it may be written before Stripe's answer is here. */
export async function noteStop(db: Queryable, id: SubscriptionId, at: Date): Promise<void> {
  await db.query({
    name: 'note-stop',
    text: `insert into recurring_stops (stripe_subscription_id, asked_at) values ($1, $2)
           on conflict (stripe_subscription_id) do update set asked_at = excluded.asked_at`,
    values: [id, at],
  })
}

/** Notes that the donor goes to Stripe's portal to change the card. */
export async function noteCardChange(db: Queryable, id: SubscriptionId, at: Date): Promise<void> {
  await db.query({
    name: 'note-card-change',
    text: `insert into card_changes (stripe_subscription_id, asked_at) values ($1, $2)
           on conflict (stripe_subscription_id) do update set asked_at = excluded.asked_at`,
    values: [id, at],
  })
}

export async function hasAskedToChangeCard(db: Queryable, id: SubscriptionId): Promise<boolean> {
  const { rows } = await db.query({
    name: 'has-asked-to-change-card',
    text: `select 1 from card_changes where stripe_subscription_id = $1`,
    values: [id],
  })
  return rows.length > 0
}

/** Has the subscription read from Stripe again. */
export async function markStale(db: Queryable, id: SubscriptionId): Promise<void> {
  await db.query({
    name: 'mark-subscription-stale',
    text: `update subscriptions set stale = true, next_try_at = null where stripe_subscription_id = $1`,
    values: [id],
  })
}
