import type { Knex } from 'knex'

/** The outcomes whose events a later release may be able to apply. */
export const replayable = ['failed', 'quarantined', 'waiting'] as const
type Replayable = (typeof replayable)[number]

/**
 * Makes events pending again and wakes the processing worker: one event by its id, whatever its outcome, or all events
 * with an outcome. An event that was applied before changes nothing, because every effect is booked once.
 * @returns the number of events
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
