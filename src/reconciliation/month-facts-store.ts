import type { Queryable } from '../db/database.ts'
import { daysOf, type Month } from '../calendar/month.ts'
import { firstOpenMonth } from './first-open-month.ts'
import { reconciliationOf, type Reconciliation } from './reconciliation.ts'
import * as store from './reconciliation-store.ts'

const AN_HOUR_MS = 60 * 60 * 1000

/**
 * Reconciles a month: each object with the month of its first side. A closed month is shown as it stood when it was
 * closed; what was found out about it since belongs to the first open month.
 */
export async function reconcile(db: Queryable, month: Month, now: Date): Promise<Reconciliation> {
  const closing = await store.closingOf(db, month)
  const soFar = await store.closedSoFar(db)
  const asOf = closing?.closedAt ?? now
  const { from, to } = daysOf(month)
  const isFirstOpen = soFar.last !== null && month === firstOpenMonth(soFar)
  const scope = { from: isFirstOpen ? null : from, to, asOf }
  const readUpTo = await store.completeUpTo(db)
  return reconciliationOf({
    month,
    closing,
    // What was waited for when the month was closed does not become overdue there afterwards.
    completeUpTo: readUpTo !== null && readUpTo > asOf ? asOf : readUpTo,
    clearingItems: await store.openClearingItems(db, scope),
    payouts: await store.payoutsOf(db, scope, from),
    overGiven: await store.overGiven(db, scope),
    setApart: await store.setApart(db, scope, new Date(asOf.getTime() - AN_HOUR_MS)),
    signatures: await store.exceptions(db, asOf),
    late: await store.lateEntries(db, from, to),
  })
}
