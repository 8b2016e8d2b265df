import type pg from 'pg'
import type { Logger } from 'pino'
import { z } from 'zod'
import { inTransaction } from '../db/database.ts'
import { UnknownCursor, type EventList, type EventPage } from '../stripe/event-list-gateway.ts'
import type { StripeObjects } from '../stripe/object-list-gateway.ts'
import { HANDLED_EVENT_GROUPS } from '../stripe/handled-event-types.ts'
import { quarantineReason, type ExpectedEvents, type InboxEvent } from '../inbox/inbox-event.ts'
import { storeEvents } from '../inbox/inbox-store.ts'
import type { UnreadableRow } from '../settlement/unreadable-row.ts'
import { recordedEvents } from './recorded-events-store.ts'
import { awaitObjects, completeSync, resumeSync, saveCursor, syncState } from './sync-state-store.ts'
import { missedEventsOf, ownRows, type MissedEventsDeps } from './missed-events-worker.ts'
import { keepUnreadable, markReadable } from './unreadable-rows-store.ts'

export type EventSyncDeps = {
  readonly pool: pg.Pool
  readonly events: EventList
  readonly objects: StripeObjects
  readonly expected: ExpectedEvents
  readonly processing: MissedEventsDeps & { readonly now: () => Date }
  /** Called after events were stored: the processing worker has work. */
  readonly wake: () => void
  readonly log: Logger
  /** Whether the service stops: the sync then ends between two pages and the cursor says where to continue. */
  readonly stopping?: () => boolean
}

/** The result of one sync: the events that it stored, and how many rows it kept because it could not read them. */
export type RecoveredEvents = { readonly recovered: number; readonly missing: number }

const MINUTE_MS = 60 * 1000
const DAY_MS = 24 * 60 * MINUTE_MS
/** Stripe's event list reaches no further back. */
const REACH_MS = 30 * DAY_MS
/** Read again each time, as in the sync of balance transactions. */
const OVERLAP_MS = 15 * MINUTE_MS
/** A younger event is not counted as missed: its webhook may be under way. */
const DELIVERY_TIME_MS = 5 * MINUTE_MS
/** With less than this to catch up with, the order of reading makes no difference. */
const BACKLOG_MS = 60 * MINUTE_MS

/** First the events that no endpoint accepted, then all: an endpoint may have answered 200 and lost one (a restored backup). */
const PASSES = [false, undefined].flatMap((deliverySuccess) =>
  HANDLED_EVENT_GROUPS.map((types) => ({ deliverySuccess, types })),
)

const cursorSchema = z.object({
  since: z.iso.datetime(),
  until: z.iso.datetime(),
  pass: z
    .int()
    .min(0)
    .max(PASSES.length - 1),
  after: z.string().nullable(),
  lost: z.int(),
  missing: z.int(),
})
type Cursor = z.infer<typeof cursorSchema>

/**
 * Stores the events of Stripe's list that the inbox lacks since the last whole sync, 30 days back at most. The sync is
 * complete only at its end; until then the cursor, saved with each page, says where to continue. A row that cannot be
 * read is kept, and reconciliation names it.
 */
export async function syncEvents(deps: EventSyncDeps): Promise<RecoveredEvents> {
  let cursor = await nextCursor(deps)
  let recovered = 0
  for (;;) {
    const pass = PASSES[cursor.pass]
    if (!pass) throw new Error('the sync of events has no such pass')
    const page = await deps
      .events({ since: new Date(cursor.since), after: cursor.after, ...pass })
      .catch((error: unknown) => startAgain(error))
    const lost = page === null ? nothingMissed : await missedOn(page, deps)
    const next = page === null ? { ...cursor, after: null } : following(cursor, page, lost.unreadable.length)
    const done = await storePage(deps, cursor, lost, next)
    recovered += done.recovered
    cursor = done.cursor
    if (next === null || deps.stopping?.()) return { recovered, missing: cursor.missing }
  }
}

/** Null makes the sync read the list again from its newest event: Stripe no longer has the event that the cursor names. */
function startAgain(error: unknown): null {
  if (error instanceof UnknownCursor) return null
  throw error
}

type Lost = {
  readonly sent: readonly InboxEvent[]
  readonly made: readonly InboxEvent[]
  /** Events that could be read, the other versions' as objects. */
  readonly readIds: readonly string[]
  readonly unreadable: readonly UnreadableRow[]
}
const nothingMissed: Lost = { sent: [], made: [], readIds: [], unreadable: [] }

/**
 * The events of a page that the inbox lacks. The API shows events in the account's version, which may differ from ours:
 * such an event would be quarantined, so its object is fetched in our version instead.
 */
async function missedOn(page: EventPage, deps: EventSyncDeps): Promise<Lost> {
  const { pool, expected, processing } = deps
  const recorded = await recordedEvents(
    pool,
    page.rows.map(({ eventId }) => eventId),
  )
  const lost = page.rows.filter(({ eventId }) => !recorded.has(eventId))
  const asObjects = await readAsObjects(
    lost.filter((event) => isOtherVersion(event, expected)),
    deps,
  )
  const unread = new Set(asObjects.unreadable.map(({ id }) => id))
  return {
    sent: lost.filter((event) => !isOtherVersion(event, expected)),
    made: await missedEventsOf(pool, asObjects.made, processing),
    readIds: page.rows.map(({ eventId }) => eventId).filter((id) => !unread.has(id)),
    unreadable: [...page.unreadable, ...asObjects.unreadable],
  }
}

/** Reads the objects of events of another API version, in ours. @returns every event made of them, missed or not */
export async function readAsObjects(
  events: readonly Omit<InboxEvent, 'json'>[],
  { pool, objects, processing }: Pick<EventSyncDeps, 'pool' | 'objects' | 'processing'>,
): Promise<{ readonly made: readonly InboxEvent[]; readonly unreadable: readonly UnreadableRow[] }> {
  const made = new Map<string, InboxEvent>()
  const unreadable: UnreadableRow[] = []
  for (const event of events) {
    const again = await objects.retrieveObjectOf(event)
    if (again === null) {
      const { eventId: id, body: text, createdAt } = event
      const reason = `API version ${event.apiVersion ?? 'missing'}, and its object cannot be read in ours`
      unreadable.push({ list: 'events', id, text, reason, createdAt })
    }
    for (const one of again ?? []) made.set(one.eventId, one)
  }
  return {
    made: [...made.values()],
    unreadable: await ownRows(pool, unreadable, processing.ownership),
  }
}

/** Whether nothing but its API version keeps the event from being applied. */
export function isOtherVersion(event: InboxEvent, expected: ExpectedEvents): boolean {
  return (
    event.apiVersion !== expected.apiVersion &&
    quarantineReason({ ...event, apiVersion: expected.apiVersion }, expected) === null
  )
}

function following(cursor: Cursor, { next }: EventPage, missing: number): Cursor | null {
  const counted = { ...cursor, missing: cursor.missing + missing }
  if (next !== null) return { ...counted, after: next }
  return cursor.pass + 1 < PASSES.length ? { ...counted, pass: cursor.pass + 1, after: null } : null
}

/** @param next null: this was the last page */
async function storePage(
  deps: EventSyncDeps,
  before: Cursor,
  { sent, made, readIds, unreadable }: Lost,
  next: Cursor | null,
) {
  const { pool, processing, wake } = deps
  const countedFrom = new Date(new Date(before.until).getTime() - DELIVERY_TIME_MS)
  const isYoung = ({ createdAt }: InboxEvent): boolean => createdAt > countedFrom
  const isOld = (event: InboxEvent): boolean => !isYoung(event)
  const young =
    (await storeSome(pool, sent.filter(isYoung), 'event_list')) +
    (await storeSome(pool, made.filter(isYoung), 'object_list'))
  const done = await inTransaction(pool, async (tx) => {
    const old =
      (await storeSome(tx, sent.filter(isOld), 'event_list')) +
      (await storeSome(tx, made.filter(isOld), 'object_list'))
    const lost = before.lost + old
    const cursor = { ...(next ?? before), lost, missing: before.missing + unreadable.length }
    await keepUnreadable(tx, unreadable, processing.now())
    await markReadable(tx, 'events', readIds, processing.now())
    if (next === null) await complete(tx, cursor, processing.now())
    else await saveCursor(tx, 'events', cursor)
    return { recovered: young + old, cursor }
  })
  if (done.recovered > 0) wake()
  return done
}

async function storeSome(...[db, events, origin]: Parameters<typeof storeEvents>): Promise<number> {
  return events.length === 0 ? 0 : (await storeEvents(db, events, origin)).length
}

async function complete(
  tx: Parameters<typeof completeSync>[0],
  { since, until, lost }: Cursor,
  now: Date,
): Promise<void> {
  const { completeUpTo } = await syncState(tx, 'events')
  if (completeUpTo === null || completeUpTo < new Date(since)) await awaitObjects(tx)
  await completeSync(tx, 'events', new Date(until), now, lost)
}

function nextCursor({ pool, processing }: EventSyncDeps): Promise<Cursor> {
  return resumeSync(pool, 'events', cursorSchema, (completeUpTo) => {
    const until = processing.now()
    const reach = new Date(until.getTime() - REACH_MS)
    const overlapping = completeUpTo && new Date(completeUpTo.getTime() - OVERLAP_MS)
    const since = overlapping !== null && overlapping > reach ? overlapping : reach
    const isBacklog = until.getTime() - since.getTime() > BACKLOG_MS
    return {
      since: since.toISOString(),
      until: until.toISOString(),
      pass: isBacklog ? 0 : HANDLED_EVENT_GROUPS.length,
      after: null,
      lost: 0,
      missing: 0,
    }
  })
}
