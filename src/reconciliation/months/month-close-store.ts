import { daysOf, neighbour, type Month } from '../../calendar/month.ts'
import type { Queryable } from '../../db/database.ts'
import { monthEndItems } from '../../ledger/month-end-items-store.ts'
import { completeUpTo } from '../../sync/sync-state-store.ts'
import { beforeTheBooks } from '../before-the-books-store.ts'
import { HOUR_MS } from '../items/difference.ts'
import { otherPrograms } from '../other-programs-store.ts'
import { recordOf, type ReconciliationRecord } from '../reconciliation-record.ts'
import { reconciliationOf, type Closing, type Reconciliation, type SignOff } from '../reconciliation.ts'
import * as store from '../reconciliation-store.ts'
import { standingExplanations } from '../explanations/standing-explanation-store.ts'
import { writeOffsOf } from '../write-offs/write-off-store.ts'
import { stripeActivity } from '../stripe-activity-store.ts'
import {
  finishedPayouts,
  readClosing,
  RECORD_VERSION,
  type MonthRecord,
  type StoredClosing,
} from './stored-record.ts'

/**
 * Reconciles a month. An object counts for the month in which it was first posted. A closed month is shown as it stood
 * when it was closed; what became known about it since belongs to the first open month.
 */
export async function reconcile(db: Queryable, month: Month, now: Date): Promise<Reconciliation> {
  const closing = await closingOf(db, month)
  const progress = await closingProgress(db)
  const asOf = closing?.closedAt ?? now
  const { from, to } = daysOf(month)
  const isFirstOpen = progress.lastClosed !== null && month === firstOpenMonth(progress)
  const scope = { from: isFirstOpen ? null : from, to, asOf, isNow: closing === null }
  const readUpTo = await completeUpTo(db)
  const signOffs = await store.signOffsUntil(db, asOf)
  const signedOff = signOffs.map(({ object }) => object)
  const { items: clearingItems, further: furtherItems } = await store.openClearingItems(db, scope, signedOff)
  return reconciliationOf({
    month,
    closing,
    // What a closed month was still waiting for does not become overdue there afterwards.
    completeUpTo: readUpTo !== null && readUpTo > asOf ? asOf : readUpTo,
    clearingItems,
    furtherItems,
    monthEndItems: await monthEndItems(db, { month, to, asOf: closing === null ? null : asOf }),
    payouts: await store.payoutsOf(
      db,
      scope,
      from,
      isFirstOpen ? await payoutsFinishedInClosedMonths(db) : [],
    ),
    overReversedGifts: await store.overReversedGifts(db, scope),
    unprocessedEvents: await store.unprocessedEvents(db, scope, new Date(asOf.getTime() - HOUR_MS)),
    unreadableRows: await store.unreadableRows(db, scope),
    stripeActivity: await stripeActivity(db, scope, from),
    otherPrograms: await otherPrograms(db, scope, from),
    signOffs,
    writeOffs: await writeOffsOf(
      db,
      month,
      asOf,
      clearingItems.map(({ object }) => object),
    ),
    standingExplanations: await standingExplanations(db, asOf),
    priorPeriodAdjustments: await store.priorPeriodCounts(db, from, to),
    beforeTheBooks: await beforeTheBooks(db, month, { from, to, asOf }),
  })
}

/**
 * The month's record: as it stands now, or, once the month is closed, as it was kept when it was closed. A kept record
 * that this release cannot read is returned as it is stored.
 */
export async function monthRecord(db: Queryable, month: Month, now: Date): Promise<MonthRecord> {
  const { rows } = await db.query<StoredClosing>(
    `select ${CLOSING}, reconciliation as stored from month_closings where month = $1`,
    [month],
  )
  return rows[0] ? readClosing(rows[0]) : { record: recordOf(await reconcile(db, month, now), []) }
}

const CLOSING = `month, closed_at as "closedAt", closed_by as "closedBy", record_version as version`

/** A record may list 100,000 differences. They say nothing of payouts, and every open month's page reads all records. */
export async function payoutsFinishedInClosedMonths(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<StoredClosing>(
    `select ${CLOSING}, case when jsonb_typeof(reconciliation -> 'differences') = 'array'
         then reconciliation || '{"differences": []}' else reconciliation end as stored
     from month_closings order by month`,
  )
  return rows.flatMap(finishedPayouts)
}

async function closingOf(db: Queryable, month: Month): Promise<Closing | null> {
  const { rows } = await db.query<Closing>(
    `select month, closed_at as "closedAt", closed_by as "closedBy" from month_closings where month = $1`,
    [month],
  )
  return rows[0] ?? null
}

/** The first day with anything in the ledger but the history of a former system, whose months nobody closes here. */
export const FIRST_BOOKED = `select booked_on from ledger_transactions where effect not in ('imported', 'import_taken_back')
  order by booked_on limit 1`

/** How far closing has come; both are null in an empty database. */
export type ClosingProgress = {
  readonly lastClosed: Month | null
  /** The first month with anything in the ledger. */
  readonly firstBooked: Month | null
}

export async function closingProgress(db: Queryable): Promise<ClosingProgress> {
  const { rows } = await db.query<ClosingProgress>(
    `select (select max(month) from month_closings) as "lastClosed",
       (select to_char((${FIRST_BOOKED}), 'YYYY-MM')) as "firstBooked"`,
  )
  return rows[0] ?? { lastClosed: null, firstBooked: null }
}

/**
 * The month to close next, which also shows what earlier months left open. When the last closed month lies before the
 * first booking, the empty months between them need no closing.
 * @returns null while nothing is booked and nothing is closed
 */
export function firstOpenMonth({ lastClosed, firstBooked }: ClosingProgress): Month | null {
  const afterLast = lastClosed === null ? firstBooked : neighbour(lastClosed, 1)
  return afterLast !== null && firstBooked !== null && firstBooked > afterLast ? firstBooked : afterLast
}

/** The first instant after the month, in the newsroom's timezone. */
export async function endOfMonth(db: Queryable, month: Month, timezone: string): Promise<Date> {
  const { rows } = await db.query<{ end: Date }>(
    `select (($1 || '-01')::timestamp + interval '1 month') at time zone $2 as end`,
    [month, timezone],
  )
  const [row] = rows
  if (!row) throw new Error('The query for the end of the month returned no row')
  return row.end
}

/** How many events that happened before the instant are still pending: they may yet be booked into the month. */
export async function countPendingEvents(db: Queryable, before: Date): Promise<number> {
  const { rows } = await db.query<{ pending: number }>(
    `select count(*)::int as pending from inbox_states s join inbox_events e on e.id = s.inbox_event_id
     where s.outcome = 'pending' and e.created_at < $1`,
    [before],
  )
  return rows[0]?.pending ?? 0
}

export async function insertClosing(
  tx: Queryable,
  { month, closedAt, closedBy }: Closing,
  record: ReconciliationRecord,
): Promise<void> {
  await tx.query(
    `insert into month_closings (month, closed_at, closed_by, record_version, reconciliation)
     values ($1, $2, $3, $4, $5::jsonb)`,
    [month, closedAt, closedBy, RECORD_VERSION, JSON.stringify(record)],
  )
}

/**
 * Stores a sign-off, unless its difference has one.
 * @returns the one that the difference has already; null when it was stored
 */
export async function insertSignOff(
  tx: Queryable,
  signOff: SignOff,
): Promise<Pick<SignOff, 'signedOffBy' | 'reason'> | null> {
  const { month, object, kind, currency, amountMinor, reason, signedOffBy, signedOffAt } = signOff
  const inserted = await tx.query(
    `insert into month_sign_offs (month, object, kind, currency, amount_minor, reason, signed_off_by, signed_off_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (difference) do nothing`,
    [month, object, kind, currency, amountMinor, reason, signedOffBy, signedOffAt],
  )
  if (inserted.rowCount === 1) return null
  const { rows } = await tx.query<Pick<SignOff, 'signedOffBy' | 'reason'>>(
    `select signed_off_by as "signedOffBy", reason from month_sign_offs
     where (object, kind, currency, amount_minor) = ($1, $2, $3, $4) order by id limit 1`,
    [object, kind, currency, amountMinor],
  )
  const [earlier] = rows
  if (!earlier) throw new Error('A sign-off was not stored, and its difference has none')
  return earlier
}
