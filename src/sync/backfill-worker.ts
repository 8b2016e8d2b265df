import { setTimeout as sleep } from 'node:timers/promises'
import { runAlone } from '../db/advisory-lock.ts'
import { hastenSubscriptions } from '../subscriptions/subscription-store.ts'
import { subscriptionRound } from '../subscriptions/subscription-worker.ts'
import type { Applier } from '../processing/processing-worker.ts'
import { pendingSpan } from '../inbox/inbox-store.ts'
import { type SyncDeps, syncTransactions } from './balance-sync-worker.ts'
import { syncEvents, type EventSyncDeps } from './event-sync-worker.ts'
import { syncObjects } from './object-sync-worker.ts'
import { readQuarantinedEvents } from './other-version-worker.ts'
import { recoverReceiptNumbers, type ReceiptNumberRecoveryDeps } from './receipt-number-recovery-worker.ts'
import { syncPayouts } from './payout-sync-worker.ts'
import { completeUpTo, SYNC_LOCK } from './sync-state-store.ts'
import { openRows, type OpenRow } from './unreadable-rows-store.ts'
import { readKeptRows } from './unreadable-rows-worker.ts'

export type BackfillDeps = Omit<EventSyncDeps, 'wake'> &
  Pick<SyncDeps, 'lists' | 'processing'> &
  Pick<ReceiptNumberRecoveryDeps, 'backups'> & {
    readonly applier: Applier
    readonly retrieveSubscription: Parameters<typeof subscriptionRound>[0]['retrieveSubscription']
  }

export type Backfilled = {
  /** Events that no webhook had brought. */
  readonly recovered: number
  /** How many rows of Stripe's lists cannot be read, of this run and of earlier ones. */
  readonly missing: number
  readonly unreadable: readonly OpenRow[]
  /** Subscriptions whose state could not be read; each is tried again later. */
  readonly unreadSubscriptions: readonly { readonly id: string; readonly reason: string }[]
  /** New balance transactions. */
  readonly balanceTransactions: number
  /** Up to when everything at Stripe has been read; null: not everything. */
  readonly completeUpTo: Date | null
}

/** Recovers in one run whatever was lost: missed events are stored and applied, then Stripe's balance is read to its end. */
export async function backfill(deps: BackfillDeps): Promise<Backfilled> {
  const { pool, retrieveSubscription, processing } = deps
  await recoverReceiptNumbers({ ...deps, now: processing.now })
  // A listening worker would only do the same work at the same time.
  const recovering = { ...deps, wake: () => undefined }
  const events = await syncEvents(recovering)
  const asObjects = await readQuarantinedEvents(recovering, () => applyAll(deps))
  // They are applied first, or every object of these events would look unknown.
  await applyAll(deps)
  const objects = await syncObjects(recovering)
  await applyAll(deps)
  const balanceTransactions = await syncTransactions(deps)
  await syncPayouts(deps)
  await readKeptRows(recovering, true)
  const unread = new Map<string, string>()
  await hastenSubscriptions(pool)
  const readSubscriptions = subscriptionRound({
    pool,
    retrieveSubscription,
    clock: processing.now,
    report: ({ id, error }) => unread.set(id, error instanceof Error ? error.message : 'unknown error'),
    failuresInARow: Infinity,
  })
  while (await readSubscriptions());
  await applyAll(deps)
  const unreadable = await openRows(pool)
  return {
    recovered: events.recovered + asObjects + objects.recovered,
    missing: unreadable.length,
    unreadable,
    unreadSubscriptions: [...unread].map(([id, reason]) => ({ id, reason })),
    balanceTransactions,
    completeUpTo: await completeUpTo(pool),
  }
}

const WAIT_FOR_OTHERS_MS = 100

/**
 * Applies the events that are pending now and waits for a batch that another process holds. It does not wait for events
 * that arrive meanwhile: on a busy day something is always pending.
 */
export async function applyAll(deps: Pick<BackfillDeps, 'pool' | 'applier' | 'stopping'>): Promise<void> {
  const { pool, applier, stopping } = deps
  const { newest } = await pendingSpan(pool)
  for (;;) {
    const { oldest } = await pendingSpan(pool)
    if (newest === null || oldest === null || oldest > newest || stopping?.()) return
    if ((await applier.applyNext()) === 0) await sleep(WAIT_FOR_OTHERS_MS)
  }
}

/**
 * Runs `backfill` while no other sync runs on this database: it waits for a worker's sync to end.
 * @returns null when the worker still syncs after `waitMs`
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
    await sleep(Math.min(1000, waitMs))
  }
}
