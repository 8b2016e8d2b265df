import type { Context } from 'koa'
import type pg from 'pg'
import { mayActAs } from '../../../access/role.ts'
import { staffOf, type StaffSessions } from '../../../access/session/session-middleware.ts'
import { localDate } from '../../../calendar/local-date.ts'
import { daysOf, monthOf, type Month } from '../../../calendar/month.ts'
import type { MonthlyReport } from '../../../exports/monthly-report/monthly-report.ts'
import type { Config, Reporting } from '../../../config/config.ts'
import { examineMonth } from '../../../reconciliation/months/close-month.ts'
import { itemFacts } from '../../../reconciliation/items/item-facts-store.ts'
import { monthRecord } from '../../../reconciliation/months/month-close-store.ts'
import { depositsAtTheBank } from '../../../bank/deposit-list-store.ts'
import { postedLater } from '../../../reconciliation/months/posted-later-store.ts'
import { priorPeriodAdjustments } from '../../../reconciliation/months/prior-period-adjustment-store.ts'
import {
  recordOf,
  writeOffRecordOf,
  type ReconciliationRecord,
} from '../../../reconciliation/reconciliation-record.ts'
import { signOffReview } from '../../../reconciliation/explanations/sign-off-review-store.ts'
import type { StoredClosing } from '../../../reconciliation/months/stored-record.ts'
import { writeOffsOf } from '../../../reconciliation/write-offs/write-off-store.ts'
import { readAccounts } from '../../../reports/books/books-store.ts'
import { donorNames } from '../../../reports/donor-names-store.ts'
import { frameOf, monthChoice, type Newsroom } from '../frame/finance-requests.ts'
import { ITEMS_PRINTED, ITEMS_SHOWN } from './item-groups-view.ts'
import { CHANGING, groupsOf, type MonthView } from './month-parts-view.ts'

export type MonthPagesDeps = {
  readonly pool: pg.Pool
  readonly clock: () => Date
  readonly publicUrl: string
  readonly newsroom: Newsroom
  readonly sessions: StaffSessions
  readonly writeOffApproval: Config['writeOffApproval']
  readonly reporting: Pick<Reporting, 'currency'>
  readonly renderReport: (report: MonthlyReport) => Promise<Buffer>
}

/** Postings on a page; more of them are a sign that a month was closed too early. */
const POSTINGS_ON_A_PAGE = 100

/** What the pages of a month show, or the closing whose record this release cannot read. */
export type MonthRead =
  | { readonly view: MonthView }
  | { readonly view: null; readonly unreadable: StoredClosing; readonly books: MonthView['books'] }

/** @param named the items that the page will name besides the first ones of each group */
export async function readMonth(
  { pool, clock, newsroom }: MonthPagesDeps,
  ctx: Context,
  month: Month,
  named: (record: ReconciliationRecord) => readonly string[] = () => [],
  { isPrinted = false } = {},
): Promise<MonthRead> {
  const now = clock()
  const running = monthOf(localDate(now, newsroom.timezone))
  const days = daysOf(month)
  const books = await readAccounts(pool, days, newsroom.timezone)
  const examined = await examineMonth(pool, month, { timezone: newsroom.timezone, now })
  const isClosed = examined.reconciliation.closing !== null
  const read = isClosed
    ? await monthRecord(pool, month, now)
    : { record: recordOf(examined.reconciliation, []) }
  if (read.record === null) return { view: null, unreadable: read.unreadable, books }
  // What becomes of a write-off of a closed month is shown: its reversal is an act of today.
  const record = isClosed ? await withPresentWriteOffs(pool, read.record, month, now) : read.record
  const adjustments = await priorPeriodAdjustments(pool, days, POSTINGS_ON_A_PAGE)
  const later = isClosed ? await postedLater(pool, month, POSTINGS_ON_A_PAGE) : null
  const postings = [...adjustments, ...(later?.postings ?? [])]
  const objects = [...shownObjects(record, isPrinted), ...named(record)]
  return {
    view: {
      ...frameOf(ctx, newsroom),
      ...monthChoice(month, running),
      record,
      obstacles: isClosed ? [] : examined.obstacles,
      itemDays: {
        from: !isClosed && examined.state.firstOpen === month ? null : days.from,
        to: days.to,
      },
      end: examined.state.end,
      facts: await itemFacts(pool, objects, newsroom.timezone),
      priorPeriodAdjustments: adjustments,
      postedLater: later,
      donorNames: await donorNames(
        pool,
        postings.map(({ donationId }) => donationId),
      ),
      books,
      atTheBank: await depositsAtTheBank(pool, days),
      review: await signOffReview(pool, month),
      mayChange: mayActAs(staffOf(ctx).role, CHANGING),
      printedAt: isPrinted ? now : null,
    },
  }
}

async function withPresentWriteOffs(
  pool: MonthPagesDeps['pool'],
  record: ReconciliationRecord,
  month: Month,
  now: Date,
): Promise<ReconciliationRecord> {
  const kept = new Set(record.writeOffs.map(({ id }) => id))
  const present = await writeOffsOf(pool, month, now)
  return { ...record, writeOffs: present.filter(({ id }) => kept.has(id)).map(writeOffRecordOf) }
}

/** The objects that the month's own page names. */
function shownObjects(
  { differences, signOffs, writeOffs }: ReconciliationRecord,
  isPrinted: boolean,
): string[] {
  const ofGroup = isPrinted ? ITEMS_PRINTED : ITEMS_SHOWN
  const groups = [true, false].flatMap((explained) =>
    groupsOf(differences.filter((one) => one.explained === explained)),
  )
  return [
    ...groups.flatMap(({ items }) => items.slice(0, ofGroup)),
    ...signOffs.slice(0, ITEMS_PRINTED),
    ...writeOffs,
  ].map(({ object }) => object)
}
