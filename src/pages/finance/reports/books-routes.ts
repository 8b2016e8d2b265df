import { Router } from '@koa/router'
import type { Context } from 'koa'
import type pg from 'pg'
import { z } from 'zod'
import type { StaffSessions } from '../../../access/session-middleware.ts'
import { localDate } from '../../../calendar/local-date.ts'
import { daysOf, monthOf } from '../../../calendar/month.ts'
import { parseOrRefuse, problemsOf } from '../../../http/parse.ts'
import { Refusal } from '../../../http/refusal.ts'
import { booksQuery } from '../../../reports/books/account-sheet.ts'
import { accountBalances, readAccounts, readIncome } from '../../../reports/books/books-store.ts'
import { coveredFees } from '../../../reports/books/covered-fees-store.ts'
import { isAccount } from '../../../reports/books/chart-of-accounts.ts'
import { journalCursor } from '../../../reports/books/journal.ts'
import { journal } from '../../../reports/books/journal-store.ts'
import { reportDay } from '../../../reports/report-query.ts'
import { trialBalanceFrom } from '../../../reports/trial-balance.ts'
import { frameOf, text, type Newsroom } from '../frame/finance-requests.ts'
import { accountSheetPage } from './account-sheet-view.ts'
import type { BooksPeriod } from './books-period-view.ts'
import { incomePage } from './income-view.ts'
import { journalPage } from './journal-view.ts'
import { trialBalancePage } from './trial-balance-view.ts'

const POSTINGS_ON_A_PAGE = 50
/** A trial balance has a last day only. */
const trialBalanceDays = z.strictObject({ from: z.string(), to: reportDay })
const NOTHING = { data: [], nextCursor: null, previousCursor: null }

/** The reports of the books for staff. */
export function booksPages(deps: {
  readonly pool: pg.Pool
  readonly clock: () => Date
  readonly newsroom: Newsroom
  readonly sessions: StaffSessions
}): Router {
  const { pool, clock, newsroom, sessions } = deps
  const { timezone } = newsroom
  const gate = [sessions.keep, sessions.requireStaff('auditor')] as const
  const today = () => localDate(clock(), timezone)
  const periodOf = (ctx: Context) => requestedPeriod(ctx, daysOf(monthOf(today())), booksQuery)

  return new Router()
    .get('/finance/reports/accounts', ...gate, async (ctx) => {
      const period = periodOf(ctx)
      const { sheet, bridges } = isValid(period)
        ? await readAccounts(pool, period, timezone)
        : { sheet: { ...period, rows: [], sums: [] }, bridges: [] }
      ctx.type = 'html'
      ctx.body = accountSheetPage({ ...frameOf(ctx, newsroom), period, sheet, bridges })
    })
    .get('/finance/reports/accounts/:account', ...gate, async (ctx) => {
      const account = ctx.params['account'] ?? ''
      if (!isAccount(account)) throw new Refusal('not_found', text.finance('books.journal.noAccount'))
      const cursor = parseOrRefuse(journalCursor, ctx.query['cursor'], text.finance('refusal.address'))
      const period = periodOf(ctx)
      const { from, to } = period
      const page = isValid(period)
        ? await journal(pool, { from, to, account, limit: POSTINGS_ON_A_PAGE, cursor })
        : NOTHING
      ctx.type = 'html'
      ctx.body = journalPage({ ...frameOf(ctx, newsroom), period, account, page })
    })
    .get('/finance/reports/income', ...gate, async (ctx) => {
      const period = periodOf(ctx)
      const income = isValid(period) ? await readIncome(pool, period) : { ...period, currencies: [] }
      ctx.type = 'html'
      const covered = isValid(period) ? await coveredFees(pool, period) : []
      ctx.body = incomePage({ ...frameOf(ctx, newsroom), period, income, covered })
    })
    .get('/finance/reports/trial-balance', ...gate, async (ctx) => {
      const day = today()
      const period = requestedPeriod(ctx, { from: day, to: day }, trialBalanceDays)
      const balances = isValid(period) ? await accountBalances(pool, { to: period.to, asOf: undefined }) : []
      const accounts = trialBalanceFrom(balances, clock().toISOString()).rows
      ctx.type = 'html'
      ctx.body = trialBalancePage({ ...frameOf(ctx, newsroom), period, accounts })
    })
}

/** The days of the address, or the usual ones. What is wrong with them is shown beside what was typed. */
function requestedPeriod(
  ctx: Context,
  usual: { readonly from: string; readonly to: string },
  schema: z.ZodType,
): BooksPeriod {
  const { from, to, cursor: _cursor, ...unknown } = ctx.query
  const typed = (value: unknown, otherwise: string) =>
    typeof value === 'string' && value !== '' ? value : otherwise
  const days = { from: typed(from, usual.from), to: typed(to, usual.to) }
  const read = schema.safeParse({ ...days, ...unknown })
  if (read.success) return { ...days, problems: [] }
  ctx.status = 400
  const problems = problemsOf(read.error).map(({ pointer, message }) => {
    const fieldId = pointer.slice(1)
    const field = fieldId === 'from' || fieldId === 'to' ? text.finance(`books.period.${fieldId}`) : fieldId
    return { fieldId, message: text.finance('books.period.notValid', { field, problem: message }) }
  })
  return { ...days, problems }
}

function isValid({ problems }: BooksPeriod): boolean {
  return problems.length === 0
}
