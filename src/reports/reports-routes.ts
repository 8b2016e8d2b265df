import { Router } from '@koa/router'
import type { Middleware } from 'koa'
import type { Knex } from 'knex'
import type { z } from 'zod'
import type { Role } from '../access/role.ts'
import { parseOrRefuse } from '../http/parse.ts'
import { Refusal } from '../http/refusal.ts'
import { cursorText } from './donation-cursor.ts'
import { donationHistory } from './donation-history-store.ts'
import type { donationWithHistory } from './donation-history.ts'
import { donationById, donationPage } from './donation-list-store.ts'
import { donationFrom } from './donation-record.ts'
import { donationsQuery, type donationsAnswer } from './donation-search.ts'
import { accountBalances } from './trial-balance-store.ts'
import { trialBalanceFrom, trialBalanceQuery } from './trial-balance.ts'
import { totals } from './totals-store.ts'
import { totalsQuery, totalsRowFrom, type totalsAnswer } from './totals.ts'

const WRONG_QUERY = 'The query is not valid.'

/** The reports for programs. Totals name nobody and are open to viewers; donations name their donors. */
export function reportsRouter(deps: {
  readonly db: Knex
  readonly clock: () => Date
  readonly publicUrl: string
  readonly requireToken: (role: Role) => Middleware
}): Router {
  const { db, clock, publicUrl, requireToken } = deps
  return new Router()
    .get('/api/reports/totals', requireToken('viewer'), async (ctx) => {
      const query = parseOrRefuse(totalsQuery, ctx.query, WRONG_QUERY)
      const asOf = knownMoment(query.asOf, clock())
      const rows = await totals(db, query)
      ctx.body = { rows: rows.map(totalsRowFrom), asOf } satisfies z.output<typeof totalsAnswer>
    })
    .get('/api/reports/trial-balance', requireToken('viewer'), async (ctx) => {
      const query = parseOrRefuse(trialBalanceQuery, ctx.query, WRONG_QUERY)
      const asOf = knownMoment(query.asOf, clock())
      ctx.body = trialBalanceFrom(await accountBalances(db, query), asOf)
    })
    .get('/api/donations', requireToken('finance'), async (ctx) => {
      const query = parseOrRefuse(donationsQuery, ctx.query, WRONG_QUERY)
      const { rows, next } = await donationPage(db, query)
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

/** Of a moment to come the answer would not stay the same. @throws Refusal malformed */
function knownMoment(asOf: string | undefined, now: Date): string {
  if (asOf !== undefined && new Date(asOf) > now)
    throw new Refusal('malformed', WRONG_QUERY, {
      problems: [{ pointer: '/asOf', message: 'must not be in the future' }],
    })
  return asOf ?? now.toISOString()
}
