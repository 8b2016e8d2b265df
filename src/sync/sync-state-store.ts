import type { Queryable } from '../db/database.ts'

/** Whoever sweeps holds this lock. Any number will do, as long as nothing else in this database uses it. */
export const SYNC_LOCK = 7_465_612_003

export type SyncName = 'balance_transactions' | 'payouts' | 'events' | 'objects'

/** How far a sweep has come. The cursor is the sweep's own; it is read with care, since an older version wrote it. */
export type SyncState = { readonly completeUpTo: Date | null; readonly cursor: unknown }

export async function syncState(tx: Queryable, name: SyncName): Promise<SyncState> {
  const { rows } = await tx.query<{ complete_up_to: Date | null; cursor: unknown }>(
    `select complete_up_to, cursor from sync_states where name = $1`,
    [name],
  )
  const [row] = rows
  return { completeUpTo: row?.complete_up_to ?? null, cursor: row?.cursor ?? null }
}

/** Where to go on if this sweep is interrupted; in the database transaction that keeps what was read. */
export async function saveCursor(tx: Queryable, name: SyncName, cursor: object | null): Promise<void> {
  await tx.query(
    `insert into sync_states (name, cursor) values ($1, $2::jsonb) on conflict (name) do update set cursor = excluded.cursor`,
    [name, cursor === null ? null : JSON.stringify(cursor)],
  )
}

/**
 * The sweep is whole. Its mark never goes back, whoever else finished one meanwhile.
 * @param upTo null: it ended, but something could not be had, and the mark stays
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

/** Something lies further back than this sweep of events reached: only a whole sweep of objects can make up for it. */
export async function awaitObjects(tx: Queryable): Promise<void> {
  await tx.query(`insert into sync_states (name) values ('objects') on conflict (name) do nothing`)
}

/**
 * The instant up to which everything at Stripe has been read: the mark of the sync that is furthest behind. Stripe lists
 * events of the last 30 days only; when the event sync had to leave out more than that, the object sync's mark counts.
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

/** What the last whole sweeps found that no webhook had brought. For /metrics. */
export async function lastRecovered(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ recovered: number }>(
    `select coalesce(sum(recovered), 0)::int as recovered from sync_states`,
  )
  return rows[0]?.recovered ?? 0
}
