import type { Logger } from 'pino'
import { runAlone } from '../db/advisory-lock.ts'
import type { Applier } from '../processing/processing-worker.ts'
import { startLoop, type WorkerLoop } from '../worker-loop.ts'
import { applyAll } from './backfill-worker.ts'
import { syncNewestTransactions, syncTransactions, type SyncDeps } from './balance-sync-worker.ts'
import { syncEvents, type RecoveredEvents, type EventSyncDeps } from './event-sync-worker.ts'
import { syncObjects } from './object-sync-worker.ts'
import { readQuarantinedEvents } from './other-version-worker.ts'
import { syncPayouts } from './payout-sync-worker.ts'
import { SYNC_LOCK } from './sync-state-store.ts'
import { openRows } from './unreadable-rows-store.ts'
import { readKeptRows } from './unreadable-rows-worker.ts'

// What no webhook reports, such as a fee of Stripe's own, is not urgent, yet should be there the same morning.
const SYNC_EVERY_MS = 10 * 60 * 1000
// Webhooks come in bursts, and one sync of the newest page serves them all.
const LEAST_PAUSE_MS = 2_000
const AFTER_FAILURE_MS = 30_000
// Lists of objects are long and change slowly; news comes with the events.
const OBJECTS_EVERY_MS = 24 * 60 * 60 * 1000
const REFUSED_AGAIN_MS = 60 * 60 * 1000

type SyncWorkerDeps = Omit<SyncDeps & EventSyncDeps, 'stopping'> & {
  readonly applier: Applier
  readonly databaseUrl: string
  readonly log: Logger
}

/**
 * Syncs with Stripe: whole syncs of events, balance transactions and payouts every ten minutes, the newest balance
 * transactions as soon as an event was applied, objects at the start and then daily.
 */
export function startSyncWorker({ databaseUrl, log, ...deps }: SyncWorkerDeps): WorkerLoop {
  let stopped = false
  let isRequested = false
  let syncAtMs = 0
  let newestAtMs = 0
  let objectsAtMs = 0
  const syncDeps: SyncDeps & EventSyncDeps = { ...deps, log, stopping: () => stopped }
  const nowMs = (): number => deps.processing.now().getTime()

  const report = (what: string, { recovered }: RecoveredEvents): void => {
    if (recovered > 0)
      log.info({ recovered }, `the sync of Stripe’s ${what} recovered what no webhook had brought`)
  }
  let reportedUpToMs = 0
  const readKept = async (): Promise<void> => {
    await readKeptRows(syncDeps)
    const rows = await openRows(deps.pool)
    for (const { list, id, reason, firstSeenAt } of rows)
      if (firstSeenAt.getTime() > reportedUpToMs)
        log.error({ list, object: id, reason }, 'a row of Stripe’s lists cannot be read and is kept apart')
    reportedUpToMs = nowMs()
  }
  const recoverObjects = async (): Promise<void> => {
    if (nowMs() < objectsAtMs) return
    // The objects of events that are not applied yet would look unknown.
    await applyAll({ ...syncDeps, applier: deps.applier })
    const done = await syncObjects(syncDeps)
    report('objects', done)
    // A missing permission may be granted soon.
    if (!stopped) objectsAtMs = nowMs() + (done.refused.length > 0 ? REFUSED_AGAIN_MS : OBJECTS_EVERY_MS)
  }
  const syncBalance = async (): Promise<void> => {
    const added = await syncTransactions(syncDeps)
    await syncPayouts(syncDeps)
    if (added > 0) log.info({ added }, 'new balance transactions were recorded')
  }
  const readQuarantined = async (): Promise<void> => {
    const applyPending = () => applyAll({ ...syncDeps, applier: deps.applier })
    const read = await readQuarantinedEvents(syncDeps, applyPending)
    if (read > 0)
      log.warn({ read }, 'webhooks arrive in another API version: their objects were read instead')
  }
  const syncNewest = async (): Promise<void> => {
    await syncNewestTransactions(syncDeps)
    await syncPayouts(syncDeps)
  }
  /** When one of them fails, the others still run. */
  const inTurn =
    (...parts: readonly (() => Promise<void>)[]) =>
    async (): Promise<void> => {
      const failed: unknown[] = []
      for (const part of parts) if (!stopped) await part().catch((error: unknown) => failed.push(error))
      if (failed.length > 0) throw failed[0]
    }
  const syncMissed = async (): Promise<void> => report('events', await syncEvents(syncDeps))
  const sync = inTurn(syncMissed, readQuarantined, recoverObjects, syncBalance, readKept)
  const syncNews = inTurn(readQuarantined, syncNewest)
  const loop = startLoop(
    'sync',
    async () => {
      const whole = nowMs() >= syncAtMs
      if (!whole && !(isRequested && nowMs() >= newestAtMs)) return false
      isRequested = false
      // Set before the run, so that a failure is tried again after a pause and not at once.
      if (whole) syncAtMs = nowMs() + AFTER_FAILURE_MS
      newestAtMs = nowMs() + (whole ? AFTER_FAILURE_MS : LEAST_PAUSE_MS)
      const ran = await runAlone(databaseUrl, SYNC_LOCK, whole ? sync : syncNews).catch((error: unknown) => {
        isRequested = true
        if (!stopped) throw error
        return true
      })
      // The process that syncs may have read the newest page already.
      if (!ran) isRequested = true
      if (whole) syncAtMs = nowMs() + SYNC_EVERY_MS
      newestAtMs = nowMs() + LEAST_PAUSE_MS
      return false
    },
    log,
  )
  return {
    wake() {
      isRequested = true
      loop.wake()
    },
    stop() {
      stopped = true
      return loop.stop()
    },
  }
}
