import type pg from 'pg'
import type { Logger } from 'pino'
import { inTransaction, type Queryable } from '../db/database.ts'
import { isDataError, ruleBroken } from '../db/errors.ts'
import { applyBatch, type ProcessingDeps } from './apply-batch.ts'
import type { Outcome, StoredEvent } from '../inbox/inbox-event.ts'
import type { RecentEvents } from '../inbox/recent-events.ts'
import { claimPending, claimPendingById, recordOutcomes } from '../inbox/inbox-store.ts'

// Enough to make the counters' update and the commit cheap per event, small enough that a reader's thank-you page
// does not wait for a long batch.
const BATCH = 300

export type ProcessorDeps = {
  readonly pool: pg.Pool
  readonly processing: ProcessingDeps
  /** Events that this process stored itself, if it does. */
  readonly recent?: RecentEvents
  readonly log: Logger
  /** Told once the outcome is committed. */
  readonly count: (outcome: Outcome) => void
}

/** The same applier, which touches nothing before `ready`. */
export function startingAfter(ready: Promise<unknown>, applier: Applier): Applier {
  return {
    async applyNext() {
      await ready
      return applier.applyNext()
    },
  }
}

export type Applier = {
  /** Applies one batch. @returns how many events it took; 0 when nothing is pending */
  applyNext(): Promise<number>
}

/**
 * Applies pending events batch by batch, each in one database transaction. When the database refuses a batch's data,
 * it is halved until the poisonous event stands alone: that one is set apart with its reason, the rest goes on.
 * Any other error (connection, deadlock) leaves all as it was and is thrown: the loop tries again.
 */
export function createApplier({ pool, processing, recent, log, count }: ProcessorDeps): Applier {
  const apply = async (claim: (tx: Queryable) => Promise<StoredEvent[]>): Promise<number> => {
    let claimed: readonly StoredEvent[] = []
    try {
      const outcomes = await inTransaction(pool, async (tx) => {
        claimed = await claim(tx)
        return claimed.length > 0 ? applyBatch(tx, claimed, processing) : []
      })
      for (const { outcome } of outcomes) count(outcome)
    } catch (error) {
      if (!isDataError(error) || claimed.length === 0) throw error
      await splitOrFail(claimed, error)
    }
    return claimed.length
  }

  const splitOrFail = async (events: readonly StoredEvent[], error: unknown): Promise<void> => {
    const [only] = events
    if (events.length === 1 && only) return setApart(only, error)
    const middle = events.length >> 1
    for (const half of [events.slice(0, middle), events.slice(middle)]) {
      const ids = half.map(({ id }) => id)
      await apply((tx) => claimPendingById(tx, ids))
    }
  }

  const setApart = async (event: StoredEvent, error: unknown): Promise<void> => {
    const reason = ruleBroken(error)
    await inTransaction(pool, async (tx) => {
      const [still] = await claimPendingById(tx, [event.id])
      if (still)
        await recordOutcomes(
          tx,
          [{ id: event.id, outcome: 'failed', correlationId: null, reason }],
          processing.now(),
        )
    })
    log.error(
      { eventId: event.eventId, type: event.type, reason },
      'an event could not be applied and was set apart',
    )
    count('failed')
  }

  return { applyNext: () => apply((tx) => claimPending(tx, BATCH, recent)) }
}
