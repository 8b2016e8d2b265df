import { Router } from '@koa/router'
import type { Middleware } from 'koa'
import type pg from 'pg'
import type { Role } from '../access/role.ts'
import { localDate } from '../calendar/local-date.ts'
import type { Reporting } from '../config/config.ts'
import { parseQuery } from '../http/parse.ts'
import { Refusal } from '../http/refusal.ts'
import { exportSnapshot } from './export-log-store.ts'
import * as requests from './export-requests.ts'
import { fileFormats } from './formats/export-table.ts'
import type { Exporter } from './exporter.ts'
import type { Since } from './files/ledger-file.ts'
import { sendExport } from './send-export.ts'

/** Files of the books for programs, which need the role auditor; sums of stories and campaigns are for viewers, too. */
export function exportRouter(deps: {
  readonly pool: pg.Pool
  readonly exporter: Exporter
  readonly clock: () => Date
  readonly newsroom: { readonly timezone: string }
  readonly reporting: Reporting
  readonly requireToken: (role: Role) => Middleware
}): Router {
  const { pool, clock, exporter, reporting } = deps
  const { timezone } = deps.newsroom
  const gate = deps.requireToken('auditor')
  const router = new Router()
  for (const format of fileFormats) {
    for (const kind of requests.rankingKinds)
      router.get(`/api/reports/${kind}.${format}`, deps.requireToken('viewer'), (ctx) => {
        const query = parseQuery(requests.rankingFileQuery, ctx.query)
        const today = localDate(clock(), timezone)
        return sendExport(ctx, exporter, {
          ...requests.rankingAsked(kind, query, { pool, today, reporting }),
          format,
        })
      })
    router
      .get(`/api/donations.${format}`, gate, (ctx) => {
        const query = parseQuery(requests.donationsFileQuery, ctx.query)
        return sendExport(ctx, exporter, { ...requests.donationsAsked(query, timezone), format })
      })
      .get(`/api/deposits.${format}`, gate, (ctx) => {
        const query = parseQuery(requests.depositsFileQuery, ctx.query)
        return sendExport(ctx, exporter, { ...requests.depositsAsked(query, timezone), format })
      })
      .get(`/api/reconciling-items.${format}`, gate, (ctx) => {
        const query = parseQuery(requests.itemsFileQuery, ctx.query)
        return sendExport(ctx, exporter, { ...requests.itemsAsked(query, timezone), format })
      })
      .get(`/api/ledger.${format}`, gate, async (ctx) => {
        const query = parseQuery(requests.ledgerFileQuery, ctx.query)
        const since = await sinceOf(pool, query.since)
        return sendExport(ctx, exporter, { ...requests.ledgerAsked(query, since, timezone), format })
      })
      .get(`/api/journal.${format}`, gate, async (ctx) => {
        const query = parseQuery(requests.journalFileQuery, ctx.query)
        const since = await sinceOf(pool, query.since)
        return sendExport(ctx, exporter, { ...requests.journalAsked(query, since), format })
      })
      .get(`/api/receipts.${format}`, gate, (ctx) => {
        const query = parseQuery(requests.receiptsFileQuery, ctx.query)
        return sendExport(ctx, exporter, { ...requests.receiptsAsked(query, timezone), format })
      })
      .get(`/api/donors.${format}`, gate, (ctx) => {
        const query = parseQuery(requests.donorsQuery, ctx.query)
        return sendExport(ctx, exporter, { ...requests.donorsAsked(query), format })
      })
  }
  return router
}

/** What an earlier export of the ledger saw. @throws Refusal malformed when there is no such export */
export async function sinceOf(pool: pg.Pool, id: string | undefined): Promise<Since | null> {
  if (id === undefined) return null
  const since = await exportSnapshot(pool, id)
  if (since) return since
  const problems = [{ pointer: '/since', message: 'must be the id of an export of the ledger or a journal' }]
  throw new Refusal('malformed', 'The query is not valid.', { problems })
}
