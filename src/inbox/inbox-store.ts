import type { Queryable } from '../db/database.ts'
import { storableText } from '../text/storable-text.ts'
import type { ExpectedEvents, InboxEvent, NewlyStored, Origin, Outcome, StoredEvent } from './inbox-event.ts'
import type { RecentEvents } from './recent-events.ts'
import { channelName } from '../db/site-scope.ts'

/** One statement and one commit store all events. Sorted, so that two groups never deadlock. */
const STORE_EVENTS = `
  with sent as (
    select event_id, type, api_version, livemode, account, created_at,
      convert_from(substring($7::bytea from starts_at for bytes), 'UTF8')::json as body
    from unnest($1::text[], $2::text[], $3::text[], $4::boolean[], $5::text[], $6::timestamptz[], $8::integer[], $9::integer[])
      as t(event_id, type, api_version, livemode, account, created_at, starts_at, bytes)
  ), stored as (
    insert into inbox_events (event_id, type, api_version, livemode, account, created_at, body, origin)
    select event_id, type, api_version, livemode, account, created_at, body, $10 from sent order by event_id
    on conflict (event_id) do nothing
    returning id, event_id
  ), pending as (
    insert into inbox_states (inbox_event_id) select id from stored
  )
  select id, event_id as "eventId" from stored`

/** Stores events that are not stored yet. It does not wake the worker. @returns the events that were new */
export async function storeEvents(
  db: Queryable,
  events: readonly InboxEvent[],
  origin: Origin = 'webhook',
): Promise<NewlyStored[]> {
  // One group may contain two deliveries of an event.
  const once = [...new Map(events.map((event) => [event.eventId, event])).values()]
  // The bodies are sent as one byte string. As an array of texts or as one JSON text, client and server would each read
  // the 4 KB of an event once or twice more.
  const bodies = once.map((event) => Buffer.from(event.body))
  const { rows } = await db.query<{ id: bigint; eventId: string }>({
    name: 'store-events',
    text: STORE_EVENTS,
    values: [
      once.map((event) => event.eventId),
      once.map((event) => event.type),
      once.map((event) => event.apiVersion),
      once.map((event) => event.livemode),
      once.map((event) => event.account),
      once.map((event) => event.createdAt.toISOString()),
      Buffer.concat(bodies),
      startsOf(bodies),
      bodies.map((body) => body.length),
      origin,
    ],
  })
  const idOf = new Map(rows.map(({ id, eventId }) => [eventId, id]))
  return once.flatMap((event) => {
    const id = idOf.get(event.eventId)
    return id === undefined ? [] : [{ ...event, id }]
  })
}

/** The position at which each body begins in the concatenation, counted from one as in Postgres. */
function startsOf(bodies: readonly Buffer[]): number[] {
  let next = 1
  return bodies.map((body) => {
    const start = next
    next += body.length
    return start
  })
}

/**
 * The body of an event `e` for JSON operators in SQL. Postgres refuses NUL and lone surrogates once an operator looks
 * into a text that says them (22P05, 22P02). Here each is replaced; six characters stand for six, so it stays JSON.
 */
export const READABLE_BODY = String.raw`regexp_replace(e.body::text, '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g')::json`

/** Those of the event ids that are not in the inbox. */
export async function unknownEvents(db: Queryable, ids: readonly string[]): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select asked.id from unnest($1::text[]) as asked(id) where not exists (select from inbox_events e where e.event_id = asked.id)`,
    [ids],
  )
  return rows.map(({ id }) => id)
}

const STORED_EVENT = `s.inbox_event_id as id, e.event_id as "eventId", e.type, e.api_version as "apiVersion", e.livemode, e.account,
  e.created_at as "createdAt", e.body
  from inbox_states s join inbox_events e on e.id = s.inbox_event_id`

/**
 * Claims the oldest pending events until the database transaction ends.
 * @param recent events that need not be read from the database
 */
export async function claimPending(
  tx: Queryable,
  limit: number,
  recent?: RecentEvents,
): Promise<StoredEvent[]> {
  const { rows } = await tx.query<{ id: bigint }>({
    name: 'claim-pending',
    text: `select inbox_event_id as id from inbox_states where outcome = 'pending'
           order by inbox_event_id limit $1 for update skip locked`,
    values: [limit],
  })
  const events = new Map(rows.map(({ id }) => [id, recent?.take(id)]))
  const unread = rows.flatMap(({ id }) => (events.get(id) ? [] : [id]))
  if (unread.length > 0) for (const event of await readEvents(tx, unread)) events.set(event.id, event)
  return [...events.values()].filter((event) => event !== undefined)
}

async function readEvents(tx: Queryable, ids: readonly bigint[]): Promise<StoredEvent[]> {
  const { rows } = await tx.query<StoredEvent>({
    name: 'read-events',
    text: `select id, event_id as "eventId", type, api_version as "apiVersion", livemode, account, created_at as "createdAt", body
           from inbox_events where id = any($1)`,
    values: [ids],
  })
  return rows
}

/** Claims those of the events that are still pending. */
export async function claimPendingById(tx: Queryable, ids: readonly bigint[]): Promise<StoredEvent[]> {
  const { rows } = await tx.query<StoredEvent>({
    name: 'claim-pending-by-id',
    text: `select ${STORED_EVENT} where s.inbox_event_id = any($1) and s.outcome = 'pending'
           order by s.inbox_event_id for update of s skip locked`,
    values: [ids],
  })
  return rows
}

/**
 * Claims the events that wait for one of these payments, invoices or subscriptions, and those that were ignored because
 * it was not known as ours.
 */
export async function claimWaitingFor(
  tx: Queryable,
  correlationIds: readonly string[],
): Promise<StoredEvent[]> {
  const { rows } = await tx.query<StoredEvent>({
    name: 'claim-waiting',
    text: `select ${STORED_EVENT} where s.correlation_id = any($1) and s.outcome in ('waiting', 'ignored') order by s.inbox_event_id for update of s`,
    values: [correlationIds],
  })
  return rows
}

/** Makes the events that `claimWaitingFor` would claim pending again, so that each is applied by itself. */
export async function releaseWaitingFor(tx: Queryable, correlationIds: readonly string[]): Promise<void> {
  await tx.query({
    name: 'release-waiting',
    text: `update inbox_states set outcome = 'pending', reason = null, decided_at = null
           where correlation_id = any($1) and outcome in ('waiting', 'ignored')`,
    values: [correlationIds],
  })
}

/** What became of a stored event. */
export type EventOutcome = {
  readonly id: bigint
  readonly outcome: Outcome
  /** The Stripe object that the event is about; null when the event was not read. */
  readonly correlationId: string | null
  readonly reason: string | null
}

export async function recordOutcomes(
  tx: Queryable,
  outcomes: readonly EventOutcome[],
  now: Date,
): Promise<void> {
  if (outcomes.length === 0) return
  await tx.query({
    name: 'record-outcomes',
    text: `update inbox_states s set outcome = o.outcome, correlation_id = o.correlation_id, reason = o.reason, decided_at = $5
           from unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) as o(id, outcome, correlation_id, reason)
           where s.inbox_event_id = o.id`,
    values: [
      outcomes.map(({ id }) => id),
      outcomes.map(({ outcome }) => outcome),
      outcomes.map(({ correlationId }) => correlationId),
      // A reason may quote the name of a field, which is a text of the body.
      outcomes.map(({ reason }) => reason && storableText(reason)),
      now,
    ],
  })
}

/** The number of pending events and the age of the oldest, for /metrics. */
export async function inboxDepth(db: Queryable): Promise<{ depth: number; oldestSeconds: number }> {
  const { rows } = await db.query<{ depth: number; oldestSeconds: number }>(
    `select count(*)::int as depth, coalesce(extract(epoch from now() - min(e.received_at)), 0)::float8 as "oldestSeconds"
     from inbox_states s join inbox_events e on e.id = s.inbox_event_id where s.outcome = 'pending'`,
  )
  return rows[0] ?? { depth: 0, oldestSeconds: 0 }
}

/** Whether events wait to be processed. */
export async function hasPendingEvents(db: Queryable): Promise<boolean> {
  const { rows } = await db.query({
    name: 'has-pending-events',
    text: `select 1 from inbox_states where outcome = 'pending' limit 1`,
  })
  return rows.length > 0
}

/** The row ids of the first and the last pending event, in the order in which they arrived; null when none is pending. */
export async function pendingSpan(
  db: Queryable,
): Promise<{ readonly oldest: bigint | null; readonly newest: bigint | null }> {
  const { rows } = await db.query<{ oldest: bigint | null; newest: bigint | null }>(
    `select min(inbox_event_id) as oldest, max(inbox_event_id) as newest from inbox_states where outcome = 'pending'`,
  )
  return rows[0] ?? { oldest: null, newest: null }
}

/**
 * The number of events that need attention, by outcome, for /metrics. A bank debit that failed before it paid a gift
 * waits for ever and needs none, nor does one in another API version whose object was read.
 */
export async function inboxNeedsAttention(db: Queryable): Promise<Record<string, number>> {
  const { rows } = await db.query<{ outcome: string; n: number }>(
    `select s.outcome, count(*)::int as n from inbox_states s join inbox_events e on e.id = s.inbox_event_id
     where s.outcome in ('waiting', 'quarantined', 'failed') and (s.outcome, e.type) <> ('waiting', 'charge.failed')
       and s.object_read_at is null
     group by s.outcome`,
  )
  return Object.fromEntries(rows.map(({ outcome, n }) => [outcome, n]))
}

/** An event in another API version, whose object the sync reads instead. */
export type EventInOtherVersion = Omit<InboxEvent, 'json'> & { readonly id: bigint }

/**
 * The oldest quarantined events of our mode and account that nothing but their API version keeps from being applied, and
 * whose object was not read yet.
 */
export async function eventsInOtherVersions(
  db: Queryable,
  { livemode, account, apiVersion }: ExpectedEvents,
  types: readonly string[],
  limit: number,
): Promise<EventInOtherVersion[]> {
  const { rows } = await db.query<EventInOtherVersion>(
    `select s.inbox_event_id as id, e.event_id as "eventId", e.type, e.api_version as "apiVersion", e.livemode, e.account,
       e.created_at as "createdAt", e.body::text as body
     from inbox_states s join inbox_events e on e.id = s.inbox_event_id
     where s.outcome = 'quarantined' and s.object_read_at is null and e.api_version is distinct from $1
       and e.livemode = $2 and (e.account is null or e.account = $3) and e.type = any($4::text[])
     order by s.inbox_event_id limit $5`,
    [apiVersion, livemode, account, types, limit],
  )
  return rows
}

export async function markObjectsRead(tx: Queryable, ids: readonly bigint[], now: Date): Promise<void> {
  await tx.query(`update inbox_states set object_read_at = $2 where inbox_event_id = any($1::bigint[])`, [
    ids,
    now.toISOString(),
  ])
}

/** How many events of the last day came in another API version and were read as objects. For /metrics. */
export async function countReadAsObjects(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ n: number }>(
    `select count(*)::int as n from inbox_states
     where outcome = 'quarantined' and object_read_at > now() - interval '1 day'`,
  )
  return rows[0]?.n ?? 0
}

/** The outcomes whose events a later release or another configuration may be able to apply. */
export const replayable = ['failed', 'ignored', 'quarantined', 'waiting'] as const

/**
 * Makes events pending again and wakes the processing worker: one event by its id, whatever its outcome, or all events
 * with an outcome. An event that was applied before changes nothing, because every effect is booked once.
 * @returns the number of events
 */
export async function replayEvents(
  db: Queryable,
  {
    event,
    outcome,
  }: { readonly event?: string | undefined; readonly outcome?: (typeof replayable)[number] | undefined },
): Promise<number> {
  const { rows } = await db.query<{ replayed: bigint }>(
    `with replayed as (
       update inbox_states s set outcome = 'pending', reason = null, decided_at = null
       from inbox_events e
       where e.id = s.inbox_event_id and (e.event_id = $1 or s.outcome = $2)
       returning 1)
     select count(*) as replayed, pg_notify(${channelName('inbox')}, '') from replayed`,
    [event ?? null, outcome ?? null],
  )
  return Number(rows[0]?.replayed ?? 0)
}
