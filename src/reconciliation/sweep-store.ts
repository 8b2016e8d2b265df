import type { Queryable } from '../db/database.ts'

export type SweepName = 'balance_transactions' | 'payouts' | 'events' | 'objects'

/** How far a sweep has come. The cursor is the sweep's own; it is read with care, since an older version wrote it. */
export type SweepState = { readonly completeUpTo: Date | null; readonly cursor: unknown }

export async function sweepState(tx: Queryable, name: SweepName): Promise<SweepState> {
  const { rows } = await tx.query<{ complete_up_to: Date | null; cursor: unknown }>(
    `select complete_up_to, cursor from sweeps where name = $1`,
    [name],
  )
  const [row] = rows
  return { completeUpTo: row?.complete_up_to ?? null, cursor: row?.cursor ?? null }
}

/** Where to go on if this sweep is interrupted; in the database transaction that keeps what was read. */
export async function saveCursor(tx: Queryable, name: SweepName, cursor: object | null): Promise<void> {
  await tx.query(
    `insert into sweeps (name, cursor) values ($1, $2::jsonb) on conflict (name) do update set cursor = excluded.cursor`,
    [name, cursor === null ? null : JSON.stringify(cursor)],
  )
}

/** The sweep is whole. Its mark never goes back, whoever else finished one meanwhile. */
export async function completeSweep(tx: Queryable, name: SweepName, upTo: Date, now: Date): Promise<void> {
  await tx.query(
    `insert into sweeps (name, complete_up_to, cursor, ran_at) values ($1, $2, null, $3)
     on conflict (name) do update set complete_up_to = greatest(sweeps.complete_up_to, excluded.complete_up_to),
       cursor = null, ran_at = excluded.ran_at`,
    [name, upTo.toISOString(), now.toISOString()],
  )
}
