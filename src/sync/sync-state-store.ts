import type { z } from 'zod'
import type { Queryable } from '../db/database.ts'

/** The process that syncs holds this lock. Any number will do, as long as nothing else in this database uses it. */
export const SYNC_LOCK = 7_465_612_003

export type SyncName = 'balance_transactions' | 'payouts' | 'events' | 'objects'

/** How far a sync has come. Each sync has a cursor of its own form; an older version may have written it. */
type SyncState = { readonly completeUpTo: Date | null; readonly cursor: unknown }

export async function syncState(tx: Queryable, name: SyncName): Promise<SyncState> {
  const { rows } = await tx.query<{ complete_up_to: Date | null; cursor: unknown }>(
    `select complete_up_to, cursor from sync_states where name = $1`,
    [name],
  )
  const [row] = rows
  return { completeUpTo: row?.complete_up_to ?? null, cursor: row?.cursor ?? null }
}

/**
 * Where a sync continues: at the cursor of an interrupted one, or where `start` says for a new one.
 * @param start receives the time up to which the last whole sync was complete; null before the first
 */
export async function resumeSync<Cursor>(
  db: Queryable,
  name: SyncName,
  schema: z.ZodType<Cursor>,
  start: (completeUpTo: Date | null) => Cursor,
): Promise<Cursor> {
  const state = await syncState(db, name)
  return schema.safeParse(state.cursor).data ?? start(state.completeUpTo)
}

/** Saves where an interrupted sync continues, in the database transaction that stores what was read. */
export async function saveCursor(tx: Queryable, name: SyncName, cursor: object | null): Promise<void> {
  await tx.query(
    `insert into sync_states (name, cursor) values ($1, $2::jsonb) on conflict (name) do update set cursor = excluded.cursor`,
    [name, cursor === null ? null : JSON.stringify(cursor)],
  )
}

/**
 * Records that a sync has read its list to the end. Its complete time never goes back, even when another process
 * finished one meanwhile.
 * @param upTo null: Stripe refused a part of it, so the complete time stays
 * @param recovered how many events it found that no webhook had brought
 */
export async function completeSync(
  tx: Queryable,
  name: SyncName,
  upTo: Date | null,
  now: Date,
  recovered = 0,
): Promise<void> {
  await tx.query(
    `insert into sync_states (name, complete_up_to, cursor, ran_at, recovered) values ($1, $2, null, $3, $4)
     on conflict (name) do update set complete_up_to = greatest(sync_states.complete_up_to, excluded.complete_up_to),
       cursor = null, ran_at = excluded.ran_at, recovered = excluded.recovered`,
    [name, upTo?.toISOString() ?? null, now.toISOString(), recovered],
  )
}

/** Marks that something lies further back than the sync of events reached: only a whole sync of objects recovers it. */
export async function awaitObjects(tx: Queryable): Promise<void> {
  await tx.query(`insert into sync_states (name) values ('objects') on conflict (name) do nothing`)
}

/**
 * The time up to which everything at Stripe has been read: that of the sync that is furthest behind. Stripe lists
 * events of the last 30 days only; when the event sync had to leave out more than that, the object sync's time counts.
 * @returns null while one of them has never ended
 */
export async function completeUpTo(db: Queryable): Promise<Date | null> {
  const { rows } = await db.query<{ up_to: Date | null }>(
    `with synced as (
       select min(complete_up_to) as up_to from sync_states where name in ('balance_transactions', 'payouts', 'events')
       having count(complete_up_to) = 3
     )
     select case when o.name is null or o.complete_up_to >= s.up_to - interval '30 days'
       then s.up_to else o.complete_up_to end as up_to
     from synced s left join sync_states o on o.name = 'objects'`,
  )
  return rows[0]?.up_to ?? null
}

/** How many events the last whole syncs found that no webhook had brought. For /metrics. */
export async function lastRecovered(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ recovered: number }>(
    `select coalesce(sum(recovered), 0)::int as recovered from sync_states`,
  )
  return rows[0]?.recovered ?? 0
}
