import { setTimeout as rest } from 'node:timers/promises'
import { runAlone } from '../db/advisory-lock.ts'
import { subscriptionRound } from '../subscriptions/subscription-worker.ts'
import type { Applier } from '../processing/processing-worker.ts'
import { pendingSpan } from '../inbox/inbox-store.ts'
import { type SweepParts, sweepTransactions } from './balance-sync-worker.ts'
import { sweepEvents, type RefillParts } from './event-sync-worker.ts'
import { sweepObjects } from './object-sync-worker.ts'
import { recallReceipts, type RecallParts } from './receipt-number-recovery-worker.ts'
import { sweepPayouts } from './payout-sync-worker.ts'
import { completeUpTo } from '../reconciliation/reconciliation-store.ts'
import { SWEEP_LOCK } from './sync-state-store.ts'

export type BackfillParts = Omit<RefillParts, 'wake'> &
  Pick<SweepParts, 'books' | 'means'> &
  Pick<RecallParts, 'memory'> & {
    readonly applier: Applier
    readonly ask: Parameters<typeof subscriptionRound>[0]['ask']
  }

export type Backfilled = {
  /** Events put into the inbox that no webhook had brought. */
  readonly refilled: number
  /** What Stripe has and could not be kept. */
  readonly missing: number
  /** New movements of the balance. */
  readonly movements: number
  /** Up to when everything at Stripe has been read; null: not everything. */
  readonly completeUpTo: Date | null
}

/** Makes the books whole in one run, whatever was lost: what Stripe says is brought in, applied, and its own books read. */
export async function backfill(parts: BackfillParts): Promise<Backfilled> {
  const { hot, ask, means } = parts
  await recallReceipts({ ...parts, now: means.now })
  // Who listens would only do the same work beside us.
  const refilling = { ...parts, wake: () => undefined }
  const events = await sweepEvents(refilling)
  // First applied, or every object of these events would look unknown.
  await applyAll(parts)
  const objects = await sweepObjects(refilling)
  await applyAll(parts)
  const movements = await sweepTransactions(parts)
  await sweepPayouts(parts)
  const askMore = subscriptionRound({ hot, ask, clock: means.now })
  while (await askMore());
  await applyAll(parts)
  return {
    refilled: events.refilled + objects.refilled,
    missing: events.missing + objects.missing,
    movements,
    completeUpTo: await completeUpTo(hot),
  }
}

const OTHERS_APPLY_MS = 100

/**
 * Applies what is pending now; a batch that another process has in hand is waited for. What comes meanwhile is not: on a
 * busy day something always is pending.
 */
export async function applyAll(parts: Pick<BackfillParts, 'hot' | 'applier' | 'stopping'>): Promise<void> {
  const { hot, applier, stopping } = parts
  const { newest } = await pendingSpan(hot)
  for (;;) {
    const { oldest } = await pendingSpan(hot)
    if (newest === null || oldest === null || oldest > newest || stopping?.()) return
    if ((await applier.applyNext()) === 0) await rest(OTHERS_APPLY_MS)
  }
}

/**
 * The same, alone on this database: a worker's sweep is waited for.
 * @returns null when the worker is still at it after that time
 */
export async function backfillAlone(
  parts: BackfillParts,
  databaseUrl: string,
  waitMs: number,
): Promise<Backfilled | null> {
  let done: Backfilled | null = null
  const run = async (): Promise<void> => void (done = await backfill(parts))
  for (let waitedMs = 0; ; waitedMs += 1000) {
    if (await runAlone(databaseUrl, SWEEP_LOCK, run)) return done
    if (waitedMs >= waitMs) return null
    await rest(Math.min(1000, waitMs))
  }
}
