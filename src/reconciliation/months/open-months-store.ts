import { daysOf, type Month } from '../../calendar/month.ts'
import type { Queryable } from '../../db/database.ts'
import { completeUpTo } from '../../sync/sync-state-store.ts'
import { itemCount } from '../items/clearing-item.ts'
import { HOUR_MS, needsExplanation } from '../items/difference.ts'
import { closingProgress, firstOpenMonth, payoutsFinishedInClosedMonths } from './month-close-store.ts'
import { monthsOfOtherPrograms, movementsOf, othersRule } from '../other-programs-store.ts'
import { reconciliationOf, type MonthFacts } from '../reconciliation.ts'
import * as store from '../reconciliation-store.ts'
import { standingExplanations } from '../explanations/standing-explanation-store.ts'
import { otherActivity, unknownPayouts } from '../stripe-activity-store.ts'

/**
 * How many differences of each of these months need an explanation. What can need one is read once for all of them, and
 * judged month by month as `reconcile` does.
 * @param months open ones, from the newest to the oldest
 */
export async function unexplainedInOpenMonths(
  db: Queryable,
  months: readonly Month[],
  now: Date,
): Promise<ReadonlyMap<Month, number>> {
  const [newest, oldest] = [months.at(0), months.at(-1)]
  if (newest === undefined || oldest === undefined) return new Map()
  const progress = await closingProgress(db)
  const firstOpen = progress.lastClosed === null ? null : firstOpenMonth(progress)
  const [{ from: firstDay }, { to }] = [daysOf(oldest), daysOf(newest)]
  // The first open month shows what earlier months left open, too.
  const scope = {
    from: firstOpen !== null && months.includes(firstOpen) ? null : firstDay,
    to,
    asOf: now,
    isNow: true,
  }
  const signOffs = await store.signOffsUntil(db, now)
  const signedOff = signOffs.map(({ object }) => object)
  const { items, isAll } = await store.listedItems(db, scope, signedOff)
  const payouts = await store.payoutsOf(db, { ...scope, from: firstDay }, firstDay, [])
  const events = await store.unprocessedEvents(db, scope, new Date(now.getTime() - HOUR_MS))
  const unreadable = await store.unreadableRows(db, scope)
  const activity = await otherActivity(db, firstDay, to, now)
  const unknown = await unknownPayouts(db, scope)
  const rule = await othersRule(db, now)
  const withOthers = rule?.isExplained ? null : await monthsOfOtherPrograms(db, { from: firstDay, to })
  const shared = {
    closing: null,
    completeUpTo: await completeUpTo(db),
    signOffs,
    standingExplanations: await standingExplanations(db, now),
    ...NEVER_UNEXPLAINED,
  }
  const counted = new Map<Month, number>()
  for (const month of months) {
    const days = daysOf(month)
    const isFirstOpen = month === firstOpen
    const isIn = ({ day }: { readonly day: string }) => (isFirstOpen || day >= days.from) && day <= days.to
    // Of more than can be listed at once each month lists its own, as its page does.
    const clearing = isAll
      ? { items: items.filter(isIn), further: [] }
      : await store.openClearingItems(
          db,
          { ...scope, from: isFirstOpen ? null : days.from, to: days.to },
          signedOff,
        )
    const { differences } = reconciliationOf({
      ...shared,
      month,
      clearingItems: clearing.items,
      furtherItems: clearing.further,
      payouts: isFirstOpen
        ? await store.payoutsOf(
            db,
            { from: null, to: days.to, asOf: now },
            days.from,
            await payoutsFinishedInClosedMonths(db),
          )
        : payouts.filter(({ arrivalDate }) => isIn({ day: arrivalDate })),
      unprocessedEvents: events.filter(isIn),
      unreadableRows: unreadable.filter(isIn),
      stripeActivity: {
        otherActivity: activity.filter((one) => one.month === month),
        unknownPayouts: unknown.filter(isIn),
        reserves: [],
      },
      otherPrograms: {
        rule,
        movements: withOthers?.has(month) ? await movementsOf(db, days.from, days.to, now) : [],
      },
    })
    counted.set(month, itemCount(differences.filter(needsExplanation)))
  }
  return counted
}

/** What a month's page shows beside them: nobody has to explain it, so nothing of it is counted. */
const NEVER_UNEXPLAINED = {
  monthEndItems: [],
  overReversedGifts: [],
  writeOffs: [],
  priorPeriodAdjustments: [],
  beforeTheBooks: { opening: null, reversals: [] },
} as const satisfies Partial<MonthFacts>
