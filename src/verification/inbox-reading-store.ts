import type { Queryable } from '../db/database.ts'
import type { StoredEvent } from './stored-event.ts'
import { pageOf } from './pages.ts'

/** First in its database transaction: everything is read as it stands now, whatever a worker writes meanwhile. */
export async function holdStill(tx: Queryable): Promise<void> {
  await tx.query(`set transaction isolation level repeatable read read only`)
}

const PAGE = 1000 // some 4 MB

/**
 * All that was applied, waits or is of no use to us; what was set apart proves nothing.
 * @param used the types that are read; of others the body, which is most of an event, is left where it is
 */
export async function recordedEvents(tx: Queryable, used: readonly string[], after: bigint | null) {
  const { rows } = await tx.query<StoredEvent>({
    name: 'verify-events',
    text: `select e.id, e.event_id as "eventId", e.type, e.created_at as "createdAt", s.outcome,
             case when e.type = any($3) then e.body end as body
           from inbox_states s join inbox_events e on e.id = s.inbox_event_id
           where s.inbox_event_id > $1 and s.outcome in ('applied', 'ignored', 'waiting')
           order by s.inbox_event_id limit $2`,
    values: [after ?? 0n, PAGE, used],
  })
  return pageOf(rows, PAGE, ({ id }) => id)
}

export type Pending = { readonly events: bigint; readonly oldest: string | null }

export async function pendingEvents(tx: Queryable): Promise<Pending> {
  const { rows } = await tx.query<Pending>(
    `select count(*) as events,
       (select event_id from inbox_events where id = min(inbox_event_id)) as oldest
     from inbox_states where outcome = 'pending'`,
  )
  return rows[0] ?? { events: 0n, oldest: null }
}
