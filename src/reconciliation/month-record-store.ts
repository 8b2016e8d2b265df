import type { Queryable } from '../db/database.ts'
import type { Month } from '../calendar/month.ts'
import { reconcile } from './month-facts-store.ts'
import { reconciliationRecord, recordOf, type ReconciliationRecord } from './reconciliation-record.ts'

/** A month as it stands now, or, once it is closed, as it stood when it was closed. */
export async function monthRecord(db: Queryable, month: Month, now: Date): Promise<ReconciliationRecord> {
  const { rows } = await db.query<{ reconciliation: unknown }>(
    `select reconciliation from month_closings where month = $1`,
    [month],
  )
  const [closed] = rows
  return closed
    ? reconciliationRecord.parse(closed.reconciliation)
    : recordOf(await reconcile(db, month, now))
}
