import { randomUUID } from 'node:crypto'
import { actorName, type Actor } from '../../access/actor.ts'
import { recordAct } from '../../access/audit/audit-trail-store.ts'
import type { Month } from '../../calendar/month.ts'
import { inTransaction } from '../../db/database.ts'
import { Refusal } from '../../http/refusal.ts'
import type { ClosingDeps } from '../months/close-month.ts'
import { insertSignOff, reconcile } from '../months/month-close-store.ts'
import { decideOnOthers, othersRule } from '../other-programs-store.ts'
import { reasonFrom } from './reason.ts'
import { insertReview, signOffReview } from './sign-off-review-store.ts'
import { isStandingKind } from './standing-explanation.ts'
import {
  insertEnd,
  insertExplanation,
  lockExplanations,
  standingExplanations,
} from './standing-explanation-store.ts'

/**
 * Notes that somebody has looked through what was accepted and written off in a month. It posts nothing.
 * @param seen `covers` of the review as the person saw it
 * @throws Refusal conflict when there is nothing to review, or when something was done since the person looked
 */
export async function reviewSignOffs(
  { pool, now }: Deps,
  { month, seen }: { readonly month: Month; readonly seen: string },
  by: Actor,
): Promise<void> {
  await inTransaction(pool, async (tx) => {
    const { acts, covers, latest } = await signOffReview(tx, month)
    if (acts === 0) throw new Refusal('conflict', 'There is nothing to review in this month.')
    if (covers !== seen)
      throw new Refusal(
        'conflict',
        'Something was accepted or written off since you looked at it. Look again before you call it reviewed.',
      )
    if (latest?.isCurrent === true && latest.by === actorName(by)) return
    const at = now()
    await insertReview(tx, { month, covers, reviewedBy: actorName(by), reviewedAt: at })
    await recordAct(tx, {
      actor: by,
      act: 'sign_offs_reviewed',
      subject: `month/${month}`,
      after: { acts },
      at,
    })
  })
}

/** Explanations that hold for more than one item. None of them posts anything. */

type Deps = Pick<ClosingDeps, 'pool' | 'now'>

/**
 * Accepts every item of a kind in a month with one reason.
 * @param seen how many items the person saw
 * @returns how many were accepted
 * @throws Refusal malformed without a reason; conflict when the month is closed, or when there are other items by now
 */
export async function acceptGroup(
  { pool, now }: Deps,
  group: { readonly month: Month; readonly kind: string; readonly seen: number; readonly reason: string },
  by: Actor,
): Promise<number> {
  const { month, kind, seen } = group
  const reason = reasonFrom(group.reason)
  return inTransaction(pool, async (tx) => {
    const at = now()
    const { differences, closing } = await reconcile(tx, month, at)
    if (closing) throw new Refusal('conflict', `${month} is closed.`)
    const items = differences.filter((one) => one.kind === kind && one.explanation === null)
    if (items.length !== seen)
      throw new Refusal(
        'conflict',
        'The items of this group have changed since you looked at them. Look again before you accept them.',
      )
    for (const { object, currency, amountMinor } of items)
      await insertSignOff(tx, {
        month,
        object,
        kind,
        currency,
        amountMinor,
        reason,
        signedOffBy: actorName(by),
        signedOffAt: at,
      })
    const after = { kind, items: items.length, reason }
    await recordAct(tx, { actor: by, act: 'group_signed_off', subject: `month/${month}`, after, at })
    return items.length
  })
}

/** Explains every item of a kind and type from now on. @throws Refusal as the names of its fields say */
export async function makeExplanation(
  { pool, now }: Deps,
  wish: { readonly kind: string; readonly type: string; readonly reason: string },
  by: Actor,
): Promise<void> {
  const { kind, type } = wish
  const reason = reasonFrom(wish.reason)
  if (!isStandingKind(kind))
    throw new Refusal('malformed', 'Items of this kind are explained one by one, or all those of a month.')
  await inTransaction(pool, async (tx) => {
    await lockExplanations(tx)
    const at = now()
    const earlier = (await standingExplanations(tx, at)).find((one) => one.kind === kind && one.type === type)
    if (earlier?.madeBy === actorName(by) && earlier.reason === reason) return
    if (earlier) throw new Refusal('conflict', `${earlier.madeBy} has explained this for ever already.`)
    const id = randomUUID()
    await insertExplanation(tx, { id, kind, type, reason, madeBy: actorName(by), madeAt: at })
    const after = { kind, type, reason }
    await recordAct(tx, { actor: by, act: 'explanation_made', subject: `explanation/${id}`, after, at })
  })
}

/** Ends a standing explanation; ending it twice changes nothing. @throws Refusal not_found */
export async function endExplanation({ pool, now }: Deps, id: string, by: Actor): Promise<void> {
  await inTransaction(pool, async (tx) => {
    await lockExplanations(tx)
    const at = now()
    const found = (await standingExplanations(tx, at)).find((one) => one.id === id)
    if (!found) throw new Refusal('not_found', 'There is no such explanation in force.')
    await insertEnd(tx, id, { by: actorName(by), at })
    const { kind, type, reason } = found
    const before = { kind, type, reason }
    await recordAct(tx, { actor: by, act: 'explanation_ended', subject: `explanation/${id}`, before, at })
  })
}

/** Decides from now on whether the activity of other programs counts as explained. Closed months stay as they are. */
export async function explainOtherActivity(
  { pool, now }: Deps,
  decision: { readonly isExplained: boolean; readonly reason?: string; readonly by: Actor },
): Promise<void> {
  const { isExplained, by } = decision
  const reason = decision.reason === undefined ? null : reasonFrom(decision.reason)
  await inTransaction(pool, async (tx) => {
    const at = now()
    const before = await othersRule(tx, at)
    await decideOnOthers(tx, { isExplained, reason, decidedBy: actorName(by), decidedAt: at })
    await recordAct(tx, {
      actor: by,
      act: 'other_activity_decided',
      subject: 'settings/other-activity',
      ...(before ? { before: { isExplained: before.isExplained } } : {}),
      after: { isExplained, ...(reason === null ? {} : { reason }) },
      at,
    })
  })
}
