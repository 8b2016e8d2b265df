import type pg from 'pg'
import type { Month } from '../calendar/month.ts'
import { inTransaction } from '../db/database.ts'
import { Refusal } from '../http/refusal.ts'
import { holdPostings } from '../ledger/closing-store.ts'
import { isUnexplained, type Difference } from './difference.ts'
import {
  closingProgress,
  countPendingEvents,
  endOfMonth,
  firstOpenMonth,
  insertClosing,
  insertSignOff,
  reconcile,
} from './month-close-store.ts'
import { recordOf } from './reconciliation-record.ts'

export type ClosingDeps = { readonly pool: pg.Pool; readonly timezone: string; readonly now: () => Date }

/**
 * Closes a month. Nothing is posted while it is being closed, and nothing is posted into it afterwards.
 * @param by who closes it
 * @throws Refusal conflict, naming everything that prevents the closing
 */
export async function closeMonth(
  { pool, timezone, now }: ClosingDeps,
  month: Month,
  by: string,
): Promise<void> {
  await inTransaction(pool, async (tx) => {
    await holdPostings(tx)
    const closedAt = now()
    const reconciliation = await reconcile(tx, month, closedAt)
    const { completeUpTo } = reconciliation
    const end = await endOfMonth(tx, month, timezone)
    const next = firstOpenMonth(await closingProgress(tx))
    const pending = await countPendingEvents(tx, end)
    const obstacles = [
      ...(reconciliation.closing ? [`${month} is closed already.`] : []),
      ...(end > closedAt ? [`${month} is not over yet.`] : []),
      ...(completeUpTo === null || completeUpTo < end
        ? ['Stripe’s balance has not been read to the end of the month yet.']
        : []),
      ...(pending > 0 ? [`${pending} of Stripe’s events are still to be processed.`] : []),
      ...(next !== null && next < month ? [`${next} has to be closed first.`] : []),
      ...unexplained(reconciliation.differences),
    ]
    if (obstacles.length > 0) throw new Refusal('conflict', obstacles.join(' '))
    const closing = { month, closedAt, closedBy: by }
    await insertClosing(tx, closing, recordOf({ ...reconciliation, closing }))
  })
}

const DIFFERENCES_NAMED = 5

function unexplained(differences: readonly Difference[]): string[] {
  const open = differences.filter(({ kind }) => isUnexplained(kind))
  if (open.length === 0) return []
  const named = open.slice(0, DIFFERENCES_NAMED).map(({ kind, object }) => `${object} (${kind})`)
  const more = open.length > DIFFERENCES_NAMED ? ` and ${open.length - DIFFERENCES_NAMED} more` : ''
  return [`Neither explained nor signed off: ${named.join(', ')}${more}.`]
}

/** A difference that somebody explains. The same object with another amount is another difference. */
export type SignOffRequest = {
  readonly month: Month
  readonly object: string
  readonly kind: string
  /** The amount that the person saw, in minor units; left out: whatever it is now. */
  readonly amountMinor?: bigint | undefined
  readonly reason: string
  readonly by: string
}

/**
 * Signs a difference off, so that it no longer prevents its month's closing.
 * @throws Refusal malformed without a reason; not_found when there is no such difference now; conflict when the month is
 * closed, or when the amount has changed since the person saw it
 */
export async function signOff({ pool, now }: ClosingDeps, request: SignOffRequest): Promise<void> {
  const { month, object, kind, amountMinor: seenMinor, by } = request
  const reason = request.reason.trim()
  if (reason.length < 3)
    throw new Refusal('malformed', 'Write the reason: an auditor will read it in a year.')
  await inTransaction(pool, async (tx) => {
    const { differences, closing } = await reconcile(tx, month, now())
    if (closing) throw new Refusal('conflict', `${month} is closed.`)
    const found = differences.filter((one) => one.object === object && one.kind === kind)
    if (found.length === 0) throw new Refusal('not_found', 'There is no such difference in this month now.')
    if (seenMinor !== undefined && found.every(({ amountMinor }) => amountMinor !== seenMinor))
      throw new Refusal(
        'conflict',
        'The amount has changed since you looked at it. Look again before you sign it off.',
      )
    for (const { currency, amountMinor } of found)
      await insertSignOff(tx, {
        month,
        object,
        kind,
        currency,
        amountMinor,
        reason,
        signedOffBy: by,
        signedOffAt: now(),
      })
  })
}
