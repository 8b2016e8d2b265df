import { inTransaction } from '../db/database.ts'
import { storeEvents } from '../inbox/inbox-store.ts'
import type { InboxEvent } from '../inbox/inbox-event.ts'
import { upsertPayouts } from '../settlement/payouts/payout-store.ts'
import { recordTransactions } from '../settlement/balance/balance-store.ts'
import { readPayout, readTransaction } from '../stripe/balance-schema.ts'
import { readListedEvent } from '../stripe/event-list-gateway.ts'
import type { SyncDeps } from './balance-sync-worker.ts'
import { isOtherVersion, readAsObjects, type EventSyncDeps } from './event-sync-worker.ts'
import { missedEventsOf } from './missed-events-worker.ts'
import { markReadable, postponeRows, rowsToReadAgain, type KeptRow } from './unreadable-rows-store.ts'

/** At most this many rows in one round: each may cost a call to Stripe. */
const ROWS_A_ROUND = 100

type RereadDeps = SyncDeps & EventSyncDeps

/**
 * Reads kept rows again, from their text: a later version may know what this one did not. A row that still cannot be
 * read is postponed, so that it never keeps the others waiting.
 * @param all also those whose time has not come, for a backfill
 * @returns how many were read
 */
export async function readKeptRows(deps: RereadDeps, all = false): Promise<number> {
  const { pool, processing, stopping } = deps
  let read = 0
  for (const row of await rowsToReadAgain(pool, processing.now(), ROWS_A_ROUND, all)) {
    if (stopping?.()) break
    if (await readAgain(row, deps)) read += 1
    else await inTransaction(pool, (tx) => postponeRows(tx, [row], processing.now()))
  }
  return read
}

/** @returns whether the row was read and recorded */
async function readAgain({ list, id, text }: KeptRow, deps: RereadDeps): Promise<boolean> {
  const { pool, processing } = deps
  const json: unknown = JSON.parse(text)
  if (list === 'balance_transactions') {
    const reading = readTransaction(json)
    if (!('row' in reading)) return false
    await inTransaction(pool, async (tx) => {
      await recordTransactions(tx, [reading.row], processing)
      await markReadable(tx, list, [id], processing.now())
    })
    return true
  }
  if (list === 'payouts') {
    const reading = readPayout(json)
    if (!('row' in reading)) return false
    await inTransaction(pool, async (tx) => {
      await upsertPayouts(tx, [reading.row], processing.now())
      await markReadable(tx, list, [id], processing.now())
    })
    return true
  }
  const events = list === 'events' ? await eventsOf(json, deps) : await eventsOfObject(json, deps)
  if (events === null) return false
  await inTransaction(pool, async (tx) => {
    const fromList = events.filter(({ eventId }) => eventId === id)
    const made = events.filter(({ eventId }) => eventId !== id)
    if (fromList.length > 0) await storeEvents(tx, fromList, 'event_list')
    if (made.length > 0) await storeEvents(tx, made, 'object_list')
    await markReadable(tx, list, [id], processing.now())
  })
  if (events.length > 0) deps.wake()
  return true
}

async function eventsOf(json: unknown, deps: RereadDeps): Promise<readonly InboxEvent[] | null> {
  const reading = readListedEvent(json)
  if (!('row' in reading)) return null
  if (!isOtherVersion(reading.row, deps.expected)) return [reading.row]
  const { made, unreadable } = await readAsObjects([reading.row], deps)
  return unreadable.length > 0 ? null : missedEventsOf(deps.pool, made, deps.processing)
}

async function eventsOfObject(json: unknown, deps: RereadDeps): Promise<readonly InboxEvent[] | null> {
  const reading = deps.objects.readRow(json)
  return 'row' in reading ? missedEventsOf(deps.pool, reading.row.events, deps.processing) : null
}
