import { Router } from '@koa/router'
import type pg from 'pg'
import { staffOf, type StaffSessions } from '../../../access/session/session-middleware.ts'
import { localDate } from '../../../calendar/local-date.ts'
import { daysOf } from '../../../calendar/month.ts'
import type { Reporting } from '../../../config/config.ts'
import type { OperatorWarnings } from '../../../http/operator-warnings.ts'
import { readOverview } from '../../../reports/read-overview.ts'
import type { ReportReads } from '../../../reports/replica/report-reads-gateway.ts'
import { readExpected } from '../../../reports/read-recurring.ts'
import { overviewPeriod, overviewQuery } from '../../../reports/report-period.ts'
import { asksAgain } from '../frame/form-requests.ts'
import { frameOf, monthIn, reportQuery, text, type Newsroom } from '../frame/finance-requests.ts'
import { address } from '../frame/period-view.ts'
import { attentionItems } from '../../../reports/attention/attention-items.ts'
import { mayActAs } from '../../../access/role.ts'
import { readSetUpFacts } from '../set-up/set-up-store.ts'
import { setUpOf, type SetUpConfig } from '../set-up/set-up.ts'
import { overviewPage } from './overview-view.ts'
import { readAttention } from '../../../reports/attention/read-attention.ts'

/** The first page of finance: sums for everybody, and no donor. */
export function overviewRouter(deps: {
  readonly pool: pg.Pool
  readonly reads: ReportReads
  readonly clock: () => Date
  readonly newsroom: Newsroom
  readonly reporting: Reporting
  readonly config: SetUpConfig
  readonly sessions: StaffSessions
  readonly warnings: Pick<OperatorWarnings, 'has'>
}): Router {
  const { pool, reads, clock, newsroom, reporting, sessions, config, warnings } = deps
  return new Router().get(
    '/finance',
    sessions.keep,
    sessions.requireStaff('viewer'),
    asksAgain(async (ctx) => {
      // Links of before named a month.
      const { month } = ctx.query
      if (month !== undefined) {
        ctx.status = 301
        return ctx.redirect(address('/finance', daysOf(monthIn(month))))
      }
      const asOf = clock()
      const today = localDate(asOf, newsroom.timezone)
      const query = reportQuery(overviewQuery, ctx.query)
      const period = overviewPeriod(query, today, reporting.fiscalYearStarts)
      const reportingCurrency = reporting.currency
      const [figures, facts] = await Promise.all([
        reads(async (place) => {
          const [overview, { expectedMinor }] = await Promise.all([
            readOverview(place.pool, period, reportingCurrency),
            readExpected(place.pool, { today, timezone: newsroom.timezone, reportingCurrency }),
          ])
          return { overview, expectedMinor }
        }),
        readAttention(pool, staffOf(ctx).role, asOf, today),
      ])
      ctx.type = 'html'
      ctx.body = overviewPage({
        ...frameOf(ctx, newsroom),
        ...figures.found,
        figuresAsOf: figures.asOf,
        attention: attentionItems(
          { ...facts, clockIsWrong: warnings.has('clock_is_wrong') },
          newsroom.timezone,
          text,
        ),
        asOf: figures.asOf ?? asOf,
        setUpLeft: mayActAs(staffOf(ctx).role, 'finance')
          ? setUpOf(config, await readSetUpFacts(pool)).left
          : 0,
      })
    }),
  )
}
