import { Router } from '@koa/router'
import type { Context } from 'koa'
import type pg from 'pg'
import type { StaffSessions } from '../../../access/session/session-middleware.ts'
import { localDate } from '../../../calendar/local-date.ts'
import type { Config, Reporting } from '../../../config/config.ts'
import { rankingAsked, rankingKinds } from '../../../exports/export-requests.ts'
import { fileFormats, type FileFormat } from '../../../exports/formats/export-table.ts'
import type { Exporter } from '../../../exports/exporter.ts'
import { sendExport } from '../../../exports/send-export.ts'
import { readRanking } from '../../../reports/read-ranking.ts'
import { readRecurring } from '../../../reports/read-recurring.ts'
import { rankingCursorText, rankingFileQuery, rankingQuery } from '../../../reports/ranking.ts'
import type { ReportReads } from '../../../reports/replica/report-reads-gateway.ts'
import { reportPeriod } from '../../../reports/report-period.ts'
import { fiscalYearOf, yearQuery } from '../../../reports/year.ts'
import { readYear } from '../../../reports/read-year.ts'
import { asksAgain } from '../frame/form-requests.ts'
import { frameOf, reportQuery, type Newsroom } from '../frame/finance-requests.ts'
import { rankingPage, type RankingView } from './ranking-view.ts'
import { recurringPage } from './recurring-view.ts'
import { reportIndexPage } from './report-index-view.ts'
import { yearPage } from './year-view.ts'

/** The list of reports, and those about giving. They show sums and no donor to viewers. */
export function reportRouter(deps: {
  readonly pool: pg.Pool
  readonly reads: ReportReads
  readonly clock: () => Date
  readonly newsroom: Newsroom
  readonly reporting: Reporting
  readonly sessions: StaffSessions
  readonly exporter: Exporter
  readonly config: Pick<Config, 'newsletter'>
}): Router {
  const { pool, reads, clock, newsroom, reporting, sessions, exporter } = deps
  const { currency: reportingCurrency, fiscalYearStarts } = reporting
  const { timezone } = newsroom
  const gate = [sessions.keep, sessions.requireStaff('viewer')] as const

  const ranking = (kind: RankingView['kind']) =>
    asksAgain(async (ctx) => {
      const { sort, cursor, ...query } = reportQuery(rankingQuery, ctx.query)
      const period = reportPeriod(query, localDate(clock(), timezone), fiscalYearStarts)
      const dimension = kind === 'stories' ? ('article' as const) : ('campaign' as const)
      const asked = { ...period.days, basis: period.basis, reportingCurrency, order: sort, after: cursor }
      const { found, asOf: figuresAsOf } = await reads((place) => readRanking(place.pool, dimension, asked))
      const { next, ...page } = found
      ctx.type = 'html'
      ctx.body = rankingPage({
        ...frameOf(ctx, newsroom),
        figuresAsOf,
        ...page,
        kind,
        period,
        sort,
        nextCursor: next && rankingCursorText(next),
        isLaterPage: cursor !== undefined,
      })
    })

  const rankingFile = (kind: RankingView['kind'], format: FileFormat) => (ctx: Context) => {
    const query = reportQuery(rankingFileQuery, ctx.query)
    const today = localDate(clock(), timezone)
    return sendExport(ctx, exporter, { ...rankingAsked(kind, query, { pool, today, reporting }), format })
  }

  const router = new Router()
  for (const kind of rankingKinds)
    for (const format of fileFormats)
      router.get(`/finance/reports/${kind}.${format}`, ...gate, rankingFile(kind, format))
  return router
    .get('/finance/reports', ...gate, (ctx) => {
      ctx.type = 'html'
      ctx.body = reportIndexPage(frameOf(ctx, newsroom), deps.config.newsletter !== null)
    })
    .get('/finance/reports/stories', ...gate, ranking('stories'))
    .get('/finance/reports/campaigns', ...gate, ranking('campaigns'))
    .get('/finance/reports/recurring', ...gate, async (ctx) => {
      const asOf = clock()
      const today = localDate(asOf, timezone)
      const { found: recurring, asOf: figuresAsOf } = await reads(({ pool: place }) =>
        readRecurring(place, { today, timezone, reportingCurrency }),
      )
      const frame = { ...frameOf(ctx, newsroom), figuresAsOf, asOf: figuresAsOf ?? asOf }
      ctx.type = 'html'
      ctx.body = recurringPage({ ...frame, recurring })
    })
    .get(
      '/finance/reports/year',
      ...gate,
      asksAgain(async (ctx) => {
        const asOf = clock()
        const { year = fiscalYearOf(localDate(asOf, timezone), fiscalYearStarts) } = reportQuery(
          yearQuery,
          ctx.query,
        )
        const { found, asOf: figuresAsOf } = await reads(({ pool: place }) =>
          readYear(place, year, { reportingCurrency, fiscalYearStarts }),
        )
        const frame = { ...frameOf(ctx, newsroom), figuresAsOf, asOf: figuresAsOf ?? asOf }
        ctx.type = 'html'
        ctx.body = yearPage({ ...frame, year: found })
      }),
    )
}
