import type { Knex } from 'knex'
import type pg from 'pg'
import { getsMonthlyReport, readersToMail } from '../access/monthly-report-reader-store.ts'
import { mayActAs } from '../access/role.ts'
import type { StaffId } from '../access/staff.ts'
import { staffById } from '../access/staff-store.ts'
import { localDate } from '../calendar/local-date.ts'
import { daysOf, monthOf, neighbour, parseMonth, type Month } from '../calendar/month.ts'
import type { Reporting } from '../config/config.ts'
import { inTransaction } from '../db/database.ts'
import { closedMonths } from '../ledger/closing-store.ts'
import type { NewsroomProfile } from '../newsroom/profile.ts'
import type { OutboxMessage } from '../outbox/outbox.ts'
import { putIntoOutbox } from '../outbox/outbox-store.ts'
import { articleTitles } from '../reports/article-title-store.ts'
import { attentionItems } from '../reports/attention/attention-items.ts'
import { readAttention } from '../reports/attention/read-attention.ts'
import { figures } from '../reports/totals/read-figures.ts'
import { textFor } from '../text/text.ts'
import type { Mail } from './mail.ts'
import { monthlyReportMail } from './monthly-report-mail.ts'

/** On the fourth most gifts of the month before are settled. A month that is closed earlier is reported at once. */
const DUE_ON_DAY = 4
const TOP_STORIES = 5

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
}

/** @returns null for somebody who was removed, or who ended the report since */
export async function composeMonthlyReport(
  { db, pool, publicUrl, newsroom, reporting, clock }: ReportDeps,
  { subject, messageKey }: OutboxMessage,
  messageId: string,
): Promise<Mail | null> {
  const staff = await staffById(db, subject as StaffId) // `monthlyReportRound` takes it from a row of the staff table
  const month = parseMonth(messageKey.split('.')[1] ?? '')
  if (!staff || !month || !(await getsMonthlyReport(db, staff.id))) return null
  const text = textFor('en')
  const now = clock()
  const facts = await readAttention(pool, staff.role, now, localDate(now, newsroom.timezone))
  const mayReadBooks = mayActAs(staff.role, 'auditor')
  return monthlyReportMail(
    {
      ...(await readMonth(pool, month, reporting)),
      month,
      attention: attentionItems(facts, newsroom.timezone, text).map(({ words, url }) => ({
        words,
        url: publicUrl + url,
      })),
      from: { name: newsroom.name, address: newsroom.email },
      to: staff.email,
      link: mayReadBooks ? 'link' : 'linkReports',
      url: mayReadBooks ? `${publicUrl}/finance/months/${month}` : `${publicUrl}/finance/reports`,
      accountUrl: `${publicUrl}/finance/account`,
      messageId,
    },
    text,
  )
}

async function readMonth(pool: pg.Pool, month: Month, { currency }: Pick<Reporting, 'currency'>) {
  const asked = { ...daysOf(month), basis: 'booked', reportingCurrency: currency } as const
  const { total } = await figures(pool, { ...asked, by: 'all' })
  // One more than is shown: gifts without a story may be among them.
  const byStory = await figures(pool, { ...asked, by: 'article', order: 'net', limit: TOP_STORIES + 1 })
  const stories = byStory.rows
    .flatMap(({ key, converted }) => (key === null ? [] : [{ url: key, netMinor: converted.netMinor }]))
    .slice(0, TOP_STORIES)
  const titles = await articleTitles(
    pool,
    stories.map(({ url }) => url),
  )
  return {
    total,
    stories: stories.map(({ url, netMinor }) => ({ title: titles.get(url) ?? url, netMinor })),
    isClosed: (await closedMonths(pool)).has(month),
  }
}
