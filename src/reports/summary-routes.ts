import { Router } from '@koa/router'
import type { Middleware } from 'koa'
import type { z } from 'zod'
import type { Role } from '../access/role.ts'
import { localDate } from '../calendar/local-date.ts'
import type { Reporting } from '../config/config.ts'
import { parseQuery } from '../http/parse.ts'
import type { NewsroomProfile } from '../newsroom/profile.ts'
import { overviewRecordFrom, type overviewRecord } from './overview.ts'
import { readOverview } from './read-overview.ts'
import { readRecurring } from './read-recurring.ts'
import { recurringQuery, recurringRecordFrom, type recurringRecord } from './recurring.ts'
import { readYear } from './read-year.ts'
import type { ReportReads } from './replica/report-reads-gateway.ts'
import { overviewPeriod, overviewQuery } from './report-period.ts'
import { fiscalYearOf, yearQuery, yearRecordFrom, type yearRecord } from './year.ts'

/** The sums of finance's pages for programs: no donor is in them. */
export function summaryRouter(deps: {
  readonly reads: ReportReads
  readonly clock: () => Date
  readonly newsroom: Pick<NewsroomProfile, 'timezone'>
  readonly reporting: Reporting
  readonly requireToken: (role: Role) => Middleware
}): Router {
  const { reads, clock, newsroom, reporting, requireToken } = deps
  const { currency: reportingCurrency, fiscalYearStarts } = reporting
  const { timezone } = newsroom
  return new Router()
    .get('/api/reports/overview', requireToken('viewer'), async (ctx) => {
      const now = clock()
      const query = parseQuery(overviewQuery, ctx.query)
      const period = overviewPeriod(query, localDate(now, timezone), fiscalYearStarts)
      const { found, asOf } = await reads(({ pool }) => readOverview(pool, period, reportingCurrency))
      ctx.body = overviewRecordFrom(found, asOf ?? now) satisfies z.output<typeof overviewRecord>
    })
    .get('/api/reports/recurring', requireToken('viewer'), async (ctx) => {
      const now = clock()
      parseQuery(recurringQuery, ctx.query)
      const today = localDate(now, timezone)
      const { found, asOf } = await reads(({ pool }) =>
        readRecurring(pool, { today, timezone, reportingCurrency }),
      )
      ctx.body = recurringRecordFrom(found, asOf ?? now) satisfies z.output<typeof recurringRecord>
    })
    .get('/api/reports/year', requireToken('viewer'), async (ctx) => {
      const now = clock()
      const query = parseQuery(yearQuery, ctx.query)
      const year = query.year ?? fiscalYearOf(localDate(now, timezone), fiscalYearStarts)
      const { found, asOf } = await reads(({ pool }) =>
        readYear(pool, year, { reportingCurrency, fiscalYearStarts }),
      )
      ctx.body = yearRecordFrom(found, asOf ?? now) satisfies z.output<typeof yearRecord>
    })
}
