import type { Queryable } from '../db/database.ts'
import { daysOf, neighbour, type Month } from '../ledger/month.ts'
import { reconciliationOf, type Reconciliation } from './reconciliation.ts'
import * as store from './reconciliation-store.ts'

const AN_HOUR_MS = 60 * 60 * 1000

/**
 * Reconciles a month: each object with the month of its first side. A closed month is shown as it stood when it was
 * closed; what was found out about it since belongs to the first open month.
 */
export async function reconcile(db: Queryable, month: Month, now: Date): Promise<Reconciliation> {
  const closing = await store.closingOf(db, month)
  const { last } = await store.closedSoFar(db)
  const asOf = closing?.closedAt ?? now
  const { from, to } = daysOf(month)
  const isFirstOpen = last !== null && month === neighbour(last, 1)
  return reconciliationOf({
    month,
    closing,
    completeUpTo: await store.completeUpTo(db),
    sides: await store.openSides(db, { from: isFirstOpen ? null : from, to, asOf }),
    payouts: await store.payoutsOf(db, from, to),
    overGiven: await store.overGiven(db, from, to),
    setApart: await store.setApart(db, new Date(asOf.getTime() - AN_HOUR_MS)),
    signatures: await store.exceptions(db, asOf),
    late: await store.lateEntries(db, from, to),
  })
}
