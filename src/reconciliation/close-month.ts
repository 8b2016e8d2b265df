import type pg from 'pg'
import { actorName, type Actor } from '../access/actor.ts'
import { recordAct } from '../access/audit-trail-store.ts'
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
import { decideOnOthers, othersRule } from './other-programs-store.ts'
import type { SignOff } from './reconciliation.ts'
import { reasonFrom } from './reason.ts'
import { recordOf } from './reconciliation-record.ts'

export type ClosingDeps = { readonly pool: pg.Pool; readonly timezone: string; readonly now: () => Date }

/**
 * Closes a month, or leaves it as it is when the same person has closed it before: the button may be pressed twice.
 * Nothing is posted while it is being closed, and nothing is posted into it afterwards.
 * @param by who closes it
 * @throws Refusal conflict, naming everything that prevents the closing
 */
export async function closeMonth(
  { pool, timezone, now }: ClosingDeps,
  month: Month,
  by: Actor,
): Promise<void> {
  await inTransaction(pool, async (tx) => {
    await holdPostings(tx)
    const closedAt = now()
    const reconciliation = await reconcile(tx, month, closedAt)
    if (reconciliation.closing?.closedBy === actorName(by)) return
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
    const closing = { month, closedAt, closedBy: actorName(by) }
    await insertClosing(tx, closing, recordOf({ ...reconciliation, closing }))
    const signOffs = reconciliation.signOffs.length
    await recordAct(tx, {
      actor: by,
      act: 'month_closed',
      subject: `month/${month}`,
      after: { signOffs },
      at: closedAt,
    })
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

/** Decides from now on whether the activity of other programs counts as explained. Closed months stay as they are. */
export async function explainOtherActivity(
  { pool, now }: Pick<ClosingDeps, 'pool' | 'now'>,
  { isExplained, by }: { readonly isExplained: boolean; readonly by: Actor },
): Promise<void> {
  await inTransaction(pool, async (tx) => {
    const at = now()
    const before = await othersRule(tx, at)
    await decideOnOthers(tx, { isExplained, decidedBy: actorName(by), decidedAt: at })
    await recordAct(tx, {
      actor: by,
      act: 'other_activity_decided',
      subject: 'settings/other-activity',
      before: { isExplained: before?.isExplained ?? false },
      after: { isExplained },
      at,
    })
  })
}
