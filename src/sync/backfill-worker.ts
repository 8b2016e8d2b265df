import { setTimeout as rest } from 'node:timers/promises'
import { runAlone } from '../db/advisory-lock.ts'
import { subscriptionRound } from '../subscriptions/subscription-worker.ts'
import type { Applier } from '../processing/processing-worker.ts'
import { pendingSpan } from '../inbox/inbox-store.ts'
import { type SyncDeps, syncTransactions } from './balance-sync-worker.ts'
import { syncEvents, type EventSyncDeps } from './event-sync-worker.ts'
import { syncObjects } from './object-sync-worker.ts'
import { recoverReceiptNumbers, type ReceiptNumberRecoveryDeps } from './receipt-number-recovery-worker.ts'
import { syncPayouts } from './payout-sync-worker.ts'
import { completeUpTo, SYNC_LOCK } from './sync-state-store.ts'

export type BackfillDeps = Omit<EventSyncDeps, 'wake'> &
  Pick<SyncDeps, 'lists' | 'processing'> &
  Pick<ReceiptNumberRecoveryDeps, 'backups'> & {
    readonly applier: Applier
    readonly retrieveSubscription: Parameters<typeof subscriptionRound>[0]['retrieve']
  }

export type Backfilled = {
  /** Events put into the inbox that no webhook had brought. */
  readonly recovered: number
  /** What Stripe has and could not be kept. */
  readonly missing: number
  /** New movements of the balance. */
  readonly movements: number
  /** Up to when everything at Stripe has been read; null: not everything. */
  readonly completeUpTo: Date | null
}

/** Makes the books whole in one run, whatever was lost: what Stripe says is brought in, applied, and its own books read. */
export async function backfill(deps: BackfillDeps): Promise<Backfilled> {
  const { pool, retrieveSubscription, processing } = deps
  await recoverReceiptNumbers({ ...deps, now: processing.now })
  // Who listens would only do the same work beside us.
  const recovering = { ...deps, wake: () => undefined }
  const events = await syncEvents(recovering)
  // First applied, or every object of these events would look unknown.
  await applyAll(deps)
  const objects = await syncObjects(recovering)
  await applyAll(deps)
  const movements = await syncTransactions(deps)
  await syncPayouts(deps)
  const readSubscriptions = subscriptionRound({ pool, retrieve: retrieveSubscription, clock: processing.now })
  while (await readSubscriptions());
  await applyAll(deps)
  return {
    recovered: events.recovered + objects.recovered,
    missing: events.missing + objects.missing,
    movements,
    completeUpTo: await completeUpTo(pool),
  }
}

const OTHERS_APPLY_MS = 100

/**
 * Applies what is pending now; a batch that another process has in hand is waited for. What comes meanwhile is not: on a
 * busy day something always is pending.
 */
export async function applyAll(deps: Pick<BackfillDeps, 'pool' | 'applier' | 'stopping'>): Promise<void> {
  const { pool, applier, stopping } = deps
  const { newest } = await pendingSpan(pool)
  for (;;) {
    const { oldest } = await pendingSpan(pool)
    if (newest === null || oldest === null || oldest > newest || stopping?.()) return
    if ((await applier.applyNext()) === 0) await rest(OTHERS_APPLY_MS)
  }
}

/**
 * The same, alone on this database: a worker's sweep is waited for.
 * @returns null when the worker is still at it after that time
 */
export async function backfillAlone(
  deps: BackfillDeps,
  databaseUrl: string,
  waitMs: number,
): Promise<Backfilled | null> {
  let done: Backfilled | null = null
  const run = async (): Promise<void> => void (done = await backfill(deps))
  for (let waitedMs = 0; ; waitedMs += 1000) {
    if (await runAlone(databaseUrl, SYNC_LOCK, run)) return done
    if (waitedMs >= waitMs) return null
    await rest(Math.min(1000, waitMs))
  }
}
