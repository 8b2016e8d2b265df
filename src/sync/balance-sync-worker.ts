import type pg from 'pg'
import type { Logger } from 'pino'
import { z } from 'zod'
import { inTransaction } from '../db/database.ts'
import type { OthersPostingDeps } from '../settlement/ownership/activity-of-others-store.ts'
import { recordTransactions, type PostingDeps } from '../settlement/balance/balance-store.ts'
import { postOpeningBalances } from '../settlement/opening/opening-posting-store.ts'
import type { BalanceTransaction } from '../settlement/balance/balance-transaction.ts'
import type { Page, StripeLists } from '../settlement/balance/stripe-balance.ts'
import type { Queryable } from '../db/database.ts'
import { completeSync, resumeSync, saveCursor } from './sync-state-store.ts'
import { keepUnreadable, markReadable } from './unreadable-rows-store.ts'

export type SyncDeps = {
  readonly pool: pg.Pool
  readonly lists: StripeLists
  readonly processing: OthersPostingDeps
  readonly log?: Logger
  /** Whether the service stops: the sync then ends between two pages and the cursor says where to continue. */
  readonly stopping?: () => boolean
}

/**
 * Read again each time: a balance transaction bears the time when it happened and may be listed some moments later, and
 * Stripe's clock differs from ours. Far more than both ever need, and still only a page or two.
 */
const OVERLAP_MS = 15 * 60 * 1000

const cursorSchema = z.object({
  since: z.iso.datetime().nullable(),
  /** Up to when the sync is complete once it has read the list to its end. */
  until: z.iso.datetime(),
  after: z.string().nullable(),
})
type Cursor = z.infer<typeof cursorSchema>

/**
 * Reads the balance transactions since the last whole sync, the first time from the beginning. Stripe lists the newest
 * first, so the sync is complete only at its end; until then the cursor, saved with each page, says where to continue.
 * @returns how many were new
 */
export async function syncTransactions(deps: SyncDeps): Promise<number> {
  const { pool, lists, processing, stopping } = deps
  let cursor = await nextCursor(deps)
  let added = 0
  let reading = lists.transactions(placeOf(cursor))
  for (;;) {
    const page = await reading
    const { next } = page
    const { until, since } = cursor
    cursor = { since, until, after: next }
    // The next page is fetched while this one is written. Its failure is awaited at the top of the loop.
    if (next !== null && !stopping?.()) {
      reading = lists.transactions(placeOf(cursor))
      reading.catch(() => undefined)
    }
    added += await inTransaction(pool, async (tx) => {
      const stored = await recordPage(tx, page, processing)
      if (next === null) {
        await postOpeningBalances(tx, processing)
        await completeSync(tx, 'balance_transactions', new Date(until), processing.now())
      } else await saveCursor(tx, 'balance_transactions', { since, until, after: next })
      return stored
    })
    if (next === null || stopping?.()) return added
  }
}

/**
 * Reads the newest pages until one has nothing new, so that what a webhook has just reported is posted at once. The
 * next whole sync reads whatever this misses.
 */
export async function syncNewestTransactions({
  pool,
  lists,
  processing,
  stopping,
}: SyncDeps): Promise<number> {
  let added = 0
  let after: string | null = null
  for (;;) {
    const page = await lists.transactions({ since: null, after })
    const stored = await inTransaction(pool, (tx) => recordPage(tx, page, processing))
    added += stored
    after = stored > 0 ? page.next : null
    if (after === null || stopping?.()) return added
  }
}

/**
 * Records the balance transactions of a page and keeps those that cannot be read.
 * @returns how many were new
 */
export async function recordPage(
  tx: Queryable,
  { rows, unreadable }: Pick<Page<BalanceTransaction>, 'rows' | 'unreadable'>,
  processing: PostingDeps,
): Promise<number> {
  const stored = await recordTransactions(tx, rows, processing)
  const now = processing.now()
  await keepUnreadable(tx, unreadable, now)
  await markReadable(
    tx,
    'balance_transactions',
    rows.map(({ id }) => id),
    now,
  )
  return stored
}

function nextCursor({ pool, processing }: SyncDeps): Promise<Cursor> {
  return resumeSync(pool, 'balance_transactions', cursorSchema, (completeUpTo) => ({
    since: completeUpTo && new Date(completeUpTo.getTime() - OVERLAP_MS).toISOString(),
    until: processing.now().toISOString(),
    after: null,
  }))
}

function placeOf({ since, after }: Cursor) {
  return { since: since === null ? null : new Date(since), after }
}
