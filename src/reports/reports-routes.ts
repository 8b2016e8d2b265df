import { Router } from '@koa/router'
import type { Middleware } from 'koa'
import type { Knex } from 'knex'
import type pg from 'pg'
import type { z } from 'zod'
import type { Role } from '../access/role.ts'
import type { Reporting } from '../config/config.ts'
import { parseQuery } from '../http/parse.ts'
import { Refusal } from '../http/refusal.ts'
import { booksRouter } from './books/books-routes.ts'
import { listDisputes } from './dispute-list-store.ts'
import { disputeCursorText, disputeFrom, disputesQuery, type disputesAnswer } from './dispute-list.ts'
import { donationHistory } from './donation-timeline/donation-history-store.ts'
import { noteFrom, refundFrom, type donationWithHistory } from './donation-timeline/donation-history.ts'
import { notesOf } from '../donations/note-store.ts'
import { refundsWithReasons } from '../refunds/refund-request-store.ts'
import { listDonations } from './donation-list/donation-list-store.ts'
import { donationById } from './donation-list/donation-page-store.ts'
import { donationFrom } from './donation-record.ts'
import { cursorText, donationsQuery, type donationsAnswer } from './donation-list/donation-search.ts'
import type { openApiDocument } from './openapi/openapi.ts'
import { readsFromPrimary, type ReportReads } from './replica/report-reads-gateway.ts'
import { futureAsOf } from './report-query.ts'
import { summaryRouter } from './summary-routes.ts'
import { totalsPage } from './totals/read-figures.ts'
import {
  convertedTotalsFrom,
  keyCursorText,
  totalsQuery,
  totalsRowFrom,
  type totalsAnswer,
} from './totals.ts'

/** Reports for programs. Viewers may read sums; donations name their donors and need the role auditor. */
export function reportsRouter(deps: {
  readonly db: Knex
  readonly pool: pg.Pool
  readonly reads: ReportReads
  readonly clock: () => Date
  readonly newsroom: { readonly timezone: string }
  readonly publicUrl: string
  readonly reporting: Reporting
  readonly requireToken: (role: Role) => Middleware
}): Router {
  const { db, pool, reads, clock, publicUrl, reporting, requireToken } = deps
  // What the ledger was as of an instant is evidence, and only the primary has the whole of it.
  const primary = readsFromPrimary({ db, pool })
  return new Router()
    .use(booksRouter(deps).routes())
    .use(summaryRouter(deps).routes())
    .get('/api/reports/totals', requireToken('viewer'), async (ctx) => {
      const now = clock()
      const query = parseQuery(totalsQuery, ctx.query, futureAsOf(ctx.query['asOf'], now))
      const read = await (query.asOf === undefined ? reads : primary)((place) =>
        totalsPage(place.pool, query, reporting.currency),
      )
      const { rows, next, total, donors } = read.found
      const asOf = query.asOf ?? (read.asOf ?? now).toISOString()
      ctx.body = {
        rows: rows.map(totalsRowFrom),
        nextCursor: next && keyCursorText(next),
        inReportingCurrency: convertedTotalsFrom(total, donors),
        asOf,
      } satisfies z.output<typeof totalsAnswer>
    })
    .get('/api/donations', requireToken('auditor'), async (ctx) => {
      const query = parseQuery(donationsQuery, ctx.query)
      const { rows, next, previous } = await listDonations(db, query)
      ctx.body = {
        data: rows.map((row) => donationFrom(row, publicUrl)),
        nextCursor: next && cursorText(next),
        previousCursor: previous && cursorText(previous),
      } satisfies z.output<typeof donationsAnswer>
    })
    .get('/api/disputes', requireToken('auditor'), async (ctx) => {
      const { rows, next } = await listDisputes(pool, parseQuery(disputesQuery, ctx.query))
      ctx.body = {
        data: rows.map(disputeFrom),
        nextCursor: next && disputeCursorText(next),
      } satisfies z.output<typeof disputesAnswer>
    })
    .get('/api/donations/:id', requireToken('auditor'), async (ctx) => {
      const row = await donationById(db, ctx.params['id'] ?? '')
      if (!row) throw new Refusal('not_found', 'There is no donation with this id.')
      const [history, refunds, notes] = await Promise.all([
        donationHistory(db, row),
        refundsWithReasons(pool, row.id),
        notesOf(pool, row.id),
      ])
      const further = { refunds: refunds.map(refundFrom), notes: notes.map(noteFrom) }
      ctx.body = { ...donationFrom(row, publicUrl), ...further, history } satisfies z.output<
        typeof donationWithHistory
      >
    })
}

/**
 * `GET /openapi.json`. The document changes with a release only, so it is made once: when somebody asks for it, since
 * loading what describes it and making it is a twentieth of a start.
 */
export function openApiRouter(...described: Parameters<typeof openApiDocument>): Router {
  let document: string | null = null
  return new Router().get('/openapi.json', async (ctx) => {
    const describe = await import('./openapi/openapi.ts')
    document ??= JSON.stringify(describe.openApiDocument(...described))
    ctx.set('Cache-Control', 'public, max-age=300')
    ctx.type = 'application/json'
    ctx.body = document
  })
}
