import type { Logger } from 'pino'
import { runAlone } from '../db/advisory-lock.ts'
import type { Applier } from '../processing/processing-worker.ts'
import { startLoop, type WorkerLoop } from '../worker-loop.ts'
import { applyAll } from './backfill-worker.ts'
import { lookAtNewest, syncTransactions, type SyncDeps } from './balance-sync-worker.ts'
import { syncEvents, type RecoveredEvents, type EventSyncDeps } from './event-sync-worker.ts'
import { syncObjects } from './object-sync-worker.ts'
import { syncPayouts } from './payout-sync-worker.ts'
import { SYNC_LOCK } from './sync-state-store.ts'

// Nobody waits for what no webhook announced, a fee of Stripe's own say; still the same morning.
const SWEEP_EVERY_MS = 10 * 60 * 1000
// Webhooks come in bursts: one look serves them all.
const LEAST_PAUSE_MS = 2_000
const AFTER_FAILURE_MS = 30_000
// Lists of objects are long and change slowly; what is new comes with the events.
const OBJECTS_EVERY_MS = 24 * 60 * 60 * 1000

export type SyncWorkerDeps = Omit<SyncDeps & EventSyncDeps, 'stopping'> & {
  readonly applier: Applier
  readonly databaseUrl: string
  readonly log: Logger
}

/**
 * Reads Stripe's events and books: whole sweeps from time to time, and the newest of the books as soon as an event was
 * applied; its objects at the start and then daily.
 */
export function startSyncWorker({ databaseUrl, log, ...deps }: SyncWorkerDeps): WorkerLoop {
  let stopped = false
  let asked = false
  let syncAtMs = 0
  let lookAtMs = 0
  let objectsAtMs = 0
  const own: SyncDeps & EventSyncDeps = { ...deps, log, stopping: () => stopped }
  const nowMs = (): number => deps.processing.now().getTime()

  const told = (what: string, { recovered, missing }: RecoveredEvents): void => {
    if (recovered > 0) log.info({ recovered }, `Stripe’s ${what} were read: some had not come by webhook`)
    if (missing > 0) log.error({ missing }, `some of Stripe’s ${what} could not be kept`)
  }
  const recoverObjects = async (): Promise<void> => {
    if (nowMs() < objectsAtMs) return
    // What is still to be applied would look unknown.
    await applyAll({ ...own, applier: deps.applier })
    told('objects', await syncObjects(own))
    if (!stopped) objectsAtMs = nowMs() + OBJECTS_EVERY_MS
  }
  const readBooks = async (): Promise<void> => {
    const fresh = await syncTransactions(own)
    await syncPayouts(own)
    if (fresh > 0) log.info({ fresh }, 'Stripe’s books were read')
  }
  // One of the three that fails does not keep the others from being read.
  const sync = async (): Promise<void> => {
    const failed: unknown[] = []
    for (const part of [async () => told('events', await syncEvents(own)), recoverObjects, readBooks])
      if (!stopped) await part().catch((error: unknown) => failed.push(error))
    if (failed.length > 0) throw failed[0]
  }
  const look = async (): Promise<void> => {
    await lookAtNewest(own)
    await syncPayouts(own)
  }
  const loop = startLoop(
    'sweep',
    async () => {
      const whole = nowMs() >= syncAtMs
      if (!whole && !(asked && nowMs() >= lookAtMs)) return false
      asked = false
      // Set before: a failure is tried again after a pause, not at once.
      if (whole) syncAtMs = nowMs() + AFTER_FAILURE_MS
      lookAtMs = nowMs() + (whole ? AFTER_FAILURE_MS : LEAST_PAUSE_MS)
      const ran = await runAlone(databaseUrl, SYNC_LOCK, whole ? sync : look).catch((error: unknown) => {
        asked = true
        if (!stopped) throw error
        return true
      })
      // Whoever is at it may have read the newest page already.
      if (!ran) asked = true
      if (whole) syncAtMs = nowMs() + SWEEP_EVERY_MS
      lookAtMs = nowMs() + LEAST_PAUSE_MS
      return false
    },
    log,
  )
  return {
    wake() {
      asked = true
      loop.wake()
    },
    stop() {
      stopped = true
      return loop.stop()
    },
  }
}
