import { Router } from '@koa/router'
import type { Knex } from 'knex'
import { z } from 'zod'
import type { StaffSessions } from '../../../access/session-middleware.ts'
import { localDate } from '../../../calendar/local-date.ts'
import type { Reporting } from '../../../config/config.ts'
import { parsedBy } from '../../../http/parse.ts'
import { storedMoney } from '../../../money/money.ts'
import { donationFrom, type DonationRow } from '../../../reports/donation-record.ts'
import { listDonations } from '../../../reports/donation-list-store.ts'
import { cursorText, parseCursor } from '../../../reports/donation-search.ts'
import { daysInOrder, NOT_BEFORE_FROM } from '../../../reports/report-query.ts'
import { hasNameOrDays, NAME_OR_DAYS, periodFields, reportPeriod } from '../../../reports/report-period.ts'
import { frameOf, reportQuery, text, type Newsroom } from '../frame/finance-requests.ts'
import { giftListPage, type ListedGift } from './gift-list-view.ts'

const DONATIONS_ON_A_PAGE = 50

const giftListQuery = z
  .strictObject({
    ...periodFields,
    cursor: z
      .string()
      .transform(parsedBy(parseCursor, text.finance('refusal.address')))
      .optional(),
  })
  .refine(hasNameOrDays, NAME_OR_DAYS)
  .refine(daysInOrder, NOT_BEFORE_FROM)

/** The donations of a period; they name donors. */
export function giftListRouter(deps: {
  readonly db: Knex
  readonly clock: () => Date
  readonly newsroom: Newsroom
  readonly reporting: Reporting
  readonly sessions: StaffSessions
}): Router {
  const { db, clock, newsroom, reporting, sessions } = deps
  return new Router().get(
    '/finance/donations',
    sessions.keep,
    sessions.requireStaff('auditor'),
    async (ctx) => {
      const { cursor, ...query } = reportQuery(giftListQuery, ctx.query)
      const period = reportPeriod(query, localDate(clock(), newsroom.timezone), reporting.fiscalYearStarts)
      const { days, basis } = period
      const page = await listDonations(db, { ...days, basis, limit: DONATIONS_ON_A_PAGE, cursor })
      ctx.type = 'html'
      ctx.body = giftListPage({
        ...frameOf(ctx, newsroom),
        period,
        donations: page.rows.map(listed),
        isLaterPage: cursor !== undefined,
        ...(page.next ? { nextCursor: cursorText(page.next) } : {}),
      })
    },
  )
}

function listed(row: DonationRow): ListedGift {
  const gross = storedMoney(row.gross_minor, row.currency)
  return { ...donationFrom(row, ''), gross, succeededAt: row.succeeded_at }
}
