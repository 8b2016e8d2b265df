import { inTransaction } from '../db/database.ts'
import type { InboxEvent } from '../inbox/inbox-event.ts'
import { eventsInOtherVersions, markObjectsRead, storeEvents } from '../inbox/inbox-store.ts'
import { HANDLED_EVENT_TYPES } from '../stripe/handled-event-types.ts'
import { readAsObjects, type EventSyncDeps } from './event-sync-worker.ts'
import { missedEventsOf } from './missed-events-worker.ts'
import { keepUnreadable } from './unreadable-rows-store.ts'

/** Each costs a call to Stripe, and what a batch brought is stored before the next one. */
const BATCH_SIZE = 50

/**
 * Reads the objects of events that webhooks brought in another API version, and stores the events made of them. The
 * events stay quarantined: nothing is read from them but the object's id. An object that cannot be read is kept with
 * the unreadable rows, which are read again.
 * @param applyPending applies what is stored: a refund counts as missed only once its gift is known
 * @returns how many events were stored
 */
export async function readQuarantinedEvents(
  deps: EventSyncDeps,
  applyPending: () => Promise<void>,
): Promise<number> {
  const { pool, expected, processing, stopping } = deps
  let stored = 0
  for (;;) {
    if (stopping?.()) return stored
    const events = await eventsInOtherVersions(pool, expected, HANDLED_EVENT_TYPES, BATCH_SIZE)
    if (events.length === 0) return stored
    const { made, unreadable } = await readAsObjects(events, deps)
    const gifts = await storeMissed(made, deps)
    if (gifts > 0 && gifts < made.length) await applyPending()
    stored += gifts + (gifts < made.length ? await storeMissed(made, deps) : 0)
    await inTransaction(pool, async (tx) => {
      const now = processing.now()
      await keepUnreadable(tx, unreadable, now)
      await markObjectsRead(
        tx,
        events.map(({ id }) => id),
        now,
      )
    })
  }
}

async function storeMissed(
  made: readonly InboxEvent[],
  { pool, processing, wake }: EventSyncDeps,
): Promise<number> {
  const missed = await missedEventsOf(pool, made, processing)
  if (missed.length === 0) return 0
  const { length } = await storeEvents(pool, missed, 'object_list')
  if (length > 0) wake()
  return length
}
