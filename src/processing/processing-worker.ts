import type pg from 'pg'
import type { Logger } from 'pino'
import { inTransaction, type Queryable } from '../db/database.ts'
import { isDataError, refusedBy } from '../db/errors.ts'
import type { Outcome, StoredEvent } from '../inbox/inbox-event.ts'
import { claimPending, claimPendingById, recordOutcomes } from '../inbox/inbox-store.ts'
import type { RecentEvents } from '../inbox/recent-events.ts'
import { applyBatch, type ProcessingDeps } from './apply-batch.ts'

// Large enough to make the commit and the shared rows cheap per event, small enough that a reader's thank-you page does
// not wait for a long batch.
const BATCH_SIZE = 300

export type ProcessorDeps = {
  readonly pool: pg.Pool
  readonly processing: ProcessingDeps
  /** The events that this process has stored, when it runs the web as well. */
  readonly recent?: RecentEvents
  readonly log: Logger
  /** Called for each event once its outcome is committed. */
  readonly count: (outcome: Outcome) => void
  /** Called with each batch once it is committed. @param startedAt when it was claimed */
  readonly onApplied?: (
    events: readonly StoredEvent[],
    outcomes: ReadonlyMap<bigint, Outcome>,
    startedAt: Date,
  ) => void
}

export type Applier = {
  /** Applies one batch of pending events. @returns how many events it claimed; 0 when none is pending */
  applyNext(): Promise<number>
}

/** An applier that does nothing before `ready` resolves. */
export function startingAfter(ready: Promise<unknown>, applier: Applier): Applier {
  return {
    async applyNext() {
      await ready
      return applier.applyNext()
    },
  }
}

/**
 * Applies pending events batch by batch, each batch in one database transaction. An error that lies in the data of a
 * batch, whatever it is, halves the batch until the event is alone: that event fails with its reason, and the others are
 * applied. An error of the database (connection, deadlock, full disk) changes nothing and is thrown, so that the worker
 * tries again.
 */
export function createApplier({ pool, processing, recent, log, count, onApplied }: ProcessorDeps): Applier {
  const apply = async (claim: (tx: Queryable) => Promise<StoredEvent[]>): Promise<number> => {
    let claimed: readonly StoredEvent[] = []
    const startedAt = processing.now()
    try {
      const outcomes = await inTransaction(pool, async (tx) => {
        claimed = await claim(tx)
        return claimed.length > 0 ? applyBatch(tx, claimed, processing) : []
      })
      for (const { outcome } of outcomes) count(outcome)
      onApplied?.(claimed, new Map(outcomes.map(({ id, outcome }) => [id, outcome])), startedAt)
    } catch (error) {
      if (!isDataError(error) || claimed.length === 0) throw error
      await split(claimed, error)
    }
    return claimed.length
  }

  const split = async (events: readonly StoredEvent[], error: unknown): Promise<void> => {
    const [first] = events
    if (events.length === 1 && first) return applyAlone(first, error)
    const middle = events.length >> 1
    for (const half of [events.slice(0, middle), events.slice(middle)]) {
      const ids = half.map(({ id }) => id)
      await apply((tx) => claimPendingById(tx, ids))
    }
  }

  /** An event is applied together with those that waited for it, and the fault may be one of theirs. */
  const applyAlone = async (event: StoredEvent, error: unknown): Promise<void> => {
    try {
      const outcomes = await inTransaction(pool, async (tx) => {
        // Another worker may have claimed the event since.
        const claimed = await claimPendingById(tx, [event.id])
        if (claimed.length === 0) return []
        const applied = await applyBatch(tx, claimed, processing, 'release')
        // It waits for what it cannot be applied with: released as well, each would set the other free for ever.
        if (applied.some(({ outcome }) => outcome === 'waiting' || outcome === 'ignored')) throw error
        return applied
      })
      for (const { outcome } of outcomes) count(outcome)
    } catch (again) {
      if (!isDataError(again)) throw again
      await fail(event, again)
    }
  }

  const fail = async ({ id, eventId, type }: StoredEvent, error: unknown): Promise<void> => {
    const reason = refusedBy(error)
    const failed = await inTransaction(pool, async (tx) => {
      const [claimed] = await claimPendingById(tx, [id])
      if (!claimed) return false
      await recordOutcomes(tx, [{ id, outcome: 'failed', correlationId: null, reason }], processing.now())
      return true
    })
    if (!failed) return
    // Not the error itself: its message may quote the event.
    log.error(
      { eventId, type, reason, where: whereOf(error) },
      'An event could not be applied and needs attention',
    )
    count('failed')
  }

  return { applyNext: () => apply((tx) => claimPending(tx, BATCH_SIZE, recent)) }
}

/** The lines of code that threw. */
function whereOf(error: unknown): string[] {
  const lines = error instanceof Error ? (error.stack ?? '').split('\n') : []
  return lines.flatMap((line) => /^\s+at (.*)$/.exec(line)?.[1] ?? []).slice(0, 5)
}
