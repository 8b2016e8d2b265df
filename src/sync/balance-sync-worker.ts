import type pg from 'pg'
import { z } from 'zod'
import { inTransaction } from '../db/database.ts'
import { recordTransactions, type PostingMeans } from '../settlement/balance-store.ts'
import type { StripeBooks } from '../settlement/stripe-lists.ts'
import { completeSweep, saveCursor, sweepState } from './sync-state-store.ts'

export type SweepParts = {
  readonly hot: pg.Pool
  readonly books: StripeBooks
  readonly means: PostingMeans
  /** True: leave off between two pages; the cursor knows where. */
  readonly stopping?: () => boolean
}

/**
 * Read again before the mark each time: a movement is dated when it happened and can be listed some moments later,
 * and Stripe's clock is not ours. Far more than both ever take, and still only a page or two.
 */
const OVERLAP_MS = 15 * 60 * 1000

const cursorShape = z.object({
  since: z.iso.datetime().nullable(),
  /** What the mark becomes when the list has been read to its end. */
  until: z.iso.datetime(),
  after: z.string().nullable(),
})
type Cursor = z.infer<typeof cursorShape>

/**
 * Reads everything that moved the balance since the last whole sweep, from the beginning the first time. Stripe lists
 * the newest first, so the mark moves only at the end; until then the cursor, kept with each page, says where to go on.
 * @returns how many were new
 */
export async function sweepTransactions(parts: SweepParts): Promise<number> {
  const { hot, books, means, stopping } = parts
  let cursor = await whereToGoOn(parts)
  let fresh = 0
  let reading = books.transactions(placeOf(cursor))
  for (;;) {
    const { rows, next } = await reading
    const { until, since } = cursor
    cursor = { since, until, after: next }
    // While a page is written the next one is on its way. It may fail before anybody looks: it is looked at above.
    if (next !== null && !stopping?.()) {
      reading = books.transactions(placeOf(cursor))
      reading.catch(() => undefined)
    }
    fresh += await inTransaction(hot, async (tx) => {
      const kept = await recordTransactions(tx, rows, means)
      if (next === null) await completeSweep(tx, 'balance_transactions', new Date(until), means.now())
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
export async function lookAtNewest({ hot, books, means, stopping }: SweepParts): Promise<number> {
  let fresh = 0
  let after: string | null = null
  for (;;) {
    const page = await books.transactions({ since: null, after })
    const kept = await inTransaction(hot, (tx) => recordTransactions(tx, page.rows, means))
    fresh += kept
    after = kept > 0 ? page.next : null
    if (after === null || stopping?.()) return fresh
  }
}

async function whereToGoOn({ hot, means }: SweepParts): Promise<Cursor> {
  const { completeUpTo, cursor } = await sweepState(hot, 'balance_transactions')
  const interrupted = cursorShape.safeParse(cursor).data
  if (interrupted) return interrupted
  const since = completeUpTo && new Date(completeUpTo.getTime() - OVERLAP_MS).toISOString()
  return { since, until: means.now().toISOString(), after: null }
}

function placeOf({ since, after }: Cursor) {
  return { since: since === null ? null : new Date(since), after }
}
