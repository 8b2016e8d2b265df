import { Router } from '@koa/router'
import type { Middleware } from 'koa'
import type { Knex } from 'knex'
import type { z } from 'zod'
import type { Role } from '../access/role.ts'
import { parseQuery, QUERY_NOT_VALID } from '../http/parse.ts'
import { Refusal } from '../http/refusal.ts'
import { donationHistory } from './donation-history-store.ts'
import type { donationWithHistory } from './donation-history.ts'
import { donationById, listDonations } from './donation-list-store.ts'
import { donationFrom } from './donation-record.ts'
import { cursorText, donationsQuery, type donationsAnswer } from './donation-search.ts'
import { openApiDocument } from './openapi.ts'
import { accountBalances, totals } from './totals-store.ts'
import { totalsQuery, totalsRowFrom, type totalsAnswer } from './totals.ts'
import { trialBalanceFrom, trialBalanceQuery } from './trial-balance.ts'

/** Reports for programs. Viewers may read sums; donations name their donors and need the role finance. */
export function reportsRouter(deps: {
  readonly db: Knex
  readonly clock: () => Date
  readonly publicUrl: string
  readonly requireToken: (role: Role) => Middleware
}): Router {
  const { db, clock, publicUrl, requireToken } = deps
  return new Router()
    .get('/api/reports/totals', requireToken('viewer'), async (ctx) => {
      const query = parseQuery(totalsQuery, ctx.query)
      const asOf = asOfInstant(query.asOf, clock())
      const rows = await totals(db, query)
      ctx.body = { rows: rows.map(totalsRowFrom), asOf } satisfies z.output<typeof totalsAnswer>
    })
    .get('/api/reports/trial-balance', requireToken('viewer'), async (ctx) => {
      const query = parseQuery(trialBalanceQuery, ctx.query)
      const asOf = asOfInstant(query.asOf, clock())
      ctx.body = trialBalanceFrom(await accountBalances(db, query), asOf)
    })
    .get('/api/donations', requireToken('finance'), async (ctx) => {
      const query = parseQuery(donationsQuery, ctx.query)
      const { rows, next } = await listDonations(db, query)
      ctx.body = {
        data: rows.map((row) => donationFrom(row, publicUrl)),
        nextCursor: next && cursorText(next),
      } satisfies z.output<typeof donationsAnswer>
    })
    .get('/api/donations/:id', requireToken('finance'), async (ctx) => {
      const row = await donationById(db, ctx.params['id'] ?? '')
      if (!row) throw new Refusal('not_found', 'There is no donation with this id.')
      const history = await donationHistory(db, row)
      ctx.body = { ...donationFrom(row, publicUrl), history } satisfies z.output<typeof donationWithHistory>
    })
}

/** The instant of the report; now unless the query names one. @throws Refusal malformed for the future, whose answer could change */
function asOfInstant(asOf: string | undefined, now: Date): string {
  if (asOf !== undefined && new Date(asOf) > now)
    throw new Refusal('malformed', QUERY_NOT_VALID, {
      problems: [{ pointer: '/asOf', message: 'must not be in the future' }],
    })
  return asOf ?? now.toISOString()
}

/** `GET /openapi.json`. The document is made once, since it changes with a release only. */
export function openApiRouter(publicUrl: string, checkoutRequest: z.ZodType): Router {
  const document = JSON.stringify(openApiDocument(publicUrl, checkoutRequest))
  return new Router().get('/openapi.json', (ctx) => {
    ctx.set('Cache-Control', 'public, max-age=300')
    ctx.type = 'application/json'
    ctx.body = document
  })
}
