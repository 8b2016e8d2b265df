import type { Knex } from 'knex'

/** Set apart or waiting: what a release that knows better may have another try at. */
export const replayable = ['failed', 'quarantined', 'waiting'] as const
export type Replayable = (typeof replayable)[number]

/**
 * Puts kept events back before the apply step and wakes it. One event by its id, whatever became of it, or all with an
 * outcome. Harmless for what was applied: every effect happens once. @returns how many
 */
export async function replayEvents(
  db: Knex,
  { event, outcome }: { readonly event?: string | undefined; readonly outcome?: Replayable | undefined },
): Promise<number> {
  const { rows } = await db.raw<{ rows: { replayed: bigint }[] }>(
    `with replayed as (
       update inbox_states s set outcome = 'pending', reason = null, decided_at = null
       from inbox_events e
       where e.id = s.inbox_event_id and (e.event_id = :event or s.outcome = :outcome)
       returning 1)
     select count(*) as replayed, pg_notify('inbox', '') from replayed`,
    { event: event ?? null, outcome: outcome ?? null },
  )
  return Number(rows[0]?.replayed ?? 0)
}
