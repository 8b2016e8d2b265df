import type pg from 'pg'
import { inTransaction, type Queryable } from '../../db/database.ts'
import { sqlState } from '../../db/errors.ts'
import { hasPendingEvents } from '../../inbox/inbox-store.ts'
import { fillFiscalYears } from './fiscal-years-store.ts'
import { fillFromLedger } from './fill-store.ts'
import { foldPosted, foldState, rewriteSearchTexts, waitBriefly } from './fold-store.ts'

/** Ledger transactions or donations of one database transaction: it takes a fraction of a second. */
const FOLDED_AT_ONCE = 2_000
/** A reader waits for the fold of so many ledger transactions, and no more. */
const READER_FOLDS = 1_000

/** While events come in faster than they are processed, folding waits so long between two rounds. */
const PAUSE_WHILE_BUSY_MS = 10_000

/**
 * A round of the loop that brings the kept sums up to date with the ledger. After an upgrade it first folds what earlier releases left.
 * Gifts come first: while events wait to be processed, it folds a little now and then.
 * @param fiscalYearStarts the month, 1 to 12; after it has changed, what donors gave in fiscal years is kept anew
 * @returns whether there is more to fold
 */
export function foldRound(
  pool: pg.Pool,
  clock: () => Date,
  fiscalYearStarts: number,
): () => Promise<boolean> {
  let pausedUntilMs = 0
  return async () => {
    const nowMs = clock().getTime()
    const isPausing = nowMs < pausedUntilMs && pausedUntilMs - nowMs <= PAUSE_WHILE_BUSY_MS
    if (isPausing && (await hasPendingEvents(pool))) return false
    const { isFilled, isBehind, fiscalYears, hasOldTexts } = await foldState(pool)
    const keepsFiscalYears = fiscalYears === fiscalYearStarts
    if (isFilled && !isBehind && keepsFiscalYears && !hasOldTexts) return false
    const isMore = await inTransaction(pool, async (tx) => {
      if (!isFilled) return (await fillFromLedger(tx, FOLDED_AT_ONCE)) || !keepsFiscalYears || hasOldTexts
      if (isBehind && (await foldPosted(tx, FOLDED_AT_ONCE)) === FOLDED_AT_ONCE) return true
      if (!keepsFiscalYears) return (await fillFiscalYears(tx, fiscalYearStarts)) || hasOldTexts
      return hasOldTexts && (await rewriteSearchTexts(tx, FOLDED_AT_ONCE))
    })
    pausedUntilMs = clock().getTime() + PAUSE_WHILE_BUSY_MS
    return isMore
  }
}

/**
 * Brings the kept sums up to date before a report reads them. A replica has them as the primary folded them; how old that
 * is, belongs to how far the replica is behind.
 * @returns false while that would take long: the report then adds up the ledger itself
 */
export async function keptSumsAreCurrent(pool: pg.Pool): Promise<boolean> {
  try {
    const { isFilled, isBehind, isReplica } = await foldState(pool)
    if (isReplica) return isFilled
    if (!isFilled) {
      if (await foldForReader(pool, fillFromLedger)) return false
    } else if (!isBehind) return true
    return (await foldForReader(pool, foldPosted)) < READER_FOLDS
  } catch (error) {
    if (sqlState(error) === LOCK_NOT_AVAILABLE) return false
    throw error
  }
}

/** PostgreSQL's code for a lock that was not to be had in time: somebody else folds much at once. */
const LOCK_NOT_AVAILABLE = '55P03'

function foldForReader<T>(pool: pg.Pool, fold: (tx: Queryable, limit: number) => Promise<T>): Promise<T> {
  return inTransaction(pool, async (tx) => {
    await waitBriefly(tx)
    return fold(tx, READER_FOLDS)
  })
}
