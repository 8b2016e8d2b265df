import type pg from 'pg'
import { actorName, type Actor } from '../../access/actor.ts'
import { recordAct } from '../../access/audit/audit-trail-store.ts'
import type { Month } from '../../calendar/month.ts'
import { inTransaction, type Queryable } from '../../db/database.ts'
import { Refusal } from '../../http/refusal.ts'
import { holdPostings } from '../../ledger/closing-store.ts'
import {
  closingObstacles,
  obstacleText,
  type ClosingObstacle,
  type ClosingState,
} from './closing-obstacle.ts'
import {
  closingProgress,
  countPendingEvents,
  endOfMonth,
  firstOpenMonth,
  insertClosing,
  insertSignOff,
  reconcile,
} from './month-close-store.ts'
import type { Reconciliation, SignOff } from '../reconciliation.ts'
import { reasonFrom } from '../explanations/reason.ts'
import { recordOf } from '../reconciliation-record.ts'

/** A file that finance has taken of a month. Its hash says later whether a file is that one. */
export type MonthExport = { readonly name: string; readonly sha256: string }

export type ClosingDeps = {
  readonly pool: pg.Pool
  readonly timezone: string
  readonly now: () => Date
  /** Keeps the month's files and returns their hashes for its record; left out: none are made. */
  readonly freezeExports?: (tx: Queryable, month: Month) => Promise<readonly MonthExport[]>
}

/** A month, and all that closing it depends on. */
export type MonthExamined = {
  readonly reconciliation: Reconciliation
  readonly state: ClosingState
  /** Nothing keeps the month from being closed: there are none. */
  readonly obstacles: readonly ClosingObstacle[]
}

/** Says how a month stands, and what closing it would meet. Changes nothing. */
export async function examineMonth(
  db: Queryable,
  month: Month,
  { timezone, now }: { readonly timezone: string; readonly now: Date },
): Promise<MonthExamined> {
  const reconciliation = await reconcile(db, month, now)
  const end = await endOfMonth(db, month, timezone)
  const state: ClosingState = {
    month,
    isClosed: reconciliation.closing !== null,
    end,
    now,
    completeUpTo: reconciliation.completeUpTo,
    pendingEvents: await countPendingEvents(db, end),
    firstOpen: firstOpenMonth(await closingProgress(db)),
    differences: reconciliation.differences,
  }
  return { reconciliation, state, obstacles: closingObstacles(state) }
}

/**
 * Closes a month, or leaves it as it is when the same person has closed it before: the button may be pressed twice.
 * Nothing is posted while it is being closed, and nothing is posted into it afterwards.
 * @param by who closes it
 * @throws Refusal conflict, naming everything that prevents the closing
 */
export async function closeMonth(deps: ClosingDeps, month: Month, by: Actor): Promise<void> {
  await inTransaction(deps.pool, async (tx) => {
    await holdPostings(tx)
    const closedAt = deps.now()
    const { reconciliation, obstacles } = await examineMonth(tx, month, {
      timezone: deps.timezone,
      now: closedAt,
    })
    if (reconciliation.closing?.closedBy === actorName(by)) return
    if (obstacles.length > 0)
      throw new Refusal('conflict', obstacles.map((one) => obstacleText(one, month)).join(' '))
    const closing = { month, closedAt, closedBy: actorName(by) }
    const exports = (await deps.freezeExports?.(tx, month)) ?? []
    await insertClosing(tx, closing, recordOf({ ...reconciliation, closing }, exports))
    const signOffs = reconciliation.signOffs.length
    await recordAct(tx, {
      actor: by,
      act: 'month_closed',
      subject: `month/${month}`,
      after: { signOffs, writeOffs: reconciliation.writeOffs.length },
      at: closedAt,
    })
  })
}

/** A difference that somebody explains. The same object with another amount is another difference. */
export type SignOffRequest = {
  readonly month: Month
  readonly object: string
  readonly kind: string
  /** The amount that the person saw, in minor units; left out: whatever it is now. */
  readonly amountMinor?: bigint | undefined
  readonly reason: string
  readonly by: Actor
}

/**
 * Signs a difference off, so that it no longer prevents its month's closing.
 * @throws Refusal malformed without a reason; not_found when there is no such difference now; conflict when the month is
 * closed, or when the amount has changed since the person saw it
 */
export async function signOff({ pool, now }: ClosingDeps, request: SignOffRequest): Promise<void> {
  const { month, object, kind, amountMinor: seenMinor } = request
  const by = actorName(request.by)
  const reason = reasonFrom(request.reason)
  await inTransaction(pool, async (tx) => {
    const { differences, signOffs, closing } = await reconcile(tx, month, now())
    if (closing) throw new Refusal('conflict', `${month} is closed.`)
    const isMeant = (one: { readonly object: string; readonly kind: string }) =>
      one.object === object && one.kind === kind
    const found = differences.filter(isMeant)
    if (found.length === 0) {
      const earlier = signOffs.find(
        (one) => isMeant(one) && (seenMinor ?? one.amountMinor) === one.amountMinor,
      )
      if (!earlier) throw new Refusal('not_found', 'There is no such difference in this month now.')
      return refuseUnlessSame(earlier, { reason, by })
    }
    if (seenMinor !== undefined && found.every(({ amountMinor }) => amountMinor !== seenMinor))
      throw new Refusal(
        'conflict',
        'The amount has changed since you looked at it. Look again before you sign it off.',
      )
    for (const { currency, amountMinor } of found) {
      const difference = { month, object, kind, currency, amountMinor }
      // Another request may have signed it off since the differences were read.
      const signedOffAt = now()
      const earlier = await insertSignOff(tx, { ...difference, reason, signedOffBy: by, signedOffAt })
      if (earlier) refuseUnlessSame(earlier, { reason, by })
      else
        await recordAct(tx, {
          actor: request.by,
          act: 'difference_signed_off',
          subject: `month/${month}`,
          after: { object, kind, amountMinor: String(amountMinor), currency, reason },
          at: signedOffAt,
        })
    }
  })
}

/** A form that is sent twice by one person is one sign-off. @throws Refusal conflict, naming who signed it off */
function refuseUnlessSame(
  earlier: Pick<SignOff, 'signedOffBy' | 'reason'>,
  { reason, by }: { readonly reason: string; readonly by: string },
): void {
  if (earlier.signedOffBy === by && earlier.reason === reason) return
  throw new Refusal(
    'conflict',
    `${earlier.signedOffBy} has signed this difference off already. Your reason was not stored: look at the one that was.`,
  )
}
