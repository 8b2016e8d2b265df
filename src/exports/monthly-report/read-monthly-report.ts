import type pg from 'pg'
import { mayActAs, type Role } from '../../access/role.ts'
import { listDeposits } from '../../bank/deposit-list-store.ts'
import { depositsQuery } from '../../bank/deposit-list.ts'
import { localDate } from '../../calendar/local-date.ts'
import { daysOf, type Month } from '../../calendar/month.ts'
import type { Reporting } from '../../config/config.ts'
import { closedMonths } from '../../ledger/closing-store.ts'
import type { NewsroomProfile } from '../../newsroom/profile.ts'
import { readRestrictions } from '../../newsroom/restriction-store.ts'
import { articleTitles } from '../../reports/article-title-store.ts'
import { attentionItems, type AttentionItem } from '../../reports/attention/attention-items.ts'
import { readAttention } from '../../reports/attention/read-attention.ts'
import { readAccounts, readIncome } from '../../reports/books/books-store.ts'
import { restrictedFigures } from '../../reports/read-restricted.ts'
import { readRates } from '../../reports/totals/rates-store.ts'
import { figures, figuresReader } from '../../reports/totals/read-figures.ts'
import type { Text } from '../../text/text.ts'
import type { MonthFigures, MonthlyReport } from './monthly-report.ts'

const TOP_STORIES = 5
/** Stripe makes at most one automatic deposit a day and currency. */
const MOST_DEPOSITS = 200

type ReportDeps = {
  readonly pool: pg.Pool
  readonly newsroom: Pick<NewsroomProfile, 'name' | 'timezone'>
  readonly reporting: Pick<Reporting, 'currency'>
  readonly clock: () => Date
}

/** The report of a month as somebody of the role may read it, with the pages of what needs attention. */
export async function readMonthlyReport(
  { pool, newsroom, reporting, clock }: ReportDeps,
  month: Month,
  role: Role,
  text: Text,
): Promise<{ readonly report: MonthlyReport; readonly attention: readonly AttentionItem[] }> {
  const now = clock()
  const { timezone } = newsroom
  const facts = await readAttention(pool, role, now, localDate(now, timezone))
  const attention = attentionItems({ ...facts, clockIsWrong: false }, timezone, text)
  return {
    attention,
    report: {
      ...(await readFigures(pool, month, reporting)),
      month,
      newsroomName: newsroom.name,
      timeZone: timezone,
      madeAt: now,
      attention: attention.map(({ words }) => words),
      books: mayActAs(role, 'auditor') ? await readBooks(pool, month, timezone) : null,
    },
  }
}

async function readBooks(
  pool: pg.Pool,
  month: Month,
  timezone: string,
): Promise<NonNullable<MonthlyReport['books']>> {
  const days = daysOf(month)
  const { bridges } = await readAccounts(pool, days, timezone)
  const { rows } = await listDeposits(pool, { ...depositsQuery.parse({}), month, limit: MOST_DEPOSITS })
  return {
    bridges,
    income: await readIncome(pool, days),
    deposits: rows.toReversed().map(({ arrivalDate, status, currency, amountMinor }) => ({
      arrivalDate,
      status,
      currency,
      amountMinor,
    })),
  }
}

async function readFigures(
  pool: pg.Pool,
  month: Month,
  { currency }: Pick<Reporting, 'currency'>,
): Promise<MonthFigures> {
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
  const [restrictions, rates] = [await readRestrictions(pool), await readRates(pool, currency, asked.to)]
  return {
    total,
    restricted: await restrictedFigures(figuresReader(pool), asked, restrictions, rates),
    stories: stories.map(({ url, netMinor }) => ({ title: titles.get(url) ?? url, netMinor })),
    isClosed: (await closedMonths(pool)).has(month),
  }
}
