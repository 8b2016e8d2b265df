import { Router } from '@koa/router'
import type { Middleware } from 'koa'
import type pg from 'pg'
import type { z } from 'zod'
import type { Role } from '../../access/role.ts'
import { parseQuery } from '../../http/parse.ts'
import { futureAsOf } from '../report-query.ts'
import { trialBalanceFrom, trialBalanceQuery } from '../trial-balance.ts'
import { booksQuery } from './account-sheet.ts'
import type { accountsAnswer } from './openapi-books.ts'
import { accountBalances } from './books-store.ts'
import type { incomeStatement } from './income-statement.ts'
import { adjustmentsQuery, journalQuery, type journalAnswer } from './journal.ts'
import { adjustmentsOfPeriod, journal } from './journal-store.ts'
import { readAccounts, readIncome } from './books-store.ts'

/** The books for programs. Viewers may read the trial balance; all else needs the role auditor. */
export function booksRouter(deps: {
  readonly pool: pg.Pool
  readonly clock: () => Date
  readonly newsroom: { readonly timezone: string }
  readonly requireToken: (role: Role) => Middleware
}): Router {
  const { pool, clock, newsroom, requireToken } = deps
  return new Router()
    .get('/api/reports/trial-balance', requireToken('viewer'), async (ctx) => {
      const now = clock()
      const query = parseQuery(trialBalanceQuery, ctx.query, futureAsOf(ctx.query['asOf'], now))
      const asOf = query.asOf ?? now.toISOString()
      ctx.body = trialBalanceFrom(await accountBalances(pool, query), asOf)
    })
    .get('/api/reports/accounts', requireToken('auditor'), async (ctx) => {
      const { sheet, bridges } = await readAccounts(
        pool,
        parseQuery(booksQuery, ctx.query),
        newsroom.timezone,
      )
      ctx.body = { ...sheet, bridges: [...bridges] } satisfies z.output<typeof accountsAnswer>
    })
    .get('/api/reports/income', requireToken('auditor'), async (ctx) => {
      ctx.body = (await readIncome(pool, parseQuery(booksQuery, ctx.query))) satisfies z.output<
        typeof incomeStatement
      >
    })
    .get('/api/ledger', requireToken('auditor'), async (ctx) => {
      const { data, ...cursors } = await journal(pool, parseQuery(journalQuery, ctx.query))
      ctx.body = { data: [...data], ...cursors } satisfies z.output<typeof journalAnswer>
    })
    .get('/api/ledger/prior-period-adjustments', requireToken('auditor'), async (ctx) => {
      const { data, ...cursors } = await adjustmentsOfPeriod(pool, parseQuery(adjustmentsQuery, ctx.query))
      ctx.body = { data: [...data], ...cursors } satisfies z.output<typeof journalAnswer>
    })
}
