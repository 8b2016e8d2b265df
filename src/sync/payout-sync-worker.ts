import { z } from 'zod'
import { earliest } from '../calendar/instant.ts'
import { inTransaction } from '../db/database.ts'
import { recordPage, type SyncDeps } from './balance-sync-worker.ts'
import { postArrivals } from '../settlement/payouts/arrival-store.ts'
import { postActivityOfOthers } from '../settlement/ownership/activity-of-others-store.ts'
import { postAcrossOpening } from '../settlement/opening/opening-posting-store.ts'
import { readOpening } from '../settlement/opening/opening-store.ts'
import type { Payout } from '../settlement/balance/stripe-balance.ts'
import {
  awaitingItems,
  insertItems,
  markItemised,
  oldestAwaited,
  upsertPayouts,
} from '../settlement/payouts/payout-store.ts'
import { isRefusedCall } from '../stripe/stripe-refusal.ts'
import { completeSync, completeUpTo as allReadUpTo, saveCursor, syncState } from './sync-state-store.ts'
import { keepUnreadable, markReadable } from './unreadable-rows-store.ts'

/** Banks return a payout within days; a payout is read again for longer than any of them takes. */
const READ_AGAIN_MS = 30 * 24 * 60 * 60 * 1000

const cursorSchema = z.object({ payout: z.string(), after: z.string() })
type Cursor = z.infer<typeof cursorSchema>

/**
 * Reads payouts, the first time all of them, and the items of those that Stripe can itemise by now. What arrived before
 * the books open needs no items.
 */
export async function syncPayouts(deps: SyncDeps): Promise<void> {
  const { pool, lists, processing, stopping } = deps
  const until = processing.now()
  const { completeUpTo, cursor } = await syncState(pool, 'payouts')
  const interrupted = cursorSchema.safeParse(cursor).data ?? null
  const since = completeUpTo && earliest(readAgainFrom(completeUpTo), await oldestAwaited(pool))
  const booksOpenOn = (await readOpening(pool))?.opensOn ?? ''
  let after: string | null = null
  for (;;) {
    const page = await lists.payouts({ since, after })
    const { rows, unreadable } = page
    await inTransaction(pool, async (tx) => {
      const now = processing.now()
      await upsertPayouts(tx, rows, now)
      await postArrivals(
        tx,
        processing,
        rows.map(({ id }) => id),
      )
      await keepUnreadable(tx, unreadable, now)
      await markReadable(
        tx,
        'payouts',
        rows.map(({ id }) => id),
        now,
      )
    })
    const ready = rows.filter(
      ({ itemisable, arrivalDate }) => itemisable === 'now' && arrivalDate >= booksOpenOn,
    )
    const awaiting = await awaitingItems(
      pool,
      ready.map(({ id }) => id),
    )
    for (const payout of ready) {
      if (stopping?.()) return
      if (awaiting.has(payout.id)) await itemise(deps, payout, interrupted).catch(skipRefused(deps, payout))
    }
    if (stopping?.()) return
    after = page.next
    if (after === null) break
  }
  await inTransaction(pool, async (tx) => {
    await completeSync(tx, 'payouts', until, processing.now())
    const readUpTo = await allReadUpTo(tx)
    await postAcrossOpening(tx, processing, readUpTo)
    // Also of payouts whose balance transaction was read after them.
    await postArrivals(tx, processing, null)
    await postActivityOfOthers(tx, processing, readUpTo)
  })
}

/** A payout whose items Stripe refuses to list keeps waiting for them, and the others do not wait for it. */
function skipRefused({ log }: SyncDeps, { id }: Payout): (error: unknown) => void {
  return (err) => {
    if (!isRefusedCall(err)) throw err
    log?.error({ err, payout: id }, 'Stripe refuses to list the items of a payout')
  }
}

/** The items of one payout. Its own balance transaction is left out, so that the items sum to what the bank received. */
async function itemise(deps: SyncDeps, payout: Payout, interrupted: Cursor | null): Promise<void> {
  const { pool, lists, processing, stopping } = deps
  let after = interrupted?.payout === payout.id ? interrupted.after : null
  for (;;) {
    const page = await lists.itemsOf(payout.id, after)
    const { rows, unreadable, next } = page
    const ids = [
      ...rows.filter(({ source }) => source !== payout.id).map(({ id }) => id),
      // An item that cannot be read is an item all the same: the payout then names what its sum lacks.
      ...unreadable.map(({ id }) => id),
    ].filter((id) => id !== payout.balanceTransactionId)
    await inTransaction(pool, async (tx) => {
      await recordPage(tx, page, processing)
      await insertItems(tx, payout.id, ids)
      if (next === null) await markItemised(tx, payout.id)
      await saveCursor(tx, 'payouts', next === null ? null : { payout: payout.id, after: next })
    })
    after = next
    if (after === null || stopping?.()) return
  }
}

function readAgainFrom(completeUpTo: Date): Date {
  return new Date(completeUpTo.getTime() - READ_AGAIN_MS)
}
