import type { Queryable } from '../db/database.ts'

/** Those of the ids that our tables know as the session, payment, invoice or subscription of a checkout of ours. */
export async function knownAmong(db: Queryable, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set()
  const { rows } = await db.query<{ id: string }>({
    name: 'known-among',
    text: `select stripe_session_id as id from checkouts where stripe_session_id = any($1)
           union all select stripe_session_id from donations where stripe_session_id = any($1)
           union all select payment_intent_id from donations where payment_intent_id = any($1)
           union all select stripe_invoice_id from donations where stripe_invoice_id = any($1)
           union all select stripe_subscription_id from subscriptions
             where stripe_subscription_id = any($1) and checkout_id is not null`,
    values: [ids],
  })
  return new Set(rows.map(({ id }) => id))
}
