import type { Queryable } from '../../db/database.ts'
import type { ItemFacts } from '../months/month-facts.ts'

/** By object. Objects of which nothing is known have no entry. At most some hundred objects are asked for at once. */
export async function itemFacts(
  db: Queryable,
  objects: readonly string[],
  timezone: string,
): Promise<ReadonlyMap<string, ItemFacts>> {
  if (objects.length === 0) return new Map()
  const { rows } = await db.query<ItemFacts & { readonly object: string }>(
    `with asked as (select distinct unnest($1::text[]) as object)
     select a.object, d.id as "donationId", d.donor_name as "donorName", m.description, m.type,
       coalesce(p.arrival_date::text,
         to_char(coalesce(r.created_at, u.created_at, d.succeeded_at, m.created_at, e.created_at) at time zone $2, 'YYYY-MM-DD')) as day,
       to_char(coalesce(r.created_at, u.created_at, d.succeeded_at) at time zone $2, 'YYYY-MM-DD') as "recordedOn",
       to_char(m.created_at at time zone $2, 'YYYY-MM-DD') as "settledOn"
     from asked a
       left join refunds r on r.id = a.object
       left join disputes u on u.id = a.object
       left join payouts p on p.id = a.object
       left join inbox_events e on e.event_id = a.object
       left join lateral (
         select b.* from ledger_transactions t join balance_transactions b on b.id = t.source
         where t.clears = a.object and t.effect = 'settled' order by b.created_at limit 1) m on true
       left join lateral (
         select * from donations where payment_intent_id = a.object
         union all select * from donations where id = coalesce(r.donation_id, u.donation_id)
         union all select * from donations where payment_intent_id = m.payment_intent_id
         limit 1) d on true`,
    [objects, timezone],
  )
  return new Map(rows.map(({ object, ...facts }) => [object, facts]))
}
