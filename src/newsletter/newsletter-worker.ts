import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { inTransaction } from '../db/database.ts'
import { confirmableUntil } from './consent.ts'
import { deleteEnded, deleteExpired, deleteOldWishes, takeWishes } from './consent-store.ts'

const WISHES_A_ROUND = 50
const ROWS_A_ROUND = 1_000
/** A bank debit takes two weeks at most. */
const WISH_DAYS = 40
const DAY_MS = 86_400_000

/** Asks the givers who ticked the box for their confirmation, once their gift has succeeded. @returns a round of a loop */
export function wishRound(pool: pg.Pool, clock: () => Date): () => Promise<boolean> {
  return async () => {
    const expiresAt = confirmableUntil(clock())
    const taken = await inTransaction(pool, (tx) =>
      takeWishes(tx, { limit: WISHES_A_ROUND, newId: randomUUID, expiresAt }),
    )
    return taken === WISHES_A_ROUND
  }
}

/**
 * Deletes what nobody confirmed, wishes of gifts that were not made, and ended consents after the newsroom's period.
 * @param endedYears null: ended consents are kept as evidence
 * @returns a round of a loop, which says whether there may be more
 */
export function newsletterRetentionRound(
  pool: pg.Pool,
  clock: () => Date,
  endedYears: number | null,
): () => Promise<boolean> {
  return async () => {
    const now = clock()
    const expired = await deleteExpired(pool, { now, limit: ROWS_A_ROUND })
    await deleteOldWishes(pool, new Date(now.getTime() - WISH_DAYS * DAY_MS))
    const ended =
      endedYears === null
        ? 0
        : await deleteEnded(pool, { before: yearsBefore(now, endedYears), limit: ROWS_A_ROUND })
    return expired === ROWS_A_ROUND || ended === ROWS_A_ROUND
  }
}

function yearsBefore(now: Date, years: number): Date {
  const before = new Date(now)
  before.setUTCFullYear(before.getUTCFullYear() - years)
  return before
}
