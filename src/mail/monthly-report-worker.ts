import type { Knex } from 'knex'
import type pg from 'pg'
import { getsMonthlyReport, readersToMail } from '../access/monthly-report-reader-store.ts'
import { mayActAs } from '../access/role.ts'
import type { StaffId } from '../access/staff.ts'
import { staffById } from '../access/staff-store.ts'
import { localDate } from '../calendar/local-date.ts'
import { monthOf, neighbour, parseMonth } from '../calendar/month.ts'
import type { Reporting } from '../config/config.ts'
import { inTransaction } from '../db/database.ts'
import type { MonthlyReport } from '../exports/monthly-report/monthly-report.ts'
import { readMonthlyReport } from '../exports/monthly-report/read-monthly-report.ts'
import { closedMonths } from '../ledger/closing-store.ts'
import type { NewsroomProfile } from '../newsroom/profile.ts'
import type { OutboxMessage } from '../outbox/outbox.ts'
import { putIntoOutbox } from '../outbox/outbox-store.ts'
import { textFor } from '../text/text.ts'
import type { Mail } from './mail.ts'
import { monthlyReportMail } from './kinds/monthly-report-mail.ts'

/** On the fourth most gifts of the month before are settled. A month that is closed earlier is reported at once. */
const DUE_ON_DAY = 4

/** One round of putting the report of the month before into the outbox: once for each member of staff who chose it. */
export function monthlyReportRound(
  pool: pg.Pool,
  timezone: string,
  clock: () => Date,
): () => Promise<boolean> {
  return async () => {
    const today = localDate(clock(), timezone)
    const month = neighbour(monthOf(today), -1)
    const isDue = Number(today.slice(8)) >= DUE_ON_DAY || (await closedMonths(pool)).has(month)
    if (!isDue) return false
    await inTransaction(pool, async (tx) => {
      const readers = await readersToMail(tx, `monthly-report.${month}.`)
      await putIntoOutbox(
        tx,
        readers.map((id) => ({
          kind: 'monthly_report',
          messageKey: `monthly-report.${month}.${id}`,
          subject: id,
        })),
      )
    })
    return false
  }
}

type ReportDeps = {
  readonly db: Knex
  readonly pool: pg.Pool
  readonly publicUrl: string
  readonly newsroom: NewsroomProfile
  readonly reporting: Pick<Reporting, 'currency'>
  readonly clock: () => Date
  /** Draws the report as a PDF; unset: the mail has none. */
  readonly renderReport?: (report: MonthlyReport) => Promise<Buffer>
  readonly logoUrl: string | null
}

/** @returns null for somebody who was removed, or who ended the report since */
export async function composeMonthlyReport(
  deps: ReportDeps,
  { subject, messageKey }: OutboxMessage,
  messageId: string,
): Promise<Mail | null> {
  const { db, publicUrl, newsroom } = deps
  const staff = await staffById(db, subject as StaffId) // `monthlyReportRound` takes it from a row of the staff table
  const month = parseMonth(messageKey.split('.')[1] ?? '')
  if (!staff || !month || !(await getsMonthlyReport(db, staff.id))) return null
  const text = textFor('en')
  const { report, attention } = await readMonthlyReport(deps, month, staff.role, text)
  const mayReadBooks = mayActAs(staff.role, 'auditor')
  return monthlyReportMail(
    {
      ...report,
      attention: attention.map(({ words, url }) => ({ words, url: publicUrl + url })),
      from: { name: newsroom.name, address: newsroom.email },
      to: staff.email,
      link: mayReadBooks ? 'link' : 'linkReports',
      url: mayReadBooks ? `${publicUrl}/finance/months/${month}` : `${publicUrl}/finance/reports`,
      accountUrl: `${publicUrl}/finance/account`,
      messageId,
      // A report without its file is better than none: the month's page has the file, too.
      pdf: (await deps.renderReport?.(report).catch(() => null)) ?? null,
      logoUrl: deps.logoUrl,
    },
    text,
  )
}
