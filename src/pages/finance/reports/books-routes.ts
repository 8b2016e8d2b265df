import { Router } from '@koa/router'
import type { Context } from 'koa'
import { z } from 'zod'
import type { StaffSessions } from '../../../access/session/session-middleware.ts'
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
import type { ReportReads } from '../../../reports/replica/report-reads-gateway.ts'
import { donorNames } from '../../../reports/donor-names-store.ts'
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
const NOTHING = {
  page: { data: [], nextCursor: null, previousCursor: null },
  donorNames: new Map<string, string>(),
}

/** The reports of the books for staff. */
export function booksPages(deps: {
  readonly reads: ReportReads
  readonly clock: () => Date
  readonly newsroom: Newsroom
  readonly sessions: StaffSessions
}): Router {
  const { reads, clock, newsroom, sessions } = deps
  const { timezone } = newsroom
  const gate = [sessions.keep, sessions.requireStaff('auditor')] as const
  const today = () => localDate(clock(), timezone)
  const periodOf = (ctx: Context) => requestedPeriod(ctx, daysOf(monthOf(today())), booksQuery)

  return new Router()
    .get('/finance/reports/accounts', ...gate, async (ctx) => {
      const period = periodOf(ctx)
      const { found, asOf: figuresAsOf } = isValid(period)
        ? await reads(({ pool }) => readAccounts(pool, period, timezone))
        : { found: { sheet: { ...period, rows: [], sums: [] }, bridges: [] }, asOf: null }
      ctx.type = 'html'
      ctx.body = accountSheetPage({ ...frameOf(ctx, newsroom), figuresAsOf, period, ...found })
    })
    .get('/finance/reports/accounts/:account', ...gate, async (ctx) => {
      const account = ctx.params['account'] ?? ''
      if (!isAccount(account)) throw new Refusal('not_found', text.finance('books.journal.noAccount'))
      const cursor = parseOrRefuse(journalCursor, ctx.query['cursor'], text.finance('refusal.address'))
      const period = periodOf(ctx)
      const { from, to } = period
      const { found, asOf: figuresAsOf } = isValid(period)
        ? await reads(async ({ pool }) => {
            const page = await journal(pool, { from, to, account, limit: POSTINGS_ON_A_PAGE, cursor })
            const ids = page.data.map(({ donationId }) => donationId)
            return { page, donorNames: await donorNames(pool, ids) }
          })
        : { found: NOTHING, asOf: null }
      ctx.type = 'html'
      ctx.body = journalPage({ ...frameOf(ctx, newsroom), figuresAsOf, period, account, ...found })
    })
    .get('/finance/reports/income', ...gate, async (ctx) => {
      const period = periodOf(ctx)
      const { found, asOf: figuresAsOf } = isValid(period)
        ? await reads(async ({ pool }) => ({
            income: await readIncome(pool, period),
            covered: await coveredFees(pool, period),
          }))
        : { found: { income: { ...period, currencies: [] }, covered: [] }, asOf: null }
      ctx.type = 'html'
      ctx.body = incomePage({ ...frameOf(ctx, newsroom), figuresAsOf, period, ...found })
    })
    .get('/finance/reports/trial-balance', ...gate, async (ctx) => {
      const day = today()
      const period = requestedPeriod(ctx, { from: day, to: day }, trialBalanceDays)
      const { found: balances, asOf: figuresAsOf } = isValid(period)
        ? await reads(({ pool }) => accountBalances(pool, { to: period.to, asOf: undefined }))
        : { found: [], asOf: null }
      const accounts = trialBalanceFrom(balances, (figuresAsOf ?? clock()).toISOString()).rows
      ctx.type = 'html'
      ctx.body = trialBalancePage({ ...frameOf(ctx, newsroom), figuresAsOf, period, accounts })
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
