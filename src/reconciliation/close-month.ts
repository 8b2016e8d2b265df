import type pg from 'pg'
import { inTransaction } from '../db/database.ts'
import { Refusal } from '../http/refusal.ts'
import { holdPostings } from '../ledger/closing-store.ts'
import type { Month } from '../calendar/month.ts'
import { isUnexplained } from './difference.ts'
import { firstOpenMonth } from './first-open-month.ts'
import { insertClosing, insertSignOff, monthEnds, pendingEvents } from './closing-writing-store.ts'
import { reconcile } from './month-facts-store.ts'
import type { Reconciliation } from './reconciliation.ts'
import { recordOf } from './reconciliation-record.ts'
import { closedSoFar } from './reconciliation-store.ts'

export type ClosingDeps = { readonly pool: pg.Pool; readonly timezone: string; readonly now: () => Date }

/**
 * Closes a month: nothing is posted meanwhile, and nothing into it afterwards.
 * @param by who closes it
 * @throws Refusal conflict, naming everything that stands in the way
 */
export async function closeMonth(
  { pool, timezone, now }: ClosingDeps,
  month: Month,
  by: string,
): Promise<void> {
  await inTransaction(pool, async (tx) => {
    await holdPostings(tx)
    const at = now()
    const books = await reconcile(tx, month, at)
    const ends = await monthEnds(tx, month, timezone)
    const next = firstOpenMonth(await closedSoFar(tx))
    const pending = await pendingEvents(tx, ends)
    const obstacles = [
      ...(books.closing ? [`${month} is closed already.`] : []),
      ...(ends > at ? [`${month} is not over yet.`] : []),
      ...(books.completeUpTo === null || books.completeUpTo < ends
        ? ['Stripe’s books have not been read to the end of the month yet.']
        : []),
      ...(pending > 0 ? [`${pending} of Stripe’s events are still to be applied.`] : []),
      ...earlierOpen(month, next),
      ...unexplained(books),
    ]
    if (obstacles.length > 0) throw new Refusal('conflict', obstacles.join(' '))
    const closing = { month, closedAt: at, closedBy: by }
    await insertClosing(tx, closing, recordOf({ ...books, closing }))
  })
}

function earlierOpen(month: Month, next: Month | null): string[] {
  return next !== null && next < month ? [`${next} has to be closed first.`] : []
}

function unexplained({ differences }: Reconciliation): string[] {
  const open = differences.filter(({ kind }) => isUnexplained(kind))
  if (open.length === 0) return []
  const named = open.slice(0, 5).map(({ kind, object }) => `${object} (${kind})`)
  const more = open.length > 5 ? ` and ${open.length - 5} more` : ''
  return [`Not explained and not signed: ${named.join(', ')}${more}.`]
}

/** What somebody looked at and explains. Another amount of the same object is another difference. */
export type Signature = {
  readonly month: Month
  readonly object: string
  readonly kind: string
  /** The amount that was looked at, in minor units; left out: whatever it is now. */
  readonly amountMinor?: bigint | undefined
  readonly reason: string
  readonly by: string
}

/**
 * @throws Refusal not_found when there is no such difference now; conflict when the month is closed, or when the amount
 * has changed since it was looked at
 */
export async function signOff({ pool, now }: ClosingDeps, signature: Signature): Promise<void> {
  const { month, object, kind, amountMinor: seen, reason, by } = signature
  if (reason.trim().length < 3)
    throw new Refusal('malformed', 'Write the reason: an auditor will read it in a year.')
  await inTransaction(pool, async (tx) => {
    const { differences, closing } = await reconcile(tx, month, now())
    if (closing) throw new Refusal('conflict', `${month} is closed.`)
    const found = differences.filter((one) => one.object === object && one.kind === kind)
    if (found.length === 0) throw new Refusal('not_found', 'There is no such difference in this month now.')
    if (seen !== undefined && found.every(({ amountMinor }) => amountMinor !== seen))
      throw new Refusal(
        'conflict',
        'The amount has changed since you looked at it. Look again before you sign.',
      )
    for (const { currency, amountMinor } of found)
      await insertSignOff(tx, {
        month,
        object,
        kind,
        currency,
        amountMinor,
        reason: reason.trim(),
        signedOffBy: by,
        signedOffAt: now(),
      })
  })
}
