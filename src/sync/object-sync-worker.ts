import { z } from 'zod'
import { inTransaction } from '../db/database.ts'
import { OBJECT_KINDS, type ListedObject, type ObjectKind } from '../stripe/object-list-gateway.ts'
import type { Page } from '../settlement/balance/stripe-balance.ts'
import type { InboxEvent } from '../inbox/inbox-event.ts'
import { storeEvents } from '../inbox/inbox-store.ts'
import { isRefusedCall } from '../stripe/stripe-refusal.ts'
import type { RecoveredEvents, EventSyncDeps } from './event-sync-worker.ts'
import { completeSync, resumeSync, saveCursor } from './sync-state-store.ts'
import { missedEventsOf, ownRows } from './missed-events-worker.ts'
import { keepUnreadable, markReadable } from './unreadable-rows-store.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** For how many days after its creation an object may still change: so far back it is read again. */
const CHANGES_FOR_DAYS: Readonly<Record<ObjectKind, number>> = {
  sessions: 35, // open for a day at most; a bank debit is settled within four weeks
  invoices: 90, // tried again for weeks, and may be paid by hand after that
  charges: 90, // a bank can take a debit back for about two months
  refunds: 180, // a bank's refund can fail months after it was made
  disputes: 550, // banks take months, and an appeal as long again
  warnings: 7, // never change
}

/** A younger object is left to its webhook and to the sync of events, which know its time more exactly. */
const LEFT_TO_EVENTS_MS = 15 * 60 * 1000

const cursorSchema = z.object({
  /** Up to when objects were complete before; null: never, so all are read. */
  completeUpTo: z.iso.datetime().nullable(),
  until: z.iso.datetime(),
  kind: z.enum(OBJECT_KINDS),
  after: z.string().nullable(),
  lost: z.int(),
  missing: z.int(),
  /** Kinds that Stripe refused to list. */
  refused: z.array(z.enum(OBJECT_KINDS)).default([]),
})
type Cursor = z.output<typeof cursorSchema>

export type RecoveredObjects = RecoveredEvents & { readonly refused: readonly ObjectKind[] }

/**
 * Reads Stripe's objects and stores events synthesised from those whose state is newer than the tables, since Stripe
 * lists events for 30 days only. It can be resumed like the sync of events. Apply pending events before, or their
 * objects look unknown. A kind that Stripe refuses to list does not keep the others from being read, but the sync is not
 * complete then.
 */
export async function syncObjects(deps: EventSyncDeps): Promise<RecoveredObjects> {
  const { pool, processing, wake, stopping } = deps
  let cursor = await nextCursor(deps)
  const start = cursor.lost
  for (;;) {
    const page = await listOrRefusal(deps, cursor)
    const missed = await missedEventsOf(pool, settled(page, new Date(cursor.until)), processing)
    const unreadable = await ownRows(pool, page.unreadable, processing.ownership)
    const refused = page.isRefused ? [...cursor.refused, cursor.kind] : cursor.refused
    const before = { ...cursor, missing: cursor.missing + unreadable.length, refused }
    const next = following(before, page.next)
    cursor = await inTransaction(pool, async (tx) => {
      const stored = missed.length === 0 ? 0 : (await storeEvents(tx, missed, 'object_list')).length
      const now = { ...(next ?? before), lost: before.lost + stored }
      await keepUnreadable(tx, unreadable, processing.now())
      await markReadable(
        tx,
        before.kind,
        page.rows.map(({ id }) => id),
        processing.now(),
      )
      const upTo = refused.length > 0 ? null : new Date(now.until)
      if (next === null) await completeSync(tx, 'objects', upTo, processing.now(), now.lost)
      else await saveCursor(tx, 'objects', now)
      return now
    })
    if (missed.length > 0) wake()
    if (next === null || stopping?.())
      return { recovered: cursor.lost - start, missing: cursor.missing, refused: cursor.refused }
  }
}

/** A page of objects; an empty last page when Stripe refuses this kind, for which the key may lack the permission. */
async function listOrRefusal(
  { objects, log }: EventSyncDeps,
  cursor: Cursor,
): Promise<Page<ListedObject> & { readonly isRefused: boolean }> {
  try {
    const page = await objects.list(cursor.kind, { since: sinceOf(cursor), after: cursor.after })
    return { ...page, isRefused: false }
  } catch (err) {
    if (!isRefusedCall(err)) throw err
    log.error(
      { err, list: cursor.kind },
      'Stripe refuses to list objects of this kind: check the key’s permissions',
    )
    return { rows: [], unreadable: [], next: null, isRefused: true }
  }
}

function settled({ rows }: Page<ListedObject>, until: Date): InboxEvent[] {
  const youngest = new Date(until.getTime() - LEFT_TO_EVENTS_MS)
  return rows.flatMap(({ events }) => events).filter(({ createdAt }) => createdAt <= youngest)
}

function following(cursor: Cursor, after: string | null): Cursor | null {
  if (after !== null) return { ...cursor, after }
  const kind = OBJECT_KINDS[OBJECT_KINDS.indexOf(cursor.kind) + 1]
  return kind ? { ...cursor, kind, after: null } : null
}

function sinceOf({ completeUpTo, kind }: Cursor): Date | null {
  return completeUpTo === null
    ? null
    : new Date(new Date(completeUpTo).getTime() - CHANGES_FOR_DAYS[kind] * DAY_MS)
}

function nextCursor({ pool, processing }: EventSyncDeps): Promise<Cursor> {
  return resumeSync(pool, 'objects', cursorSchema, (completeUpTo) => ({
    completeUpTo: completeUpTo?.toISOString() ?? null,
    until: processing.now().toISOString(),
    kind: 'sessions',
    after: null,
    lost: 0,
    missing: 0,
    refused: [],
  }))
}
