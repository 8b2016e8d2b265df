import type { Queryable } from '../db/database.ts'
import { READABLE_BODY } from '../inbox/inbox-store.ts'

/** Those of the given events that the inbox has. */
export async function recordedEvents(
  db: Queryable,
  eventIds: readonly string[],
): Promise<ReadonlySet<string>> {
  return idsIn(db, `select event_id as id from inbox_events where event_id = any($1)`, eventIds)
}

/** Those of the given payments that a pending or waiting event will book once it is applied. */
export async function comingPayments(
  db: Queryable,
  payments: readonly string[],
): Promise<ReadonlySet<string>> {
  return idsIn(
    db,
    `select p.id from inbox_states s
       join inbox_events e on e.id = s.inbox_event_id
       cross join lateral (select ${READABLE_BODY} #> '{data,object}' as object) b
       cross join lateral (select coalesce(b.object #>> '{payment,payment_intent}',
         b.object #>> '{payment_intent,id}', b.object #>> '{payment_intent}') as id) p
     where s.outcome in ('pending', 'waiting') and p.id = any($1) and e.type in
       ('checkout.session.completed', 'checkout.session.async_payment_succeeded', 'invoice_payment.paid')`,
    payments,
  )
}

export async function recordedWarnings(db: Queryable, ids: readonly string[]): Promise<ReadonlySet<string>> {
  return idsIn(db, `select id from fraud_warnings where id = any($1)`, ids)
}

export async function recordedSubscriptions(
  db: Queryable,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  return idsIn(
    db,
    `select stripe_subscription_id as id from subscriptions where stripe_subscription_id = any($1)`,
    ids,
  )
}

async function idsIn(db: Queryable, sql: string, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set()
  const { rows } = await db.query<{ id: string }>(sql, [ids])
  return new Set(rows.map(({ id }) => id))
}
