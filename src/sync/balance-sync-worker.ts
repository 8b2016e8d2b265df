import type pg from 'pg'
import { z } from 'zod'
import { inTransaction } from '../db/database.ts'
import { recordTransactions, type PostingDeps } from '../settlement/balance-store.ts'
import type { StripeLists } from '../settlement/stripe-lists.ts'
import { completeSync, saveCursor, syncState } from './sync-state-store.ts'

export type SyncDeps = {
  readonly pool: pg.Pool
  readonly lists: StripeLists
  readonly processing: PostingDeps
  /** True: leave off between two pages; the cursor knows where. */
  readonly stopping?: () => boolean
}

/**
 * Read again before the mark each time: a movement is dated when it happened and can be listed some moments later,
 * and Stripe's clock is not ours. Far more than both ever take, and still only a page or two.
 */
const OVERLAP_MS = 15 * 60 * 1000

const cursorSchema = z.object({
  since: z.iso.datetime().nullable(),
  /** What the mark becomes when the list has been read to its end. */
  until: z.iso.datetime(),
  after: z.string().nullable(),
})
type Cursor = z.infer<typeof cursorSchema>

/**
 * Reads everything that moved the balance since the last whole sweep, from the beginning the first time. Stripe lists
 * the newest first, so the mark moves only at the end; until then the cursor, kept with each page, says where to go on.
 * @returns how many were new
 */
export async function syncTransactions(deps: SyncDeps): Promise<number> {
  const { pool, lists, processing, stopping } = deps
  let cursor = await whereToGoOn(deps)
  let fresh = 0
  let reading = lists.transactions(placeOf(cursor))
  for (;;) {
    const { rows, next } = await reading
    const { until, since } = cursor
    cursor = { since, until, after: next }
    // While a page is written the next one is on its way. It may fail before anybody looks: it is looked at above.
    if (next !== null && !stopping?.()) {
      reading = lists.transactions(placeOf(cursor))
      reading.catch(() => undefined)
    }
    fresh += await inTransaction(pool, async (tx) => {
      const kept = await recordTransactions(tx, rows, processing)
      if (next === null) await completeSync(tx, 'balance_transactions', new Date(until), processing.now())
      else await saveCursor(tx, 'balance_transactions', { since, until, after: next })
      return kept
    })
    if (next === null || stopping?.()) return fresh
  }
}

/**
 * Reads the newest pages until one has nothing new: what a webhook has just told of is in the books at once. The mark
 * stays where it is; whatever this misses, the next whole sweep reads.
 */
export async function lookAtNewest({ pool, lists, processing, stopping }: SyncDeps): Promise<number> {
  let fresh = 0
  let after: string | null = null
  for (;;) {
    const page = await lists.transactions({ since: null, after })
    const kept = await inTransaction(pool, (tx) => recordTransactions(tx, page.rows, processing))
    fresh += kept
    after = kept > 0 ? page.next : null
    if (after === null || stopping?.()) return fresh
  }
}

async function whereToGoOn({ pool, processing }: SyncDeps): Promise<Cursor> {
  const { completeUpTo, cursor } = await syncState(pool, 'balance_transactions')
  const interrupted = cursorSchema.safeParse(cursor).data
  if (interrupted) return interrupted
  const since = completeUpTo && new Date(completeUpTo.getTime() - OVERLAP_MS).toISOString()
  return { since, until: processing.now().toISOString(), after: null }
}

function placeOf({ since, after }: Cursor) {
  return { since: since === null ? null : new Date(since), after }
}
