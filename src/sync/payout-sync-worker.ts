import { z } from 'zod'
import { inTransaction } from '../db/database.ts'
import type { SweepParts } from './balance-sync-worker.ts'
import { recordTransactions } from '../settlement/balance-store.ts'
import type { Payout } from '../settlement/payout.ts'
import {
  awaitingItems,
  insertItems,
  markItemised,
  oldestAwaited,
  upsertPayouts,
} from '../settlement/payout-store.ts'
import { completeSweep, saveCursor, sweepState } from './sync-state-store.ts'

/** Banks send a payout back within days of having taken it; looked at again for longer than any of them takes. */
const LOOKED_AT_AGAIN_MS = 30 * 24 * 60 * 60 * 1000

const cursorShape = z.object({ payout: z.string(), after: z.string() })
type Cursor = z.infer<typeof cursorShape>

/** Reads payouts, all of them the first time, and what those are made of that Stripe can itemise by now. */
export async function sweepPayouts(parts: SweepParts): Promise<void> {
  const { hot, books, means, stopping } = parts
  const until = means.now()
  const { completeUpTo, cursor } = await sweepState(hot, 'payouts')
  const interrupted = cursorShape.safeParse(cursor).data ?? null
  const since = completeUpTo && earlier(before(completeUpTo), await oldestAwaited(hot))
  let after: string | null = null
  for (;;) {
    const page = await books.payouts({ since, after })
    const { rows } = page
    await inTransaction(hot, (tx) => upsertPayouts(tx, rows, means.now()))
    const ready = rows.filter(({ itemisable }) => itemisable === 'now')
    const awaiting = await awaitingItems(
      hot,
      ready.map(({ id }) => id),
    )
    for (const payout of ready) {
      if (stopping?.()) return
      if (awaiting.has(payout.id)) await itemise(parts, payout, interrupted)
    }
    if (stopping?.()) return
    after = page.next
    if (after === null) break
  }
  await inTransaction(hot, (tx) => completeSweep(tx, 'payouts', until, means.now()))
}

/** What one payout is made of. Its own movement is left out, so that the items add up to what the bank got. */
async function itemise(parts: SweepParts, payout: Payout, interrupted: Cursor | null): Promise<void> {
  const { hot, books, means, stopping } = parts
  let after = interrupted?.payout === payout.id ? interrupted.after : null
  for (;;) {
    const { rows, next } = await books.itemsOf(payout.id, after)
    const items = rows.filter(({ id, source }) => id !== payout.balanceTransactionId && source !== payout.id)
    await inTransaction(hot, async (tx) => {
      await recordTransactions(tx, rows, means)
      await insertItems(
        tx,
        payout.id,
        items.map(({ id }) => id),
      )
      if (next === null) await markItemised(tx, payout.id)
      await saveCursor(tx, 'payouts', next === null ? null : { payout: payout.id, after: next })
    })
    after = next
    if (after === null || stopping?.()) return
  }
}

function before(mark: Date): Date {
  return new Date(mark.getTime() - LOOKED_AT_AGAIN_MS)
}

function earlier(mark: Date, other: Date | null): Date {
  return other !== null && other < mark ? other : mark
}
